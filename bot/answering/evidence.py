"""How well a sentence answers: every facet of the question held against the sentence and its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial, reduce
from itertools import chain
from operator import mul, or_
from typing import Generic, NamedTuple

import numpy as np

from bot.answering.asked import Asked, Knowledge, Term
from bot.answering.concepts import Asking, Concept, Lexicon, holds
from bot.answering.currency import currencies
from bot.answering.interaction import Column, Number
from bot.answering.names import Form, Gazetteer, Mention, Name, designator, forms_of
from bot.answering.reading import Reading, ones
from bot.answering.stated import Stated
from bot.answering.times import differs, same
from bot.text.facts import Kind, Period
from bot.text.words import level, stem, words

Near = Mapping[str, Mapping[str, float]]
"""Stem of a question's word -> words of the corpus that are close in meaning -> how close, 0 to 1."""

Levels = list[float]
_OTHER_TIME = 0.25
"""How well a sentence is of a time whose article is, when it names another time itself."""
"""How far each sentence of an article meets one thing that is asked, 0 to 1."""

_SIBLING = 0.3
"""What a sentence about another edition of the same name is worth, or about the head of another company."""
_KIN = 0.75
"""What a sentence about one edition is worth where the family is asked about: the Qwen S1 for the Qwen glasses."""
_OTHERS = 0.45
"""What is left of a subject taken over from earlier sentences when the sentence names another one."""
_GENERATIONS = {"1": "first", "2": "second", "3": "third"}


class Facets(NamedTuple, Generic[Number]):
    """How far a sentence, or each of many, meets each facet of a question.

    Each 0 to 1; 1 where the question has no such facet.
    """

    names: Number
    concepts: Number
    property: Number
    """The best of the properties that a value of a certain kind answers: below 0.3 the sentence cannot answer."""
    terms: Number
    content: Number
    """The same without the words for places: a country alone says nothing about what is asked of it."""
    found: Number
    """Weight of the question's words that the evidence holds, summed over the words."""
    missed: Number
    """Weight of those that it does not hold and that the corpus knows."""
    unknown: Number
    """Weight of those that no article holds."""
    periods: Number
    currency: Number
    variant: Number
    binding: Number
    """How far places, kinds of device and words that must be named stand in the evidence: the least of them."""
    superlative: Number
    """0 where the cheapest, the lightest or the like of all is asked for and the sentence tells of none."""
    counted: Number
    """0 where a number is asked for and the sentence has none and denies nothing."""
    explicit: Number
    """1 when the sentence itself names what is asked about, else 0."""


