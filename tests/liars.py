"""Everybody who might be taken for an admin and is none, on both platforms."""

from __future__ import annotations

import time
from typing import Any

from discord_server import ADMIN as DISCORD_ADMIN
from discord_server import ALICE, BOB, DIRECT, ROBOT
from newsroom_parts import ADMIN, EDITOR, STRANGER
from telegram_server import Json

GROUP = -100


def account(number: int, **more: Any) -> Json:  # noqa: ANN401
    return {"id": number, "is_bot": False, "first_name": "Ada", **more}


def origin(number: int) -> Json:
    return {"type": "user", "date": int(time.time()), "sender_user": account(number)}


SENDER_CHAT = {"id": GROUP, "type": "supergroup", "title": "g"}
CHANNEL = {"id": -200, "type": "channel", "title": "c"}
ON_TELEGRAM: dict[str, tuple[int, Json]] = {
    "a stranger": (STRANGER, {}),
    "a stranger whose name is the admin's": (STRANGER, {"sender": account(STRANGER, username=f"telegram:{ADMIN}")}),
    "an editor": (EDITOR, {}),
    "a stranger in a group": (GROUP, {"sender": account(STRANGER)}),
    "an editor in a group": (GROUP, {"sender": account(EDITOR)}),
    "an anonymous admin of a group": (GROUP, {"sender": account(1087968824, is_bot=True), "sender_chat": SENDER_CHAT}),
    "an anonymous admin without its mark": (GROUP, {"sender": account(1087968824)}),
    "a channel that speaks in a group": (GROUP, {"sender": account(136817688, is_bot=True), "sender_chat": CHANNEL}),
    "a channel without its mark": (GROUP, {"sender": account(136817688)}),
    "Telegram itself": (GROUP, {"sender": account(777000), "sender_chat": CHANNEL, "is_automatic_forward": True}),
    "Telegram itself, unmarked": (777000, {"sender": account(777000)}),
    "an admin's account beside a sender chat": (GROUP, {"sender": account(ADMIN), "sender_chat": SENDER_CHAT}),
    "somebody's words that the admin forwards": (ADMIN, {"forward_origin": origin(STRANGER)}),
    "the admin's own words, forwarded": (ADMIN, {"forward_origin": origin(ADMIN)}),
    "another bot's words in the admin's name": (ADMIN, {"via_bot": account(9, is_bot=True, username="other_bot")}),
    "a bot": (ADMIN, {"sender": account(ADMIN, is_bot=True)}),
}
"""Who lies -> the chat in which they write, and what else is told of the message."""
ON_DISCORD: dict[str, dict[str, Any]] = {
    "a stranger": {"user": ALICE},
    "a stranger who owns the server": {"user": ALICE, "permissions": (1 << 50) - 1},
    "an editor": {"user": BOB},
    "a bot": {"user": ROBOT},
    "the admin where the bot was brought along": {"user": DISCORD_ADMIN, "installed": False},
    "the admin in a talk with others": {"user": DISCORD_ADMIN, "channel": DIRECT, "installed": False, "context": 2},
    "a stranger alone with the bot": {"user": ALICE, "channel": DIRECT},
}
"""Who lies -> how their interaction comes; the editor is BOB."""
