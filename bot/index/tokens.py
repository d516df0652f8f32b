"""Token vectors: one for each piece of a text, so that a question meets a sentence word by word.

Late interaction (ColBERT, Khattab and Zaharia 2020) on the vectors that the embedding model makes anyway before it
pools them: it ranked sentences better than their pooled vectors on every question file tried (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH = 128
"""Numbers of a token vector; the model's own are projected, which costs no measurable part of the ranking."""
SCALE = 127
"""What 1.0 is in the int8 that is kept."""
Packed = NDArray[np.int8]
"""(k, WIDTH): rows of length 1, times SCALE."""
Span = tuple[int, int]


class Tokens(NamedTuple):
    """The tokens of one text."""

    spans: tuple[Span, ...]
    """The characters of the text that each stands for."""
    vectors: Packed


def behind(spans: Sequence[Span], start: int = 0) -> list[int]:
    """Return the numbers of the tokens that stand behind character start; never none, the first then stands for all.

    A title in front of a sentence colours its tokens without being one of them.
    """
    return [k for k, (first, last) in enumerate(spans) if last > first >= start] or [0]


def packed(states: NDArray[np.float32]) -> Packed:
    """Return (k, d) states of a model as token vectors."""
    projected = states @ _projection(states.shape[1])
    length = np.linalg.norm(projected, axis=1, keepdims=True)
    rows: Packed = np.round(projected / np.maximum(length, 1e-9) * SCALE).astype(np.int8)
    return rows


@cache
def _projection(dimension: int) -> NDArray[np.float32]:
    """Return (d, WIDTH): random directions at right angles keep angles, the same ones for ever.

    RandomState is frozen by numpy's promise; default_rng may change between versions.
    """
    if dimension <= WIDTH:
        return np.eye(dimension, WIDTH, dtype=np.float32)
    directions, _ = np.linalg.qr(np.random.RandomState(0).randn(dimension, WIDTH))
    return directions.astype(np.float32)
