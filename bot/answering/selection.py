"""Which sentences are said: the best one, and others only if each adds something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.answering.candidates import Candidates
from bot.answering.features import NAMES
from bot.answering.reader import Floats, Weights
from bot.text.facts import numbers
from bot.text.words import spelled

MOST = 5
"""Sentences of an answer."""
CONSIDERED = 12
"""The likeliest sentences, from which the others are chosen."""
ALIKE = 0.8
"""The share of common words from which a sentence without a new number says the same again."""

_MET = NAMES.index("words met in the sentence")

QUESTION_NAMES = (
    "second best",
    "third best",
    "best against the second",
    "best of the passage",
    "sentences that are likely",
    "another article answers alike",
    "follow-up",
)
"""Features of a question beside those of its best sentence."""

ADDS_NAMES = (
    "likely by itself",
    "against the first",
    "reader against no answer",
    "reader against the first",
    "meets words that are not met yet",
    "question not met yet",
    "says the same",
    "same article",
    "next to one that is said",
    "sentences said already",
    "words met in the sentence",
    "length",
    "likely sentences left",
)


def of_question(candidates: Candidates) -> Floats:
    """Return the features from which it is told whether the best sentence answers, and with it the question.

    The reader's log-odds alone count: it is these that the weights were fitted on.
    """
    candidates = replace(candidates, reranked=None)
    odds, first = candidates.odds, candidates.best(3)
    top = odds[first[0]]
    second, third = (odds[first[min(k, len(first) - 1)]] for k in (1, 2))
    articles = {candidates.sentence(row).article_id for row in first}
    context = candidates.found.read.context
    extra = [second, third, top - second, context.max(), (odds > 0).sum(), len(articles) > 1, " | " in candidates.query]
    return np.concatenate((candidates.features[first[0]], [top], np.array(extra, np.float32))).astype(np.float32)


def answer_odds(candidates: Candidates, weights: Weights) -> float:
    """Return the log-odds that the question is answered by the best sentence; very low when there is none."""
    if not len(candidates.odds):
        return -99.0
    return float(weights.declines.odds(of_question(candidates)[None])[0])


def select(candidates: Candidates, weights: Weights) -> list[int]:
    """Return the rows of the sentences that are said, the likeliest first."""
    chosen = candidates.best(1)
    left = [row for row in candidates.best(CONSIDERED) if row not in chosen]
    while len(chosen) < MOST and (left := [row for row in left if not _repeats(candidates, chosen, row)]):
        odds = weights.adds.odds(np.stack([adding(candidates, chosen, row, left) for row in left]))
        best = int(odds.argmax())
        if odds[best] < weights.add_bar:
            break
        chosen.append(left.pop(best))
    return chosen


def _repeats(candidates: Candidates, chosen: Sequence[int], row: int) -> bool:
    """Tell whether a sentence says what one that is chosen says already, with the same numbers."""
    text = candidates.sentence(row).text
    words = _words(text)
    said = [candidates.sentence(k).text for k in chosen]
    return any(_common(words, _words(each)) >= ALIKE and numbers(text) <= numbers(each) for each in said)


def adding(candidates: Candidates, chosen: Sequence[int], row: int, left: Sequence[int]) -> Floats:
    """Return the features from which it is told whether one more sentence belongs to the answer."""
    read, odds = candidates.found.read, candidates.likely
    met = read.similar[:, list(chosen)].max(axis=1)
    gain = float(read.share @ np.maximum(read.similar[:, row] - met, 0))
    each, said = candidates.sentence(row), [candidates.sentence(k) for k in chosen]
    words = _words(each.text)
    common = max(_common(words, _words(one.text)) for one in said)
    here = [one for one in said if one.article_id == each.article_id]
    return np.array(
        [
            odds[row],
            odds[row] - odds[chosen[0]],
            read.score[row] - read.nothing,
            read.score[row] - read.score[chosen[0]],
            gain,
            1 - float(read.share @ met),
            common,
            bool(here),
            any(abs(one.ordinal - each.ordinal) == 1 for one in here),
            len(chosen),
            candidates.features[row][_MET],
            np.log1p(len(words)),
            sum(odds[other] > 0 for other in left),
        ],
        np.float32,
    )


def _words(text: str) -> set[str]:
    return {stem for _, stem, _ in spelled(text)}


def _common(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
