"""Every sentence that might answer, best first, with what it lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.answering.asked import Asked, Shape
from bot.answering.confidence import ALL_THERE, ENOUGH, UNNAMED, confidence
from bot.answering.evidence import Facets, Judge
from bot.answering.interaction import Closeness, Column
from bot.answering.reading import Reading
from bot.text.words import stems, words
from bot.values import Sentence, Status

_COSINE, _WHOLE, _NAMES, _CONCEPTS, _TERMS, _PERIODS = 0.42, 0.6, 0.16, 0.16, 0.14, 0.16
"""How much each facet weighs in a score."""
LACKS = ("variant", "currency", "period", "name", "place", "superlative", "company", "number", "property", "words")
"""What a sentence can lack so that it must not answer, in the order in which it is looked at."""
_FIGURES = frozenset(("money", "percent", "number"))
_OTHER_PRODUCT = 0.015
_SHORT = 110
_GOES_ON = 0.1
"""What a sentence gains that stands in the article from which the turn before was told."""
_LONGER = 0.0003
_HARDLY = 0.2
_SOME = 0.3
_HALF = 0.5
_WHOLLY = 0.9
_LIKELY = 0.55
"""How sure it has to be that a sentence answers which names only one of two names."""
_MENTIONED = 0.4
"""A property from here on is stated, denied or withheld, not only mentioned."""
_GONE = 0.2
"""What a sentence about former times loses where the present is asked for."""
_NOTHING_NEW = 0.06
"""What a sentence loses that names nothing new where a name is asked for."""
_SEVERAL = re.compile(r"\b(?:which|what) (?:\w+ ){0,2}(?!is\b|was\b|has\b|does\b)\w+s\b|\bnames\b", re.IGNORECASE)
_MANY = 3
_NAMES_MANY = 0.06
"""What a sentence gains that names several, where several are asked for."""
_BEHIND = frozenset({"second", "third", "fourth", "fifth"})
_NOT_FIRST = 0.06
"""What a sentence loses that tells who came behind, where the one that leads is asked for."""
_PAST = re.compile(r"(?:earlier|previous(?:ly)?|former(?:ly)?|original(?:ly)?|initial(?:ly)?)\b", re.IGNORECASE)
_CALENDAR = frozenset(
    stems(
        "january february march april may june july august september october november december "
        "monday tuesday wednesday thursday friday saturday sunday"
    )
)
"""Words with a capital that name nobody and nothing."""
_LOOKING_BACK = re.compile(
    r"\b(?:was|were|did|had|been|earlier|previous|before|original\w*|former\w*|first|initial\w*|old|used to|history"
    r"|timeline|chang\w+|moved?|delay\w*|slip\w*)\b",
    re.IGNORECASE,
)
"""A question that may be about former times."""
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
    close: Closeness[float]
    sure: float
    facets: Facets[float]
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


class Read(NamedTuple):
    """Articles in the order of their ids, and how close their sentences come to the question, one after the other."""

    readings: Sequence[Reading]
    close: Closeness[Column]


def rank(asked: Asked, judge: Judge, read: Read) -> list[Ranked]:
    """Return the sentences that were read by score; of equal ones by article and place.

    Asides (legal notices, biographies) are left out unless the question asks for an author.
    """
    if not read.readings:
        return []
    close, facets = read.close, judge.facets(read.readings)
    sure = confidence(asked, facets, close)
    score = _score(asked, facets, close) + _standing(asked, read.readings) - _beside_the_point(asked, read.readings)
    if asked.naming:
        new = _new_names(asked, read.readings)
        score -= _NOTHING_NEW * (new == 0)
        if _SEVERAL.search(asked.text):
            score += _NAMES_MANY * (new >= _MANY)
        if asked.shape is Shape.LIST and not asked.denied:
            score -= _NOTHING_NEW * np.array([st.negated for r in read.readings for st in r.stated], np.bool_)
    if asked.company:
        behind = [not _BEHIND.isdisjoint(st.stems) for r in read.readings for st in r.stated]
        score -= _NOT_FIRST * np.array(behind, np.bool_)
    if asked.newest or not _LOOKING_BACK.search(asked.text):
        score -= _GONE * np.array([bool(_PAST.match(s.text)) for r in read.readings for s in r.sentences])
    numbers = (column.tolist() for column in (score, sure, *close, *facets))
    unfit = _unfit(asked, facets, sure)
    author = any(a.concept.name == "author" for a in asked.askings)
    places = [(r, i, s.aside and not author) for r in read.readings for i, s in enumerate(r.sentences)]
    every = list(zip(places, unfit, *numbers, strict=True))
    found = (every[k] for k in np.argsort(-score, kind="stable").tolist())
    return [
        Ranked(reading, i, points, Closeness(*row[:_CLOSE]), known, Facets(*row[_CLOSE:]), lack)
        for (reading, i, aside), lack, points, known, *row in found
        if not aside
    ]


_CLOSE = len(Closeness._fields)


def _standing(asked: Asked, readings: Sequence[Reading]) -> Column:
    """Return what each sentence gains by its article: by status, quality, and because the turn before was told from it.

    Who asks for a value goes on anywhere: the newest one may stand in another article.
    """
    before = frozenset() if any(a.concept.values for a in asked.askings) else asked.before
    articles = [r.article for r in readings]
    each = [_TRUST[a.status] + _QUALITY.get(a.quality, 0.0) + _GOES_ON * (a.id in before) for a in articles]
    return np.repeat(each, [len(r.sentences) for r in readings])


def _score(asked: Asked, facets: Facets[Column], close: Closeness[Column]) -> Column:
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


def _beside_the_point(asked: Asked, readings: Sequence[Reading]) -> Column:
    """Return what each sentence loses for telling more than was asked: other products, and its length."""
    wanted = {n.text for m in asked.mentions for n in m.names}
    longer = np.maximum([len(s.text) - _SHORT for r in readings for s in r.sentences], 0) * _LONGER
    if not asked.product:
        return longer
    others = np.array([len(named - wanted) if named else 0 for r in readings for named in r.products])
    lost: Column = np.minimum(others, 2) * _OTHER_PRODUCT + longer
    return lost


def _new_names(asked: Asked, readings: Sequence[Reading]) -> NDArray[np.intp]:
    """Return for each sentence how many words of names it has that the question has not."""
    said = {w.stem for w in words(asked.text)} | _CALENDAR
    return np.array([len({*st.proper} - said) for r in readings for st in r.stated], np.intp)


def _unfit(asked: Asked, facets: Facets[Column], sure: Column) -> list[str]:
    """Return what each sentence lacks so that it must not answer; empty when it may.

    Another variant, another currency, another quarter and another product are never near enough, whatever else fits;
    and a question that names nothing, or only a place, is not answered by chance.
    """
    nothing = not (asked.mentions or asked.terms or asked.claimed)
    empty = nothing | (facets.terms < _HARDLY) & (not (asked.mentions or asked.askings))
    placed = bool(asked.places) and not asked.askings and all(m.form[0] in asked.places for m in asked.mentions)
    unsure = sure < np.where(
        _complete(asked, facets), ALL_THERE, ENOUGH if asked.mentions or asked.company else UNNAMED
    )
    if asked.mentions and not asked.terms and not asked.askings:  # "what is new with Oura": any word on it answers
        unsure &= facets.explicit < 1.0
    both = asked.together
    half_likely = (sure < _LIKELY) | (facets.property < _HALF) | both
    least = _WHOLLY if both and asked.acts else _HALF
    lacks = (
        facets.variant < 1.0,
        facets.currency < 1.0,
        (facets.periods < _SOME) & bool(asked.periods),
        ((facets.names < least) | ((facets.names == _HALF) & half_likely)) & bool(asked.mentions),
        (facets.binding < (_HALF if _valued(asked) else _SOME)) & any(t.inside for t in asked.terms),
        facets.superlative < 1.0,
        facets.company < 1.0,
        facets.counted < 1.0,
        facets.property < np.maximum(_MENTIONED * _strict(asked), _HALF * unsure),
        unsure | empty | ((facets.content < _SOME) & placed) | ((facets.content < _SOME) & asked.instructions),
    )
    first: list[str] = np.select(lacks, LACKS, "").tolist()
    return first


def _valued(asked: Asked) -> bool:
    """Tell whether a figure is asked for: that of another place is a wrong one."""
    return any(a.concept.values & _FIGURES and not a.concept.soft for a in asked.askings)


def _strict(asked: Asked) -> bool:
    """Tell whether a question asks for a price, a weight, a chip or the like, which only such a statement answers."""
    hard = [a.concept for a in asked.askings if not a.concept.soft]
    return any(concept.strict for concept in hard)


def _complete(asked: Asked, facets: Facets[Column]) -> NDArray[np.bool_]:
    """Tell of each sentence whether it names what is asked about itself and lacks nothing else that is asked."""
    hard = any(not a.concept.soft for a in asked.askings)
    whole = reduce(np.minimum, (facets.names, facets.property, facets.terms, facets.periods, facets.binding))
    whole_there: NDArray[np.bool_] = (facets.explicit > 0) & (whole >= _WHOLLY) & (facets.unknown == 0)
    return whole_there & (hard and bool(asked.mentions))
