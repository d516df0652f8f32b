"""What is being served, in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.index.builds import BuildStatus, IndexStatus
from bot.newsroom.acts import Act, Tell, Told


@dataclass(frozen=True, slots=True)
class Here:
    """What the process that is asked knows of itself."""

    trouble: Callable[[], str] = str
    """What is wrong with what answers in it, one sentence; empty when all is well."""
    plan: Callable[[], str] = str
    """What it does without being asked and when next, one sentence; empty when that is nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Tells how the index stands."""

    look: Callable[[], IndexStatus]
    """Every file of it checked. Raises NoIndex."""
    here: Here
    under_way: Callable[[], str] = str
    """Who indexes in this process; empty when nobody does."""
    articles: Callable[[], Iterable[str]] = tuple
    """What is to be said of the articles and where they come from, a sentence each."""

    def run(self, _: Act, __: Tell) -> Told:
        """Return which build answers, which one did before, and what is wrong."""
        return Told(tuple(self._lines(self.look())))

    def _lines(self, status: IndexStatus) -> Iterator[str]:
        yield from _build("Serving", status.current)
        if status.previous:
            yield from _build("Taken back" if status.rolled_back else "Before it", status.previous)
        remarks = list(self.articles())
        yield from remarks
        yield from filter(None, [self.here.plan()])
        if status.writing:
            yield self.under_way() or "An index is being made at this moment."
        well = "Nothing is wrong with the index." if remarks else "Nothing is wrong."
        yield status.current.damage or self.here.trouble() or well


def _build(role: str, build: BuildStatus) -> Iterator[str]:
    made = build.manifest
    if made is None:
        yield f"{role}: {build.build_id}, which cannot be read."
        return
    refused = f", {len(made.refused):,} files refused" if made.refused else ""
    yield (
        f"{role}: {build.build_id}, made {made.created[:16].replace('T', ' ')} UTC, "
        f"{made.counts.articles:,} articles, {made.counts.sentences:,} sentences{refused}."
    )
