"""Processes as seen from outside: whether one lives, and waiting for what one will do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

PROCESSES = Path("/proc")


def alive(pid: int) -> bool:
    """Return whether a process is there and no zombie, which waits for its parent and does nothing any more."""
    try:
        os.kill(pid, 0)
        # It may end between two lines of this, so what it left is read once and not looked for before.
        stat = (PROCESSES / str(pid) / "stat").read_text("utf-8")
    except OSError as told:
        return not isinstance(told, ProcessLookupError) and not (PROCESSES / "self").exists()
    return stat.rpartition(")")[2].split()[0] != "Z"


def until(met: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to come true, and fail where it does not."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
