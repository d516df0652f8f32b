"""The words of a question that have to be found: how telling each is, whether it is a place, whether it binds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from bot.answering.asked import WHETHER, Knowledge, Term
from bot.answering.concepts import Lexicon, Phrase
from bot.text.words import Word

_LONGEST_PHRASE = 3
_BEFORE_US = frozenset(
    ("tell give gives show let lets help helps for to with of about makes make told gave between").split()
)
_SEGMENTS = frozenset(("segment", "division", "unit", "arm", "business"))
_AUXILIARY = frozenset(
    (
        "money usd dollars euros cash vc venture investor bigger smaller faster lighter longer more less the for did "
        "do does is are was were has have had can could will would be been sold shipped ship sell"
    ).split()
)


class Places(NamedTuple):
    """Places of words in a question."""

    used: set[int]
    """They stand for something else: names, properties, periods."""
    exact: set[int]
    """A property is about them, so the evidence has to name them."""
    owned: set[int]
    """Those of them whose money is asked for: "marine revenue"."""
    parted: set[int]
    """A comma stands behind them: "workaround, verdict" asks for two things."""


def terms_of(
    found: Sequence[Word],
    places: Places,
    known: Knowledge,
    lexicon: Lexicon,
    *,
    product: bool,
) -> tuple[Term, ...]:
    """Return the terms of a question: its words but for those that stand for something else.

    product: whether a product is named; then a kind of device binds nothing.
    """
    terms: dict[str, Term] = {}
    alike = _alike([w.stem for w in found], lexicon)
    for i, word in enumerate(found):
        world = word.stem in lexicon.world and not (i and found[0].form == "where")
        place = world or (word.stem in lexicon.places and not (word.form == "us" and not _country(found, i)))
        inside = world or _inside(found, i)
        if i in places.used and not place:
            continue
        if not place and (word.form in lexicon.noise or word.form.isdigit() or len(word.form) < 2):
            continue
        seen = known.vocabulary.get(word.form, 0)
        part = not seen and (
            (i in places.owned and i not in places.parted) or _of_segment(found, i) or _venue(found, i)
        )
        binding = i in places.exact or part or (word.stem in lexicon.categories and not product)
        weight = math.log((known.sentences + 1) / (seen + 0.5))
        terms.setdefault(
            word.stem,
            Term(
                word.stem,
                word.form,
                max(weight, 0.5),
                place=place,
                everywhere=world,
                known=seen > 0,
                inside=(place and inside) or part,
                binding=binding,
                alike=alike.get(i, ()),
            ),
        )
    return tuple(terms.values())


def _alike(stems: Sequence[str], lexicon: Lexicon) -> dict[int, tuple[Phrase, ...]]:
    """Return for each place of a question the phrases that mean the same as the word there, or as its phrase."""
    found: dict[int, tuple[Phrase, ...]] = {}
    for i in range(len(stems)):
        for n in range(1, _LONGEST_PHRASE + 1):
            others = lexicon.alike.get(tuple(stems[i : i + n]), ())
            for k in range(i, i + n) if others else ():
                found[k] = (*found.get(k, ()), *others)
    return found


def counted_in(found: Sequence[Word], named: set[int], lexicon: Lexicon) -> frozenset[str]:
    """Return the stems of what "how many" counts; named holds the places of names."""
    forms = [w.form for w in found]
    asking = {("how", "many"), ("number", "of"), ("how", "much")}
    start = next((k + 2 for k in range(len(forms) - 1) if (forms[k], forms[k + 1]) in asking), len(forms))
    counted: list[str] = []
    for k in range(start, len(found)):
        if k in named:
            continue
        if forms[k] in _AUXILIARY or (forms[k] in lexicon.noise and counted):
            break
        if forms[k] not in lexicon.noise:
            counted.append(found[k].stem)
    return frozenset(counted)


def _of_segment(found: Sequence[Word], i: int) -> bool:
    """Tell whether a word says which part of a company is meant: "marine segment"."""
    return i + 1 < len(found) and found[i + 1].form in _SEGMENTS


def _inside(found: Sequence[Word], i: int) -> bool:
    before = [w.form for w in found[max(0, i - 2) : i]]
    return before[-1:] == ["in"] or before == ["in", "the"]


def _venue(found: Sequence[Word], i: int) -> bool:
    """Tell whether it is asked if something is so at a place or an event: "allowed in the NBA", "sold at Costco"."""
    before = [w.form for w in found[max(0, i - 2) : i] if w.form != "the"]
    return bool(WHETHER.match(found[0].form)) and i == len(found) - 1 and before[-1:] in (["in"], ["at"])


def _country(found: Sequence[Word], i: int) -> bool:
    return i > 0 and found[i - 1].form not in _BEFORE_US
