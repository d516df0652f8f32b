"""One process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import BotError, StoreError


@contextmanager
def sole(path: Path, taken: BotError) -> Iterator[None]:
    """Hold a lock that only one process has, a killed one no more. Raises taken when another has it, StoreError."""
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise taken from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written: see that its folder can be, and that there is space.") from error
    try:
        yield
    finally:
        lock.release()
