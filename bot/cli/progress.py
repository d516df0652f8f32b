"""How far an index run is: a bar with rate and time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.index.report import STAGES, Progress

_EVERY = 5.0
"""Seconds between two lines into a pipe."""


@contextmanager
def progress() -> Iterator[Progress]:
    """Yield what hears (stage, done, total); it shows on standard error, so that output stays clean."""
    if not sys.stderr.isatty():
        yield Plain().hear
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<19}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:>9}"),
        TimeRemainingColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Bars(*columns, console=Console(stderr=True)) as bars:

        def hear(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES.get(stage, stage), rate="")
            task = bars.tasks[bars.task_ids.index(tasks[stage])]
            speed = task.finished_speed or task.speed
            bars.update(task.id, completed=done, total=total or None, rate=f"{speed:,.0f}/s" if speed else "")

        yield hear


class Plain:
    """Says on standard error how far each stage is, every few seconds and at its end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage = ""
        self._began = self._said = 0.0

    def hear(self, stage: str, done: int, total: int) -> None:
        """Take note; print a line when it is time for one."""
        now = self._clock()
        if stage != self._stage:
            self._stage, self._began, self._said = stage, now, now
        if total == 1:
            sys.stderr.write("" if done else f"{STAGES.get(stage, stage)} ...\n")
            sys.stderr.flush()
            return
        if (done < total or not total) and now - self._said < _EVERY:
            return
        self._said = now
        rate = done / max(now - self._began, 1e-9)
        of = f" of {total:,}" if total else ""
        left = f", {(total - done) / rate:,.0f} s left" if 0 < done < total else ""
        speed = f", {rate:,.0f}/s" if rate >= 1 and now > self._began else ""
        sys.stderr.write(f"{STAGES.get(stage, stage)}: {done:,}{of}{speed}{left}\n")
        sys.stderr.flush()
