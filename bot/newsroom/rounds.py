"""What is done without being asked: sources followed and the index brought up to date on a schedule."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from bot.errors import BotError
from bot.newsroom.acts import Act, Person, Tell, Told
from bot.newsroom.days import HOUR, moment

FIRST = 60.0
"""Seconds from the start to the first round at the latest, so that one who restarts daily has rounds, too."""
SCHEDULE = Person("schedule", "")

log = logging.getLogger(__name__)


class Rounds:
    """Makes a round every so many seconds: follows what is due, then indexes."""

    def __init__(  # what a round is made of
        self,
        every: float,
        follow: Callable[[Callable[[], bool]], Told],
        index: Callable[[Act, Tell], Told],
        note: Callable[[Act, str], None],
        tell: Callable[[Told], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Plan the first round.

        every: seconds, 0: never. follow: takes in what is new unless it is told to stop, and says what.
        index: brings the index up to date. note: writes it down. tell: is told of what a person must decide or mend.
        """
        self._every = every
        self._follow = follow
        self._index = index
        self._note = note
        self._tell = tell
        self._clock = clock
        self._next = clock() + min(every, FIRST)
        self._told: dict[str, tuple[str, ...]] = {}

    def plan(self) -> str:
        """Return what is done without being asked and when next, one sentence; empty when nothing is."""
        if not self._every:
            return ""
        after = max(self._next - self._clock(), 0.0)
        hours = f"{self._every / HOUR:g} hours" if self._every != HOUR else "hour"
        return f"Sources are followed and indexed every {hours}, next at {moment(time.time() + after)}."

    def look(self, stopped: threading.Event) -> bool:
        """Make a round when it is time for one; tell whether it was."""
        if not self._every or self._clock() < self._next:
            return False
        self._round(stopped.is_set)
        self._next = self._clock() + self._every
        return True

    def _round(self, stopped: Callable[[], bool]) -> None:
        try:
            followed = self._follow(stopped)
        except BotError as error:
            self._report("follow", Told((f"The sources could not be followed: {error}",), good=False))
        else:
            log.info("%s", followed.outcome or followed.lines[0])
            self._report("follow", followed)
        if not stopped():
            act = Act(SCHEDULE, "reindex")
            told = self._index(act, lambda _: None)
            self._note(act, told.outcome or told.lines[0])
            self._report("index", told)

    def _report(self, about: str, told: Told) -> None:
        """Tell of what needs a person, once until it changes."""
        if not told.good and told.lines != self._told.get(about):
            log.warning("%s", " ".join(told.lines))
            self._tell(told)
        self._told[about] = () if told.good else told.lines
