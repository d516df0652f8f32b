"""How the bot is used and how fresh its corpus is, in numbers that hold nothing about anybody."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import dropwhile

from bot.errors import IndexingError
from bot.newsroom.days import DAY
from bot.store import Day, Store, What
from bot.values import Article, Published

MONTHS = 24
"""Months for which articles are counted, up to that of the newest article."""


@dataclass(frozen=True, slots=True)
class Use:
    """Questions and answers of some days."""

    daily: tuple[tuple[date, int, int], ...]
    """(day, answered, declined) for every day, also those without a question."""
    useful: int
    not_useful: int
    told: int
    """Answers that went out by themselves to people who had wished to be told."""
    median_ms: float | None
    """Half of the answers were made in less; None when nothing was asked."""
    companies: tuple[tuple[str, int], ...]
    """Questions by the companies they were about, the most asked first."""

    @property
    def answered(self) -> int:
        """Questions that got an answer."""
        return sum(answered for _, answered, _ in self.daily)

    @property
    def declined(self) -> int:
        """Questions to which the bot said that it does not know."""
        return sum(declined for _, _, declined in self.daily)

    @property
    def questions(self) -> int:
        """All questions."""
        return self.answered + self.declined


@dataclass(frozen=True, slots=True)
class Freshness:
    """One topic and its newest article."""

    topic: str
    newest: Published
    articles: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is indexed: empty where nothing is."""

    articles: int = 0
    undated: int = 0
    topics: tuple[Freshness, ...] = ()
    """The freshest first; articles without a topic or a date are left out."""
    publishers: tuple[tuple[str, int], ...] = ()
    """The most articles first."""
    months: tuple[tuple[str, int], ...] = ()
    """("2026-11", articles) for each of the last months from the first with any; years alone are left out."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything that is counted, over the last days."""

    days: int
    at: float
    use: Use
    corpus: Corpus


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts what the store and the index hold."""

    store: Store
    cards: Callable[[], Sequence[Article]]
    clock: Callable[[], float] = time.time

    def count(self, days: int) -> Stats:
        """Return the numbers of the last days, today among them. Raises StoreError."""
        now = self.clock()
        use = use_of(self.store.counts.since(now - (days - 1) * DAY), datetime.fromtimestamp(now, UTC).date(), days)
        try:
            cards = self.cards()
        except IndexingError:
            cards = ()
        return Stats(days, now, use, corpus_of(cards))


def use_of(counted: Sequence[Day], today: date, days: int) -> Use:
    """Return what was counted on the days up to today."""
    by_day: Mapping[str, Mapping[tuple[What, str], int]] = {each.day: each.counts for each in counted}
    shown = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    total: Counter[tuple[What, str]] = Counter()
    for day in shown:
        total.update(by_day.get(day.isoformat(), {}))
    daily = tuple((day, *_asked(by_day.get(day.isoformat(), {}))) for day in shown)
    companies = {name: n for (what, name), n in total.items() if what is What.COMPANY}
    return Use(
        daily=daily,
        useful=total[What.USEFUL, ""],
        not_useful=total[What.NOT_USEFUL, ""],
        told=total[What.TOLD, ""],
        median_ms=_median({float(name): n for (what, name), n in total.items() if what is What.MS}),
        companies=_ranked(companies),
    )


def _asked(counts: Mapping[tuple[What, str], int]) -> tuple[int, int]:
    return counts.get((What.ANSWERED, ""), 0), counts.get((What.DECLINED, ""), 0)


def _median(counted: Mapping[float, int]) -> float | None:
    """Return the lower median of values that are given with how often each came."""
    half, seen = (sum(counted.values()) + 1) // 2, 0
    for value in sorted(counted):
        seen += counted[value]
        if seen >= half:
            return value
    return None


def corpus_of(cards: Sequence[Article]) -> Corpus:
    """Return what a corpus holds."""
    by_topic: dict[str, list[Published]] = {}
    for card in cards:
        if card.topic and card.published:
            by_topic.setdefault(card.topic, []).append(card.published)
    topics = [Freshness(topic, max(dates, key=_key), len(dates)) for topic, dates in by_topic.items()]
    months = Counter(f"{p.year:04d}-{p.month:02d}" for card in cards if (p := card.published) and p.month)
    counted = ((month, months[month]) for month in _last_months(max(months, default="")))
    return Corpus(
        articles=len(cards),
        undated=sum(card.published is None for card in cards),
        topics=tuple(sorted(topics, key=lambda each: (_key(each.newest), each.articles, each.topic), reverse=True)),
        publishers=_ranked(Counter(card.publisher or "no publisher named" for card in cards)),
        months=tuple(dropwhile(lambda pair: not pair[1], counted)),
    )


def _key(published: Published) -> tuple[int, int, int]:
    return published.year, published.month, published.day


def _last_months(newest: str) -> Iterator[str]:
    if not newest:
        return
    number = int(newest[:4]) * 12 + int(newest[5:]) - 1
    for each in range(number - MONTHS + 1, number + 1):
        yield f"{each // 12:04d}-{each % 12 + 1:02d}"


def _ranked(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((name, n) for name, n in counted.items() if n > 0), key=lambda pair: (-pair[1], pair[0])))
