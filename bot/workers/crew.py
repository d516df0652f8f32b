"""Several workers behind one way to ask."""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BotError, WorkerDied
from bot.values import Answer, Trace, Turn
from bot.workers.worker import GOODBYE, Start, Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    start: float = 180.0
    """For a worker to open model and index."""
    answer: float = 60.0
    """For one answer, and for a worker that is free; answers take tens of milliseconds."""
    first_pause: float = 1.0
    longest_pause: float = 30.0
    """Between two tries to replace a worker; doubled from the first on."""


class Crew:
    """Workers over the same index, as many answers at once as there are of them. Safe from several threads.

    A worker that dies (kill -9, a crash in native code, memory) is replaced, and the question that it had in hand is
    asked of another one, once. Raises what keeps a worker from starting, such as NoIndex, ModelError.
    """

    def __init__(self, start: Start, count: int, patience: Patience | None = None) -> None:
        self._start = start
        self._patience = patience or Patience()
        self._free: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._workers: list[Worker] = []
        # However we end: at the end of Python, too, somebody must tell the workers, or they are waited for.
        atexit.register(self.close)
        try:
            self._workers += [Worker(start) for _ in range(count)]
            for worker in self._workers:
                worker.ready(self._patience.start)
        except BaseException:
            self.close()
            raise
        for worker in self._workers:
            self._free.put(worker)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return the answer of the next free worker, with a light trace (bot.store.traces).

        Raises what it raised; WorkerDied when two died over it.
        """
        try:
            return self._ask(question, history)
        except WorkerDied as error:
            log.warning("%s Its question is asked again.", error)
        return self._ask(question, history)

    def pids(self) -> list[int]:
        """Return the numbers of the workers' processes."""
        with self._lock:
            return [worker.pid for worker in self._workers]

    def close(self) -> None:
        """End all workers when they have finished what they have in hand; nobody may ask afterwards."""
        atexit.unregister(self.close)
        self._closed.set()
        with self._lock:
            leaving, self._workers = self._workers, []
        for worker in leaving:
            worker.leave()
        until = time.monotonic() + GOODBYE
        for worker in leaving:
            worker.end(max(0.0, until - time.monotonic()))

    def _ask(self, question: str, history: Sequence[Turn]) -> tuple[Answer, Trace]:
        try:
            worker = self._free.get(timeout=self._patience.answer)
        except queue.Empty:
            raise WorkerDied("No process that answers is free.") from None
        try:
            found = worker.ask(question, history, self._patience.answer)
        except WorkerDied:
            threading.Thread(target=self._replace, args=(worker,), name="replacing", daemon=True).start()
            raise
        except BaseException:
            self._free.put(worker)
            raise
        self._free.put(worker)
        return found

    def _replace(self, dead: Worker) -> None:
        """Put a new worker in a dead one's place, however many tries it takes."""
        pause = self._patience.first_pause
        while self._gone(dead) and (worker := self._another()):
            try:
                worker.ready(self._patience.start)
            except BotError as error:
                if self._closed.is_set():
                    return
                log.error("A process that answers could not be started: %s", error)  # noqa: TRY400  # says it all
                dead = worker
                self._closed.wait(pause)
                pause = min(2 * pause, self._patience.longest_pause)
            else:
                self._free.put(worker)
                return

    def _gone(self, dead: Worker) -> bool:
        """Be rid of a worker; False when close() has taken it, and all others."""
        with self._lock:
            ours = dead in self._workers
            self._workers = [worker for worker in self._workers if worker is not dead]
        if ours:
            dead.end()
        return ours

    def _another(self) -> Worker | None:
        with self._lock:
            if self._closed.is_set():
                return None
            worker = Worker(self._start)
            self._workers.append(worker)
            return worker
