"""The numbers of the newsroom as one picture that reads on a phone."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.newsroom.figures import seconds
from bot.newsroom.panels import BLUE, GREY, INK, PAPER, VERMILLION, Bar, bars, columns, empty, heading, rows
from bot.newsroom.stats import Corpus, Stats, Use
from bot.text.day import day

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Telegram scales photos to 1280 pixels: made in that size, letters stay as they were drawn.
_INCHES, _DPI = (6.4, 8.0), 160
_LISTED, _TOPICS = 5, 3
_STYLE: Any = {  # the library's own type is the list of its five hundred keys
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a name is a dollar
    "text.usetex": False,
    "axes.edgecolor": GREY,
    "axes.facecolor": PAPER,
    "figure.facecolor": PAPER,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
}
_drawing = threading.Lock()
"""The library's style is one for the whole process."""


def chart(stats: Stats) -> bytes:
    """Return a PNG of 1024 by 1280 pixels; safe from several threads."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _drawing, mpl.rc_context(_STYLE):
        figure = Figure(figsize=_INCHES, dpi=_DPI)
        FigureCanvasAgg(figure)
        _draw(figure, stats)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
        return out.getvalue()


def _draw(figure: Figure, stats: Stats) -> None:
    use, corpus = stats.use, stats.corpus
    first, last = use.daily[0][0], use.daily[-1][0]
    figure.text(0.05, 0.965, "Questions and articles", size=17, weight="bold", va="center")
    figure.text(0.05, 0.936, f"{_short(first)} to {_short(last)} · {stats.days} days", size=10, color=GREY, va="center")
    for k, (number, label) in enumerate(_headlines(use, corpus)):
        figure.text(0.05 + 0.235 * k, 0.887, number, size=19, weight="bold", color=BLUE, va="center")
        figure.text(0.05 + 0.235 * k, 0.855, label, size=9, color=GREY, va="center")
    grid = figure.add_gridspec(
        3, 2, left=0.05, right=0.95, top=0.795, bottom=0.045, hspace=0.42, wspace=0.12, height_ratios=(0.8, 1, 1)
    )
    _questions(figure.add_subplot(grid[0, :]), use)
    companies = figure.add_subplot(grid[1, 0])
    heading(companies, "Most asked companies")
    rows(companies, [Bar(name, f"{n:,}", n) for name, n in use.companies[:_LISTED]])
    topics = figure.add_subplot(grid[1, 1])
    heading(topics, "Age of topics", legend=(("freshest", BLUE, 0.68), ("stalest", VERMILLION, 1.0)))
    rows(topics, list(_ages(stats)))
    months = figure.add_subplot(grid[2, 0])
    heading(months, "Articles by month")
    columns(months, corpus.months)
    publishers = figure.add_subplot(grid[2, 1])
    more = len(corpus.publishers) - _LISTED
    heading(publishers, "Articles by publisher", f"+ {more:,} more" if more > 0 else "")
    rows(publishers, [Bar(name, f"{n:,}", n) for name, n in corpus.publishers[:_LISTED]])


def _headlines(use: Use, corpus: Corpus) -> Iterator[tuple[str, str]]:
    rated = use.useful + use.not_useful
    yield f"{use.questions:,}", "questions"
    yield f"{use.answered / use.questions:.0%}" if use.questions else "–", "answered"
    yield (f"{use.useful / rated:.0%}" if rated else "–"), (f"useful, of {rated:,} rated" if rated else "none rated")
    if use.median_ms is None:
        yield f"{corpus.articles:,}", "articles"
    else:
        yield seconds(use.median_ms), "median time"


def _questions(axes: Axes, use: Use) -> None:
    heading(axes, "Questions a day", legend=(("answered", BLUE, 0.83), ("declined", VERMILLION, 1.0)))
    if use.questions:
        bars(axes, use.daily)
    else:
        empty(axes, "Nothing was asked in these days.")


def _ages(stats: Stats) -> Iterator[Bar]:
    """Yield the freshest and the stalest topics, with bars as long as their newest article is old."""
    today, topics = stats.use.daily[-1][0], stats.corpus.topics
    shown = topics if len(topics) <= 2 * _TOPICS else (*topics[:_TOPICS], *topics[-_TOPICS:])
    for each in shown:
        age = max((today - each.newest.earliest).days, 0)
        yield Bar(each.topic, day(each.newest), age, VERMILLION if each in shown[len(shown) // 2 :] else BLUE)


def _short(when: date) -> str:
    return f"{when.day} {when:%b %Y}"
