"""The child process of bounded.Bounded: reads one file after another from its standard input."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys

from bot.errors import UnreadableArticle
from bot.readers.feed import read_feed
from bot.readers.formats import read_content
from bot.readers.record import refusal_line, to_line

_ADDRESSES = 1_000_000_000


def main() -> None:
    """Answer each request (a line of JSON, then as many bytes as it says) with a line of record.py, to the end."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    _limit_memory(int(sys.argv[1]))
    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(request["length"])
        _end_after(request["seconds"])
        answers.write(_answer(request["kind"], content, request["id"]))
        answers.flush()
        _end_after(0)


def _answer(kind: str, content: bytes, name: str) -> bytes:
    try:
        return to_line(read_feed(content, name) if kind == "feed" else read_content(kind, content, name))
    except UnreadableArticle as error:
        return refusal_line(str(error))
    except MemoryError:
        return refusal_line("The file needs more memory to be read than it may take; simplify it.")
    except Exception as error:  # noqa: BLE001 - a library's fault with one file is that file's refusal
        return refusal_line(
            f"The file is damaged or not what its suffix says ({type(error).__name__}); mend or remove it."
        )


def _end_after(seconds: float) -> None:
    """End this process when it has worked for so long; 0 takes that back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(memory: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        # What is written to counts, not what is mapped from libraries: close to the memory that is really held.
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_AS, (max(memory, _ADDRESSES), max(memory, _ADDRESSES)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
