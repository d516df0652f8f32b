"""Everybody who is no admin tries everything that admins can do, in every way, on both platforms."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import discord_server
from discord_parts import connected
from discord_server import ACTION_ROW, BOB, BUTTON, Asked, DiscordServer, Json, until
from liars import CHANNEL, GROUP, ON_DISCORD, ON_TELEGRAM, account
from newsroom_parts import ADMIN, EDITOR
from telegram_parts import served
from telegram_server import BOT, Fake

from benchmarks.chats.life import PLENTY
from bot.app import newsroom
from bot.newsroom.acts import Act, Tell, Told, say
from bot.newsroom.newsroom import Command, Newsroom
from bot.newsroom.review import without_index
from bot.newsroom.roles import Role, Roles
from bot.settings import Settings
from bot.store import Store

Row = tuple[str, ...]
_HIDDEN = ("enter", "discard")
_PATIENCE = 60.0
_OWNER = 9
_CHANGE = "/settings length short"


@dataclass(slots=True)
class Doors:
    """The commands of the product's own newsroom; what they would do is only noted."""

    commands: tuple[Command, ...]
    done: list[Act] = field(default_factory=list)

    def newsroom(self, platform: str, admin: int, editor: int) -> Newsroom:
        """Return a newsroom of these commands with one admin and one editor."""
        roles = Roles([f"{platform}:{admin}"], [f"{platform}:{editor}"])
        return Newsroom(roles, [replace(each, run=self._note, changes=False) for each in self.commands])

    def _note(self, act: Act, _: Tell) -> Told:
        self.done.append(act)
        return say("Done.")

    def closed_to(self, who: str) -> list[Command]:
        """Return what somebody may not use; who: as the tables of liars call them."""
        return [each for each in self.commands if each.role is Role.ADMIN or "editor" not in who]


def admins() -> list[Row]:
    """Return what came of all who are no admins."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
        with closing(Store(settings.data_dir)) as store:
            room = newsroom.newsroom(settings, store, more=without_index(store).commands())
        hidden = filter(None, map(room.command, _HIDDEN))
        commands = (*room.offered(Role.ADMIN), *hidden)
        return [
            asyncio.run(_on_telegram(Doors(commands), Path(folder) / "telegram")),
            asyncio.run(_on_discord(Doors(commands), Path(folder) / "discord")),
        ]


async def _on_telegram(doors: Doors, folder: Path) -> Row:
    async with Fake(per_second=0.0) as server:
        server.admins = {_OWNER, ADMIN, 1087968824, 136817688, 777000}
        room = doors.newsroom("telegram", ADMIN, EDITOR)
        async with served(server, folder, PLENTY, room):
            tried = sum(_typed(server, doors, lie) for lie in ON_TELEGRAM)
            tried += _otherwise(server, doors) + _pressed(server, doors)
            await _rest(server)
            bad = len(doors.done) + _changed(server)
            # Those who may can: else all refusals would prove nothing.
            for command in doors.commands:
                _press(server, account(ADMIN), command)
            server.say(_CHANGE, GROUP, sender=account(_OWNER))
            await server.until(lambda: len(doors.done) >= bad + len(doors.commands) and _changed(server), _PATIENCE)
    return _row("Telegram", doors, len(ON_TELEGRAM), tried, bad)


def _typed(server: Fake, doors: Doors, lie: str) -> int:
    """Let somebody type every command, in both spellings, and in a group change a setting."""
    chat, more = ON_TELEGRAM[lie]
    words = [f"/{each.name}{to} x" for each in doors.closed_to(lie) for to in ("", "@wearables_bot")]
    # In a private chat people may change its settings, which are theirs.
    for text in [*words, *([_CHANGE] if chat == GROUP and more["sender"]["id"] != _OWNER else [])]:
        server.say(text, chat, **({"sender": account(chat)} | more))
    return len(words) + (chat == GROUP)


def _otherwise(server: Fake, doors: Doors) -> int:
    """Let the admin's words come in ways that are none of an admin: edited, from a channel, inline, as a guest."""
    said = server.say("hello", ADMIN, sender=account(ADMIN))
    for number, command in enumerate(doors.commands):
        text = {**said, "text": f"/{command.name} x"}
        server.update("edited_message", {**text, "edit_date": int(time.time())})
        server.update("channel_post", {**text, "message_id": 9000 + number, "chat": CHANNEL})
        server.update("inline_query", {"id": f"{number}", "from": account(ADMIN), "query": text["text"], "offset": ""})
        chat = {"id": -5, "type": "group", "title": "elsewhere"}
        server.update("guest_message", {**text, "message_id": 9500 + number, "chat": chat, "guest_query_id": "g7"})
    return 4 * len(doors.commands)


