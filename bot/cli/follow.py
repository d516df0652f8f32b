"""python -m bot follow"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict

from bot.app import newsroom, storing
from bot.cli.exits import Exit
from bot.cli.index import index_after
from bot.cli.lines import write
from bot.newsroom.digest import DETAIL, digest
from bot.newsroom.passes import Followed
from bot.settings import Settings
from bot.terminal.render import Line, Look, line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Make one pass over the sources, say what came of each, index when anything changed."""
    with storing.audited(settings, "follow", "all" if arguments.all else "") as outcome:
        followed = newsroom.articles(settings).follow(everything=arguments.all, hear=_say)
        outcome.append(str(followed))
    if arguments.json:
        write(asdict(followed))
    else:
        screen(sys.stderr)(line(reason, Look.ERROR) for reason in followed.refused)
        screen()(_lines(followed))
    if followed.changes:
        index_after(arguments, settings)
    troubled = followed.refused or any(outcome.failed or outcome.refused for outcome in followed.outcomes)
    return Exit.PARTLY if troubled else Exit.OK


def _say(name: str, number: int, count: int) -> None:
    sys.stderr.write(f"Reading {name}, {number} of {count} ...\n")
    sys.stderr.flush()


def _lines(followed: Followed) -> Iterator[Line]:
    if idle := followed.idle("--all"):
        yield line(idle)
    for told in digest(followed):
        detail = told.removeprefix(DETAIL)
        yield line(told, Look.HEADING) if detail == told else line(detail, indent=2)
