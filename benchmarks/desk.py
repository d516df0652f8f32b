"""The desk: what it adds to an answer, who waits when many ask, and what kills cost."""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from benchmarks.report import Table, show
from bot.app import answering
from bot.desk import Desk, Limits
from bot.messages import Message, Place
from bot.settings import Settings
from bot.store import Store
from bot.values import Answer, Ask, Trace, Turn

CHILD = Path(__file__).parents[1] / "tests" / "desk_child.py"
UNLIMITED = Limits(of_user=10**6, of_chat=10**6, told_user=10**6, told_chat=10**6)
ASKERS = (1, 2, 4, 8, 16, 32)
HEAD = ("what", "measured", "to reach")


def desk(settings: Settings, questions: Sequence[str]) -> Table:
    """Return what the desk adds to an answer, the wait of many who ask at once, and that of others in a flood."""
    rows: list[tuple[str, ...]] = []
    with answering.conversation(settings) as ask, tempfile.TemporaryDirectory() as work:
        for question in questions:
            ask(question, ())
        alone, added = _added(ask, Path(work) / "added", questions)
        rows.append(("an answer, median ms", show(1000 * alone, 1), "-"))
        rows.append(("added by accepting and keeping, of the answer", show(added / alone, 3), "0.1 at most"))
        for askers in ASKERS:
            waits = _at_once(ask, Path(work) / f"{askers}", questions, askers)
            ratio = _p95(waits) / (alone * askers)
            rows.append((f"{askers} at once: p95 / (median alone x {askers})", show(ratio, 2), "4 at most"))
        calm, flooded = (_others(ask, Path(work) / f"flood{on}", questions, flooded=on) for on in (False, True))
        rows.append(("20 people beside one who floods: p95 / p95 without", show(flooded / calm, 2), "2 at most"))
    return Table("The desk", HEAD, tuple(rows), "The starter corpus, real answers, one process.")


def kills(count: int) -> Table:
    """Return what is lost and what is answered twice over many kills of a process with 30 questions each."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as work:
        folder, owed, asked, hit = Path(work), list[str](), 0, 0
        for _ in range(count):
            owed += [str(number) for number in range(asked, asked + 30)]
            asked += 30
            confirmed = _life(folder, owed, chance.uniform(0.001, 0.2))
            owed = [number for number in owed if number not in confirmed]
            with closing(Store(folder)) as store:
                hit += store.inbox.count() > 0
        _life(folder, owed, 0)
        replies = Counter(line.split()[0] for line in (folder / "sent").read_text("utf-8").splitlines())
    rows = (
        ("questions", f"{asked:,}", "-"),
        ("kills, of them among accepted questions", f"{count}, {hit}", "200"),
        ("lost", str(asked - len(replies)), "0"),
        ("answered twice", f"{sum(replies.values()) - len(replies)}", f"{asked // 100} at most"),
    )
    return Table("Questions over kill -9", HEAD, rows, "A process that accepts and answers, killed after 1 to 200 ms.")


def _life(folder: Path, owed: Sequence[str], kill_after: float) -> set[str]:
    with subprocess.Popen(
        [sys.executable, CHILD, folder, ""],
        env=os.environ | {"PYTHONPATH": str(CHILD.parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("The child has no pipes.")
        delivered = "".join(f"{number}\n" for number in owed)
        if not kill_after:
            return set(child.communicate(delivered)[0].split())
        child.stdin.write(delivered)
        child.stdin.flush()
        confirmed = {child.stdout.readline().strip()}
        time.sleep(kill_after)
        child.send_signal(signal.SIGKILL)
        return confirmed | set(child.communicate()[0].split())


def _added(ask: Ask, folder: Path, questions: Sequence[str]) -> tuple[float, float]:
    """Return the median seconds of an answer, and of what the desk does before and after it, measured in turns."""
    alone: list[float] = []
    added: list[float] = []
    with closing(Store(folder)) as store:
        made = Desk(store, timed(ask, alone), tuple, UNLIMITED)
        for number, question in enumerate(questions):
            message = _message(f"m{number}", str(number), question)
            began = time.perf_counter()
            made.accept(message)
            made.answer(message)
            made.done(message, message.id)
            added.append(time.perf_counter() - began - alone[-1])
    return statistics.median(alone), statistics.median(added)


def timed(ask: Ask, into: list[float]) -> Ask:
    """Return ask, which leaves the seconds of every answer in a list."""

    def timed(question: str, turns: Sequence[Turn]) -> tuple[Answer, Trace]:
        began = time.perf_counter()
        found = ask(question, turns)
        into.append(time.perf_counter() - began)
        return found

    return timed


def _at_once(ask: Ask, folder: Path, questions: Sequence[str], askers: int) -> list[float]:
    with closing(Store(folder)) as store, ThreadPoolExecutor(askers) as people:
        made = Desk(store, ask, tuple, UNLIMITED)
        asked = [(f"m{n}", str(n), questions[n % len(questions)]) for n in range(3 * askers if askers > 1 else 20)]
        return list(people.map(lambda one: _wait(made, _message(*one)), asked))


def _others(ask: Ask, folder: Path, questions: Sequence[str], *, flooded: bool) -> float:
    stop = threading.Event()
    with closing(Store(folder)) as store, ThreadPoolExecutor(21) as people:
        made = Desk(store, ask, tuple)

        def flood() -> None:
            number = 0
            while flooded and not stop.wait(0.001):
                _wait(made, _message(f"flood{number}", "flooder", questions[0]))
                number += 1

        flooding = people.submit(flood)
        asked = [(f"m{n}", str(n % 20), questions[n % len(questions)]) for n in range(60)]
        waits = list(people.map(lambda one: _wait(made, _message(*one)), asked))
        stop.set()
        flooding.result()
    return _p95(waits)


def _wait(desk: Desk, message: Message) -> float:
    began = time.perf_counter()
    if desk.accept(message):
        desk.answer(message)
        waited = time.perf_counter() - began
        desk.done(message, message.id)
        return waited
    return 0.0


def _message(id_: str, user: str, question: str) -> Message:
    return Message(id_, Place("discord", user), user, question, time.time())


def _p95(waits: Sequence[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]
