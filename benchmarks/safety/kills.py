"""Reindexing that is killed, at random moments and before every call that makes something last, beside a reader."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from multiprocessing.connection import Connection

from benchmarks.safety.parts import PROCESSES, Home, Row, Tell, index_apart, row
from benchmarks.safety.stops import arm, supported, watch
from bot.errors import BotError
from bot.index.builds import Builds
from bot.index.manifest import check_files, read_manifest
from bot.index.report import Ready
from bot.index.texts import Texts

from index_reader import Seen, reader  # isort: skip  # of the tests, on the path by now

WHOLE_EVERY = 10
"""Kills after which a run is left alone, to see that it needs no cleaning."""


class Killing:
    """An index whose runs are killed: what stands after each, and what was wrong."""

    def __init__(self, home: Home, tell: Tell) -> None:
        self.home = home
        self.tell = tell
        self.edition = self.served = 1
        self.kills = self.bad = self.whole = 0
        if home.index(1) != 0:
            raise RuntimeError("The first edition could not be indexed.")

    def wrong(self, what: str) -> None:
        """Count something that must not be."""
        self.bad += 1
        self.tell(f"edition {self.edition}: {what}")

    def killed(self, run: Callable[[], int | None]) -> bool:
        """Let run index the next edition and be killed over it, look at what stands, and tell whether it was."""
        self.edition += 1
        self.home.write(self.edition)
        code = run()
        if code not in (0, -signal.SIGKILL):
            self.wrong(f"a run on what a kill has left ended with {code}")
        self.kills += code == -signal.SIGKILL
        self._look({self.edition} if code == 0 else {self.served, self.edition})
        return code == -signal.SIGKILL

    def let_alone(self) -> None:
        """Index the next edition to its end, on what the kills have left."""
        self.edition += 1
        self.whole += 1
        if (code := self.home.index(self.edition)) != 0:
            self.wrong(f"a whole run ended with {code}")
        self._look({self.edition})
        current = self.home.builds.current()
        left = {path.name for path in self.home.builds.folder("").iterdir()} - {current.build, current.previous}
        if left:
            self.wrong(f"left behind: {left}")

    def _look(self, allowed: set[int]) -> None:
        try:
            serves = edition_of(self.home.builds)
        except BotError as error:
            self.wrong(str(error))
            return
        if serves not in allowed:
            self.wrong(f"edition {serves} serves, not one of {allowed}")
        self.served = serves

    def judge(self, seen: Seen) -> None:
        """Count what the reader beside it has seen."""
        for wrong in (*seen.errors, *seen.said):
            self.wrong(wrong)
        if seen.editions != sorted(seen.editions):
            self.wrong(f"editions were seen in this order: {seen.editions}")


def edition_of(builds: Builds) -> int:
    """Return which edition the serving build is of. Raises IndexDamaged unless every file of it is whole."""
    folder = builds.folder(builds.current().build)
    check_files(folder, read_manifest(folder))
    with closing(Texts(folder / "texts.sqlite")) as texts:
        found = re.search(r"edition (\d+)", texts.article("band-0").body)
    return int(found[1]) if found else -1


def random_kills(home: Home, count: int, tell: Tell) -> Iterator[Row]:
    """Yield what came of kills at random moments."""
    killing, chance = Killing(home, tell), random.Random(7)
    began = time.monotonic()
    killing.let_alone()
    whole = time.monotonic() - began
    with reader(PROCESSES, home.data, home.find) as reading:
        while killing.kills < count and killing.edition < 5 * count + 20:
            # Most kills fall into the writing, which is a small part of a run's time.
            moment = chance.uniform(0, whole * chance.choice((0.2, 0.2, 1.0)))
            if killing.killed(partial(_run, home, moment)) and killing.kills % WHOLE_EVERY == 0:
                killing.let_alone()
        killing.let_alone()
        killing.judge(reading.told())
    yield row("reindex killed at a random moment", killing.kills, killing.bad, "300, 0 bad")
    yield row("the run after ten such kills, on what they left", killing.whole, 0, "no cleaning needed")


def every_point(home: Home, most: int, tell: Tell) -> Iterator[Row]:
    """Yield what came of kills before each fsync, rename and unlink of a run and of the trial of its build."""
    what = "reindex killed before every fsync, rename and unlink"
    if not supported():
        yield what, "-", "-", "all, 0 bad (needs Linux)"
        return
    killing, point = Killing(home, tell), 1
    with reader(PROCESSES, home.data, home.find) as reading:
        killing.let_alone()
        while point <= most and killing.killed(partial(_run_to, home, point)):
            point += 1
            if point % WHOLE_EVERY == 0:
                killing.let_alone()
        killing.let_alone()
        killing.judge(reading.told())
    yield row(what, killing.kills, killing.bad, "all, 0 bad")


def _run(home: Home, kill_after: float) -> int | None:
    child = PROCESSES.Process(target=index_apart, args=(str(home.corpus), str(home.data), home.find))
    child.start()
    child.join(kill_after)
    _kill(child.pid or 0)
    child.join()
    return child.exitcode


def _run_to(home: Home, point: int) -> int | None:
    ours, theirs = PROCESSES.Pipe()
    watched = (theirs, os.getpid(), str(home.corpus), str(home.data), home.find)
    child = PROCESSES.Process(target=index_watched, args=watched)
    child.start()

    def stop(count: int) -> int | None:
        if count < point:
            return 0
        _kill(child.pid or 0)
        return None

    watch(ours, stop)
    child.join()
    return child.exitcode


def _kill(pid: int) -> None:
    """Kill a process and its group, if it has one of its own yet."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def index_watched(link: Connection, parent: int, corpus: str, data: str, find: Callable[[], Ready]) -> None:
    """Index while parent is asked before every call that makes something last."""
    arm(link, parent)
    index_apart(corpus, data, find)
