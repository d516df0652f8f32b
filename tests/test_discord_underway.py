"""What a process leaves that ends while it replies on Discord: found in the channel, or sent, and once in any case."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from discord_parts import connected
from discord_server import ALICE, BOT, CHANNEL, GUILD, Fault, _user, discord_server, texts, until

from bot.desk.underway import Underway
from bot.messages import Message, Place
from bot.store import Store

NOTE = Path("state") / "discord.underway"
QUESTION = "how much is the quark s1"


@pytest.mark.parametrize(
    ("sent", "stands", "readable"),
    [
        ("", True, True),
        ("", False, True),
        ("", False, False),
        ("4711", True, False),
    ],
)
async def test_what_may_have_been_sent_is_looked_for_in_the_channel(
    tmp_path: Path, sent: str, *, stands: bool, readable: bool
) -> None:
    async with discord_server() as server:
        asked = await server.say(f"<@{BOT}> {QUESTION}")
        if stands:
            reply = server._message(CHANNEL, "sent before", _user(BOT))
            reply["message_reference"] = {"message_id": str(asked), "channel_id": str(CHANNEL)}
            server.messages[int(reply["id"])] = reply
        if not readable:
            server.faults.append(Fault("GET .*/messages$", "403", 9))
        place = Place("discord", str(CHANNEL))
        with closing(Store(tmp_path)) as store:
            question = Message(str(asked), place, str(ALICE), QUESTION, time.time(), home=str(GUILD))
            store.inbox.put(question, "", time.time())
        noted = Underway(tmp_path / NOTE)
        noted.begin(str(asked))
        if sent:
            noted.sent(str(asked), sent)
        async with connected(server, tmp_path) as found:
            await until(lambda: not found.desk.pending("discord"))
            await until(lambda: Underway(tmp_path / NOTE).left(str(asked)) is None)
        (only,) = server.by_bot()
        assert ("sent before" if stands else "3,799") in texts(only)
        assert found.asked.heard == [] if stands else found.asked.heard != []
