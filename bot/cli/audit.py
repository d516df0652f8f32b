"""python -m bot audit"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from bot.app import storing
from bot.cli.exits import Exit
from bot.cli.lines import write
from bot.newsroom.auditing import entry_lines
from bot.settings import Settings
from bot.terminal.render import line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Show what admins did, the newest first."""
    entries = storing.audit(settings, arguments.n)
    if arguments.json:
        for entry in entries:
            write(asdict(entry))
    else:
        screen()(line(text) for text in entry_lines(entries))
    return Exit.OK
