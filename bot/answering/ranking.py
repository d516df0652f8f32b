"""Every sentence that might answer, best first, with what it lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.answering.asked import Asked
from bot.answering.confidence import ALL_THERE, ENOUGH, confidence
from bot.answering.evidence import Facets, Judge
from bot.answering.interaction import Closeness
from bot.answering.reading import Reading
from bot.values import Sentence, Status

_COSINE, _WHOLE, _NAMES, _CONCEPTS, _TERMS, _PERIODS = 0.42, 0.6, 0.16, 0.16, 0.14, 0.16
"""How much each facet weighs in a score."""
_OTHER_PRODUCT = 0.015
_SHORT = 110
_LONGER = 0.0003
_SOME = 0.3
_HALF = 0.5
_WHOLLY = 0.9
_LIKELY = 0.55
"""How sure it has to be that a sentence answers which names only one of two names."""
_MENTIONED = 0.4
"""A property from here on is stated, denied or withheld, not only mentioned."""
_GONE = 0.2
"""What a sentence about former times loses where the present is asked for."""
_PAST = re.compile(r"(?:earlier|previous(?:ly)?|former(?:ly)?|original(?:ly)?|initial(?:ly)?)\b", re.IGNORECASE)
_TRUST = {
    Status.REPORTED: 0.0,
    Status.FORECAST: -0.01,
    Status.RUMOUR: -0.02,
    Status.SUPERSEDED: -0.03,
    Status.CONTAINS_ERROR: -0.06,
}
_QUALITY = {"high": 0.025, "medium": 0.01, "low": 0.0}


class Ranked(NamedTuple):
    """A sentence with its score (0 to about 1), how sure it is that it answers, and why it must not (empty: it may)."""

    reading: Reading
    i: int
    score: float
    close: Closeness
    sure: float
    facets: Facets
    unfit: str

    @property
    def cosine(self) -> float:
        """How like the question the sentence is as a whole."""
        return self.close.cosine

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.reading.sentences[self.i]

    @property
    def article_id(self) -> str:
        """The article it stands in."""
        return self.reading.article.id


Read = tuple[Reading, Sequence[Closeness]]
"""An article, and how close each of its sentences comes to the question."""


def rank(asked: Asked, judge: Judge, readings: Sequence[Read]) -> list[Ranked]:
    """Return the sentences of readings by score; each reading comes with how close its sentences are to the question.

    Asides (legal notices, biographies) stand behind everything else unless the question asks for an author.
    """
    author = any(a.concept.name == "author" for a in asked.askings)
    wanted = {n.text for m in asked.mentions for n in m.names}
    ranked = []
    for reading, closes in readings:
        standing = _TRUST[reading.article.status] + _QUALITY.get(reading.article.quality, 0.0)
        for i, (facets, close) in enumerate(zip(judge.facets(reading), closes, strict=True)):
            if reading.sentences[i].aside and not author:
                continue
            sure = confidence(asked, facets, close)
            others = len(reading.products[i] - wanted) if asked.product else 0
            score = _score(asked, facets, close) + standing - _beside_the_point(reading.sentences[i], others)
            if asked.newest and _PAST.match(reading.sentences[i].text):
                score -= _GONE
            ranked.append(Ranked(reading, i, score, close, sure, facets, _unfit(asked, facets, sure)))
    return sorted(ranked, key=lambda r: (-r.score, r.article_id, r.i))


def _score(asked: Asked, facets: Facets, close: Closeness) -> float:
    total, weights = close.cosine * _COSINE + close.whole * _WHOLE, _COSINE + _WHOLE
    for there, value, weight in (
        (asked.mentions, facets.names, _NAMES),
        (asked.askings, facets.concepts, _CONCEPTS),
        (asked.terms, facets.terms, _TERMS),
        (asked.periods, facets.periods, _PERIODS),
    ):
        if there:
            total += value * weight
            weights += weight
    return total / weights


def _beside_the_point(sentence: Sentence, others: int) -> float:
    """Return what a sentence loses for telling more than was asked: other products, and its length."""
    return min(others, 2) * _OTHER_PRODUCT + max(0, len(sentence.text) - _SHORT) * _LONGER


def _unfit(asked: Asked, facets: Facets, sure: float) -> str:
    """Return what a sentence lacks so that it must not answer; empty when it may.

    Another variant, another currency, another quarter and another product are never near enough, whatever else fits;
    and a question that names nothing is not answered by chance.
    """
    nothing = not (asked.mentions or asked.terms or asked.claimed)
    enough = ALL_THERE if _complete(asked, facets) else ENOUGH
    lacks = {
        "variant": facets.variant < 1.0,
        "currency": facets.currency < 1.0,
        "period": bool(asked.periods) and facets.periods < _SOME,
        "name": bool(asked.mentions) and (facets.names < _HALF or (facets.names == _HALF and sure < _LIKELY)),
        "place": facets.binding < _SOME and any(t.inside for t in asked.terms),
        "property": facets.property < max(_MENTIONED * _strict(asked), _HALF * (sure < enough)),
        "words": sure < enough or nothing,
    }
    return next((lack for lack, missing in lacks.items() if missing), "")


def _strict(asked: Asked) -> bool:
    """Tell whether a question asks for a price, a weight, a chip or the like, which only such a statement answers."""
    hard = [a.concept for a in asked.askings if not a.concept.soft]
    return bool(hard) and all(concept.strict for concept in hard)


def _complete(asked: Asked, facets: Facets) -> bool:
    """Tell whether a sentence names what is asked about itself and lacks nothing else that is asked."""
    hard = any(not a.concept.soft for a in asked.askings)
    whole = min(facets.names, facets.property, facets.terms, facets.periods, facets.binding)
    return hard and bool(asked.mentions) and facets.explicit and whole >= _WHOLLY and not facets.unknown
