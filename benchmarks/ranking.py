"""How good a ranking of articles is."""

from __future__ import annotations

import math
import statistics
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Graded = Mapping[str, int]
"""Article id -> how relevant it is, from 1."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a system found for one question: articles best first, each once, and the texts of its best passages."""

    articles: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over questions, each from 0 to 1; answer is None for a set without gold answers."""

    hit1: float
    hit4: float
    reciprocal: float
    ndcg10: float
    answer4: float | None


def quality(
    rankings: Mapping[str, Ranking], relevant: Mapping[str, Graded], gold: Mapping[str, Sequence[str]]
) -> Quality:
    """Return the means over the questions in relevant; one of the four best texts should hold one of gold's strings."""
    ranked = [[grades.get(article, 0) for article in rankings[name].articles] for name, grades in relevant.items()]
    known = {name: answers for name, answers in gold.items() if name in relevant and answers}
    return Quality(
        hit1=statistics.mean(bool(row and row[0]) for row in ranked),
        hit4=statistics.mean(any(row[:4]) for row in ranked),
        reciprocal=statistics.mean(next((1 / at for at, grade in enumerate(row, 1) if grade), 0.0) for row in ranked),
        ndcg10=statistics.mean(map(ndcg, ranked, relevant.values())),
        answer4=statistics.mean(holds(rankings[name].texts[:4], known[name]) for name in known) if known else None,
    )


def ndcg(row: Sequence[int], grades: Graded) -> float:
    """Return the normalised discounted cumulative gain of the first ten, gains linear in the grade."""
    ideal = sorted(grades.values(), reverse=True)[:10]
    return _gain(row[:10]) / _gain(ideal)


def holds(texts: Sequence[str], answers: Sequence[str]) -> bool:
    """Return whether any text holds any of the answers, whatever the case and the spacing."""
    plain = [_plain(text) for text in texts]
    return any(_plain(answer) in text for answer in answers for text in plain)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(at + 1) for at, grade in enumerate(grades, 1))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").split())
