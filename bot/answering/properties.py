"""The properties that a question asks for, and how far each sentence states them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce

import numpy as np

from bot.answering.asked import Asked
from bot.answering.concepts import Asking, Lexicon
from bot.answering.interaction import Column
from bot.answering.levels import Levels, holding, mean, stacked, unasked
from bot.answering.reading import Reading
from bot.answering.sought import Near
from bot.answering.subjects import COMING, SIBLING, Subjects

_ELSE = 0.35
"""What is left of the date of something else than what is asked for."""
_MENTIONED = 0.35
"""How well a sentence states a property that only mentions it."""


class Properties:
    """Holds the sentences of articles against the properties that one question asks for."""

    def __init__(self, asked: Asked, lexicon: Lexicon, near: Near, subjects: Subjects) -> None:
        self._asked = asked
        self._lexicon = lexicon
        self._near = near
        self._subjects = subjects
        self._without = asked.without
        self._why = any("reason" in a.concept.values for a in asked.askings)
        self._events = [a.concept for a in asked.askings if a.concept.name in COMING] if asked.when else []

    def stated(self, readings: Sequence[Reading]) -> tuple[Column, Column]:
        """Return for each sentence how well it answers all properties, and the one that is asked for first."""
        askings = self._asked.askings
        if not askings:
            return unasked(readings), unasked(readings)
        weights = [2.0 if a.concept.values else 1.0 for a in askings]
        ranks = [_rank(a) for a in askings]
        columns = [stacked(partial(self._fit, a), readings) for a in askings]
        first = [columns[k] for k, rank in enumerate(ranks) if rank == max(ranks) >= 0]
        return mean(columns, weights), reduce(np.maximum, first) if first else unasked(readings)

    def _fit(self, asking: Asking, reading: Reading) -> Levels:
        concept = asking.concept
        levels = list(reading.fits(concept))
        if concept.values & {"number", "money"} and asking.turned and self._asked.counted:
            counting = self._counting(reading)
            levels = [got * (1.0 if counting >> i & 1 else 0.4) for i, got in enumerate(levels)]
        if any(p[0] in self._without for p in concept.both):
            levels = [got if st.negated else got * 0.4 for got, st in zip(levels, reading.stated, strict=True)]
        if self._why and "reason" not in concept.values:  # why it is late, not since when
            levels = [1.0 if got >= _MENTIONED else got for got in levels]
        if self._events and "date" in concept.values:  # when it was launched, not the date of anything else
            happens = [max(column) for column in zip(*map(reading.fits, self._events), strict=True)]
            levels = [got if there else got * _ELSE for got, there in zip(levels, happens, strict=True)]
        if concept.title and self._asked.mentions:
            levels = [
                got if self._subjects.hold_title(concept, reading.stated[i]) else got * SIBLING
                for i, got in enumerate(levels)
            ]
        if concept.alone >= 0.3 and concept.alone in levels and reading.titled(concept):
            levels = [max(got, 0.85) if got == concept.alone else got for got in levels]
        return levels

    def _counting(self, reading: Reading) -> int:
        """Return the sentences whose numbers surely count what was asked: what is counted stands in them."""
        counted = self._asked.counted
        alike = {s for t in counted for s in (t, *self._lexicon.synonyms.get(t, ()))}
        near = {w for t in counted for w in self._near.get(t, {})}
        return holding(reading.stems_at, alike) | holding(reading.forms_at, near)


def _rank(asking: Asking) -> int:
    """Return how much a property that is asked for decides: strict ones most, soft ones not at all."""
    concept = asking.concept
    if concept.soft or concept.strict:
        return -1 if concept.soft else 3
    return 2 if concept.values and asking.turned else int(bool(concept.values))
