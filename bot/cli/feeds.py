"""python -m bot feeds"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from bot.app import newsroom, storing
from bot.cli.exits import Exit
from bot.cli.lines import write
from bot.newsroom.choosing import shown, switched
from bot.newsroom.seen import Visited
from bot.newsroom.sources import Source
from bot.settings import Settings
from bot.terminal.render import line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """List the sources, tell of one, or have one followed or no more."""
    articles = newsroom.articles(settings)
    sources = articles.sources
    done = ""
    if arguments.wanted:
        with storing.audited(settings, "feeds", f"{arguments.name} {arguments.wanted}") as outcome:
            done = switched(articles, arguments.name, arguments.wanted)
            outcome.append(done)
    if arguments.json:
        named, visited = [sources.one(arguments.name)] if arguments.name else sources.all().entries, sources.visited()
        for source in named:
            write(_record(source, visited.get(source.name, Visited())))
    else:
        screen()(line(text) for text in ([done] if done else shown(articles, arguments.name)))
    return Exit.OK


def _record(source: Source, visited: Visited) -> dict[str, Any]:
    return {
        "name": source.name,
        "url": source.url,
        "publisher": source.publisher,
        "topic": source.topic,
        "trust": source.trust,
        "every_hours": source.every_hours,
        "enabled": source.enabled,
        "failures": visited.failures,
        "failed": visited.failed,
        "due": visited.due,
    }
