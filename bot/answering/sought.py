"""The words that a question looks for, and how far each sentence holds them: as such, in other words, as money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce

import numpy as np

from bot.answering.asked import Asked, Term
from bot.answering.concepts import Lexicon
from bot.answering.currency import currencies
from bot.answering.interaction import Column
from bot.answering.levels import Levels, holding, lift, mean, stacked, unasked, union
from bot.answering.reading import Reading, ones
from bot.text.facts import Kind
from bot.text.words import level, stems

Near = Mapping[str, Mapping[str, float]]
"""Stem of a question's word -> words of the corpus that are close in meaning -> how close, 0 to 1."""


class Sought:
    """Holds the sentences of articles against the words that one question looks for."""

    def __init__(self, asked: Asked, lexicon: Lexicon, near: Near, proper: frozenset[str]) -> None:
        """Take the question, and which of its words are names of people and things in the articles at hand."""
        self._asked = asked
        self._lexicon = lexicon
        self._near = near
        self._proper = proper
        self._signs = currencies(asked.currency)
        priced = any("money" in a.concept.values for a in asked.askings)
        self._priced = [t for t in asked.terms if priced and t.place and t.stem in lexicon.money_of]
        """The places whose money a price has to be in."""

    def terms(self, readings: Sequence[Reading]) -> tuple[Column, Column, Column, Column, Column]:
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
        if term.binding and term.stem in stems(reading.article.topic):
            base = max(base, 0.65)
        levels: Levels = [base] * len(reading.sentences)
        lift(levels, here << 1 & (1 << len(levels)) - 1, to=0.65)
        close = self._near.get(term.stem, {}) if near and not term.binding else {}
        for word in close.keys() & reading.forms_at.keys():
            lift(levels, reading.forms_at[word], to=close[word])
        for places, worth in ((opposite, 0.8), (alike, 0.85), (here, 1.0)):
            for i in ones(places):
                levels[i] = worth
        return levels

    def binding(self, readings: Sequence[Reading]) -> Column:
        """Return for each sentence how far it holds the words that have to be there: the least of them."""
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

    def currency(self, readings: Sequence[Reading]) -> Column:
        """Return for each sentence whether its price is in the money that is asked for."""
        return stacked(self._currency, readings) if self._signs or self._priced else unasked(readings)

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


def proper_names(stems: frozenset[str], readings: Sequence[Reading]) -> frozenset[str]:
    """Return those stems that the articles write with a capital inside a sentence: names of people and things."""
    return frozenset(s for s in stems if any(s in r.proper for r in readings))