class Judge:
    """Holds the sentences of articles against one question: each facet of it against all sentences at once."""

    def __init__(
        self, asked: Asked, known: Knowledge, lexicon: Lexicon, near: Near, proper: frozenset[str] = frozenset()
    ) -> None:
        """Take the question, and which of its words are names of people and things in the articles at hand."""
        gazetteer = known.gazetteer
        self._asked = asked
        self._lexicon = lexicon
        self._near = near
        self._proper = proper
        # By their place in the question: a mention of many names takes long to compare.
        self._forms = {m.first: _forms(m, gazetteer, lexicon.generic) for m in asked.mentions}
        self._wanted = {m.first: frozenset(n.text for n in m.names) for m in asked.mentions}
        self._kin = {m.first: _editions(m, gazetteer, lexicon) for m in asked.mentions}
        makers = {n.maker for m in asked.mentions if m.product for n in m.names}
        self._firms = {m.first for m in asked.mentions if m.form[0] in lexicon.firms}
        self._makers = {m.first for m in asked.mentions if any(n.text in makers for n in m.names) and not m.product}
        self._must = [m.product or m.first in self._firms for m in asked.mentions]
        self._name_weights = [self._weight(m) for m in asked.mentions]
        marked = [(m.form[-1], m.variant) for m in asked.mentions if m.variant]
        self._variants = [*marked, *(v for v in asked.variants if v not in marked)]
        self._signs = currencies(asked.currency)
        priced = any("money" in a.concept.values for a in asked.askings)
        self._priced = [t for t in asked.terms if priced and t.place and t.stem in lexicon.money_of]
        """The places whose money a price has to be in."""

    def facets(self, readings: Sequence[Reading]) -> Facets[Column]:
        """Return how far each sentence of the articles meets the question, one article after the other."""
        return Facets(
            self._names(readings),
            *self._concepts(readings),
            *self._terms(readings),
            reduce(
                np.maximum, [_all(partial(self._period, p), readings) for p in self._asked.periods] or [_ones(readings)]
            ),
            _all(self._currency, readings) if self._signs or self._priced else _ones(readings),
            _all(self._variant, readings) if self._variants else _ones(readings),
            self._binding(readings),
            _all(self._superlative, readings) if self._asked.superlative else _ones(readings),
            _all(_counted, readings) if self._asked.numeric else _all(_timed, readings) if self._asked.when else _ones(readings),
            _all(self._explicit, readings),
        )

    def _explicit(self, reading: Reading) -> Levels:
        named = _union(reading.naming(f) for m in self._asked.mentions for f in self._forms[m.first])
        return _flags(named, reading)

    def _superlative(self, reading: Reading) -> Levels:
        return _flags(_held(reading.forms_at, self._lexicon.superlatives), reading)

    def _variant(self, reading: Reading) -> Levels:
        beside = float(all(_adjacent(a, b, reading) for a, b in self._variants))
        return [beside] * len(reading.sentences)

    def _weight(self, mention: Mention) -> float:
        """Return how much a name weighs: a firm that only counts ("per Canalys") nothing beside what it counts."""
        if mention.first in self._firms and any(m.first not in self._firms for m in self._asked.mentions):
            return 0.0
        return 0.3 if mention.first in self._makers else 1.0 if mention.product else 0.8

    def _names(self, readings: Sequence[Reading]) -> Column:
        """Return how far all names stand there; products and the firms whose figures are asked for must."""
        if not self._asked.mentions:
            return _ones(readings)
        columns = [_all(partial(self._name, m), readings) for m in self._asked.mentions]
        needed = [column for must, column in zip(self._must, columns, strict=True) if must]
        counted = [c for m, c in zip(self._asked.mentions, columns, strict=True) if m.first in self._firms]
        if len(counted) > 1:  # the figure of one firm never names the other
            needed = [c for c in needed if not any(c is firm for firm in counted)] + [reduce(np.maximum, counted)]
        least = reduce(np.minimum, needed, _ones(readings))
        return np.where(least >= 0.35, _mean(columns, self._name_weights), 0.3)

    def _name(self, mention: Mention, reading: Reading) -> Levels:
        wanted = self._wanted[mention.first]
        here = _union(reading.naming(f) for f in self._forms[mention.first])
        levels = self._inherited(mention, reading, here, wanted)
        for i, level_ in enumerate(levels):
            if level_ and self._another(mention, reading, i, wanted):
                levels[i] *= _OTHERS
        if not mention.names:
            for i in ones(reading.forms_at.get(mention.form[0], 0)):
                levels[i] = _SIBLING
        if mention.narrowed:
            own = [reading.stems_at.get(stem(f), 0) for f in mention.form if stem(f) not in ("with", "and")]
            _raise(levels, reduce(int.__and__, own, (1 << len(levels)) - 1), to=0.95)
        _raise(levels, _union(reading.naming(n.form) for n in self._kin[mention.first]), to=_KIN)
        _raise(levels, here, to=1.0)
        return levels

    def _another(self, mention: Mention, reading: Reading, i: int, wanted: AbstractSet[str]) -> bool:
        """Tell whether sentence i names another product, or for a company another one whose figures are not its own."""
        if mention.product:
            return bool(reading.products[i] - wanted) and self._other_product(reading.stated[i], wanted, mention)
        if reading.stated[i].general:
            return True
        rivals = {c for c in reading.companies[i] - wanted if _first_word(c) not in self._lexicon.firms}
        return bool(rivals) and mention.first not in self._firms and not self._owned(reading.stated[i], wanted)

    def _other_product(self, stated: Stated, wanted: AbstractSet[str], mention: Mention) -> bool:
        """Tell whether a sentence names a product that is not wanted, nor its family, nor what is asked for.

        "Snapdragon Wear Elite will power the next Galaxy Watch" is about the Galaxy Watch 9 where its chip is asked for.
        """
        phrases = [p for a in self._asked.askings for p in (*a.concept.both, *a.concept.seen)]
        family = wanted | {n.text for n in self._kin[mention.first]}
        return any(
            known.product
            and not any(n.text in family for n in known.names)
            and not holds(phrases, stated.stems[at : at + len(known.form)])
            for at, known in stated.known
        )

    def _owned(self, stated: Stated, wanted: AbstractSet[str]) -> bool:
        """Tell whether a sentence names a product of a company in wanted."""
        return any(n.maker in wanted for _, known in stated.known if known.product for n in known.names[:1])

    def _inherited(self, mention: Mention, reading: Reading, here: int, wanted: AbstractSet[str]) -> Levels:
        """Return how far each sentence is about a name for what stands before it: sentences, title, front matter."""
        article = reading.article
        listed = article.products if mention.product else article.companies
        if any(reading.title.names(f) for f in self._forms[mention.first]):
            base = 0.75
        elif listed and listed[0] in wanted:
            base = 0.7
        else:
            base = 0.45 if wanted & {*article.products, *article.companies} else 0.0
        levels: Levels = [base] * len(reading.sentences)
        last = -1
        for i, sentence in enumerate(reading.sentences if here else ()):
            if last >= 0:
                levels[i] = 0.85 if reading.sentences[last].block == sentence.block else 0.75
            if here >> i & 1:
                last = i
            elif mention.product and reading.products[i] - wanted:
                last = -1
        return levels

    def _concepts(self, readings: Sequence[Reading]) -> tuple[Column, Column]:
        """Return for each sentence how well it answers all properties, and the one that is asked for first."""
        askings = self._asked.askings
        if not askings:
            return _ones(readings), _ones(readings)
        weights = [2.0 if a.concept.values else 1.0 for a in askings]
        ranks = [_rank(a) for a in askings]
        columns = [_all(partial(self._fit, a), readings) for a in askings]
        first = [columns[k] for k, rank in enumerate(ranks) if rank == max(ranks) >= 0]
        return _mean(columns, weights), reduce(np.maximum, first) if first else _ones(readings)

    def _fit(self, asking: Asking, reading: Reading) -> Levels:
        concept = asking.concept
        levels = list(reading.fits(concept))
        if concept.values & {"number", "money"} and asking.turned and self._asked.counted:
            counting = self._counting(reading)
            levels = [got * (1.0 if counting >> i & 1 else 0.4) for i, got in enumerate(levels)]
        if concept.title and self._asked.mentions:
            levels = [
                got if self._holder(concept, reading.stated[i]) else got * _SIBLING for i, got in enumerate(levels)
            ]
        if concept.alone >= 0.3 and concept.alone in levels and reading.titled(concept):
            levels = [max(got, 0.85) if got == concept.alone else got for got in levels]
        return levels

    def _holder(self, concept: Concept, stated: Stated) -> bool:
        """Tell whether a title ("CEO") that stands in a sentence is one at the company that is asked about.

        It is the company's that stands nearest to it: "Kering CEO Luca de Meo spoke of Google's glasses".
        """
        firms = [(at, at + len(known.form), known.texts) for at, known in stated.known if not known.product]
        where = next(
            (k for k in range(len(stated.stems)) if any(stated.stems[k : k + len(p)] == p for p in concept.both)), -1
        )
        if where < 0 or not firms:
            return True
        asked = frozenset[str]().union(*self._wanted.values())
        asked |= {n.maker for m in self._asked.mentions for n in m.names}
        *_, texts = min(firms, key=lambda firm: where - firm[1] if firm[1] <= where else firm[0] - where)
        return not asked.isdisjoint(texts)

    def _binding(self, readings: Sequence[Reading]) -> Column:
        binding = (t for t in self._asked.terms if t.place or t.stem in self._proper or t.binding)
        return reduce(np.minimum, [_all(partial(self._bound, t), readings) for t in binding], _ones(readings))

    def _bound(self, term: Term, reading: Reading) -> Levels:
        held = self._term(term, reading, near=False)
        if term.stem in self._lexicon.world:
            return self._worldwide(held, reading)
        if term.place:
            inside = self._lexicon.within.get(term.stem, frozenset())
            here = _union(reading.stems_at.get(s, 0) for s in inside)
            if here:  # as for the place itself: the article is about it, and the next sentence more so
                held = [max(level_, 0.45) for level_ in held]
                _raise(held, here << 1 & (1 << len(held)) - 1, to=0.65)
            _raise(held, here, to=0.8)
            return [max(a, b) for a, b in zip(held, self._money(term, reading), strict=True)]
        subject = term.stem not in self._proper and f" {term.form} " in f" {reading.subjects} "
        return [max(v, 0.8) for v in held] if subject else held

    def _worldwide(self, held: Levels, reading: Reading) -> Levels:
        """Return 0 for a sentence about one place; one that names no place may be about all of them."""
        said = _held(reading.stems_at, self._lexicon.world)
        somewhere = _held(reading.stems_at, self._lexicon.places) & ~said
        return [0.0 if somewhere >> i & 1 else max(level_, 0.5) for i, level_ in enumerate(held)]

    def _money(self, place: Term, reading: Reading) -> Levels:
        signs = self._lexicon.money_of.get(place.stem, ())
        return [
            1.0
            if any(s in st.text for s in signs) and any(q.kind is Kind.MONEY for q in st.quantities)
            else 0.0
            for st in reading.stated
        ]  # fmt: skip

    def _counting(self, reading: Reading) -> int:
        """Return the sentences whose numbers surely count what was asked: what is counted stands in them."""
        counted = self._asked.counted
        alike = {s for t in counted for s in (t, *self._lexicon.synonyms.get(t, ()))}
        near = {w for t in counted for w in self._near.get(t, {})}
        return _held(reading.stems_at, alike) | _held(reading.forms_at, near)

    def _terms(self, readings: Sequence[Reading]) -> tuple[Column, Column, Column, Column, Column]:
        """Return for each sentence the facets terms, content, found, missed and unknown."""
        terms = self._asked.terms
        columns = [_all(partial(self._term, t), readings) for t in terms]
        weights = [t.weight * (1.3 if t.place else 1.0) for t in terms]
        none = np.zeros_like(_ones(readings))
        plain = [(c, t.weight) for t, c in zip(terms, columns, strict=True) if not t.place]
        content = _mean(*zip(*plain, strict=True)) if plain else _ones(readings)
        found = sum([t.weight * column for t, column in zip(terms, columns, strict=True)], none)
        lost = [(t.known, t.weight * (1 - column)) for t, column in zip(terms, columns, strict=True)]
        missed, unknown = (sum([gone for known, gone in lost if known is kind], none) for kind in (True, False))
        if self._asked.claimed:
            columns.append(_all(self._claimed, readings))
            weights.append(2.0)
        return _mean(columns, weights) if columns else _ones(readings), content, found, missed, unknown

    def _claimed(self, reading: Reading) -> Levels:
        return [1.0 if self._asked.claimed & st.numbers else 0.2 for st in reading.stated]

    def _term(self, term: Term, reading: Reading, *, near: bool = True) -> Levels:
        here = reading.stems_at.get(term.stem, 0)
        synonyms = self._lexicon.synonyms.get(term.stem, frozenset())
        alike = _held(reading.stems_at, synonyms) | reading.phrased(term.alike)
        opposite = _held(reading.stems_at, self._lexicon.opposites.get(term.stem, frozenset()))
        anywhere = here or alike or any(s in reading.title.stems for s in (term.stem, *synonyms))
        base = 0.8 if term.stem in reading.title.stems else 0.45 if anywhere else 0.0
        levels: Levels = [base] * len(reading.sentences)
        _raise(levels, here << 1 & (1 << len(levels)) - 1, to=0.65)
        close = self._near.get(term.stem, {}) if near and not term.binding else {}
        for word in close.keys() & reading.forms_at.keys():
            _raise(levels, reading.forms_at[word], to=close[word])
        for places, worth in ((opposite, 0.8), (alike, 0.85), (here, 1.0)):
            for i in ones(places):
                levels[i] = worth
        return levels

    def _periods(self, readings: Sequence[Reading]) -> Column:
        columns = [_all(partial(self._period, p), readings) for p in self._asked.periods]
        return reduce(np.maximum, columns) if columns else _ones(readings)

    def _period(self, asked: Period, reading: Reading) -> Levels:
        stated = reading.stated
        published = reading.article.published
        in_year = not asked.part and published is not None and published.year == asked.year
        anywhere = any(same(asked, p) for st in stated for p in st.periods)
        titled = any(same(asked, p) for p in reading.title.periods)
        levels = []
        for i, st in enumerate(stated):
            other = any(differs(asked, p) for p in st.periods)
            if any(same(asked, p) for p in st.periods):
                levels.append(1.0)
            elif any(asked.part == p.part and differs(asked, p) for p in st.periods if asked.part):
                levels.append(0.1)
            elif titled or (i and any(same(asked, p) for p in stated[i - 1].periods)):
                levels.append(_OTHER_TIME if other else 0.85)
            elif in_year:
                levels.append(_OTHER_TIME if other else 0.75)
            else:
                levels.append(0.35 if anywhere and not other else 0.1)
        return levels

    def _currency(self, reading: Reading) -> Levels:
        """Return 0 where a price is in the wrong money: not the one asked for, or not that of the place asked for."""
        levels = [1.0] * len(reading.sentences)
        if self._signs:
            lowered = [level(st.text) + st.text for st in reading.stated]
            levels = [float(any(s in text for s in self._signs)) for text in lowered]
        priced = [any(q.kind is Kind.MONEY for q in st.quantities) for st in reading.stated]
        for place in self._priced:
            both = zip(self._money(place, reading), self._term(place, reading), strict=True)
            levels = [0.0 if here and m + t < 0.6 else v for v, here, (m, t) in zip(levels, priced, both, strict=True)]
        return levels


