"""What admins look at to see how the bot is doing: gaps, an answer replayed, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import NoIndex
from bot.newsroom import figures
from bot.newsroom.acts import Act, Tell, Told
from bot.newsroom.chart import chart
from bot.newsroom.days import days
from bot.newsroom.gaps import Looking
from bot.newsroom.newsroom import Command
from bot.newsroom.stats import Counting
from bot.newsroom.why import Replaying
from bot.store import Store
from bot.values import Answer, Trace

if TYPE_CHECKING:
    from bot.conversation import Conversation


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


def review(store: Store, talk: Conversation | None) -> Review:
    """Return the ways of looking over what is stored; talk: None where nothing is indexed."""
    if talk is None:
        return Review(Looking(store, tuple), Replaying(store, _nothing, str), Counting(store, tuple))
    return Review(
        Looking(store, talk.cards, talk.encoder, talk.ask),
        Replaying(store, talk.ask, talk.serving),
        Counting(store, talk.cards),
    )


def _nothing(*_: object) -> tuple[Answer, Trace]:
    raise NoIndex("Nothing is indexed yet: run the index command.")
