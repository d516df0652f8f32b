"""How sure it is that a sentence answers: a logistic regression over its facets.

Similarity alone cannot tell an answerable question from an unanswerable one, and hand-set limits on single facets were
too strict for one kind of wording and too lax for another (docs/decisions.md). The weights are fitted by
benchmarks/calibrate.py on the question files under tests/questions; run it after every change of a facet.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter, mul

import numpy as np

from bot.answering.asked import Asked
from bot.answering.evidence import Facets
from bot.answering.interaction import Closeness, Column, Number

ENOUGH = 0.3
"""From here on a sentence may answer: keeps 94% of answerable questions, see docs/decisions.md."""

UNNAMED = 0.36
"""The same for a question that names no product and no company: many of these are about something else entirely."""

ALL_THERE = 0.22
"""From here on a sentence may answer that lacks nothing of what is asked: the name, the property, every word."""

_MOST = 15.0
_SCALE = 5.0


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted weights; a facet that a question does not have counts 0."""

    constant: float
    cosine: float
    whole: float
    telling: float
    weak: float
    behind: float
    apart: float
    names: float
    named: float
    product: float
    explicit: float
    value: float
    valued: float
    turned: float
    cue: float
    cued: float
    concepts: float
    terms: float
    termed: float
    found: float
    missed: float
    unknown: float
    binding: float
    period: float


FITTED = Weights(
    constant=-4.87, cosine=2.32, whole=0.97, telling=-0.28, weak=0.53, behind=0.26, apart=0.57, names=0.90, named=0.54,
    product=0.00, explicit=-0.05, value=1.81, valued=-2.71, turned=0.25, cue=0.54, cued=-1.34, concepts=1.75,
    terms=-0.13, termed=0.28, found=0.67, missed=-0.32, unknown=0.16, binding=0.56, period=-0.09,
)  # fmt: skip


_NUMBERS = attrgetter(*Weights.__slots__)


def features(asked: Asked, facets: Facets[Number], close: Closeness[Number]) -> tuple[Number | float, ...]:
    """Return the features of a sentence, or of many, in the order of the fields of Weights, without the constant."""
    hard = [a for a in asked.askings if not a.concept.soft]
    valued = any(a.concept.values for a in hard)
    turned = any(a.concept.values and a.turned for a in hard)
    cued = bool(hard) and not valued
    return (
        close.cosine,
        close.whole,
        close.telling,
        close.weak,
        close.behind,
        close.apart,
        facets.names if asked.mentions else 0.0,
        float(bool(asked.mentions)),
        float(asked.product),
        facets.explicit * float(bool(asked.mentions)),
        facets.property if valued else 0.0,
        float(valued),
        float(turned),
        facets.property if cued else 0.0,
        float(cued),
        facets.concepts if hard else 0.0,
        facets.terms if asked.terms else 0.0,
        float(bool(asked.terms)),
        np.minimum(facets.found, _MOST) / _SCALE,
        np.minimum(facets.missed, _MOST) / _SCALE,
        np.minimum(facets.unknown, _MOST) / _SCALE,
        facets.binding,
        facets.periods if asked.periods else 1.0,
    )


def confidence(asked: Asked, facets: Facets[Column], close: Closeness[Column]) -> Column:
    """Return for each sentence the probability, 0 to 1, that it answers with these facets."""
    constant, *factors = _NUMBERS(FITTED)
    total = constant + sum(map(mul, factors, features(asked, facets, close)))
    sure: Column = 1.0 / (1.0 + np.exp(-total))
    return sure