def _counted(reading: Reading) -> Levels:
    return [float(st.counts or st.negated) for st in reading.stated]


def _timed(reading: Reading) -> Levels:
    return [float(bool(st.periods) or st.negated or st.withheld) for st in reading.stated]


def _rank(asking: Asking) -> int:
    """Return how much a property that is asked for decides: strict ones most, soft ones not at all."""
    concept = asking.concept
    if concept.soft or concept.strict:
        return -1 if concept.soft else 3
    return 2 if concept.values and asking.turned else int(bool(concept.values))


def _raise(levels: Levels, places: int, *, to: float) -> None:
    for i in ones(places):
        levels[i] = max(levels[i], to)


def _flags(places: int, reading: Reading) -> Levels:
    """Return 1 for each sentence that places stands for, 0 for the others."""
    return [float(places >> i & 1) for i in range(len(reading.sentences))]


def _union(places: Iterable[int]) -> int:
    return reduce(or_, places, 0)


def _held(at: Mapping[str, int], words: AbstractSet[str]) -> int:
    """Return the sentences that hold any of words; most articles hold none."""
    return _union([at[w] for w in at.keys() & words]) if words else 0


def _all(levels: Callable[[Reading], Sequence[float]], readings: Sequence[Reading]) -> Column:
    """Return the levels of all sentences of readings, one after the other."""
    return np.array(list(chain.from_iterable(map(levels, readings))), np.float64)


