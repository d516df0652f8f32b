"""What a process leaves that ends while it answers on Telegram: nothing twice, and no apology that nobody needs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from telegram_parts import wired
from telegram_server import Fake
from telegram_talk import chat

from bot.desk.underway import Mark, Underway
from bot.messages import Message, Place
from bot.phrases import phrases

NOTE = Path("state") / "telegram.underway"


def test_a_note_says_of_each_question_whether_its_answer_may_have_arrived_and_outlives_the_process(
    tmp_path: Path,
) -> None:
    path = tmp_path / "note"
    noted = Underway(path)
    for question in ("1:1", "1:2@5", "1:3", "1:4"):
        Mark(noted, question).begin()
    noted.sent("1:2@5", "77")
    Mark(noted, "1:3").refused()
    noted.end("1:4")
    noted.sent("1:9", "78")  # an edited answer, which was never in doubt
    later = Underway(path)
    assert [later.left(each) for each in ("1:1", "1:2@5", "1:3", "1:4", "1:9")] == ["", "77", None, None, None]
    later.keep({"1:2@5"})
    assert [Underway(path).left(each) for each in ("1:1", "1:2@5")] == [None, "77"]


def test_a_note_stays_small_and_forgets_nothing_over_many_questions(tmp_path: Path) -> None:
    path = tmp_path / "note"
    noted = Underway(path)
    noted.begin("first")
    for number in range(3000):
        noted.begin(str(number))
        noted.sent(str(number), "1")
        noted.end(str(number))
    assert len(path.read_text("utf-8").splitlines()) <= 1001
    noted.begin("987650000:1")
    assert "987650000" not in path.read_text("utf-8"), "a file must not tell who asked"
    assert Underway(path).left("first") == ""
    later = Underway(path)
    assert [number for number in range(3000) if later.left(str(number)) is not None] == []


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\n\n", b"", b"00" * 200 + b"\n1:1\t\n", b"1:1\t\n"])
def test_a_note_that_cannot_be_read_is_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_bytes(content)
    assert Underway(path).left("1:1") is None
    Underway(tmp_path / "no" / "folder").begin("1:1")  # a line is logged, and the answer is sent


async def test_who_ends_while_told_to_wait_answers_at_the_next_start_and_need_not_apologise(tmp_path: Path) -> None:
    async with Fake(per_second=0) as server:
        server.faults["sendMessage"] = ["429 600"]
        store, platform = wired(tmp_path, server.url)
        ended = asyncio.create_task(platform.run(asyncio.Event()))
        said = server.say("price")
        await server.until(lambda: not server.faults["sendMessage"])
        await asyncio.sleep(0.2)
        assert Underway(tmp_path / NOTE).left(f"42:{said['date']}:{said['message_id']}") is None
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)
        store.close()
        assert server.texts() == []
        store, platform = wired(tmp_path, server.url)
        stop = asyncio.Event()
        running = asyncio.create_task(platform.run(stop))
        (text,) = await server.answered(1)
        assert "You asked “price”" in text
        stop.set()
        await running
        store.close()


@pytest.mark.parametrize(("sent", "texts"), [("1007", []), ("", [phrases("en").broke])])
def test_what_is_known_to_have_arrived_is_struck_off_and_only_what_is_in_doubt_is_apologised_for(
    sent: str, texts: list[str], tmp_path: Path
) -> None:
    question = Message("42:1001", Place("telegram", "42"), "42", "price", time.time(), direct=True)
    store, _ = wired(tmp_path, "http://127.0.0.1:1")
    store.inbox.put(question, "", time.time())
    store.close()
    noted = Underway(tmp_path / NOTE)
    noted.begin(question.id)
    if sent:
        noted.sent(question.id, sent)

    async def talk(server: Fake) -> None:
        server.say("hello", 43)
        await server.answered(1, 43)
        await server.until(lambda: server.texts() == texts)
        await server.until(lambda: Underway(tmp_path / NOTE).left(question.id) is None)

    assert chat(tmp_path, talk).texts() == texts
    store, _ = wired(tmp_path, "http://127.0.0.1:1")
    assert store.inbox.count() == 0
    store.close()
