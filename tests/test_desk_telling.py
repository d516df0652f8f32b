from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest
from telling_parts import QUOTE, Growing, on_disk

from bot.desk import Desk
from bot.desk.telling import WISHES, Wished
from bot.messages import Message, Place
from bot.phrases import LANGUAGES, phrases
from bot.store import Notice, State, Store, Wish
from bot.values import Role, Turn

GROUP = Place("telegram", "-100777", "9")
DAY = 86400.0
IDS = itertools.count(1)


class Clock:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A desk over a real file and articles that grow; it can be opened anew as after a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.news = Growing()
        self.clock = Clock()
        self.open()

    def open(self) -> None:
        self.store = Store(self.folder)
        self.desk: Desk = self.news.desk(self.store, clock=self.clock)

    def ask(self, text: str, user: str = "11", place: Place = GROUP) -> str:
        message = Message(f"{place.chat}:{next(IDS)}", place, user, text, self.clock.now)
        assert self.desk.accept(message)
        reply = self.desk.answer(message)
        self.desk.done(message, "500")
        return reply.answer_id

    def wish(self, text: str = "how heavy is the zebra s3", user: str = "11") -> Wished:
        return self.desk.telling.wish(self.ask(text, user), GROUP, user)

    def idle(self) -> None:
        while self.desk.prepare():
            pass

    def due(self) -> list[Notice]:
        return self.desk.telling.due("telegram")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_who_wished_to_be_told_is_told_once_when_a_later_build_answers(bench: Bench) -> None:
    assert bench.wish() is Wished.YES
    bench.idle()
    assert bench.due() == []
    bench.news.learn("build-2")
    bench.idle()
    assert bench.due() == []
    bench.news.learn("build-3", "zebra")
    bench.open()
    bench.idle()
    (notice,) = bench.due()
    assert (notice.wish.place, notice.wish.user) == (GROUP, "11")
    reply = bench.desk.telling.begin(notice)
    assert reply is not None
    assert reply.answer.note == "You wished to be told: an article now answers “how heavy is the zebra s3”"
    assert reply.answer.text == f"{reply.answer.note}\n{QUOTE} [1]"
    assert bench.desk.telling.begin(notice) is None
    assert bench.due() == []
    bench.desk.telling.end(notice, "700")
    assert bench.due() == []
    assert bench.desk.carried(GROUP, "700") == reply.answer_id
    bench.news.learn("build-4", "zebra")
    bench.idle()
    assert bench.due() == []


def test_each_build_is_asked_once_and_only_while_somebody_waits(bench: Bench) -> None:
    bench.wish()
    for build in ("build-2", "build-3"):
        bench.news.learn(build)
        bench.idle()
        bench.idle()
    assert [question for question, _ in bench.news.heard] == ["how heavy is the zebra s3"] * 3


def test_a_follow_up_is_asked_again_with_what_it_leans_on(bench: Bench) -> None:
    bench.ask("tell me of the quark s3")
    bench.wish("and its zebra weight?")
    bench.news.learn("build-2", "zebra")
    bench.idle()
    question, turns = bench.news.heard[-1]
    assert question == "and its zebra weight?"
    assert turns[0] == Turn("user", "tell me of the quark s3")


def test_a_rumour_is_no_answer_that_somebody_waits_for(bench: Bench) -> None:
    bench.wish()
    bench.news.role = Role.RUMOUR
    bench.news.learn("build-2", "zebra")
    bench.idle()
    assert bench.due() == []


def test_what_is_told_holds_at_that_moment(bench: Bench) -> None:
    bench.wish()
    bench.news.learn("build-2", "zebra")
    bench.idle()
    (notice,) = bench.due()
    bench.news.told.clear()  # the article was withdrawn before anybody was told
    bench.news.build = "build-3"
    assert bench.desk.telling.begin(notice) is None
    assert bench.due() == []
    bench.news.learn("build-4", "zebra")
    bench.idle()
    assert len(bench.due()) == 1


def test_only_the_one_who_asked_may_wish_and_only_where_nothing_was_known(bench: Bench) -> None:
    answer_id = bench.ask("how heavy is the zebra s3")
    assert bench.desk.telling.wish(answer_id, GROUP, "12") is Wished.NOT_YOURS
    assert bench.desk.telling.wish(answer_id, Place("discord", GROUP.chat), "11") is Wished.NOT_YOURS
    bench.news.learn("build-2", "zebra")
    assert bench.desk.telling.wish(bench.ask("zebra"), GROUP, "11") is Wished.GONE
    assert bench.desk.telling.wish("x" * 12, GROUP, "11") is Wished.GONE
    bench.open()  # the question is gone with the process
    assert bench.desk.telling.wish(answer_id, GROUP, "11") is Wished.GONE


