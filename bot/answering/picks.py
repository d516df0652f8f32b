"""A sentence chosen for an answer, and what it is there for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answering.names import designator
from bot.answering.ranking import Ranked
from bot.text.facts import numbers
from bot.values import Role, Status

LIKELY = 0.25
"""How sure it has to be that a sentence answers which stands beside another one, or in a timeline."""
_SAME = 0.6
ROLES = {
    Status.RUMOUR: Role.RUMOUR,
    Status.FORECAST: Role.FORECAST,
    Status.SUPERSEDED: Role.OLDER,
    Status.CONTAINS_ERROR: Role.DISAGREES,
}


@dataclass(frozen=True, slots=True)
class Pick:
    """A sentence chosen for the answer, and what it is there for."""

    ranked: Ranked
    role: Role


def says_again(new: Ranked, old: Ranked) -> bool:
    """Tell whether a sentence has no number, name or mark that another one with the same words lacks."""
    mine, theirs = new.reading.stated[new.i], old.reading.stated[old.i]
    a, b = set(mine.stems), set(theirs.stems)
    if len(a & b) < _SAME * min(len(a), len(b)):
        return False
    marks = {w.form for w in mine.words[1:] if w.capital or designator(w.form)}
    return numbers(new.sentence.text) <= numbers(old.sentence.text) and marks <= set(theirs.forms)


def merge(groups: Iterable[Sequence[Pick]]) -> list[Pick]:
    """Return all picks in order, each sentence once."""
    seen: set[tuple[str, int]] = set()
    merged = []
    for pick in (p for group in groups for p in group):
        key = (pick.ranked.article_id, pick.ranked.i)
        if key not in seen:
            seen.add(key)
            merged.append(pick)
    return merged
