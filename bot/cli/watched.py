"""python -m bot index --watched: an index run for a program that watches over it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from argparse import Namespace
from contextlib import suppress

from bot.app import indexing
from bot.cli.exits import Exit, status_of
from bot.errors import BotError
from bot.index.report import Options
from bot.newsroom.wire import Step, error_line, report_line, step_line
from bot.settings import Settings

_NICE = 10
_EVERY = 0.2
"""Seconds between two lines about the same stage."""


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Index at low priority, say how far it is in JSON lines, and end at once when whoever watches is gone."""
    with suppress(OSError):
        os.nice(_NICE)
    threading.Thread(target=_end_with_the_watcher, name="watcher", daemon=True).start()
    options = Options(rebuild=arguments.rebuild, force=arguments.force, who=arguments.by)
    try:
        report = indexing.index(settings, _Saying().hear, options)
    except BotError as error:
        _say(error_line(error))
        return status_of(error)
    _say(report_line(report))
    return Exit.PARTLY if report.refused else Exit.OK


def _end_with_the_watcher() -> None:
    """Wait until standard input ends, then kill this process and what it has started.

    Reading the descriptor, not the object: a thread that waits inside the object would hold up the interpreter's end.
    """
    while os.read(sys.stdin.fileno(), 4096):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(Exit.STOPPED)


class _Saying:
    """Says each stage as it begins and ends, and now and then between."""

    def __init__(self) -> None:
        self._stage = ""
        self._said = 0.0

    def hear(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._said < _EVERY:
            return
        self._stage, self._said = stage, now
        _say(step_line(Step(stage, done, total)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
