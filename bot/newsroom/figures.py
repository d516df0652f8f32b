"""The numbers of the newsroom as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.newsroom.days import date
from bot.newsroom.stats import Corpus, Freshness, Stats, Use
from bot.text.clean import brief
from bot.text.day import day

_SHOWN, _NAME, _RECENT = 8, 40, 6


def lines(stats: Stats) -> Iterator[str]:
    """Yield the numbers as lines: use first, then the corpus."""
    yield f"The last {stats.days} days up to {date(stats.at)}:"
    yield from _use(stats.use)
    yield from _corpus(stats.corpus)


def _use(use: Use) -> Iterator[str]:
    yield f"Questions in the chats: {use.questions:,} ({use.answered:,} answered, {use.declined:,} declined)"
    rated = use.useful + use.not_useful
    yield f"Called useful: {use.useful:,} of {rated:,}" if rated else "Called useful: nobody has said yet"
    if use.median_ms is not None:
        yield f"Median time to an answer: {seconds(use.median_ms)}"
    if use.told:
        yield f"Told later, as wished: {use.told:,}"
    if use.companies:
        yield f"Most asked: {_listed(use.companies)}"


def _corpus(corpus: Corpus) -> Iterator[str]:
    if not corpus.articles:
        yield "Nothing is indexed yet."
        return
    yield f"Articles: {corpus.articles:,}{f', {corpus.undated:,} of them undated' if corpus.undated else ''}"
    yield f"Publishers: {_listed(corpus.publishers)}"
    if corpus.topics:
        half = len(corpus.topics) // 2
        yield f"Freshest topics: {_ages(corpus.topics[: min(4, half or 1)])}"
        if half:
            yield f"Stalest topics: {_ages(corpus.topics[: -min(4, half) - 1 : -1])}"
    if corpus.months:
        recent = ", ".join(f"{month} {count:,}" for month, count in corpus.months[-_RECENT:])
        yield f"Articles by month: {recent}"


def seconds(ms: float) -> str:
    """Return a time as people read it: 37 ms, 1.4 s."""
    return f"{ms:,.0f} ms" if ms < 1000 else f"{ms / 1000:,.1f} s"  # noqa: PLR2004  # a second


def _ages(topics: Sequence[Freshness]) -> str:
    return ", ".join(f"{brief(each.topic, _NAME)} ({day(each.newest)})" for each in topics)


def _listed(ranked: Sequence[tuple[str, int]]) -> str:
    shown = ", ".join(f"{brief(name, _NAME)} {count:,}" for name, count in ranked[:_SHOWN])
    rest = sum(count for _, count in ranked[_SHOWN:])
    return f"{shown}{f', others {rest:,}' if rest else ''}"
