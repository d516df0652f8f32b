"""What people asked and no article told, by topic: what to look for next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.errors import IndexingError
from bot.index.encoder import Encoder
from bot.newsroom.acts import Act, Choice, Tell, Told
from bot.newsroom.days import DAY, date, days
from bot.newsroom.topics import Topic, topics
from bot.store import Store
from bot.store.gaps import KEPT
from bot.text.clean import brief
from bot.text.day import day
from bot.values import Article, Ask

SHOWN = 10
MOST_DAYS = int(KEPT / DAY)
_TITLE, _WANTED, _REPLAYS = 100, 5, 3


@dataclass(frozen=True, slots=True)
class Gap:
    """One topic that the articles do not cover, with what they have nearest."""

    topic: Topic
    nearest: Article | None
    told_now: bool
    """Whether the articles that are indexed by now answer what was wanted most."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of some days, the largest topic first."""

    days: int
    declined: int
    not_useful: int
    topics: int
    """How many there are, also those that are left out of found."""
    found: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks for gaps. encoder and ask: None where nothing is indexed.

    The encoder is opened for each look: a process that has others answer would keep it for nothing.
    """

    store: Store
    cards: Callable[[], Sequence[Article]]
    encoder: Callable[[], Encoder] | None = None
    ask: Ask | None = None
    clock: Callable[[], float] = time.time

    def look(self, back: int, most: int = SHOWN) -> Gaps:
        """Return the gaps of the last back days, the largest topics. Raises StoreError."""
        missed = self.store.gaps.since(self.clock() - back * DAY)
        found = topics(missed, self.encoder() if self.encoder and missed else None)
        try:
            articles = {article.id: article for article in self.cards()} if found else {}
        except IndexingError:  # what was asked is known all the same
            articles = {}
        gaps = tuple(Gap(t, articles.get(t.nearest), self._told_now(t)) for t in found[:most])
        declined, not_useful = sum(t.declined for t in found), sum(t.not_useful for t in found)
        return Gaps(back, declined, not_useful, len(found), gaps)

    def run(self, act: Act, _: Tell) -> Told:
        """Tell the gaps of the days that were typed, with buttons that replay an answer of the largest ones."""
        gaps = self.look(days(act.what, MOST_DAYS))
        replays = tuple(Choice(f"Why {n}", "why", g.topic.answers[0]) for n, g in enumerate(gaps.found[:_REPLAYS], 1))
        return Told(tuple(lines(gaps)), replays)

    def _told_now(self, topic: Topic) -> bool:
        question = _question(topic)
        if not self.ask or not question:
            return False
        try:
            answer, _ = self.ask(question, ())
        except IndexingError:
            return False
        return not answer.declined


def lines(gaps: Gaps) -> Iterator[str]:
    """Yield gaps as lines: what was wanted, how often, and what comes nearest."""
    if not gaps.found:
        yield (
            f"No gaps in the last {gaps.days} days: nothing asked in the chats was declined, "
            "and nothing was called not useful."
        )
        return
    yield (
        f"Gaps of the last {gaps.days} days: {gaps.declined:,} declined, {gaps.not_useful:,} not useful, "
        f"in {gaps.topics:,} topic{'s' if gaps.topics > 1 else ''}."
    )
    for number, gap in enumerate(gaps.found, 1):
        yield from _gap_lines(number, gap)


def _gap_lines(number: int, gap: Gap) -> Iterator[str]:
    topic = gap.topic
    counts = [f"{topic.declined:,} declined"] if topic.declined else []
    counts += [f"{topic.not_useful:,} not useful"] if topic.not_useful else []
    counts += [f"{topic.reported:,} reported"] if topic.reported else []
    why = f" ({topic.why})" if topic.count > 1 else ""
    latest = f"last {date(topic.last)}, {topic.answers[0]}"
    yield f"{number}. {brief(topic.title, _TITLE)}: {', '.join(counts)}; {latest}{why}"
    wanted = [f"{brief(what, _TITLE)} ({count:,})" for what, count in topic.wanted[:_WANTED]]
    if wanted:
        yield f"Wanted: {', '.join(wanted)}{', …' if len(topic.wanted) > _WANTED else ''}"
    for question in topic.questions:
        yield f"Asked: {brief(question, _TITLE)}"
    if gap.nearest:
        yield f"Nearest: {brief(gap.nearest.title, _TITLE)} ({_source(gap.nearest)})"
    if gap.told_now:
        yield "The articles that are indexed now answer that."


def _source(article: Article) -> str:
    return f"{brief(article.publisher or article.id, _TITLE)}, {day(article.published)}"


def _question(topic: Topic) -> str:
    """Return what to ask to see whether a topic is still a gap; empty when that cannot be told."""
    return next(iter((*topic.questions, *(what for what, _ in topic.wanted))), "")
