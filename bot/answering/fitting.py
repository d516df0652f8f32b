"""How well a sentence answers a property that is asked for."""

from __future__ import annotations

from typing import NamedTuple

from bot.answering.concepts import Concept, Lexicon, holds
from bot.answering.stated import Stated
from bot.text.facts import Kind, Quantity

_WHERE = frozenset(("above", "near", "inside", "under", "behind", "side", "temple", "wrist", "finger"))
_AMOUNTS = ("thousand", "million", "billion", "trillion", "bn")


class Cues(NamedTuple):
    """Which phrases of a concept stand in a sentence."""

    both: bool
    seen: bool
    avoid: bool
    ask: bool


def cued(concept: Concept, stated: Stated) -> bool:
    """Tell whether a text has a phrase of the property, with or without a value."""
    return holds(concept.both, stated.stems) or holds(concept.seen, stated.stems)


def fit(concept: Concept, stated: Stated, cues: Cues, lexicon: Lexicon) -> float:
    """Return how well a sentence answers a concept, 0 to 1.

    1 when a value of the right kind stands beside a phrase of the property, `alone` when only the value does, 0.9 for a
    reason and when the value is said to be withheld ("was not disclosed"), 0.75 when the sentence denies the property,
    0.35 when it only mentions it.
    """
    cue = cues.both or cues.seen
    if not concept.values:
        return 1.0 if cue or cues.ask else 0.0
    if "reason" in concept.values:
        return 0.9 if cue else 0.3
    best = 1.0 if cue else concept.alone
    if best and any(_has(kind, concept, stated, lexicon) for kind in concept.values):
        return best * (0.35 if cues.avoid and not cues.both else 1.0)
    if cue and stated.withheld:
        return 0.9
    if cues.both and stated.negated:
        return 0.75
    return 0.35 if cue else 0.0


def _has(kind: str, concept: Concept, stated: Stated, lexicon: Lexicon) -> bool:
    if kind == "date":
        return stated.dated
    if kind == "person":
        return stated.person
    if kind == "place":
        return any(s in lexicon.places for s in stated.stems) or any(f in _WHERE for f in stated.forms)
    if kind == "reason":
        return False
    return any(_suits(q, kind, concept) for q in stated.quantities)


def _suits(quantity: Quantity, kind: str, concept: Concept) -> bool:
    if quantity.kind is not Kind(kind) or (quantity.relative and kind != Kind.PERCENT and concept.name != "growth"):
        return False
    big = any(word in quantity.digits for word in _AMOUNTS)
    if concept.large and not big:
        return len(quantity.digits.partition(".")[0]) >= 5
    return not (concept.small and big)
