from __future__ import annotations

import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.newsroom.chart import chart
from bot.newsroom.panels import drawable
from bot.newsroom.stats import Corpus, Freshness, Stats, Use
from bot.values import Published

LAST = date(2026, 11, 25)
HOSTILE = (
    "$\\frac{1}{0}$ $$ $x_",
    "\\textbf{tex} {\\rm a} %d %s {0}",
    "a\u202eb\u200b\x00\x1b[31mred\nline two",
    "36氪 نص עברית 🤖",
    "氪" * 50,
    "",
    "W" * 500,
    "<b>&amp;</b> @everyone",
)


def stats(days: int = 30, names: Sequence[str] = ("Meta Platforms", "Oura"), most: int = 40) -> Stats:
    daily = tuple((LAST - timedelta(days=days - 1 - k), (k * 7) % (most + 1), k % 5) for k in range(days))
    listed = tuple((name, most * (len(names) - k)) for k, name in enumerate(names))
    topics = tuple(Freshness(name, Published(2026 - k % 3, 1 + k % 12), k + 1) for k, name in enumerate(names))
    months = tuple((f"{2024 + (k + 11) // 12}-{(k + 11) % 12 + 1:02d}", k % 9) for k in range(20))
    use = Use(daily, 12, 3, 1, 46.0, listed)
    return Stats(days, 0.0, use, Corpus(177, 6, topics, listed, months))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_picture_has_the_size_that_telegram_leaves_alone() -> None:
    png = chart(stats())
    assert size(png) == (1024, 1280)
    assert 20_000 < len(png) < 1_000_000
    assert chart(stats()) == png


# Every warning is an error here: a letter that the font lacks would be one.
@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_any_kind_are_drawn_as_they_are(name: str) -> None:
    assert size(chart(stats(3, [name, "Meta", name]))) == (1024, 1280)
    shown = drawable(name)
    assert 0 < len(shown) <= 24
    assert shown.isprintable()


@pytest.mark.parametrize("days", [1, 2, 7, 366])
def test_any_number_of_days_is_drawn(days: int) -> None:
    assert size(chart(stats(days))) == (1024, 1280)


def test_nothing_to_show_is_said() -> None:
    nothing = replace(stats(), use=Use(((LAST, 0, 0),), 0, 0, 0, None, ()), corpus=Corpus())
    assert size(chart(nothing)) == (1024, 1280)
    assert chart(nothing) != chart(stats())


def test_several_threads_draw_at_once() -> None:
    alone = chart(stats(5))
    with ThreadPoolExecutor(4) as pool:
        assert all(png == alone for png in pool.map(lambda _: chart(stats(5)), range(4)))
