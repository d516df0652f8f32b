"""People on Telegram are told once when an article answers what they asked: the real client, a server on loopback."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from telegram.error import TelegramError
from telegram_parts import HURRIED
from telegram_server import BOT, PERSON, TOKEN, Fake
from telling_parts import QUOTE, Growing

from bot.desk import Desk
from bot.phrases import phrases
from bot.settings import Settings
from bot.store import Store
from bot.telegram import Telegram

GROUP = -100500
SAY = phrases("en")
BOB = {"id": 43, "is_bot": False, "first_name": "Bob"}
FAULTS = {  # fault -> whether each message that then stands in the chat is the answer
    "429 1": [True],
    "502 Bad Gateway": [True],
    "garbage": [True],
    "drop": [False],
    "drop after": [True, False],
}


def platform(desk: Desk, folder: Path, url: str) -> Telegram:
    settings = Settings(data_dir=folder, telegram_token=SecretStr(TOKEN), telegram_api_url=url)
    return Telegram(desk, settings, HURRIED)


@asynccontextmanager
async def served(server: Fake, folder: Path, news: Growing) -> AsyncIterator[Desk]:
    """Run the bot while the body runs, over articles that grow."""
    with closing(Store(folder)) as store:
        desk, stop = news.desk(store), asyncio.Event()
        running = asyncio.create_task(platform(desk, folder, server.url).run(stop))
        try:
            yield desk
        finally:
            stop.set()
            with suppress(TelegramError):
                await asyncio.wait_for(running, 20)


async def wish(server: Fake, chat: int = 42, **more: object) -> None:
    """Ask what no article tells, file the gap and wish to be told."""
    before = len(server.texts(chat))
    text = "/ask how heavy is the zebra s3" if chat < 0 else "how heavy is the zebra s3"
    server.say(text, chat, **more)  # type: ignore[arg-type]
    await server.answered(before + 1, chat)
    message = last(server, chat)
    server.press(message, SAY.file_gap)
    await server.until(lambda: SAY.tell_me in labels(last(server, chat)))
    server.press(last(server, chat), SAY.tell_me)
    await server.until(lambda: SAY.dont_tell in labels(last(server, chat)))


def last(server: Fake, chat: int = 42) -> dict[str, object]:
    return max((m for (c, _), m in server.messages.items() if c == str(chat)), key=lambda m: m["message_id"])


def labels(message: dict[str, object]) -> str:
    markup = message.get("reply_markup", {"inline_keyboard": []})
    assert isinstance(markup, dict)
    return " | ".join(b["text"] for row in markup["inline_keyboard"] for b in row)


def told(server: Fake) -> list[str]:
    return [str(call["text"]) for call in server.made("answerCallbackQuery")]


async def learn(news: Growing, desk: Desk, build: str = "build-2") -> None:
    news.learn(build, "zebra")
    while await asyncio.to_thread(desk.prepare):
        pass


async def quiet() -> None:
    """Long enough for a message that should not come."""
    await asyncio.sleep(0.4)


async def test_who_wished_to_be_told_is_told_once_as_a_reply_in_their_topic(tmp_path: Path) -> None:
    news = Growing()
    async with Fake(per_second=0) as server:
        async with served(server, tmp_path, news) as desk:
            await wish(server, GROUP, message_thread_id=7, is_topic_message=True)
            await server.until(lambda: told(server) == [SAY.gap_filed, SAY.will_tell])
            assert server.made("answerCallbackQuery")[-1]["show_alert"] is True
            await learn(news, desk)
            text = (await server.answered(2, GROUP))[1]
            assert text.startswith("You wished to be told: an article now answers “how heavy is the zebra s3”")
            assert f"{QUOTE} [1] (1 Feb 2026)" in text
            await learn(news, desk, "build-3")
            await quiet()
        async with served(server, tmp_path, news) as desk:
            await learn(news, desk, "build-4")
            await quiet()
            assert len(server.texts(GROUP)) == 2
            server.press(last(server, GROUP), SAY.useful)
            await server.until(lambda: SAY.thanks in told(server))
        sent = server.made("sendMessage")[-1]
        assert (sent["message_thread_id"], sent["reply_parameters"]["message_id"]) == ("7", 1001)
        assert server.refused == []


async def test_only_the_one_who_asked_can_wish_and_take_it_back(tmp_path: Path) -> None:
    news = Growing()
    async with Fake(per_second=0) as server, served(server, tmp_path, news) as desk:
        server.say("/ask how heavy is the zebra s3", GROUP)
        await server.answered(1, GROUP)
        server.press(last(server, GROUP), SAY.file_gap, BOB)
        await server.until(lambda: told(server) and SAY.tell_me in labels(last(server, GROUP)))
        for sender, says, shows in (
            (BOB, SAY.not_your_question, SAY.tell_me),
            ({**BOT, "id": 9}, SAY.gone, SAY.tell_me),
            (PERSON, SAY.will_tell, SAY.dont_tell),
        ):
            count = len(told(server))
            server.press(last(server, GROUP), SAY.tell_me, sender)
            await server.until(lambda count=count: len(told(server)) > count)  # type: ignore[misc]
            assert (told(server)[-1], shows in labels(last(server, GROUP))) == (says, True)
        server.press(last(server, GROUP), SAY.dont_tell, BOB)
        await server.until(lambda: told(server)[-1] == SAY.not_your_question)
        server.press(last(server, GROUP), SAY.dont_tell)
        await server.until(lambda: told(server)[-1] == SAY.wont_tell)
        await learn(news, desk)
        await quiet()
        assert len(server.texts(GROUP)) == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_delays_a_notice_or_is_apologised_for_and_never_tells_twice(fault: str, tmp_path: Path) -> None:
    news = Growing()
    async with Fake(per_second=0) as server, served(server, tmp_path, news) as desk:
        await wish(server)
        server.faults["sendMessage"] = [fault]
        await learn(news, desk)
        await server.answered(1 + len(FAULTS[fault]))
        await quiet()
        texts = server.texts()[1:]
        assert [QUOTE in text for text in texts] == FAULTS[fault]
        assert ["my connection broke" not in text for text in texts] == FAULTS[fault]


async def test_a_group_that_moved_is_told_and_a_chat_that_is_gone_holds_up_nobody(tmp_path: Path) -> None:
    news = Growing()
    async with Fake(per_second=0) as server, served(server, tmp_path, news) as desk:
        await wish(server, GROUP)
        server.faults["sendMessage"] = [f"migrate {GROUP - 1}"]
        await learn(news, desk)
        assert QUOTE in (await server.answered(1, GROUP - 1))[0]
        news.told.clear()
        await wish(server)
        server.faults["sendMessage"] = ["400 Bad Request: chat not found"]
        count = len(server.texts())
        await learn(news, desk, "build without")
        await server.until(lambda: not desk.telling.due("telegram"))
        await learn(news, desk, "later")
        await quiet()
        assert len(server.texts()) == count


@pytest.mark.parametrize("known", [False, True])
async def test_who_has_blocked_us_is_not_told_before_they_let_us_in_again(known: bool, tmp_path: Path) -> None:  # noqa: FBT001
    news, words = Growing(), "403 Forbidden: bot was blocked by the user"
    async with Fake(per_second=0) as server, served(server, tmp_path, news) as desk:
        await wish(server)
        told = len(server.texts())
        server.faults["sendMessage"] = [words] * (2 if known else 1)
        if known:
            server.say("price")
            await server.until(lambda: len(server.faults["sendMessage"]) == 1)
        await learn(news, desk)
        await quiet()
        await quiet()
        assert len(server.texts()) == told
        assert len(desk.telling.due("telegram")) == 1
        assert len(server.faults["sendMessage"]) == int(known), "whoever is known to have blocked us is not tried"
        server.faults["sendMessage"] = []
        server.say("/help")
        await server.until(lambda: any(QUOTE in text for text in server.texts()[told:]))
        await server.until(lambda: not desk.telling.due("telegram"))


async def test_killed_while_a_notice_is_sent_it_is_apologised_for_once(tmp_path: Path) -> None:
    async with Fake(per_second=0) as server:
        news = Growing()
        async with served(server, tmp_path, news) as desk:
            await wish(server)
            await wish(server)
        server.faults["sendMessage"] = ["drip"]
        child = await asyncio.create_subprocess_exec(sys.executable, __file__, tmp_path, server.url)
        await server.until(lambda: not server.faults["sendMessage"], 60)
        await asyncio.sleep(0.2)
        child.send_signal(signal.SIGKILL)
        await child.wait()
        count = len(server.texts())
        assert count == 2
        news.learn("build-2", "zebra")
        for _ in range(2):
            async with served(server, tmp_path, news) as desk:
                await learn(news, desk)
                await server.answered(count + 2)
                await quiet()
        texts = server.texts()[count:]
        assert sorted(QUOTE in text for text in texts) == [False, True]
        assert sum("my connection broke" in text for text in texts) == 1


async def main(folder: Path, url: str) -> None:
    """Serve, with an article that answers, until killed."""
    news = Growing()
    desk = news.desk(Store(folder))
    await learn(news, desk)
    await platform(desk, folder, url).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
