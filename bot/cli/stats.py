"""python -m bot stats"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.app import newsroom
from bot.cli.exits import Exit
from bot.cli.lines import write
from bot.errors import SettingsError
from bot.newsroom.chart import chart
from bot.newsroom.figures import lines
from bot.newsroom.stats import Stats
from bot.settings import Settings
from bot.terminal.render import line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Show how much was asked and how fresh the articles are; draw it where a file is named."""
    with newsroom.reviewing(settings) as review:
        stats = review.numbers.count(arguments.days)
    if arguments.chart:
        _draw(arguments.chart, stats)
    if arguments.json:
        write(_record(stats))
    else:
        screen()(line(text) for text in lines(stats))
    return Exit.OK


def _draw(path: Path, stats: Stats) -> None:
    if path.suffix.lower() != ".png":
        raise SettingsError("The chart is a PNG picture: give --chart a name that ends in .png.")
    try:
        path.write_bytes(chart(stats))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}): name another place.") from error


def _record(stats: Stats) -> dict[str, Any]:
    use, corpus = stats.use, stats.corpus
    return {
        "days": stats.days,
        "questions": use.questions,
        "answered": use.answered,
        "declined": use.declined,
        "useful": use.useful,
        "not_useful": use.not_useful,
        "told": use.told,
        "median_ms": use.median_ms,
        "daily": [{"day": day.isoformat(), "answered": a, "declined": d} for day, a, d in use.daily],
        "companies": [{"name": name, "questions": n} for name, n in use.companies],
        "articles": corpus.articles,
        "undated": corpus.undated,
        "topics": [{"topic": t.topic, "newest": str(t.newest), "articles": t.articles} for t in corpus.topics],
        "publishers": [{"name": name, "articles": n} for name, n in corpus.publishers],
        "months": [{"month": month, "articles": n} for month, n in corpus.months],
    }
