"""What the benchmark of safety measures with does what it says: it stops, spoils and watches for real."""

from __future__ import annotations

import errno
import os
import random
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.safety import Counts
from benchmarks.safety.damage import WAYS, spoil
from benchmarks.safety.life import Plan, long_life
from benchmarks.safety.parts import PROCESSES, Home
from benchmarks.safety.stops import arm, supported, watch
from benchmarks.safety.table import table

LINUX = pytest.mark.skipif(not supported(), reason="needs Linux")


def _writes(link: Connection, parent: int, folder: Path) -> None:
    arm(link, parent)
    for number in range(3):
        path = folder / f"{number}"
        with path.open("w", encoding="utf-8") as file:
            try:
                os.fsync(file.fileno())
            except OSError as error:
                file.write(str(error.errno))
        path.rename(folder / f"renamed-{number}")


def _watched(folder: Path, answers: dict[int, int | None]) -> tuple[int, int | None]:
    """Return how many calls a process that writes wanted to make, and how it ended."""
    ours, theirs = PROCESSES.Pipe()
    child = PROCESSES.Process(target=_writes, args=(theirs, os.getpid(), folder))
    child.start()

    def stop(count: int) -> int | None:
        answer = answers.get(count, 0)
        if answer is None:
            child.kill()
        return answer

    count = watch(ours, stop)
    child.join(60)
    return count, child.exitcode


@LINUX
def test_a_process_is_stopped_before_a_call_and_its_calls_can_fail(tmp_path: Path) -> None:
    assert _watched(tmp_path, {}) == (6, 0)
    assert _watched(tmp_path, {3: errno.EIO}) == (6, 0)
    assert [(tmp_path / f"renamed-{number}").read_text() for number in range(3)] == ["", str(errno.EIO), ""]
    for path in tmp_path.iterdir():
        path.unlink()
    assert _watched(tmp_path, {4: None}) == (4, -signal.SIGKILL)
    assert {path.name for path in tmp_path.iterdir()} == {"renamed-0", "1"}


@given(st.binary(max_size=100), st.sampled_from(sorted(WAYS)), st.integers())
def test_what_is_spoiled_is_never_the_same(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, way: str, seed: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "spoiled"
    path.write_bytes(content)
    spoil(path, way, random.Random(seed))  # noqa: S311 - places, not secrets
    assert not path.exists() or path.read_bytes() != content


@LINUX
def test_a_short_life_is_counted(tmp_path: Path, model_home: Path) -> None:
    told: list[str] = []
    rows = list(long_life(Home.new(tmp_path / "life", model_home), Plan(40, 1), told.append))
    assert told == []
    assert [(int(count), bad) for _, count, bad, _ in rows[:3]] == [
        (int(rows[0][1]), "0"),
        (int(rows[0][1]), "0"),
        (1, "0"),
    ]
    assert int(rows[0][1]) >= 80
    assert rows[4][0] == "the same: open files, at the fewest"
    assert rows[5][1:3] == ("1", "0")
    assert "Safety of the index" in table(rows).markdown()


def test_counts_are_scaled_and_never_nothing() -> None:
    assert Counts().scaled(1) == Counts()
    assert Counts().scaled(0.001).races == 1
