"""Threads that do what nobody asks for while a bot serves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.errors import BotError
from bot.newsroom.rounds import Rounds
from bot.newsroom.watch import Watch

ROUNDS, WATCH = 1.0, 5.0
"""Seconds between two looks."""

log = logging.getLogger(__name__)


@contextmanager
def tending(rounds: Rounds, watch: Watch, stop: Callable[[], None]) -> Iterator[None]:
    """Make rounds and watch what answers until the body ends; stop: ends an index run that is under way then."""
    stopped = threading.Event()
    work = ((ROUNDS, "rounds", lambda: rounds.look(stopped)), (WATCH, "watch", watch.look))
    threads = [threading.Thread(target=_every, args=(stopped, pause, look), name=name) for pause, name, look in work]
    for thread in threads:
        thread.daemon = True
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        stop()
        for thread in threads:
            thread.join()


def _every(stopped: threading.Event, pause: float, look: Callable[[], object]) -> None:
    while not stopped.wait(pause):
        try:
            look()
        except BotError as error:
            log.warning("%s", error)
        except Exception:  # the bot answers on, and the next look may go well
            log.exception("What is done without being asked went wrong.")
