"""How well a sentence answers: every facet of the question held against the sentence and its surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from typing import Generic, NamedTuple

import numpy as np

from bot.answering.asked import Asked, Knowledge
from bot.answering.concepts import Lexicon
from bot.answering.interaction import Column, Number
from bot.answering.levels import Levels, flags, holding, stacked, unasked
from bot.answering.properties import Properties
from bot.answering.reading import Reading
from bot.answering.sought import Near, Sought
from bot.answering.subjects import Subjects
from bot.answering.times import dated
from bot.text.facts import Kind
from bot.text.words import words

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
    """0 where the company that leads, or who makes a part, is asked for and the sentence names none."""
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
        self._subjects = Subjects(asked, known, lexicon)
        self._properties = Properties(asked, lexicon, near, self._subjects)
        self._sought = Sought(asked, lexicon, near, proper)
        marked = [(m.form[-1], m.variant) for m in asked.mentions if m.variant]
        self._variants = [*marked, *(v for v in asked.variants if v not in marked)]

    def facets(self, readings: Sequence[Reading]) -> Facets[Column]:
        """Return how far each sentence of the articles meets the question, one article after the other."""
        return Facets(
            self._subjects.names(readings),
            *self._properties.stated(readings),
            *self._sought.terms(readings),
            self._periods(readings),
            self._sought.currency(readings),
            stacked(self._variant, readings) if self._variants else unasked(readings),
            self._sought.binding(readings),
            stacked(self._superlative, readings) if self._asked.superlative else unasked(readings),
            self._counted(readings),
            stacked(self._company, readings) if self._asked.company or self._asked.supplier else unasked(readings),
            stacked(self._subjects.explicit, readings),
        )

    def _periods(self, readings: Sequence[Reading]) -> Column:
        columns = [stacked(partial(dated, p), readings) for p in self._asked.periods]
        return reduce(np.maximum, columns) if columns else unasked(readings)

    def _counted(self, readings: Sequence[Reading]) -> Column:
        if self._asked.percent:
            return stacked(_proportioned, readings)
        if self._asked.paid:
            return stacked(_priced, readings)
        if self._asked.numeric:
            return stacked(_numbered, readings)
        return stacked(_timed, readings) if self._asked.when else unasked(readings)

    def _company(self, reading: Reading) -> Levels:
        """Return 1 where a sentence names a company other than those that count, and those that make the whole."""
        other = set(self._lexicon.firms)
        for mention in self._asked.mentions if self._asked.supplier else ():
            other.update(mention.form, (w.form for n in mention.names for w in words(n.maker)[:1]))
        return [float(any(words(c)[0].form not in other for c in named)) for named in reading.companies]

    def _superlative(self, reading: Reading) -> Levels:
        return flags(holding(reading.forms_at, self._lexicon.superlatives), reading)

    def _variant(self, reading: Reading) -> Levels:
        beside = float(all(_adjacent(a, b, reading) for a, b in self._variants))
        return [beside] * len(reading.sentences)


def _numbered(reading: Reading) -> Levels:
    return [float(st.counts or st.negated) for st in reading.stated]


def _priced(reading: Reading) -> Levels:
    money = [any(q.kind is Kind.MONEY for q in st.quantities) for st in reading.stated]
    return [float(sum_ or st.negated or st.withheld) for sum_, st in zip(money, reading.stated, strict=True)]


def _proportioned(reading: Reading) -> Levels:
    return [float(st.proportions or st.negated) for st in reading.stated]


def _timed(reading: Reading) -> Levels:
    return [float(bool(st.periods) or st.negated or st.withheld) for st in reading.stated]


def _adjacent(first: str, second: str, reading: Reading) -> bool:
    if first == "gen" and second in _GENERATIONS and reading.naming((_GENERATIONS[second], "generation")):
        return True
    if f" {first} {second} " in f" {reading.subjects} ":
        return True
    return bool(reading.naming((first, second))) or reading.title.names((first, second))
