"""Token vectors: one for each piece of a text, so that a question meets a sentence word by word.

Late interaction (ColBERT, Khattab and Zaharia 2020): a sentence is as good as the tokens in it that come closest to
each token of the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Encoding

WIDTH = 128
"""Numbers of a token vector."""
SCALE = 127
"""What 1.0 is in the int8 that is kept."""
Packed = NDArray[np.int8]
"""(k, WIDTH): rows of length 1, times SCALE."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """The tokens of one passage: first those of its context, then those of its sentences."""

    vectors: Packed
    bounds: NDArray[np.int64]
    """(1 + sentences + 1,): rows bounds[0] to bounds[1] are the context's, bounds[i + 1] to bounds[i + 2] those of
    sentence i. A part that was cut off for its length has no rows."""


def own(piece: Encoding, prompt: int) -> list[int]:
    """Return the numbers of the tokens of a text that stands behind a prompt of so many characters."""
    told = zip(piece.offsets, piece.special_tokens_mask, strict=True)
    # Some tokenizers count the space in front of a word as part of it.
    return [k for k, ((first, last), special) in enumerate(told) if not special and last > max(first, prompt)]


def counts(spans: Sequence[Span], starts: Sequence[int]) -> NDArray[np.int64]:
    """Return how many tokens stand in front of the first of starts, and behind each of them."""
    part = np.searchsorted(np.asarray(starts, np.int64), [last - 1 for _, last in spans], side="right")
    return np.bincount(part, minlength=len(starts) + 1)


def bounds(of_parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where parts of these lengths begin, and where the last one ends."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(of_parts, dtype=np.int64)))


def packed(tokens: NDArray[np.float32]) -> Packed:
    """Return token vectors of length 1 as they are kept."""
    rows: Packed = np.round(tokens * SCALE).astype(np.int8)
    return rows
