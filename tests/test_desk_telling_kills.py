from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from telling_child import POINTS, ROWS

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What became of four people in each row of kills."""
    run = subprocess.run(
        [sys.executable, HERE / "telling_child.py", tmp_path_factory.mktemp("kills")],
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_killed_at_every_point_each_is_told_once_or_apologised_to_once(told: list[dict[str, Any]]) -> None:
    # Only the one that was under way is apologised for; whether it had arrived nobody could know.
    first = {"begun": ["apology"], "sent": ["answer", "apology"]}
    for point, row in zip(POINTS, told, strict=False):
        assert (row["points"], row["killed"], row["due"]) == ([point], 1, 0)
        assert row["got"] == {"0": first.get(point, ["answer"]), "1": ["answer"], "2": ["answer"], "3": ["answer"]}


def test_a_row_of_kills_tells_nobody_twice(told: list[dict[str, Any]]) -> None:
    silenced, several = told[len(POINTS) :]
    # Killed while sending and again while apologising, a person hears nothing, which is the lesser evil.
    assert silenced["got"] == {"1": ["answer"], "2": ["answer"], "3": ["answer"]}
    assert several["killed"] >= len(ROWS[-1]) - 1  # after the sixth there may be nobody left to tell
    assert several["due"] == silenced["due"] == 0
    assert all(kinds in (["answer"], ["apology"], ["answer", "apology"]) for kinds in several["got"].values())
