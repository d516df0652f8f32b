"""A reindex that is killed, at random and at every kind of step, beside a bot that answers."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from pathlib import Path

import pytest
from index_child import POINTS, index
from index_parts import HashingModel, write_edition
from index_reader import reader

from bot.index.builds import Builds
from bot.index.lending import Library

RANDOM_KILLS = 50
# Every child starts with the heavy imports done (see conftest.py): kills fall into the work and not into the start.
PROCESSES = multiprocessing.get_context("forkserver")


def run(corpus: Path, data_dir: Path, kill_after: float | None = None, kill_at: str = "", nth: int = 0) -> int | None:
    child = PROCESSES.Process(target=index, args=(str(corpus), str(data_dir), kill_at, nth))
    child.start()
    child.join(kill_after)
    if child.is_alive():
        child.kill()
    child.join()
    return child.exitcode


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    corpus, data_dir = tmp_path / "corpus", tmp_path / "data"
    write_edition(corpus, 0)
    assert run(corpus, data_dir) == 0
    return corpus, data_dir


def check_after(corpus: Path, data_dir: Path, edition: int) -> None:
    """The next run, whole, cleans up and serves what the corpus says."""
    write_edition(corpus, edition)
    assert run(corpus, data_dir) == 0
    builds = Builds(data_dir)
    current = builds.current()
    assert sorted(path.name for path in builds.root.glob("builds/*")) == sorted([current.build, current.previous])
    library = Library(data_dir, HashingModel().identity)
    with library.snapshot() as snapshot:
        assert f"edition {edition}" in snapshot.article("band-0").body
        assert not snapshot.degraded
    library.close()
    assert [path.name for path in builds.workspace.iterdir()] == [".lock"]


def test_fifty_kills_at_random_moments_are_noticed_by_no_reader(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    chance = random.Random(20261123)  # noqa: S311 - moments, not secrets
    started = time.monotonic()
    write_edition(corpus, 1)
    assert run(corpus, data_dir) == 0
    whole = time.monotonic() - started
    killed = 0
    edition = 1
    with reader(PROCESSES, data_dir) as reading:
        while killed < RANDOM_KILLS:
            edition += 1
            write_edition(corpus, edition)
            # Most kills fall into the writing, which is a small part of the run's time.
            moment = chance.uniform(0, whole * chance.choice([0.2, 0.2, 1.1]))
            code = run(corpus, data_dir, kill_after=moment)
            assert code in (0, -signal.SIGKILL)
            killed += code == -signal.SIGKILL
            if edition % 16 == 0:
                write_edition(corpus, edition)
                assert run(corpus, data_dir) == 0
        seen = reading.told()
    assert (seen.errors, seen.said) == ([], [])
    assert seen.answers > 100
    assert len(seen.builds) > 3
    assert seen.editions == sorted(seen.editions)
    assert seen.handles < 100
    check_after(corpus, data_dir, edition + 1)


def test_a_kill_at_each_kind_of_step_leaves_the_old_index_or_the_new_one(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    edition = 0
    killed = 0
    with reader(PROCESSES, data_dir) as reading:
        for point in POINTS:
            for nth in (1, 2, 5):
                edition += 1
                write_edition(corpus, edition)
                code = run(corpus, data_dir, kill_at=point, nth=nth)
                assert code in (0, -signal.SIGKILL)
                killed += code == -signal.SIGKILL
        seen = reading.told()
    assert killed >= 10
    assert (seen.errors, seen.said) == ([], [])
    assert seen.editions == sorted(seen.editions)
    check_after(corpus, data_dir, edition + 1)
