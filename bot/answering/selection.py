"""Which sentences are said: the best one, and others only if each adds something."""

from __future__ import annotations

from collections.abc import Sequence

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
STRANGE = 4.0
"""Log-odds that a question loses whose model marks stand in no article: the "S3" is not the S1."""
ALIKE = 0.8
"""The share of common words from which a sentence without a new number says the same again."""

OF_BEST = (
    "rarest word missed with the title",
    "words no article has",
    "model marks missed by the sentence and title",
    "another, longer name",
    "passage score",
    "passage cosine",
)
"""Features of the best sentence that count for its question, too."""
_OF_BEST = [NAMES.index(name) for name in OF_BEST]
_MET = NAMES.index("words met in the sentence")

QUESTION_NAMES = (
    "all sentences against no answer",
    "best sentence against no answer",
    "best sentence",
    "second best",
    *OF_BEST,
    "question in the corpus's words",
    "follow-up",
)
"""What is counted of a question."""

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
    """Return the features from which it is told whether a question is answered by any of the sentences."""
    read, first = candidates.found.read, candidates.best(2)
    top = float(read.score.max())
    every = top + float(np.log(np.exp(read.score - top).sum()))
    odds = candidates.odds[first]
    own = [every - read.nothing, top - read.nothing, odds[0], odds[-1]]
    rest = [candidates.asked.known, candidates.asked.follows]
    return np.array([*own, *candidates.features[first[0]][_OF_BEST], *rest], np.float32)


def answer_odds(candidates: Candidates, weights: Weights) -> float:
    """Return the log-odds that any of the sentences answers the question; very low when there is none."""
    if not len(candidates.odds):
        return -99.0
    return float(weights.declines.odds(of_question(candidates)[None])[0]) - STRANGE * candidates.asked.strange


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
