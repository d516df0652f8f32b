"""python -m bot chat, and python -m bot run"""

from __future__ import annotations

import sys
from argparse import Namespace

from bot.app import indexing, keyboard, storing
from bot.cli.exits import Exit
from bot.cli.index import report_lines
from bot.cli.progress import progress
from bot.errors import BotError
from bot.index.report import Options
from bot.settings import Settings
from bot.terminal.admin import Admin
from bot.terminal.chat import chat
from bot.terminal.render import Look, line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Open the chat; `run` indexes first, and serves the chat platforms instead where a token is set."""
    if arguments.command == "run":
        _index(settings)
        if settings.has_platform:
            from bot.cli.serve import run as serve

            return serve(arguments, settings)
    with keyboard.at_keyboard(settings) as (ask, room):
        show = screen()
        chat(ask, show, Admin(room, storing.keyboard(), show))
    return Exit.OK


def _index(settings: Settings) -> None:
    """Bring the index up to date; when that fails the last good one answers, and only without one is it an error."""
    show = screen(sys.stderr)
    try:
        with progress() as hear:
            report = indexing.index(settings, hear, Options(keep_rollback=True))
    except BotError as error:
        if not indexing.has_index(settings):
            raise
        show([line(f"{error} Answering from the last good index.", Look.ERROR)])
    else:
        show(report_lines(report))
