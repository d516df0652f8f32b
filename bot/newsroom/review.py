"""What admins look at to see how the bot is doing: gaps, an answer replayed, numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import NoIndex
from bot.index.encoder import Encoder
from bot.newsroom import figures
from bot.newsroom.acts import Act, Tell, Told
from bot.newsroom.chart import chart
from bot.newsroom.days import days
from bot.newsroom.gaps import Looking
from bot.newsroom.newsroom import Command
from bot.newsroom.stats import Counting
from bot.newsroom.why import Replaying
from bot.store import Store
from bot.values import Answer, Ask, Trace

if TYPE_CHECKING:
    from bot.conversation import Covered


@dataclass(frozen=True, slots=True)
class Review:
    """Each way of looking."""

    gaps: Looking
    answers: Replaying
    numbers: Counting

    def commands(self) -> tuple[Command, ...]:
        """Return the commands for the newsroom."""
        return (
            Command("gaps", "What people asked and no article told", self.gaps.run, takes="How many days"),
            Command("why", "How an answer came about", self.answers.run, takes="The letters of an answer"),
            Command("stats", "How much is asked, and how fresh the articles are", self._stats, takes="How many days"),
        )

    def _stats(self, act: Act, _: Tell) -> Told:
        stats = self.numbers.count(days(act.what))
        return Told(tuple(figures.lines(stats)), picture=chart(stats))


def review(store: Store, ask: Ask, covered: Covered, encoder: Callable[[], Encoder]) -> Review:
    """Return the ways of looking over what is stored and what is indexed."""
    return Review(
        Looking(store, covered.cards, encoder, ask),
        Replaying(store, ask, covered.serving),
        Counting(store, covered.cards),
    )


def without_index(store: Store) -> Review:
    """Return the ways of looking over what is stored, where nothing is indexed."""
    return Review(Looking(store, tuple), Replaying(store, _nothing, str), Counting(store, tuple))


def _nothing(*_: object) -> tuple[Answer, Trace]:
    raise NoIndex("Nothing is indexed yet: run the index command.")
