"""All rows, in two lanes: the long life of a bot beside everything that is done to indexes of their own."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.report import Table
from benchmarks.safety.damage import damage
from benchmarks.safety.faults import FAULTS, faults
from benchmarks.safety.kills import every_point, random_kills
from benchmarks.safety.life import Plan, long_life
from benchmarks.safety.parts import Home, Row, Tell
from benchmarks.safety.races import races
from bot.index.model import find_model

HEAD = ("what", "count", "bad", "target")
REMARK = (
    "Six short articles, the packaged model, Chroma and SQLite as they are; every article names its edition. "
    "Of the questions and searches, half go through the desk of a serving bot (accepted, answered, done; most differ "
    "from one another), half through the search of the command line in two more processes (embedded, both indexes "
    "searched, passages and articles read). Points are counted by the kernel, so those of SQLite, Chroma and tantivy "
    "and of the trial of the new build are among them. At full count about 25 minutes on two free cores; smaller: "
    "--share 0.05."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """How often each thing is done."""

    kills: int = 300
    points: int = 1_000
    """At most; a run has about 200 of them."""
    questions: int = 50_000
    switches: int = 200
    damaged: int = 500
    faults: int = len(FAULTS)
    races: int = 50

    def scaled(self, share: float) -> Counts:
        """Return a share of each, but one at least."""
        return Counts(*(max(1, round(share * count)) for count in dataclasses.astuple(self)))


def safety(counts: Counts) -> Table:
    """Return what was tried, how often, and how much of it went wrong."""
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(2) as lanes:
        folder = Path(work)
        find_model("", folder)
        living = lanes.submit(_rows, [_life(folder, counts)])
        others = lanes.submit(_rows, _others(folder, counts))
        return table([*others.result(), *living.result()])


def table(rows: Iterable[Row]) -> Table:
    """Return the table of these rows."""
    return Table("Safety of the index", HEAD, tuple(rows), REMARK)


def _life(folder: Path, counts: Counts) -> Callable[[], Iterable[Row]]:
    plan = Plan(counts.questions, counts.switches)
    return lambda: long_life(Home.new(folder / "life", folder), plan, _tell("life"))


def _others(folder: Path, counts: Counts) -> list[Callable[[], Iterable[Row]]]:
    return [
        lambda: random_kills(Home.new(folder / "kills", folder), counts.kills, _tell("kills")),
        lambda: every_point(Home.new(folder / "points", folder), counts.points, _tell("points")),
        lambda: damage(Home.new(folder / "damage", folder), counts.damaged, _tell("damage")),
        lambda: faults(folder, counts.faults, _tell("faults")),
        lambda: races(Home.new(folder / "races", folder), counts.races, _tell("races")),
    ]


def _rows(parts: Iterable[Callable[[], Iterable[Row]]]) -> list[Row]:
    return [row for part in parts for row in part()]


def _tell(name: str) -> Tell:
    return lambda what: print(f"safety, {name}: {what}", flush=True)
