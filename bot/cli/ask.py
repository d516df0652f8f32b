"""python -m bot ask"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from bot.app import answering
from bot.cli.exits import Exit
from bot.cli.lines import Line, each, timed, usable, write
from bot.cli.records import answer_record
from bot.settings import Settings
from bot.terminal.render import answer_lines
from bot.terminal.screen import screen
from bot.text.question import checked
from bot.values import Ask, Turn


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Answer the question on the command line, or every line of standard input."""
    usable(arguments)
    question = None if arguments.stdin else checked(arguments.question)
    with answering.conversation(settings) as ask:
        if question is None:
            return each(sys.stdin.buffer, lambda line: _answer(ask, line))
        if arguments.json:
            write(record(ask, question))
        else:
            screen()(answer_lines(ask(question, ())[0]))
        return Exit.OK


def _answer(ask: Ask, line: Line) -> dict[str, Any]:
    return record(ask, line.question, line.history)


def record(ask: Ask, question: str, history: Sequence[Turn] = ()) -> dict[str, Any]:
    """Return the answer to question as `ask --json` prints it."""
    (answer, _), elapsed_ms = timed(lambda: ask(question, history))
    return answer_record(answer, elapsed_ms)
