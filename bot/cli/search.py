"""python -m bot search"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from bot.app import answering
from bot.cli.exits import Exit
from bot.cli.lines import each, timed, usable, write
from bot.cli.records import search_record
from bot.settings import Settings
from bot.terminal.render import search_lines
from bot.terminal.screen import screen
from bot.text.question import checked
from bot.values import Turn


def run(arguments: Namespace, settings: Settings) -> Exit:
    """List the passages that fit the question on the command line, or every line of standard input."""
    usable(arguments)
    question = None if arguments.stdin else checked(arguments.question)
    with answering.search(settings) as search:

        def record(asked: str, history: Sequence[Turn] = ()) -> dict[str, Any]:
            found, elapsed_ms = timed(lambda: search(asked, history, arguments.k))
            return search_record(asked, found, elapsed_ms)

        if question is None:
            return each(sys.stdin.buffer, lambda line: record(line.question, line.history))
        if arguments.json:
            write({"id": None, **record(question)})
        else:
            screen()(search_lines(search(question, (), arguments.k)))
        return Exit.OK
