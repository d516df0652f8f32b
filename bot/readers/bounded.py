"""Read hard files in a child process, so that a hostile one costs seconds and never the bot."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import bot
from bot.errors import UnreadableArticle
from bot.readers.feed import Entry
from bot.readers.record import feed_from_line, from_line
from bot.values import Article

FEED = "feed"
"""What is asked of the child beside the kinds of articles."""
TIME_LIMIT = 20.0
"""Seconds of processor time that one file may take."""
_PATIENCE = 10
"""Times as long is waited, since a busy machine must not cost an article."""
MEMORY, STRANGERS_MEMORY = 1_000_000_000, 260_000_000
"""Bytes for a file of the operator's, and for what comes from the network: with the program itself under 300 MB."""


class Bounded:
    """Reads articles in one child process with limits on time and memory, started at the first file.

    A context manager. One child serves many files; a file that breaks it costs that file only, and the next one
    gets a new child. Not for several threads at once.
    """

    def __init__(self, time_limit: float = TIME_LIMIT, memory: int = MEMORY) -> None:
        """Set the seconds of processor time and the bytes of memory that a file may take."""
        self._time_limit, self._memory = time_limit, memory
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        """Return itself; the child starts when it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()

    def read(self, kind: str, content: bytes, article_id: str) -> Article:
        """Return the article that bytes of a kind (see files.KINDS) hold. Raises UnreadableArticle."""
        return from_line(self._ask(kind, content, article_id))

    def feed(self, content: bytes, url: str) -> tuple[Entry, ...]:
        """Return the entries of the feed that bytes from url hold. Raises UnreadableArticle."""
        return feed_from_line(self._ask(FEED, content, url))

    def _ask(self, kind: str, content: bytes, name: str) -> bytes:
        if self._child and self._child.process.poll() is not None:
            self.close()
        self._child = child = self._child or _start(self._memory)
        request = json.dumps({"kind": kind, "id": name, "length": len(content), "seconds": self._time_limit})
        line = b""
        with contextlib.suppress(OSError, queue.Empty):
            child.requests.write(request.encode() + b"\n" + content)
            child.requests.flush()
            line = child.answers.get(timeout=_PATIENCE * self._time_limit)
        if not line:
            self.close()
            raise UnreadableArticle(
                f"The file could not be read within {self._time_limit:g} seconds and "
                f"{self._memory // 1_000_000:,} MB of memory; simplify it."
            )
        return line

    def close(self) -> None:
        """End the child, at once."""
        child, self._child = self._child, None
        if child:
            child.process.kill()
            child.process.wait()
            with contextlib.suppress(OSError):
                child.requests.close()


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: queue.Queue[bytes]


def _start(memory: int) -> _Child:
    command = [sys.executable, "-m", "bot.readers.worker", str(memory)]
    package = Path(bot.__file__).parent.parent  # -m looks in the working folder first
    process = subprocess.Popen(  # noqa: S603 - our own module in our own Python
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=package
    )
    if process.stdin is None or process.stdout is None:
        raise UnreadableArticle("The process that reads files did not start; try again.")
    answers: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_forward, args=(process.stdout, answers), daemon=True).start()
    return _Child(process, process.stdin, answers)


def _forward(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Hand lines on, and an empty one when the child has ended: a pipe cannot be waited for everywhere."""
    with stream, contextlib.suppress(OSError, ValueError):
        for line in stream:
            lines.put(line)
    lines.put(b"")
