"""What is done without being asked: a silent index gives way, odd shares are told, rounds are made on time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from bot.errors import NoIndex, ShelfError
from bot.newsroom.acts import Act, Tell, Told, say
from bot.newsroom.newsroom import Newsroom
from bot.newsroom.roles import Roles
from bot.newsroom.rounds import FIRST, Rounds
from bot.newsroom.tending import tending
from bot.newsroom.watch import LATELY, Watch
from bot.values import Answer, Trace, Turn

TITLES = ("one", "two", "three", "four")


@dataclass
class Served:
    """Builds of which some are mute; goes back from the second to the first."""

    build: str = "first"
    mute: set[str] = field(default_factory=set)
    previous: str = ""
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    declines: bool = False

    def ask(self, question: str, _: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        self.asked.append(question)
        declined = self.build in self.mute or (self.declines and question not in TITLES)
        return Answer(question, "text", declined=declined), Trace(question, question, self.build, (), (), "")

    def back(self) -> str:
        if not self.previous:
            raise NoIndex("There is no earlier index to return to.")
        self.build, self.previous = self.previous, self.build
        return self.build

    def watch(self) -> Watch:
        return Watch(
            self.ask, lambda: self.build, lambda: TITLES, self.back, lambda told: self.told.append(told.lines[0])
        )

    def switch(self, build: str, *, mute: bool) -> None:
        self.build, self.previous = build, self.build
        if mute:
            self.mute.add(build)


def test_a_build_that_answers_is_tried_once() -> None:
    served = Served()
    watch = served.watch()
    watch.look()
    tried = len(served.asked)
    assert 1 <= tried <= len(TITLES)
    watch.look()
    assert len(served.asked) == tried
    assert watch.trouble() == ""


def test_a_silent_build_gives_way_to_the_one_before() -> None:
    served = Served()
    watch = served.watch()
    watch.look()
    served.switch("second", mute=True)
    watch.look()
    assert served.build == "first"
    assert served.told == [watch.trouble()]
    assert "second answers nothing" in watch.trouble()
    assert "so first answers again" in watch.trouble()
    watch.look()
    served.switch("third", mute=False)
    watch.look()
    assert watch.trouble() == ""


def test_two_silent_builds_are_not_swapped_for_ever() -> None:
    served = Served(mute={"first"})
    watch = served.watch()
    served.switch("second", mute=True)
    for _ in range(10):
        watch.look()
    assert len(served.told) == 2
    assert "neither does" in watch.trouble()


def test_a_silent_build_without_another_is_told() -> None:
    served = Served(mute={"first"})
    watch = served.watch()
    watch.look()
    assert "no other to fall back to" in watch.trouble()
    assert served.build == "first"


def test_far_more_declined_than_usual_is_told_and_tried() -> None:
    served = Served()
    watch = served.watch()
    for number in range(2 * LATELY):
        watch.ask(f"q{number}", ())
    watch.look()
    assert watch.trouble() == ""
    served.declines = True
    for number in range(LATELY):
        watch.ask(f"r{number}", ())
    tried = len(served.asked)
    watch.look()
    assert f"Of the last {LATELY} questions 100% were declined, 0% are usual" in watch.trouble()
    assert len(served.asked) > tried
    watch.look()
    assert len(served.asked) == tried + 1, "looked into once"


@pytest.mark.parametrize("usual", [0.7, 1.0])
def test_a_place_that_is_declined_much_is_no_news(usual: float) -> None:
    served = Served()
    watch = served.watch()
    watch.look()
    for number in range(3 * LATELY):
        served.declines = number % 10 < 10 * usual
        watch.ask(f"q{number}", ())
    watch.look()
    assert watch.trouble() == ""


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Made:
    """Rounds that note what they did."""

    told: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    followed: int = 0
    indexed: Callable[[], Told] = lambda: say("fine")
    fails: bool = False
    sources: Told = field(default_factory=lambda: say("1 source"))
    clock: Clock = field(default_factory=Clock)

    def follow(self, _: Callable[[], bool]) -> Told:
        self.followed += 1
        if self.fails:
            raise ShelfError("no disk.")
        return self.sources

    def index(self, _: Act, __: Tell) -> Told:
        return self.indexed()

    def rounds(self, every: float) -> Rounds:
        return Rounds(
            every,
            self.follow,
            self.index,
            lambda act, outcome: self.written.append(f"{act.who} {act.name}: {outcome}"),
            lambda told: self.told.append(told.lines[0]),
            self.clock,
        )


def test_rounds_are_made_on_time() -> None:
    made = Made()
    rounds = made.rounds(3600)
    look = [rounds.look(threading.Event())]
    for now in (FIRST - 1, FIRST, FIRST + 1, FIRST + 3599, FIRST + 3600):
        made.clock.now = now
        look.append(rounds.look(threading.Event()))
    assert look == [False, False, True, False, False, True]
    assert made.written == ["schedule reindex: fine"] * 2


def test_the_next_round_is_told() -> None:
    made = Made()
    told = made.rounds(6 * 3600).plan()
    assert told.startswith("Sources are followed and indexed every 6 hours, next at ")
    assert told.endswith(" UTC.")
    assert "every hour, next" in made.rounds(3600).plan()


def test_no_rounds_where_none_are_wanted() -> None:
    made = Made()
    rounds = made.rounds(0)
    assert rounds.plan() == ""
    made.clock.now = 1e9
    assert not rounds.look(threading.Event())


def test_what_a_person_must_decide_is_told_once_until_it_changes() -> None:
    made, no = Made(), Told(("worse",), good=False)
    rounds = made.rounds(10)
    for told in (no, no, Told(("lost",), good=False), say("fine"), no):
        made.indexed = partial(Told, told.lines, good=told.good)
        made.clock.now += 100
        assert rounds.look(threading.Event())
    assert made.told == ["worse", "lost", "worse"]


def test_sources_that_cannot_be_followed_stop_no_index_run() -> None:
    made = Made(fails=True)
    rounds = made.rounds(10)
    made.clock.now = 100
    rounds.look(threading.Event())
    assert made.told == ["The sources could not be followed: no disk."]
    assert made.written == ["schedule reindex: fine"]


def test_a_source_that_cannot_be_read_is_told_once() -> None:
    made = Made()
    rounds = made.rounds(10)
    for number in range(3):
        made.sources = Told(("These sources cannot be read: wire.",), outcome=f"{number} asked", good=False)
        made.clock.now += 100
        rounds.look(threading.Event())
    assert made.told == ["These sources cannot be read: wire."]


def test_a_round_that_is_told_to_stop_indexes_nothing() -> None:
    made, stopped = Made(), threading.Event()
    stopped.set()
    rounds = made.rounds(10)
    made.clock.now = 100
    rounds.look(stopped)
    assert made.written == []


def test_tending_ends_with_its_body() -> None:
    made, served, ended = Made(), Served(), list[str]()
    with tending(made.rounds(0), served.watch(), lambda: ended.append("stopped")):
        assert {"rounds", "watch"} <= {thread.name for thread in threading.enumerate()}
    assert ended == ["stopped"]
    time.sleep(0)
    assert not {"rounds", "watch"} & {thread.name for thread in threading.enumerate()}


def test_news_wait_for_each_platform_and_reach_admins_only() -> None:
    room = Newsroom(Roles(["telegram:1", "telegram:2", "discord:3"], ["telegram:4"]))
    for number in range(25):
        room.announce(say(str(number)))
    assert [number for number, told in room.news("telegram") if told.lines == ("24",)] == ["1", "2"]
    assert room.news("telegram") == []
    assert len(room.news("discord")) == 20
