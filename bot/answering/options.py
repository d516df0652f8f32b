"""What a question offers to choose from: "h2 or h3", "4 or 5 March", "blood pressure or the same sensors as before"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answering.names import Mention
from bot.text.periods import Period
from bot.text.words import Word

_BETWEEN = frozenset({"or", "vs", "versus"})
_DENYING = frozenset({"not", "no", "neither", "more", "less"})
_REACH = 3
"""Words up to which what is offered stands from the "or"."""


def options(found: Sequence[Word], noise: frozenset[str]) -> tuple[int, ...]:
    """Return the places of the words that are offered: the nearest telling one on either side of an "or"."""
    return tuple(i for at, word in enumerate(found) if word.form in _BETWEEN for i in _beside(found, at, noise))


def _beside(found: Sequence[Word], at: int, noise: frozenset[str]) -> Iterator[int]:
    sides = [
        _nearest(found, range(at - 1, at - 1 - _REACH, -1), noise),
        _nearest(found, range(at + 1, at + 1 + _REACH), noise),
    ]
    if None not in sides:
        yield from (i for i in sides if i is not None)


def _nearest(found: Sequence[Word], places: range, noise: frozenset[str]) -> int | None:
    there = (i for i in places if 0 <= i < len(found))
    near = next((i for i in there if found[i].form not in noise), None)
    return None if near is None or found[near].form in _DENYING else near


def unsettled(mentions: Sequence[Mention], offered: Sequence[int]) -> list[Mention]:
    """Return the mentions that a question is about, without a name that it only offers beside a word that is none.

    "Galaxy Watch 9: Exynos or Snapdragon" is about the watch; the chip that is a known name need not be true of it.
    """
    named = {i for m in mentions for i in range(m.first, m.last)}
    pairs = list(zip(offered[::2], offered[1::2], strict=True))
    alone = {i for pair in pairs if len(named & set(pair)) == 1 for i in pair if i in named}
    kept = [m for m in mentions if m.last - m.first > 1 or m.first not in alone]
    return kept or list(mentions)


def certain(when: Sequence[Period], found: Sequence[Word], offered: Sequence[int]) -> list[Period]:
    """Return the periods that the evidence has to be of: not a date that is only offered ("4 or 5 March").

    Nor a half year that is offered beside what is no time: "h2 or h3" are chips.
    """
    spots = [(found[i].start, found[k].start) for i, k in zip(offered[::2], offered[1::2], strict=True)]

    def within(start: int, period: Period) -> bool:
        return period.start <= start < period.end

    def timeless(start: int) -> bool:
        return not any(within(start, p) for p in when)

    def only_offered(period: Period) -> bool:
        pairs = [pair for pair in spots if any(within(start, period) for start in pair)]
        half = not period.year and period.part in ("h1", "h2")
        return bool(pairs) and (bool(period.day) or (half and any(map(timeless, (s for pair in pairs for s in pair)))))

    return [p for p in when if not only_offered(p)]
