"""Every fault of the tables, over and over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.chats.faults import Fault, faults
from benchmarks.chats.life import nursery
from benchmarks.chats.secrets import Found
from benchmarks.chats.trial import BACK, Outcome, tried

_AT_ONCE = 12
"""Trials; each of them waits most of its time."""
Row = tuple[str, ...]


def storm(times: int, chosen: Sequence[Fault] = ()) -> tuple[list[Row], Found]:
    """Return what came of every fault, or of some, so many times, and what the logs tell."""
    struck = [fault for fault in chosen or faults() for _ in range(times)]
    with ProcessPoolExecutor(_AT_ONCE, nursery(), max_tasks_per_child=1) as pool:
        found = list(zip(struck, pool.map(tried, struck), strict=True))
    by_platform: dict[str, list[tuple[Fault, Outcome]]] = defaultdict(list)
    for fault, outcome in found:
        by_platform[fault.platform].append((fault, outcome))
    rows = [row for platform, outcomes in by_platform.items() for row in _rows(platform, outcomes, times)]
    return rows, sum((outcome.found for _, outcome in found), Found())


def _rows(platform: str, outcomes: Sequence[tuple[Fault, Outcome]], times: int) -> Iterator[Row]:
    bad = [(fault.name, outcome.bad) for fault, outcome in outcomes if outcome.bad]
    for name, what in bad:
        print(f"{platform}, {name}: {what}", flush=True)
    slowest, outcome = max(
        ((fault, outcome) for fault, outcome in outcomes if not outcome.bad), key=lambda one: one[1].seconds
    )
    what = f"{platform}: {len(outcomes) // times} faults x {times}, back within {BACK:.0f} s and never deaf"
    yield f"{what}; slowest {slowest.name}, {outcome.seconds:.0f} s", f"{len(outcomes):,}", str(len(bad)), "0"