def _pressed(server: Fake, doors: Doors) -> int:
    """Let somebody else press the buttons of an admin."""
    liars = {
        "a stranger": account(703),
        "an editor": account(EDITOR),
        "an anonymous admin": account(1087968824),
        "a channel": account(136817688),
        "Telegram itself": account(777000),
        "a bot": account(ADMIN, is_bot=True),
    }
    pressed = [(liar, command) for who, liar in liars.items() for command in doors.closed_to(who)]
    for liar, command in pressed:
        _press(server, liar, command)
    return len(pressed)


def _press(server: Fake, sender: dict[str, object], command: Command) -> None:
    chat = {"id": GROUP, "type": "supergroup"}
    message = {"message_id": 5, "date": 1, "chat": chat, "from": BOT, "text": "Do you mean it?"}
    query = {"id": str(time.time_ns()), "from": sender, "chat_instance": "1", "data": f"a:{command.name}:x"}
    server.update("callback_query", {**query, "message": message})


def _changed(server: Fake) -> int:
    return sum("Length: short" in text for text in server.texts(GROUP))


async def _rest(server: Fake) -> None:
    """Wait until all that was sent was taken and what came of it stands still."""
    last = server.updates[-1]["update_id"]
    await server.until(lambda: server.offset > last, _PATIENCE)
    calls = -1
    while calls != len(server.calls):
        calls = len(server.calls)
        await asyncio.sleep(2)


async def _on_discord(doors: Doors, folder: Path) -> Row:
    room = doors.newsroom("discord", discord_server.ADMIN, BOB)
    async with _discord(folder, room) as server:
        shown = await server.admin("status", user=discord_server.ADMIN)
        answer = await until(lambda: server.answer_to(shown), _PATIENCE)
        legitimate, asked = len(doors.done), list[Asked]()
        for lie, how in ON_DISCORD.items():
            for command in doors.closed_to(lie):
                if not command.hidden:
                    asked.append(await server.admin(command.name, what="x" if command.takes else "", **how))
                asked.append(await _pressed_on_discord(server, answer, command, how))
                await until(partial(server.answer_to, asked[-1]), _PATIENCE)
        await until(lambda: all(map(server.answer_to, asked)), _PATIENCE)
        bad = len(doors.done) - legitimate
        for command in doors.commands:
            pressed = await _pressed_on_discord(server, answer, command, {"user": discord_server.ADMIN})
            await until(partial(server.answer_to, pressed), _PATIENCE)
        if len(doors.done) != legitimate + bad + len(doors.commands):
            raise RuntimeError("The admin could not press every button: the refusals prove nothing.")
    return _row("Discord", doors, len(ON_DISCORD), len(asked), bad)


async def _pressed_on_discord(server: DiscordServer, answer: Json, command: Command, how: Json) -> Asked:
    """Press a button of ours below an answer, which has one for every command here."""
    button = {"type": BUTTON, "id": 2, "style": 2, "label": "Yes", "custom_id": f"act:{command.name}:x"}
    shown = {**answer, "flags": 0, "components": [{"type": ACTION_ROW, "id": 1, "components": [button]}]}
    data = {"component_type": BUTTON, "custom_id": button["custom_id"]}
    chosen = {"channel": int(answer["channel_id"]), **how}
    user, channel = chosen.pop("user"), chosen.pop("channel")
    return await server.interact(3, channel, user, data, message=shown, **chosen)


@asynccontextmanager
async def _discord(folder: Path, room: Newsroom) -> AsyncIterator[DiscordServer]:
    async with discord_server.discord_server() as server, connected(server, folder, PLENTY, newsroom=room):
        yield server


def _row(platform: str, doors: Doors, liars: int, tried: int, bad: int) -> Row:
    what = f"{platform}: {len(doors.commands)} admin commands x {liars} who are none, typed, pressed, forwarded; obeyed"
    return what, f"{tried:,}", f"{bad:,}", "0"
