"""People on Discord are told once when an article answers what they asked: the real client, a server on loopback."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from discord_parts import settings_at
from discord_server import (
    ALICE,
    BOB,
    BOT,
    CHANNEL,
    DIRECT,
    LOCKED,
    THREAD,
    DiscordServer,
    Fault,
    Json,
    buttons,
    discord_server,
    texts,
    until,
)
from telling_parts import QUOTE, Growing

from bot.desk import Desk
from bot.discord import Discord
from bot.messages import Place
from bot.phrases import phrases
from bot.store import Store, Wish

SAY = phrases("en")
QUESTION = "how heavy is the zebra s3"
SEND = "POST .*/messages$"


@asynccontextmanager
async def connected(server: DiscordServer, folder: Path, news: Growing) -> AsyncIterator[Desk]:
    """Lend the desk of a bot that is connected, over articles that grow."""
    with closing(Store(folder)) as store:
        desk, stop = news.desk(store), asyncio.Event()
        bot = Discord(desk, settings_at(folder, server.api, server.gateway), telling=0.05)
        running = asyncio.create_task(bot.run(stop))
        try:
            await until(lambda: (server.sessions and server.commands) or running.done())
            yield desk
        finally:
            stop.set()
            await asyncio.gather(running, return_exceptions=True)
            server.forget_sessions()


async def pressed(server: DiscordServer, message: Json, label: str, user: int = ALICE, **more: object) -> Json:
    """Press a button and return what comes of it."""
    asked = await server.press(int(message["id"]), label, user, **more)
    found: Json = await until(lambda: server.answer_to(asked))
    return found


async def wish(server: DiscordServer, channel: int = CHANNEL) -> Json:
    """Ask what no article tells, file the gap and wish to be told; return what the wish was answered with."""
    before = len(server.by_bot(channel))
    await server.say(f"<@{BOT}> {QUESTION}", channel=channel)
    await until(lambda: len(server.by_bot(channel)) > before)
    filed = await pressed(server, server.by_bot(channel)[-1], SAY.file_gap)
    assert SAY.gap_filed in texts(filed)
    wished = await pressed(server, filed, SAY.tell_me)
    assert SAY.will_tell in texts(wished)
    return wished


async def learn(news: Growing, desk: Desk, build: str = "build-2") -> None:
    news.learn(build, "zebra")
    while await asyncio.to_thread(desk.prepare):
        pass


def told(server: DiscordServer, channel: int = CHANNEL) -> list[Json]:
    return [message for message in server.by_bot(channel) if "“how heavy" in texts(message)]


async def quiet() -> None:
    """Long enough for a message that should not come."""
    await asyncio.sleep(0.4)


@pytest.mark.parametrize("channel", [CHANNEL, THREAD, DIRECT])
async def test_who_wished_to_be_told_is_told_once_where_they_asked(tmp_path: Path, channel: int) -> None:
    news = Growing()
    async with discord_server() as server:
        async with connected(server, tmp_path, news):
            await wish(server, channel)
        async with connected(server, tmp_path, news) as desk:
            await learn(news, desk)
            (message,) = await until(lambda: told(server, channel))
            await learn(news, desk, "build-3")
            await quiet()
            assert len(told(server, channel)) == 1
        calls = channel != DIRECT
        assert texts(message).lstrip().startswith(f"<@{ALICE}> You wished" if calls else "You wished to be told")
        assert message["allowed_mentions"]["users"] == [ALICE]
        assert QUOTE in texts(message)
        assert message["message_reference"]["channel_id"] == channel
        assert [b["label"] for b in buttons(message) if "custom_id" in b][:2] == [SAY.quotes, SAY.useful]
        assert server.refusals == []


async def test_only_the_one_who_asked_can_wish_and_take_it_back(tmp_path: Path) -> None:
    news = Growing()
    async with discord_server() as server, connected(server, tmp_path, news) as desk:
        await server.say(f"<@{BOT}> {QUESTION}")
        (declined,) = await until(server.by_bot)
        theirs = await pressed(server, declined, SAY.file_gap, BOB)
        assert (SAY.gap_filed in texts(theirs), buttons(theirs)) == (True, [])
        mine = await pressed(server, declined, SAY.file_gap)
        assert SAY.not_your_question in texts(await pressed(server, mine, SAY.tell_me, BOB))
        wished = await pressed(server, mine, SAY.tell_me)
        assert SAY.wont_tell in texts(await pressed(server, wished, SAY.dont_tell))
        await learn(news, desk)
        await quiet()
        assert told(server) == []


async def test_an_answer_that_only_the_asker_saw_is_told_to_them_alone(tmp_path: Path) -> None:
    news = Growing()
    async with discord_server() as server, connected(server, tmp_path, news) as desk:
        data: Json = {"id": "1", "name": "ask", "type": 1}
        data["options"] = [{"name": "question", "type": 3, "value": QUESTION}]
        asked = await server.interact(2, CHANNEL, ALICE, data, installed=False)
        declined = await until(lambda: server.answer_to(asked))
        filed = await pressed(server, declined, SAY.file_gap, installed=False)
        await pressed(server, filed, SAY.tell_me, installed=False)
        await learn(news, desk)
        (message,) = await until(lambda: told(server, DIRECT))
        assert QUOTE in texts(message)
        assert told(server, CHANNEL) == []


@pytest.mark.parametrize("kind", ["429", "cloudflare", "500", "reset", "lost"])
async def test_a_fault_delays_a_notice_and_never_tells_twice(tmp_path: Path, kind: str) -> None:
    news = Growing()
    async with discord_server() as server, connected(server, tmp_path, news) as desk:
        await wish(server)
        server.faults.append(Fault(SEND, kind))
        await learn(news, desk)
        await until(lambda: told(server), 20)
        await quiet()
        assert len(told(server)) == 1


async def test_a_channel_that_is_locked_or_gone_holds_up_nobody(tmp_path: Path) -> None:
    news = Growing()
    async with discord_server() as server, connected(server, tmp_path, news) as desk:
        for channel in (LOCKED, 999):
            gone = Wish(Place("discord", str(channel)), str(ALICE), QUESTION, replies_to="5", home="7")
            assert desk.telling.store.notices.put(f"gone{channel}", time.time() - 9, "build-1", gone, 20)
        await wish(server)
        await learn(news, desk)
        await until(lambda: told(server))
        await until(lambda: not desk.telling.due("discord"))
        assert len(told(server)) == 1


async def test_killed_while_a_notice_is_sent_it_is_apologised_for_once(tmp_path: Path) -> None:
    async with discord_server() as server:
        news = Growing()
        async with connected(server, tmp_path, news):
            await wish(server)
        server.faults.append(Fault(SEND, "lost"))
        server.faults.append(Fault(SEND, "hang"))
        child = await asyncio.create_subprocess_exec(sys.executable, __file__, tmp_path, server.api, server.gateway)
        await until(lambda: told(server), 20)
        child.send_signal(signal.SIGKILL)
        await child.wait()
        server.faults.clear()  # the second one, when the child was killed before it tried again
        server.forget_sessions()
        news.learn("build-2", "zebra")
        for _ in range(2):
            async with connected(server, tmp_path, news) as desk:
                await learn(news, desk)
                await until(lambda: len(told(server)) >= 2)
                await quiet()
        assert [QUOTE in texts(message) for message in told(server)] == [True, False]
        assert "my connection broke" in texts(told(server)[1])


async def main(folder: Path, api: str, gateway: str) -> None:
    """Serve, with an article that answers, until killed."""
    news = Growing()
    desk = news.desk(Store(folder))
    await learn(news, desk)
    await Discord(desk, settings_at(folder, api, gateway), telling=0.05).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
