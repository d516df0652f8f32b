from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from bot.desk import Desk, Limits
from bot.messages import Message, Place
from bot.store import Store
from bot.values import Answer, Trace, Turn


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


def test_a_chat_in_which_little_can_be_said_turns_nobody_away_elsewhere(tmp_path: Path) -> None:
    """Telegram takes 20 messages a minute in a group; 30 people ask more than that there, minute after minute."""
    now = [1_700_000_000.0]
    with closing(Store(tmp_path)) as store:
        desk, owed = Desk(store, ask, tuple, clock=lambda: now[0]), list[Message]()
        for minute in range(10):
            now[0] += 61
            asked = [_asks(f"{minute}.{n}", "-100", str(n % 30), now[0]) for n in range(90)]
            owed += [message for message in asked if desk.accept(message)]
            for message in owed[:20]:
                desk.done(message)
            del owed[:20]
            assert len(owed) <= Limits().told_chat
            elsewhere = _asks(f"elsewhere {minute}", "42", "42", now[0])
            assert desk.accept(elsewhere)
            assert not desk.answer(elsewhere).apology
            desk.done(elsewhere)


def _asks(id_: str, chat: str, user: str, now: float) -> Message:
    return Message(id_, Place("telegram", chat), user, "how much is the quark s1", now)


def test_one_who_floods_starves_nobody(tmp_path: Path) -> None:
    alone = patience(tmp_path / "alone", flooded=False)
    assert patience(tmp_path / "flooded", flooded=True) <= 2 * alone
