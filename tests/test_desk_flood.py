from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.desk import Desk
from bot.store import Store
from bot.values import Answer, Message, Place, Trace, Turn


def ask(question: str, _: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
    time.sleep(0.02)
    return Answer(question, "An answer.", declined=True), Trace(question, question, "build", (), (), "")


def patience(folder: Path, *, flooded: bool) -> float:
    """Return for how long 19 of 20 people wait at most when each asks three questions, and one may flood the bot."""
    desk, stop = Desk(Store(folder), ask, lambda: ()), threading.Event()

    def put(id_: str, user: str) -> float:
        began = time.monotonic()
        message = Message(id_, Place("discord", user), user, "how much is the quark s1", time.time())
        if desk.accept(message):
            desk.answer(message)
            waited = time.monotonic() - began
            desk.done(message, id_)
            return waited
        return 0.0

    def flood() -> None:
        number = 0
        while not stop.is_set():
            put(f"flood{number}", "flooder")
            number += 1
            time.sleep(0.001)  # a thousand messages a second

    flooder = threading.Thread(target=flood)
    if flooded:
        flooder.start()
        time.sleep(0.2)
    with ThreadPoolExecutor(20) as people:
        waits = list(people.map(lambda k: put(f"person{k}", str(k % 20)), range(60)))
    stop.set()
    if flooded:
        flooder.join()
    return statistics.quantiles(waits, n=20)[-1]


def test_one_who_floods_starves_nobody(tmp_path: Path) -> None:
    alone = patience(tmp_path / "alone", flooded=False)
    assert patience(tmp_path / "flooded", flooded=True) <= 2 * alone
