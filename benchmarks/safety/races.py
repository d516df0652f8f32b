"""Processes that want to index at the same moment: one does, the others are told at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.safety.parts import PROCESSES, Home, Row, Tell, row
from bot.errors import IndexBusy
from bot.index.building import build
from bot.index.report import Ready

AT_ONCE = 1.0
"""Seconds within which the others are told."""
PATIENCE = 120


def races(home: Home, count: int, tell: Tell) -> Iterator[Row]:
    """Yield what came of races between two writers."""
    bad, slowest = 0, 0.0
    for number in range(count):
        home.write(number + 1)
        ended = dict(_race(home))
        served = home.builds.serving().build
        slowest = max(slowest, ended.get("busy", 0.0))
        if sorted(ended) != ["built", "busy"] or ended["busy"] >= AT_ONCE or not served:
            bad += 1
            tell(f"race {number}: {ended}")
    yield row(f"two writers at once: one is refused (slowest {slowest:.2f} s)", count, bad, "50, 0 bad, each in 1 s")


def _race(home: Home) -> list[tuple[str, float]]:
    barrier = PROCESSES.Barrier(2)
    links = []
    children = []
    for _ in range(2):
        ours, theirs = PROCESSES.Pipe()
        child = PROCESSES.Process(target=contend, args=(theirs, barrier, home.corpus, home.data, home.find))
        child.start()
        theirs.close()
        links.append(ours)
        children.append(child)
    ended = [link.recv() if link.poll(PATIENCE) else ("silent", 0.0) for link in links]
    for child in children:
        child.join()
    return ended


def contend(link: Connection, barrier: Barrier, corpus: Path, data: Path, find: Callable[[], Ready]) -> None:
    """Index when the others do, and tell over link how that ended and how long it took."""
    model = find()
    barrier.wait(PATIENCE)
    began = time.perf_counter()
    try:
        ended = "built" if build(corpus, data, model).new_build else "unchanged"
    except IndexBusy:
        ended = "busy"
    except Exception as error:  # noqa: BLE001  # what came of it is what is measured
        ended = repr(error)
    link.send((ended, time.perf_counter() - began))
