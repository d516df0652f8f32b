"""Where every command begins and ends: parse, run, turn errors into a sentence and an exit status."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from bot.cli.arguments import parser
from bot.cli.exits import Exit, status_of
from bot.errors import BotError

# Command -> the module that is imported when it runs, and only then; its run(arguments, settings) does the work.
_MODULES = {
    "run": "bot.cli.talk",
    "serve": "bot.cli.serve",
    "health": "bot.cli.health",
    "chat": "bot.cli.talk",
    "ask": "bot.cli.ask",
    "search": "bot.cli.search",
    "index": "bot.cli.index",
    "audit": "bot.cli.audit",
    "gaps": "bot.cli.gaps",
    "why": "bot.cli.why",
    "stats": "bot.cli.stats",
    "add": "bot.cli.add",
    "remove": "bot.cli.articles",
    "edit": "bot.cli.articles",
    "articles": "bot.cli.articles",
    "follow": "bot.cli.follow",
    "feeds": "bot.cli.feeds",
    "eval": "bot.cli.evaluate",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; nothing but --help and a wrong command line raises SystemExit."""
    # One question multiplies small matrices: threads that wait for each other cost twice the time of one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported
    _never_fail_to_print()
    try:
        try:
            return _run(parser().parse_args(argv))
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return Exit.STOPPED
    except BrokenPipeError:
        # The interpreter flushes once more at its end, and must find a place for it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.PIPE_CLOSED


def _run(arguments: Namespace) -> Exit:
    from bot.logs import begin
    from bot.settings import load

    try:
        settings = load()
        begin(settings.log_level, settings.secrets)
        return Exit(import_module(_MODULES[arguments.command]).run(arguments, settings))
    except BotError as error:
        _complain(error)
        return status_of(error)


def _complain(error: BotError) -> None:
    from bot.terminal.render import Look, line
    from bot.terminal.screen import screen

    screen(sys.stderr)([line(str(error), Look.ERROR)])


def _never_fail_to_print() -> None:
    """Let a terminal that cannot show a letter show a question mark, and bytes that are no text a replacement."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
