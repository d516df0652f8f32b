"""One worker: the life of a process that answers one question after the other, and how its owner talks to it."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection
from typing import Protocol

from bot.errors import BotError, WorkerDied
from bot.store.traces import light
from bot.values import Answer, Trace, Turn

log = logging.getLogger(__name__)

LOOK_EVERY = 3.0
"""Seconds after which a worker that nobody asks looks whether another build serves by now."""
GOODBYE = 5.0
"""Seconds for a worker to end by itself."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_environment = threading.Lock()


class Answering(Protocol):
    """What a worker does."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return the answer and how it came about."""

    def warm(self) -> None:
        """Make ready for whatever build serves, so that no question waits for it."""


Start = Callable[[], AbstractContextManager[Answering]]
"""Called in the worker to open what it answers with; it must survive pickling and hold no secret."""


class Worker:
    """A worker as its owner sees it; one thread at a time may ask it."""

    def __init__(self, start: Start) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._link, theirs = spawning.Pipe()
        # A daemon ends with us in good order; after a kill -9 the broken link tells it (see work).
        self._process = spawning.Process(target=work, args=(theirs, start), name="answers", daemon=True)
        with _environment:
            # Workers share the cores among themselves: libraries that start a thread a core would fight over them.
            before = {name: os.environ.get(name) for name in _THREADS}
            os.environ.update(dict.fromkeys(_THREADS, "1"))
            try:
                self._process.start()
            finally:
                for name, value in before.items():
                    if value is None:
                        del os.environ[name]
                    else:
                        os.environ[name] = value
        theirs.close()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid or 0

    def ready(self, timeout: float) -> None:
        """Wait until it can answer. Raises WorkerDied, and whatever BotError keeps it from starting."""
        told = self._receive(timeout)
        if isinstance(told, Exception):
            raise told

    def ask(self, question: str, history: Sequence[Turn], timeout: float) -> tuple[Answer, Trace]:
        """Return its answer, with a light trace (bot.store.traces).

        Raises what it raised, and WorkerDied when it died over it or took too long.
        """
        try:
            self._link.send((question, tuple(history)))
        except OSError as error:
            raise WorkerDied("A process that answers was gone.") from error
        told = self._receive(timeout)
        if isinstance(told, Exception):
            raise told
        if told is None:
            raise WorkerDied("A process that answers said nothing.")
        return told

    def leave(self) -> None:
        """Tell it that there are no more questions; end() waits for it."""
        self._link.close()

    def end(self, grace: float = 0.0) -> None:
        """Be rid of it, by force when it is not gone after grace seconds."""
        self._process.join(grace)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(GOODBYE)
        self._link.close()

    def _receive(self, timeout: float) -> tuple[Answer, Trace] | Exception | None:
        try:
            if not self._link.poll(timeout):
                raise WorkerDied(f"A process that answers was silent for {timeout:.0f} s.")
            told: tuple[Answer, Trace] | Exception | None = self._link.recv()
        except (EOFError, OSError) as error:
            raise WorkerDied("A process that answers died.") from error
        return told


def work(link: Connection, start: Start) -> None:
    """Answer what comes over link until it closes: all that a worker's process does."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all of us: our owner finishes first, and then closes link
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_die_with_owner, name="owner", daemon=True).start()
    with suppress(OSError):
        try:
            with start() as answering:
                answering.warm()
                link.send(None)
                _answer_all(link, answering)
        except BotError as error:
            link.send(error)


def _answer_all(link: Connection, answering: Answering) -> None:
    while True:
        if not link.poll(LOOK_EVERY):
            _look(answering)
            continue
        try:
            question, history = link.recv()
        except EOFError:
            return
        link.send(_answered(answering, question, history))


def _answered(answering: Answering, question: str, history: Sequence[Turn]) -> tuple[Answer, Trace] | Exception:
    try:
        answer, trace = answering.ask(question, history)
        return answer, light(trace)
    except BotError as error:
        return error
    except Exception as error:  # not every exception survives the way to the owner
        log.exception("A question could not be answered.")
        return RuntimeError(f"A question could not be answered: {type(error).__name__}.")


def _look(answering: Answering) -> None:
    try:
        answering.warm()
    except BotError as error:
        log.warning("%s", error)
    except Exception:  # the next question will tell
        log.exception("A worker could not make ready for the build that serves.")


def _die_with_owner() -> None:
    """End soon after the owner is gone, even from code that never looks at its link."""
    owner = multiprocessing.parent_process()
    if owner is not None:
        owner.join()
        time.sleep(GOODBYE)
        os._exit(0)
