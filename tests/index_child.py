"""Index a corpus in a process of its own, which may kill itself at a chosen system call."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from index_parts import HashingModel

from bot.errors import IndexingError
from bot.index.building import build
from bot.index.report import Ready

POINTS = ("rename", "replace", "fsync", "unlink", "link", "mkdir")


def index(
    corpus: str, data_dir: str, kill_at: str = "", nth: int = 0, find: Callable[[], Ready] = HashingModel
) -> None:
    """Index; with kill_at die by SIGKILL at the nth call of that function of os, before or after it took place."""
    if kill_at:
        _arm(kill_at, nth)
    try:
        build(Path(corpus), Path(data_dir), find())
    except IndexingError as error:
        raise SystemExit(str(error)) from error


def _arm(name: str, nth: int) -> None:
    real: Callable[..., object] = getattr(os, name)
    calls = 0

    def deadly(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth and nth % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(os, name, deadly)
