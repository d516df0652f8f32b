"""A long life: a bot that serves and two that search, while one index after the other takes over."""

from __future__ import annotations

import math
import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from benchmarks.safety.parts import PROCESSES, Home, Row, Tell, row
from bot.app.answering import search
from bot.app.indexing import index
from bot.app.serving import desk
from bot.messages import Message, Place

WITHIN = 10.0
"""Seconds within which a new index must be seen."""
PATIENCE = 600
SLACK = 0.2
"""Seconds between two questions of one who is ahead of the switches."""

READY = "ready"
SAMPLES = 400
"""Looks at the size of a process in its life."""

Asking = Callable[[int], set[str]]
"""The number of a question -> the editions that its answer speaks of. Raises whatever goes wrong."""
Way = Callable[[Home], AbstractContextManager[Asking]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a life is."""

    questions: int
    switches: int


@dataclass(slots=True)
class Life:
    """What one process went through."""

    asked: int = 0
    errors: list[str] = field(default_factory=list)
    mixed: int = 0
    sizes: list[tuple[int, int]] = field(default_factory=list)
    """Bytes of memory and open files, from time to time."""
    left: int = 0
    """Earlier builds of which files are open at the end."""


@contextmanager
def serving(home: Home) -> Iterator[Asking]:
    """Lend the desk of a serving bot, with all that runs beside it; each question is accepted, answered and done."""
    with desk(home.settings()) as (lent, _):

        def ask(number: int) -> set[str]:
            person = str(number % 9973)  # nobody asks more than may be asked in a minute
            message = Message(f"m{number}", Place("telegram", person), person, question(number), time.time())
            if not lent.accept(message):
                raise RuntimeError("A message was not accepted.")
            reply = lent.answer(message)
            lent.done(message, message.id)
            if reply.apology or (reply.answer.declined and number % 5):
                raise RuntimeError(f"{message.text}: {reply.apology or reply.answer.text}")
            return editions(" ".join(cited.quote for cited in reply.answer.citations))

        yield ask


@contextmanager
def searching(home: Home) -> Iterator[Asking]:
    """Lend the search of the command line: question embedded, both indexes searched, passages and articles read."""
    with search(home.settings()) as find:

        def ask(number: int) -> set[str]:
            found = find(question(number), (), 10)
            if not found or any(hit.passage.text not in article.body for hit, article in found):
                raise RuntimeError(f"{question(number)}: nothing, or nothing verbatim, was found.")
            return editions(" ".join(article.body for _, article in found))

        yield ask


def question(number: int) -> str:
    """Return a question; every fifth asks for what no article tells, and no two of those are alike."""
    if number % 5 == 0:
        return f"when does shop {number} of maker x{number}y sell bands?"
    asked = ("what does band {} cost?", "how long does the battery of band {} last?", "which maker announced band {}?")
    return asked[number % 3].format(number % 6)


def editions(text: str) -> set[str]:
    """Return the editions that a text speaks of."""
    return set(re.findall(r"edition (\d+)", text))


def live(link: Connection, home: Home, way: Way, plan: Plan, done: Synchronized[int]) -> None:
    """Ask until all switches and questions are done; tell over link of each edition when it is first seen, then all."""
    life, known = Life(), set[str]()
    with way(home) as ask:
        link.send(READY)
        while life.asked < plan.questions or done.value < plan.switches:
            if life.asked * plan.switches > plan.questions * (done.value + 1):
                time.sleep(SLACK)
            found = _asked(ask, life)
            for edition in found - known:
                link.send((int(edition), time.monotonic()))
            known |= found
            if life.asked % max(1, plan.questions // SAMPLES) == 0:
                life.sizes.append((_resident(), _opened(home.builds.workspace)[0]))
        life.left = _opened(home.builds.workspace)[1] - 1
    link.send(life)


def _asked(ask: Asking, life: Life) -> set[str]:
    life.asked += 1
    try:
        found = ask(life.asked)
    except Exception as error:  # noqa: BLE001  # whatever goes wrong is what is counted
        life.errors.append(repr(error))
        return set()
    life.mixed += len(found) > 1
    return found


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _opened(workspace: Path) -> tuple[int, int]:
    """Return how many files are open, each of an index once, and of how many indexes some are.

    Chroma opens more connections to its file the busier the machine is, and each thread has one to the texts.
    """
    indexes, others = set[Path](), 0
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            path = link.readlink()
            if path.is_relative_to(workspace):
                indexes.add(path.relative_to(workspace))
            else:
                others += 1
    return len(indexes) + others, len({path.parts[0].removesuffix(".lock") for path in indexes})


def long_life(home: Home, plan: Plan, tell: Tell) -> Iterator[Row]:
    """Yield what a serving bot and two that search went through while indexes were switched.

    The serving one is asked plan.questions, each of the others half as many.
    """
    home.index(1)
    done = PROCESSES.Value("i", 0)
    half = Plan(plan.questions // 2, plan.switches)
    with ExitStack() as opened:
        ways: tuple[tuple[Way, Plan], ...] = ((serving, plan), (searching, half), (searching, half))
        running = [opened.enter_context(_running(home, way, its, done)) for way, its in ways]
        late, slowest = _switches(home, plan, running, done, tell)
        lives = [each.ended() for each in running]
    for life in lives:
        for error in dict.fromkeys(life.errors):
            tell(error)
    asked, errors = sum(life.asked for life in lives), sum(len(life.errors) for life in lives)
    yield row(f"questions and searches over {plan.switches} switches: errors", asked, errors, "100,000 over 50, 0 bad")
    yield row("the same: two builds in one answer", asked, sum(life.mixed for life in lives), "0 bad")
    what = f"a new build live in three running processes (slowest {slowest:.1f} s)"
    yield row(what, plan.switches, late, "100, all within 10 s")
    yield from _grown(lives[0], plan)
    yield row("indexes before the last of which files stay open", plan.switches, sum(life.left for life in lives), "0")


def _grown(life: Life, plan: Plan) -> Iterator[Row]:
    tenth = max(1, len(life.sizes) // 10)
    warm, end = life.sizes[tenth : 2 * tenth], life.sizes[-tenth:]
    if not warm:
        return
    # Around a switch two indexes are open: what leaks shows in the fewest.
    (memory, files), (more, open_) = (
        (statistics.median(size[0] for size in sizes), min(size[1] for size in sizes)) for sizes in (warm, end)
    )
    lived = f"a serving bot over {life.asked:,} questions and {plan.switches} switches"
    yield (
        f"{lived}: memory, MB",
        f"{memory / 1e6:.0f}, {more / 1e6:.0f}",
        f"{more / memory - 1:+.1%}",
        "10% more at most",
    )
    yield "the same: open files, at the fewest", f"{files}, {open_}", f"{open_ - files:+}", "flat"


class _Running:
    """One of the processes, and when it first saw which edition."""

    def __init__(self, link: Connection) -> None:
        self.seen: dict[int, float] = {}
        self._life = Life(errors=["The process ended without a word."])
        if not link.poll(PATIENCE) or link.recv() != READY:
            raise RuntimeError("A process that asks did not start.")
        self._listening = threading.Thread(target=self._listen, args=(link,), daemon=True)
        self._listening.start()

    def _listen(self, link: Connection) -> None:
        with suppress(EOFError, OSError):
            while not isinstance(told := link.recv(), Life):
                self.seen[told[0]] = told[1]
            self._life = told

    def ended(self) -> Life:
        """Wait for its end and return what it went through."""
        self._listening.join()
        return self._life


@contextmanager
def _running(home: Home, way: Way, plan: Plan, done: Synchronized[int]) -> Iterator[_Running]:
    ours, theirs = PROCESSES.Pipe()
    child = PROCESSES.Process(target=live, args=(theirs, home, way, plan, done))
    child.start()
    theirs.close()
    try:
        yield _Running(ours)
    finally:
        child.kill()
        child.join()


def _switches(
    home: Home, plan: Plan, running: Sequence[_Running], done: Synchronized[int], tell: Tell
) -> tuple[int, float]:
    """Switch as often as planned, each time when all have seen the one before; return the late ones and the slowest."""
    late, slowest = 0, 0.0
    switched = time.monotonic()

    def all_see(edition: int) -> None:
        nonlocal late, slowest
        while not all(edition in each.seen for each in running) and time.monotonic() < switched + 2 * WITHIN:
            time.sleep(0.02)
        took = max(each.seen.get(edition, math.inf) for each in running) - switched
        slowest = max(slowest, took)
        if took > WITHIN:
            late += 1
            tell(f"edition {edition} was seen after {took:.1f} s")

    for number in range(1, plan.switches + 1):
        home.write(number + 1)
        done.value = number - 1
        switched = _index(home, partial(all_see, number))
    all_see(plan.switches + 1)
    done.value = plan.switches
    return late, slowest


def _index(home: Home, wait: Callable[[], None]) -> float:
    """Index, wait when the new build is made and has not taken over yet, and return the last moment before it did."""
    at = 0.0

    def hear(stage: str, finished: int, _: int) -> None:
        nonlocal at
        if stage == "verify" and finished:
            wait()
        at = time.monotonic()

    index(home.settings(), hear)
    return at
