"""How an answer came about: what was found, what was told of it and what was not, and why."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.answering.candidates import Candidates
from bot.answering.features import NAMES
from bot.answering.reader import Weights
from bot.answering.selection import answer_odds
from bot.values import Answer, Candidate, Trace, Wanted

_SHOWN = 30
"""Sentences that a trace tells of."""
_WEIGHED = 5
"""Features that are named of each: those that weighed most."""


def traced(
    answer: Answer, chosen: Candidates, rows: Sequence[int], build_id: str, wanted: Wanted, weights: Weights
) -> Trace:
    """Return how an answer from this build came about; rows are the sentences that were to be said."""
    decision = "answered" if not answer.declined else "unverified" if rows else "declined"
    likely, needed = _probability(answer_odds(chosen, weights)), _probability(weights.answer_bar)
    candidates = tuple(_candidate(chosen, row, weights, _dropped(row, answer, rows)) for row in chosen.best(_SHOWN))
    return Trace(
        answer.question, chosen.query, build_id, tuple(chosen.hits), candidates, decision, wanted, likely, needed
    )


def _dropped(row: int, answer: Answer, rows: Sequence[int]) -> str:
    if row in rows:
        return "unverified" if answer.declined else ""
    return "unsaid" if answer.declined else "weaker"


def _candidate(chosen: Candidates, row: int, weights: Weights, dropped: str) -> Candidate:
    shares = weights.answers.share(chosen.features[row])
    most = abs(shares).argsort()[::-1][:_WEIGHED].tolist()
    weighed = {NAMES[k]: round(float(shares[k]), 2) for k in most}
    if chosen.reranked is not None:
        weighed["reranker"] = round(float(chosen.reranked[row]), 2)
    return Candidate(chosen.sentence(row), _probability(float(chosen.likely[row])), weighed, dropped)


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))
