"""What makes the tokens that are read: the trained upper layers of the encoder, and a projection of their states.

The file of the trained reader fits one model. Any other model reads with its own states, projected at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.index.tokens import WIDTH

READER = Path(__file__).parent / "weights" / "reader.safetensors"
"""The trained reader that comes with the bot."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """How the states of a model become token vectors and the weights of a question's tokens."""

    projection: Array
    """(d, WIDTH)"""
    weight: Array
    """(d,)"""
    bias: float = 0.0
    layers: Mapping[str, Array] = field(default_factory=dict)
    """The trained layers, named as in the model; none: the model's own are read."""

    def tokens(self, states: Array) -> Array:
        """Return (k, WIDTH) rows of length 1 for (k, d) states."""
        rows = states @ self.projection
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)

    def weights(self, states: Array) -> Array:
        """Return (k,): how much each token of a question counts."""
        return np.asarray(np.logaddexp(0, states @ self.weight + self.bias), np.float32)


def base(reader: Path) -> str:
    """Return the SHA-256 of the model that a reader was trained on; empty when there is no such file."""
    if not reader.exists():
        return ""
    try:
        from safetensors import safe_open

        with safe_open(reader, framework="numpy") as file:
            return str((file.metadata() or {}).get("base", ""))
    except Exception as error:  # safetensors raises its own class
        raise ModelError(f"The trained reader {reader} cannot be read; install the bot again.") from error


def load_head(reader: Path | None, dimension: int) -> Head:
    """Return the trained head; without one, random directions at right angles, which keep angles."""
    if reader is None:
        return Head(_directions(dimension), np.zeros(dimension, np.float32))
    from safetensors.numpy import load_file

    tensors = {name: each.astype(np.float32) for name, each in load_file(reader).items()}
    return Head(
        projection=tensors.pop("projection.weight").T,
        weight=tensors.pop("token_weight.weight")[0],
        bias=float(tensors.pop("token_weight.bias")[0]),
        layers=tensors,
    )


def _directions(dimension: int) -> Array:
    # RandomState is frozen by numpy's promise; default_rng may change between versions.
    if dimension <= WIDTH:
        return np.eye(dimension, WIDTH, dtype=np.float32)
    directions, _ = np.linalg.qr(np.random.RandomState(0).randn(dimension, WIDTH))
    return directions.astype(np.float32)