def test_one_person_cannot_wish_for_ever(bench: Bench) -> None:
    got = [bench.wish(f"zebra {number}") for number in range(WISHES + 2)]
    assert got == [Wished.YES] * WISHES + [Wished.TOO_MANY] * 2
    assert bench.wish(user="12") is Wished.YES


def test_a_wish_is_taken_back_only_by_its_person(bench: Bench) -> None:
    answer_id = bench.ask("how heavy is the zebra s3")
    bench.desk.telling.wish(answer_id, GROUP, "11")
    assert not bench.desk.telling.take_back(answer_id, "telegram", "12")
    assert bench.desk.telling.take_back(answer_id, "telegram", "11")
    bench.news.learn("build-2", "zebra")
    bench.idle()
    assert bench.due() == []


def test_the_question_is_kept_from_the_wish_until_it_is_told(bench: Bench) -> None:
    bench.ask("how heavy is the giraffe s3")
    bench.wish("how heavy is the zebra s3")
    bench.store._file.scrub()
    assert b"zebra" in on_disk(bench.folder)
    assert b"giraffe" not in on_disk(bench.folder)
    bench.news.learn("build-2", "zebra")
    bench.idle()
    (notice,) = bench.due()
    assert bench.desk.telling.begin(notice) is not None
    bench.desk.telling.end(notice, "700")
    deadline = time.monotonic() + 20
    while b"zebra" in on_disk(bench.folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert b"zebra" not in on_disk(bench.folder)


def test_forget_leaves_no_byte_of_a_wish(bench: Bench) -> None:
    bench.wish("how heavy is the zebra s3", "987654321987")
    bench.desk.forget("telegram", "987654321987")
    left = on_disk(bench.folder)
    assert b"zebra" not in left
    assert b"987654321987" not in left
    assert b"Quark S3" not in left
    bench.news.learn("build-2", "zebra")
    bench.idle()
    assert bench.due() == []


def test_a_wish_ends_after_ninety_days(bench: Bench) -> None:
    bench.wish()
    bench.clock.now += 91 * DAY
    bench.news.learn("build-2", "zebra")
    bench.idle()
    assert bench.due() == []
    bench.store._file.scrub()
    assert b"zebra s3" not in on_disk(bench.folder)


def test_a_question_that_fails_is_not_asked_for_ever(bench: Bench) -> None:
    bench.wish()
    bench.store.notices.put("x" * 12, bench.clock.now, "build-1", Wish(GROUP, "12", "bug"), WISHES)
    bench.news.learn("build-2", "zebra")
    bench.idle()
    assert [notice.wish.question for notice in bench.due()] == ["how heavy is the zebra s3"]


def test_what_a_kill_left_half_sent_is_apologised_for_once(bench: Bench) -> None:
    bench.wish("what of [1] zebra")
    bench.news.learn("build-2", "zebra")
    bench.idle()
    (notice,) = bench.due()
    assert bench.desk.telling.begin(notice) is not None
    bench.open()
    bench.desk.telling.recover("discord")
    assert bench.due() == []
    bench.desk.telling.recover("telegram")
    (broken,) = bench.due()
    assert broken.state is State.BROKEN
    sorry = bench.desk.telling.begin(broken)
    assert sorry is not None
    assert sorry.apology == phrases("en").told_broke.format(question="what of [1] zebra")
    bench.open()
    bench.desk.telling.recover("telegram")
    assert bench.due() == []
    bench.store._file.scrub()
    assert b"zebra" not in on_disk(bench.folder)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_can_tell(bench: Bench, language: str) -> None:
    bench.desk.places.change(GROUP, "language", language)
    bench.wish()
    bench.news.learn("build-2", "zebra")
    bench.idle()
    (notice,) = bench.due()
    reply = bench.desk.telling.begin(notice)
    assert reply is not None
    assert "how heavy is the zebra s3" in reply.answer.note
    say = LANGUAGES[language]
    assert all(len(getattr(say, wished.value)) <= 200 for wished in Wished)  # what Telegram shows of an alert
    assert len(say.wont_tell) <= 200


def test_a_gap_that_was_told_is_closed(bench: Bench) -> None:
    bench.wish()
    assert len(bench.store.gaps.since(0.0)) == 1
    bench.news.learn("build-2", "zebra")
    bench.idle()
    (notice,) = bench.due()
    bench.desk.telling.begin(notice)
    bench.desk.telling.end(notice, "700")
    assert bench.store.gaps.since(0.0) == []


def test_nobody_is_told_of_a_chat_that_is_gone(bench: Bench) -> None:
    bench.wish()
    bench.news.learn("build-2", "zebra")
    bench.idle()
    (notice,) = bench.due()
    bench.desk.telling.begin(notice)
    bench.desk.telling.end(notice)
    assert bench.due() == []
    assert len(bench.store.gaps.since(0.0)) == 1
