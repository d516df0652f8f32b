from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from bot.store import Store

HERE = Path(__file__).parent
POINTS = ("delivered", "accepted", "answered", "sent", "done")


def serve(folder: Path, owed: list[str], die_at: str = "", kill_after: float = 0.0) -> set[str]:
    """Deliver what a platform still owes, as it does after every start, and return what was confirmed to it."""
    with subprocess.Popen(
        [sys.executable, HERE / "desk_child.py", folder, die_at],
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin
        assert child.stdout
        confirmed = set()
        if kill_after:
            child.stdin.write("".join(f"{number}\n" for number in owed))
            child.stdin.flush()
            confirmed.add(child.stdout.readline().strip())
            time.sleep(kill_after)
            child.send_signal(signal.SIGKILL)
        confirmed |= set(child.communicate("" if kill_after else "".join(f"{number}\n" for number in owed))[0].split())
        assert child.returncode == (-signal.SIGKILL if kill_after or die_at else 0)
    return confirmed - {""}


def sent(folder: Path) -> Counter[str]:
    path = folder / "sent"
    return Counter(line.split()[0] for line in path.read_text("utf-8").splitlines()) if path.exists() else Counter()


@pytest.mark.parametrize("point", POINTS)
def test_a_question_outlives_a_kill_at_every_point(point: str, tmp_path: Path) -> None:
    questions = [str(number) for number in range(5)]
    confirmed = serve(tmp_path, questions, die_at=point)
    serve(tmp_path, [number for number in questions if number not in confirmed])
    replies = sent(tmp_path)
    assert set(replies) == set(questions)
    # Between sending and striking off nobody can know; one is asked twice rather than never answered.
    assert sum(replies.values()) - len(replies) == (point == "sent")
    assert Store(tmp_path).inbox.count() == 0


def test_a_loop_of_kills_loses_nothing(tmp_path: Path) -> None:
    kills, chance = 12, random.Random(7)  # noqa: S311  # no secret
    questions = [str(number) for number in range(kills * 30)]
    owed: list[str] = []
    hit = 0
    for kill in range(kills):
        owed += questions[kill * 30 : kill * 30 + 30]
        confirmed = serve(tmp_path, owed, kill_after=chance.uniform(0.001, 0.2))
        owed = [number for number in owed if number not in confirmed]
        store = Store(tmp_path)
        hit += store.inbox.count() > 0
        store.close()
    assert hit > kills // 2  # most kills fell among questions that were accepted and not answered
    serve(tmp_path, owed)
    replies = sent(tmp_path)
    assert set(replies) == set(questions)
    assert sum(replies.values()) - len(replies) <= kills
