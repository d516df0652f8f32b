"""How close sentences come to a question: as wholes, and word by word (late interaction, see bot.index.tokens)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.index.tokens import SCALE, Packed, Tokens
from bot.text.words import words

Column = NDArray[np.float64]
Number = TypeVar("Number", float, Column)
"""A number of one sentence, or a column with that of many."""

_WEAK = 3
"""One in so many of a question's telling tokens, those that come least close, decide what a sentence lacks."""
_USUAL, _MEAN, _SPREAD = 40, 0.3, 0.1
"""How close the sentences of articles about a thing come to what is asked about it, over the starter corpus."""


class Closeness(NamedTuple, Generic[Number]):
    """How close one sentence comes, or each of many, each number up to 1."""

    cosine: Number
    """Of the question's vector and the sentence's."""
    whole: Number
    """The mean, over all tokens of the question, of the cosine of the closest token of the sentence."""
    telling: Number
    """The same over the words that are asked about, without names and those of the art of asking."""
    weak: Number
    """The same over the third of these that comes least close: what the sentence says nothing about."""
    behind: Number
    """How far whole is behind the closest sentence of all that were looked at, 0 or less."""
    apart: Number
    """By how many standard deviations telling stands out of all sentences that were looked at.

    What answers stands out; where nothing does, all sentences about the same thing come equally close.
    """


class Interaction:
    """A question, ready to be held against sentences."""

    def __init__(self, text: str, tokens: Tokens, noise: Collection[str], named: Collection[str]) -> None:
        """Take a text, its tokens, the words of the art of asking, and the words that name something.

        A sentence may say "it" for what is named; whether it is about that is judged apart (bot.answering.evidence).
        """
        self._tokens = tokens.vectors.astype(np.float32) / SCALE**2
        asked = [word for word in words(text) if word.form not in noise and word.form not in named]
        telling = [any(w.start < last and first < w.end for w in asked) for first, last in tokens.spans]
        self._telling = np.flatnonzero(telling) if any(telling) else np.arange(len(telling))

    def closest(self, tokens: Packed, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return (n, 3): whole, telling and weak of each of the n sentences whose tokens begin at places."""
        cosines = self._tokens @ tokens.astype(np.float32).T
        best = np.maximum.reduceat(cosines, places, axis=1)
        telling = np.sort(best[self._telling], axis=0)
        weakest = telling[: max(1, len(telling) // _WEAK)]
        return np.stack([best.mean(0), telling.mean(0), weakest.mean(0)], axis=1)


def closeness(cosines: NDArray[np.float32], closest: NDArray[np.float32]) -> Closeness[Column]:
    """Return how close n sentences come: from their cosines, (n,), and Interaction.closest()."""
    whole, telling, weak = closest.astype(np.float64).T
    return Closeness(
        cosines.astype(np.float64), whole, telling, weak, whole - whole.max(initial=-np.inf), apart(telling)
    )


def apart(telling: Column) -> Column:
    """Return by how many standard deviations each of n numbers stands out of all of them.

    Few sentences are no measure: as many as _USUAL of the usual kind are counted with them.
    """
    many = len(telling) + _USUAL
    mean = (telling.sum() + _USUAL * _MEAN) / many
    spread = np.sqrt((np.square(telling - mean).sum() + _USUAL * _SPREAD**2) / many)
    return np.asarray((telling - mean) / spread)
