"""How well a sentence answers: every facet of the question held against the sentence and its surroundings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from typing import Generic, NamedTuple

import numpy as np

from bot.answering.asked import Asked, Knowledge, Term
from bot.answering.concepts import Asking, Lexicon
from bot.answering.currency import currencies
from bot.answering.interaction import Column, Number
from bot.answering.levels import Levels, flags, holding, lift, mean, stacked, unasked, union
from bot.answering.reading import Reading, ones
from bot.answering.subjects import SIBLING, Subjects
from bot.answering.times import differs, same
from bot.text.facts import Kind
from bot.text.periods import Period
from bot.text.words import level, words

Near = Mapping[str, Mapping[str, float]]
"""Stem of a question's word -> words of the corpus that are close in meaning -> how close, 0 to 1."""

_OTHER_TIME = 0.25
"""How well a sentence is of a time whose article is, when it names another time itself."""
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
    """0 where a number or a time is asked for and the sentence has none and denies nothing."""
    company: Number
    """0 where the company that leads is asked for and the sentence names none."""
    explicit: Number
    """1 when the sentence itself names what is asked about, else 0."""


class Judge:
    """Holds the sentences of articles against one question: each facet of it against all sentences at once."""

    def __init__(
        self, asked: Asked, known: Knowledge, lexicon: Lexicon, near: Near, proper: frozenset[str] = frozenset()
    ) -> None:
        """Take the question, and which of its words are names of people and things in the articles at hand."""
        self._asked = asked
        self._lexicon = lexicon
        self._near = near
        self._proper = proper
        self._subjects = Subjects(asked, known, lexicon)
        marked = [(m.form[-1], m.variant) for m in asked.mentions if m.variant]
        self._variants = [*marked, *(v for v in asked.variants if v not in marked)]
        self._without = asked.without
        self._signs = currencies(asked.currency)
        priced = any("money" in a.concept.values for a in asked.askings)
        self._priced = [t for t in asked.terms if priced and t.place and t.stem in lexicon.money_of]
        """The places whose money a price has to be in."""

    def facets(self, readings: Sequence[Reading]) -> Facets[Column]:
        """Return how far each sentence of the articles meets the question, one article after the other."""
        return Facets(
            self._subjects.names(readings),
            *self._concepts(readings),
            *self._terms(readings),
            self._periods(readings),
            stacked(self._currency, readings) if self._signs or self._priced else unasked(readings),
            stacked(self._variant, readings) if self._variants else unasked(readings),
            self._binding(readings),
            stacked(self._superlative, readings) if self._asked.superlative else unasked(readings),
            self._counted(readings),
            stacked(self._company, readings) if self._asked.company else unasked(readings),
            stacked(self._subjects.explicit, readings),
        )

    def _counted(self, readings: Sequence[Reading]) -> Column:
        if self._asked.percent:
            return stacked(_proportioned, readings)
        if self._asked.numeric:
            return stacked(_numbered, readings)
        return stacked(_timed, readings) if self._asked.when else unasked(readings)

    def _company(self, reading: Reading) -> Levels:
        """Return 1 where a sentence names a company other than those that count."""
        firms = self._lexicon.firms
        return [float(any(words(c)[0].form not in firms for c in named)) for named in reading.companies]

    def _superlative(self, reading: Reading) -> Levels:
        return flags(holding(reading.forms_at, self._lexicon.superlatives), reading)

    def _variant(self, reading: Reading) -> Levels:
        beside = float(all(_adjacent(a, b, reading) for a, b in self._variants))
        return [beside] * len(reading.sentences)

    def _concepts(self, readings: Sequence[Reading]) -> tuple[Column, Column]:
        """Return for each sentence how well it answers all properties, and the one that is asked for first."""
        askings = self._asked.askings
        if not askings:
            return unasked(readings), unasked(readings)
        weights = [2.0 if a.concept.values else 1.0 for a in askings]
        ranks = [_rank(a) for a in askings]
        columns = [stacked(partial(self._fit, a), readings) for a in askings]
        first = [columns[k] for k, rank in enumerate(ranks) if rank == max(ranks) >= 0]
        return mean(columns, weights), reduce(np.maximum, first) if first else unasked(readings)

    def _fit(self, asking: Asking, reading: Reading) -> Levels:
        concept = asking.concept
        levels = list(reading.fits(concept))
        if concept.values & {"number", "money"} and asking.turned and self._asked.counted:
            counting = self._counting(reading)
            levels = [got * (1.0 if counting >> i & 1 else 0.4) for i, got in enumerate(levels)]
        if any(p[0] in self._without for p in concept.both):
            levels = [got if st.negated else got * 0.4 for got, st in zip(levels, reading.stated, strict=True)]
        if concept.title and self._asked.mentions:
            levels = [
                got if self._subjects.hold_title(concept, reading.stated[i]) else got * SIBLING
                for i, got in enumerate(levels)
            ]
        if concept.alone >= 0.3 and concept.alone in levels and reading.titled(concept):
            levels = [max(got, 0.85) if got == concept.alone else got for got in levels]
        return levels

    def _binding(self, readings: Sequence[Reading]) -> Column:
        binding = (t for t in self._asked.terms if t.place or t.stem in self._proper or t.binding)
        return reduce(np.minimum, [stacked(partial(self._bound, t), readings) for t in binding], unasked(readings))

    def _bound(self, term: Term, reading: Reading) -> Levels:
        held = self._term(term, reading, near=False)
        if term.everywhere:
            return self._worldwide(held, reading)
        if term.place:
            inside = self._lexicon.within.get(term.stem, frozenset())
            here = union(reading.stems_at.get(s, 0) for s in inside)
            if here:  # as for the place itself: the article is about it, and the next sentence more so
                held = [max(level_, 0.45) for level_ in held]
                lift(held, here << 1 & (1 << len(held)) - 1, to=0.65)
            lift(held, here, to=0.8)
            return [max(a, b) for a, b in zip(held, self._money(term, reading), strict=True)]
        subject = term.stem not in self._proper and f" {term.form} " in f" {reading.subjects} "
        return [max(v, 0.8) for v in held] if subject else held

    def _worldwide(self, held: Levels, reading: Reading) -> Levels:
        """Return 0 for a sentence about one place; one that names no place may be about all of them."""
        said = holding(reading.stems_at, self._lexicon.world)
        somewhere = holding(reading.stems_at, self._lexicon.places) & ~said
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
        return holding(reading.stems_at, alike) | holding(reading.forms_at, near)

    def _terms(self, readings: Sequence[Reading]) -> tuple[Column, Column, Column, Column, Column]:
        """Return for each sentence the facets terms, content, found, missed and unknown."""
        terms = self._asked.terms
        columns = [stacked(partial(self._term, t), readings) for t in terms]
        weights = [t.weight * (1.3 if t.place else 1.0) for t in terms]
        none = np.zeros_like(unasked(readings))
        plain = [(c, t.weight) for t, c in zip(terms, columns, strict=True) if not t.place]
        content = mean(*zip(*plain, strict=True)) if plain else unasked(readings)
        found = sum([t.weight * column for t, column in zip(terms, columns, strict=True)], none)
        lost = [(t.known, t.weight * (1 - column)) for t, column in zip(terms, columns, strict=True)]
        missed, unknown = (sum([gone for known, gone in lost if known is kind], none) for kind in (True, False))
        if self._asked.claimed:
            columns.append(stacked(self._claimed, readings))
            weights.append(2.0)
        return mean(columns, weights) if columns else unasked(readings), content, found, missed, unknown

    def _claimed(self, reading: Reading) -> Levels:
        return [1.0 if self._asked.claimed & st.numbers else 0.2 for st in reading.stated]

    def _term(self, term: Term, reading: Reading, *, near: bool = True) -> Levels:
        here = reading.stems_at.get(term.stem, 0)
        synonyms = self._lexicon.synonyms.get(term.stem, frozenset())
        alike = holding(reading.stems_at, synonyms) | reading.phrased(term.alike)
        opposite = holding(reading.stems_at, self._lexicon.opposites.get(term.stem, frozenset()))
        anywhere = here or alike or any(s in reading.title.stems for s in (term.stem, *synonyms))
        base = 0.8 if term.stem in reading.title.stems else 0.45 if anywhere else 0.0
        levels: Levels = [base] * len(reading.sentences)
        lift(levels, here << 1 & (1 << len(levels)) - 1, to=0.65)
        close = self._near.get(term.stem, {}) if near and not term.binding else {}
        for word in close.keys() & reading.forms_at.keys():
            lift(levels, reading.forms_at[word], to=close[word])
        for places, worth in ((opposite, 0.8), (alike, 0.85), (here, 1.0)):
            for i in ones(places):
                levels[i] = worth
        return levels

    def _periods(self, readings: Sequence[Reading]) -> Column:
        columns = [stacked(partial(self._period, p), readings) for p in self._asked.periods]
        return reduce(np.maximum, columns) if columns else unasked(readings)

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


def _numbered(reading: Reading) -> Levels:
    return [float(st.counts or st.negated) for st in reading.stated]


def _proportioned(reading: Reading) -> Levels:
    return [float(st.proportions or st.negated) for st in reading.stated]


def _timed(reading: Reading) -> Levels:
    return [float(bool(st.periods) or st.negated or st.withheld) for st in reading.stated]


def _rank(asking: Asking) -> int:
    """Return how much a property that is asked for decides: strict ones most, soft ones not at all."""
    concept = asking.concept
    if concept.soft or concept.strict:
        return -1 if concept.soft else 3
    return 2 if concept.values and asking.turned else int(bool(concept.values))


def proper_names(stems: frozenset[str], readings: Sequence[Reading]) -> frozenset[str]:
    """Return those stems that the articles write with a capital inside a sentence: names of people and things."""
    return frozenset(s for s in stems if any(s in r.proper for r in readings))


def _adjacent(first: str, second: str, reading: Reading) -> bool:
    if first == "gen" and second in _GENERATIONS and reading.naming((_GENERATIONS[second], "generation")):
        return True
    if f" {first} {second} " in f" {reading.subjects} ":
        return True
    return bool(reading.naming((first, second))) or reading.title.names((first, second))
