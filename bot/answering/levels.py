"""How far sentences meet one thing that is asked, 0 to 1: for one article a list, for many a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce
from itertools import chain
from operator import mul, or_

import numpy as np

from bot.answering.interaction import Column
from bot.answering.reading import Reading, ones

Levels = list[float]
"""How far each sentence of an article meets one thing that is asked, 0 to 1."""


def lift(levels: Levels, places: int, *, to: float) -> None:
    """Raise the levels of the sentences that places stands for to at least a level."""
    for i in ones(places):
        levels[i] = max(levels[i], to)


def flags(places: int, reading: Reading) -> Levels:
    """Return 1 for each sentence that places stands for, 0 for the others."""
    return [float(places >> i & 1) for i in range(len(reading.sentences))]


def union(places: Iterable[int]) -> int:
    """Return the sentences that any of places stands for."""
    return reduce(or_, places, 0)


def holding(at: Mapping[str, int], words: AbstractSet[str]) -> int:
    """Return the sentences that hold any of words; most articles hold none."""
    return union([at[w] for w in at.keys() & words]) if words else 0


def stacked(levels: Callable[[Reading], Sequence[float]], readings: Sequence[Reading]) -> Column:
    """Return the levels of all sentences of readings, one after the other."""
    return np.array(list(chain.from_iterable(map(levels, readings))), np.float64)


def unasked(readings: Sequence[Reading]) -> Column:
    """Return the column of what no question asks for: 1 for every sentence."""
    return np.ones(sum(len(reading.sentences) for reading in readings))


def mean(columns: Sequence[Column], weights: Sequence[float]) -> Column:
    """Return the weighted mean of columns, 1 where nothing weighs."""
    total = sum(weights)
    none = np.zeros_like(columns[0])
    return sum(map(mul, columns, weights), none) / total if total else none + 1.0