def _ones(readings: Sequence[Reading]) -> Column:
    return np.ones(sum(len(reading.sentences) for reading in readings))


def _forms(mention: Mention, gazetteer: Gazetteer, generic: frozenset[str]) -> tuple[Form, ...]:
    """Return the forms by which evidence names what a question mentions.

    They keep its mark, or all its words, and stand for nothing else: "S1" is the Quark S1 as well as the Qwen S1.
    """
    marks = {w for w in mention.form if designator(w)} or set(mention.form)
    forms = {mention.form}
    if len(mention.names) <= 3:
        known = {f for n in mention.names for f in (_forms_of(n.text, n.form, generic) if n.product else {n.form})}
        forms |= {f for f in known if marks <= set(f) and set(gazetteer.by_form.get(f, ())) <= set(mention.names)}
    return tuple(forms)


def _editions(mention: Mention, gazetteer: Gazetteer, lexicon: Lexicon) -> tuple[Name, ...]:
    """Return the editions of a product line that is named without a mark: the Qwen S1 for the "qwen glasses"."""
    line = tuple(w for w in mention.form if stem(w) not in lexicon.categories)
    if not mention.product or len(line) == len(mention.form) or any(designator(w) for w in line) or not line:
        return ()
    return tuple(
        n
        for n in gazetteer.editions.get(line, ())
        if n not in mention.names and not lexicon.categories & {stem(w) for w in n.form}
    )


@lru_cache(maxsize=1024)
def _first_word(name: str) -> str:
    return words(name)[0].form


@lru_cache(maxsize=1024)
def _forms_of(text: str, form: Form, generic: frozenset[str]) -> frozenset[Form]:
    return frozenset(forms_of(Name(text, form, product=True, articles=frozenset()), generic))


def proper_names(stems: frozenset[str], readings: Sequence[Reading]) -> frozenset[str]:
    """Return those stems that the articles write with a capital inside a sentence: names of people and things."""
    return frozenset(s for s in stems if any(s in r.proper for r in readings))


def _adjacent(first: str, second: str, reading: Reading) -> bool:
    if first == "gen" and second in _GENERATIONS and reading.naming((_GENERATIONS[second], "generation")):
        return True
    if f" {first} {second} " in f" {reading.subjects} ":
        return True
    return bool(reading.naming((first, second))) or reading.title.names((first, second))


def _mean(columns: Sequence[Column], weights: Sequence[float]) -> Column:
    """Return the weighted mean of columns, 1 where nothing weighs."""
    total = sum(weights)
    none = np.zeros_like(columns[0])
    return sum(map(mul, columns, weights), none) / total if total else none + 1.0
