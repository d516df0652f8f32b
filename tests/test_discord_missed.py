"""What people write on Discord while nobody listens: answered when somebody does again, once, where it may be read."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import closing
from pathlib import Path

import pytest
from discord_parts import connected
from discord_server import BOT, CHANNEL, DIRECT, OTHER, THREAD, V2, DiscordServer, Fault, discord_server, texts, until

from bot.store import Store
from bot.store.alone import KEPT, MOST

QUESTION = "how much is the quark s1"
MENTION = f"<@{BOT}> {QUESTION}"
HEARD = Path("state") / "discord.heard"


def heard(folder: Path, ago: float) -> None:
    """Have an earlier process listened until then."""
    (folder / HEARD).parent.mkdir(exist_ok=True)
    (folder / HEARD).touch()
    os.utime(folder / HEARD, (time.time() - ago,) * 2)


def noted(folder: Path) -> bool:
    """Tell whether a process listens and has read what was written before."""
    return time.time() - (folder / HEARD).stat().st_mtime < 60


async def said(server: DiscordServer, text: str, channel: int = CHANNEL, ago: float = 0.0) -> int:
    """Say something some time ago, while nobody is connected."""
    number = await server.say(text, channel)
    message = server.messages.pop(number)
    message["id"] = str(number - (int(1000 * ago) << 22))
    server.messages[int(message["id"])] = message
    return int(message["id"])


async def test_what_was_asked_while_nobody_listened_is_answered_once(tmp_path: Path) -> None:
    async with discord_server() as server:
        heard(tmp_path, 60)
        asked = [await said(server, MENTION, channel) for channel in (CHANNEL, THREAD)]
        await said(server, "and among ourselves?", OTHER)
        for _ in range(2):
            async with connected(server, tmp_path):
                await until(lambda: server.by_bot() and server.by_bot(THREAD))
                await asyncio.sleep(0.3)
            server.forget_sessions()
        replies = [*server.by_bot(), *server.by_bot(THREAD)]
        assert [int(reply["message_reference"]["message_id"]) for reply in replies] == asked
        assert server.by_bot(OTHER) == []
        assert server.refusals == []


async def test_a_new_session_hears_what_was_said_before_it_also_alone_with_the_bot(tmp_path: Path) -> None:
    heard(tmp_path, 3000)
    async with discord_server() as server, connected(server, tmp_path):
        await until(lambda: noted(tmp_path))
        await server.say(QUESTION, DIRECT)
        await until(lambda: server.by_bot(DIRECT))
        (old,) = server.sessions
        assert old.socket
        server.forget_sessions()
        await server.say(QUESTION, DIRECT)
        await server.say(MENTION)
        await old.socket.close(code=4000)
        await until(lambda: server.by_bot() and len(server.by_bot(DIRECT)) == 2, 20)
        assert len(server.identified) == 2


@pytest.mark.parametrize(("typed", "forgets"), [(True, False), (False, False), (True, True)])
async def test_who_wrote_alone_before_a_restart_is_heard_after_it_unless_forgotten(
    tmp_path: Path, *, typed: bool, forgets: bool
) -> None:
    async with discord_server() as server:
        async with connected(server, tmp_path):
            if typed:
                await server.say(QUESTION, DIRECT)
            else:
                await server.command("ask", DIRECT, question=QUESTION)
            await until(lambda: server.by_bot(DIRECT))
            if forgets:
                asked = await server.command("forget", DIRECT)
                await until(lambda: server.answer_to(asked))
        files = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
        assert (str(DIRECT).encode() in files) is not forgets
        server.forget_sessions()
        asked_alone = await said(server, QUESTION, DIRECT, ago=5)
        await said(server, MENTION)
        async with connected(server, tmp_path):
            await until(server.by_bot)
            if not forgets:
                await until(lambda: len(server.by_bot(DIRECT)) == 2)
            await asyncio.sleep(0.3)
        replies = [reply.get("message_reference", {}).get("message_id", 0) for reply in server.by_bot(DIRECT)]
        assert [int(number) for number in replies[1:]] == [asked_alone] * (not forgets)


def test_of_those_who_wrote_alone_the_last_ones_are_kept_for_a_month(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        for number in range(MOST + 5):
            store.alone.put("discord", str(number), "u", 1e9 + number)
        store.alone.put("telegram", "1", "u", 1e9)
        assert store.alone.chats("discord", 0) == [str(number) for number in reversed(range(5, MOST + 5))]
        store.alone.put("discord", "7", "u", 1e9 + KEPT + 100)
        assert store.alone.chats("discord", 0)[0] == "7"
        assert store.alone.chats("discord", 0)[-1] == "100"
        store.forget("discord", "u", "u")
        assert store.alone.chats("discord", 0) == []


@pytest.mark.parametrize(("ago", "told"), [(200, "3,799"), (900, "I was away"), (7200, "")])
async def test_what_is_too_old_for_an_answer_is_apologised_for_and_what_is_older_left(
    tmp_path: Path, ago: float, told: str
) -> None:
    async with discord_server() as server:
        heard(tmp_path, 10_000)
        await said(server, MENTION, ago=ago)
        last = await said(server, MENTION, OTHER)
        async with connected(server, tmp_path):
            await until(lambda: server.by_bot(OTHER))
            assert int(server.by_bot(OTHER)[0]["message_reference"]["message_id"]) == last
            if told:
                await until(server.by_bot)
            await asyncio.sleep(0.2)
            assert [told in texts(reply) for reply in server.by_bot()] == [True] * bool(told)


async def test_a_channel_that_may_not_be_read_and_one_that_fails_at_first_keep_nobody_waiting(tmp_path: Path) -> None:
    async with discord_server() as server:
        heard(tmp_path, 60)
        server.unread = {CHANNEL}
        server.faults.append(Fault(f"GET .*/channels/{OTHER}/messages$", "reset"))
        await said(server, MENTION, OTHER)
        await said(server, MENTION)
        async with connected(server, tmp_path) as found:
            await until(lambda: server.by_bot(OTHER), 20)
            await server.say(MENTION)
            (reply,) = await until(server.by_bot)
            assert "3,799" in texts(reply)
            assert reply["flags"] & V2
            assert not reply.get("message_reference")  # that would need the permission, too
            assert len(found.asked.heard) == 2


async def test_only_the_newest_of_very_many_are_read(tmp_path: Path) -> None:
    async with discord_server() as server:
        heard(tmp_path, 60)
        await said(server, MENTION)
        for number in range(100):
            await said(server, f"chatter {number}")
        last = await said(server, MENTION)
        async with connected(server, tmp_path):
            (reply,) = await until(server.by_bot)
            assert int(reply["message_reference"]["message_id"]) == last


async def test_a_bot_that_listens_notes_it(tmp_path: Path) -> None:
    heard(tmp_path, 3000)
    async with discord_server() as server, connected(server, tmp_path):
        await until(lambda: noted(tmp_path))
