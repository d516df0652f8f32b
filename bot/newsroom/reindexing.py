"""An index made in a child process beside the bot that answers, one at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import BotError, IndexBusy, IndexingError
from bot.index.report import STAGES, Progress, Report, quiet
from bot.newsroom.wire import Step, heard

LONGEST = 6 * 3600.0
"""Seconds after which an index run is given up."""


@dataclass(slots=True)
class _Run:
    """An index run that is under way."""

    who: str
    since: float
    stage: str = "read"
    child: subprocess.Popen[str] | None = None


class Reindexing:
    """Runs command, which indexes and says how far it is in the words of bot.newsroom.wire.

    The child is the first of a group of its own and ends itself when its standard input ends, so that none is left
    behind however this process dies. Killing it harms nothing: the index that serves goes on, and the next run
    cleans up. Safe from several threads.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], clock: Callable[[], float] = time.time
    ) -> None:
        self._command = tuple(command)
        self._environment = dict(environment)
        self._clock = clock
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._stopped = False

    def run(self, who: str, hear: Progress = quiet, *, force: bool = False) -> Report:
        """Index and return what was done; raises what bot.app.indexing.index does, IndexBusy while a run goes on.

        force: switch even when many articles are lost or known questions are answered worse.
        """
        run = self._begin(who)
        try:
            return self._watch(run, self._start(run, force=force), hear)
        finally:
            with self._lock:
                self._run = None

    def stop(self) -> None:
        """End the run that is under way, and begin no other."""
        with self._lock:
            self._stopped = True
            if self._run and self._run.child:
                _kill(self._run.child)

    def stopped(self) -> bool:
        """Return whether stop was called."""
        return self._stopped

    def under_way(self) -> str:
        """Return who indexes since when and how far they are, one sentence; empty when nobody does in this process."""
        with self._lock:
            return _sentence(self._run) if self._run else ""

    def _begin(self, who: str) -> _Run:
        with self._lock:
            if self._stopped:
                raise IndexingError("The bot is being stopped; index again when it is back.")
            if self._run:
                raise IndexBusy(f"{_sentence(self._run)} Wait until that has finished.")
            self._run = _Run(who, self._clock())
            return self._run

    def _start(self, run: _Run, *, force: bool) -> subprocess.Popen[str]:
        command = [*self._command, "--by", run.who, *(["--force"] if force else [])]
        with self._lock:
            if self._stopped:
                raise IndexingError("The bot is being stopped; index again when it is back.")
            try:
                run.child = subprocess.Popen(  # noqa: S603  # our own command line
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    env=self._environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise IndexingError(f"An index run cannot be started ({error.strerror}); try again later.") from error
            return run.child

    def _watch(self, run: _Run, child: subprocess.Popen[str], hear: Progress) -> Report:
        late = threading.Timer(LONGEST, _kill, (child,))
        late.daemon = True
        late.start()
        last: Report | BotError | None = None
        try:
            with child:
                for line in child.stdout or ():
                    said = heard(line)
                    if isinstance(said, Step):
                        run.stage = said.stage
                        hear(said.stage, said.done, said.total)
                    elif said is not None:
                        last = said
        finally:
            late.cancel()
            _kill(child)
        return self._ended(last, child.returncode)

    def _ended(self, last: Report | BotError | None, status: int) -> Report:
        if isinstance(last, Report):
            return last
        if last is not None:
            raise last
        why = "it was stopped" if self._stopped else f"its process ended with {status}"
        raise IndexingError(f"The index run did not finish: {why}; the index that served still serves. Index again.")


def _sentence(run: _Run) -> str:
    since = datetime.fromtimestamp(run.since, UTC)
    return f"{run.who} has been indexing since {since:%H:%M} UTC ({STAGES.get(run.stage, run.stage).lower()})."


def _kill(child: subprocess.Popen[str]) -> None:
    """Kill a child and whatever it has started, unless it has ended by itself."""
    if child.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
