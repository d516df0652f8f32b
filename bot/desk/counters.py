"""How many questions are answered at once."""

from __future__ import annotations

import threading
from types import TracebackType


class Counters:
    """A fixed number of places at which questions are answered; whoever comes when all are taken waits."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)
        self._lock = threading.Lock()
        self._asking = 0

    @property
    def idle(self) -> bool:
        """Whether nobody is answered and nobody waits."""
        return not self._asking

    def __enter__(self) -> None:
        with self._lock:
            self._asking += 1
        self._free.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()
        with self._lock:
            self._asking -= 1
