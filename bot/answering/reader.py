"""How well each sentence answers a question: the last step of the trained reader, over token vectors.

The encoder made the vectors (bot.index); tools/train_reader.py learned both. A token of the question meets the most
similar token of a sentence (MaxSim of ColBERT, Khattab and Zaharia 2020), and learned weights say how much each counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.index.tokens import SCALE, PassageTokens

WEIGHTS = Path(__file__).with_name("weights.json")
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic regression over standardized features."""

    center: Floats
    spread: Floats
    weights: Floats
    bias: float

    def odds(self, features: Floats) -> Floats:
        """Return the log-odds of (n, f) features."""
        found = ((features - self.center) / self.spread) @ self.weights + self.bias
        return np.asarray(found, np.float32)

    def share(self, features: Floats) -> Floats:
        """Return what each of (f,) features adds to the log-odds."""
        found: Floats = (features - self.center) / self.spread * self.weights
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """The score of a sentence from token similarities, and that of "no answer"; named as in tools/train_reader.py."""

    scale: float
    passage: float
    mean: float
    match: Floats
    sentence: Floats
    no_answer: float
    question: Floats


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that was learned besides the encoder."""

    head: Head
    answers: Logistic
    """Whether a sentence answers."""
    declines: Logistic
    """Whether any of the sentences answers the question."""
    adds: Logistic
    """Whether another sentence belongs to the answer."""
    answer_bar: float
    """Log-odds from which a question is answered."""
    add_bar: float
    """Log-odds from which another sentence is said."""


@dataclass(frozen=True, slots=True)
class Read:
    """The S sentences of some passages as the reader sees them for a question of k tokens."""

    passage: NDArray[np.int64]
    """(S,) place of its passage in the order given."""
    sentence: NDArray[np.int64]
    """(S,) its place in the passage."""
    score: Floats
    """(S,)"""
    nothing: float
    """The score of "no answer"."""
    similar: Floats
    """(k, S) the largest cosine of each token of the question to a token of the sentence."""
    share: Floats
    """(k,) how much each token of the question counts, 1 in all."""
    context: Floats
    """(S,) how close the whole passage comes."""
    mean: Floats
    """(S,) cosine of the means of question and sentence."""


@cache
def load_weights(trained: bool) -> Weights:  # noqa: FBT001 - two sets of weights, and no third
    """Return the weights for the trained encoder, or those for any other embedding model."""
    stored = json.loads(WEIGHTS.read_text())["trained" if trained else "other"]
    head = {k: np.array(v, np.float32) if isinstance(v, list) else float(v) for k, v in stored["head"].items()}
    parts = {name: _logistic(stored[name]) for name in ("answers", "declines", "adds")}
    return Weights(Head(**head), **parts, answer_bar=stored["answer_bar"], add_bar=stored["add_bar"])  # type: ignore[arg-type]


def _logistic(stored: Mapping[str, Any]) -> Logistic:
    center, spread, weights = (np.array(stored[name], np.float32) for name in ("center", "spread", "weights"))
    return Logistic(center, spread, weights, float(stored["bias"]))


def read(head: Head, tokens: Floats, weights: Floats, passages: Sequence[PassageTokens]) -> Read:
    """Return how well every sentence of passages answers a question of (k, WIDTH) tokens with (k,) weights."""
    share: Floats = (weights / max(float(weights.sum()), 1e-6)).astype(np.float32)
    asked = _unit(share @ tokens) if len(tokens) else np.zeros(head.match.shape, np.float32)
    rows = [_meet(tokens, share, each) for each in passages]
    passage = np.array([p for p, (best, _, _) in enumerate(rows) for _ in range(best.shape[1])], np.int64)
    sentence = np.array([s for best, _, _ in rows for s in range(best.shape[1])], np.int64)
    similar = np.concatenate([best for best, _, _ in rows], axis=1) if rows else np.zeros((len(tokens), 0), np.float32)
    means = np.concatenate([mean for _, mean, _ in rows]) if rows else np.zeros((0, len(asked)), np.float32)
    context = np.array([whole for best, _, whole in rows for _ in range(best.shape[1])], np.float32)
    mean = (means @ asked).astype(np.float32)
    score = share @ similar + head.passage * context + head.mean * mean
    score = score + means @ (head.match * asked) + means @ head.sentence
    nothing = head.scale * (head.no_answer + float(asked @ head.question))
    return Read(passage, sentence, (head.scale * score).astype(np.float32), nothing, similar, share, context, mean)


def _meet(tokens: Floats, share: Floats, passage: PassageTokens) -> tuple[Floats, Floats, float]:
    """Return each question token's best similarity in every sentence, the sentences' means, and the passage's."""
    vectors = passage.vectors.astype(np.float32) / SCALE
    similar = tokens @ vectors.T
    count = len(passage.bounds) - 2
    best = np.full((len(tokens), count), -1, np.float32)
    means = np.zeros((count, vectors.shape[1]), np.float32)
    for s in range(count):
        first, last = passage.bounds[s + 1], passage.bounds[s + 2]
        if last > first:
            best[:, s] = similar[:, first:last].max(axis=1)
            means[s] = _unit(vectors[first:last].sum(axis=0))
    whole = float(share @ similar.max(axis=1)) if similar.size else -1.0
    return best, means, whole


def _unit(vector: Floats) -> Floats:
    found: Floats = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return found
