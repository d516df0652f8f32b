"""How well a sentence answers: every facet of the question held against the sentence and its surroundings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.answering.asked import Asked, Term, currencies
from bot.answering.concepts import Lexicon, Stated, cued, fit
from bot.answering.names import Form, Gazetteer, Mention, designator, forms_of
from bot.text.facts import Kind, Period, negations, numbers, periods, quantities
from bot.text.words import Word, level, stem, words
from bot.values import Article, Sentence

Near = Mapping[str, Mapping[str, float]]
"""Stem of a question's word -> words of the corpus that are close in meaning -> how close, 0 to 1."""


_SIBLING = 0.3
"""What a sentence about another edition of the same name is worth."""
_OTHERS = 0.45
"""What is left of a subject taken over from earlier sentences when the sentence names another one."""
_GENERATIONS = {"1": "first", "2": "second", "3": "third"}
_IN_YEAR = re.compile(r"(?:\b(?:in|since|by|before|after|until|from|to|for|around|of|simply|or)\s|\()$", re.IGNORECASE)
_WITHHELD = re.compile(
    r"\b(?:not|no|never|without)\s(?:\w+ ){0,4}?(?:disclos\w+|announce\w*|reveal\w*|given?|known|named"
    r"|confirmed|published|official)\b"
    r"|\bun(?:disclosed|announced|known|confirmed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """An article as evidence is read from it: its sentences taken apart, once for all questions."""

    article: Article
    sentences: tuple[Sentence, ...]
    stated: tuple[Stated, ...]
    title: Stated
    products: tuple[frozenset[str], ...]
    """The products that each sentence names."""
    companies: tuple[frozenset[str], ...]
    """The companies that each sentence names."""

    @cached_property
    def stems(self) -> frozenset[str]:
        """Every stem of body and title."""
        return frozenset(s for st in (*self.stated, self.title) for s in st.stems)

    @cached_property
    def subjects(self) -> str:
        """The names of front matter, levelled, for looking up variants."""
        return " ".join(w.form for name in (*self.article.products, *self.article.companies) for w in words(name))


_NO_PERSON = frozenset(
    (
        "january february march april may june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday inc corp ltd research health watch world street court "
        "series insights the this that and for with from in on at its"
    ).split()
)


def take_apart(text: str, gazetteer: Gazetteer, lexicon: Lexicon) -> Stated:
    """Return what a sentence states."""
    found = tuple(words(text))
    named = {k for m in gazetteer.mentions([w.form for w in found]) for k in range(m.first, m.last)}
    free = [k not in named and _personal(w, lexicon) for k, w in enumerate(found)]
    person = any(a and b and x.end + 1 == y.start for a, b, x, y in zip(free, free[1:], found, found[1:], strict=False))
    when = tuple(periods(text))
    spans = [(found[k].start, found[k].end) for k in named]
    amounts = tuple(
        q for q in quantities(text) if q.kind is not Kind.NUMBER or not any(s < q.end and q.start < e for s, e in spans)
    )
    dated = any(p.part or _IN_YEAR.search(text[: p.start]) for p in when)
    return Stated(
        found, tuple(w.stem for w in found), amounts, when, negations(text) > 0,
        person, dated, bool(_WITHHELD.search(text)),
    )  # fmt: skip


def _personal(word: Word, lexicon: Lexicon) -> bool:
    """Tell whether a word can be part of a person's name."""
    return (
        word.capital and word.form.isalpha() and len(word.form) > 1 and word.form not in _NO_PERSON
        and word.stem not in lexicon.places and word.stem not in lexicon.generic
    )  # fmt: skip


def read(article: Article, sentences: Sequence[Sentence], gazetteer: Gazetteer, lexicon: Lexicon) -> Reading:
    """Return an article taken apart."""
    stated = tuple(take_apart(s.text, gazetteer, lexicon) for s in sentences)
    mentions = [gazetteer.mentions([w.form for w in st.words]) for st in stated]
    products = tuple(frozenset(n.text for m in found if m.product for n in m.names[:4]) for found in mentions)
    companies = tuple(frozenset(n.text for m in found if not m.product for n in m.names[:4]) for found in mentions)
    return Reading(
        article, tuple(sentences), stated, take_apart(article.title, gazetteer, lexicon), products, companies
    )


@dataclass(frozen=True, slots=True)
class Facets:
    """How far a sentence meets each facet of a question, each 0 to 1; 1 where the question has no such facet."""

    names: float
    concepts: float
    property: float
    """The best of the properties that a value of a certain kind answers: below 0.3 the sentence cannot answer."""
    terms: float
    found: float
    """Weight of the question's words that the evidence holds, summed over the words."""
    missed: float
    """Weight of those that it does not hold and that the corpus knows."""
    unknown: float
    """Weight of those that no article holds."""
    periods: float
    currency: float
    variant: float
    binding: float
    """How far places, kinds of device and words that must be named stand in the evidence: the least of them."""
    explicit: bool
    """True when the sentence itself names what is asked about."""
    lacking: tuple[str, ...]
    """What of the question the evidence does not hold, in the question's words."""


class Judge:
    """Holds sentences against one question."""

    def __init__(self, asked: Asked, lexicon: Lexicon, near: Near, proper: frozenset[str] = frozenset()) -> None:
        """Take the question, and which of its words are names of people and things in the articles at hand."""
        self._asked = asked
        self._lexicon = lexicon
        self._near = near
        self._proper = proper
        self._forms = {m: _forms(m, lexicon.generic) for m in asked.mentions}
        makers = {n.maker for m in asked.mentions if m.product for n in m.names}
        self._firms = {m for m in asked.mentions if m.form[0] in lexicon.firms}
        self._makers = {m for m in asked.mentions if any(n.text in makers for n in m.names) and not m.product}

    def facets(self, reading: Reading, i: int) -> Facets:
        """Return how far sentence i of an article meets the question."""
        lacking: list[str] = []
        names = [self._name(m, reading, i) for m in self._asked.mentions]
        weights = [0.3 if m in self._makers else 1.0 if m.product else 0.8 for m in self._asked.mentions]
        lacking += [
            " ".join(m.form)
            for m, level_ in zip(self._asked.mentions, names, strict=True)
            if level_ < 0.4 and m not in self._makers
        ]
        concepts, wanted = self._concepts(reading, i, lacking)
        terms, found, missed, unknown = self._terms(reading, i, lacking)
        when = [self._period(p, reading, i) for p in self._asked.periods]
        lacking += [
            self._asked.text[p.start : p.end] for p, v in zip(self._asked.periods, when, strict=True) if v < 0.3
        ]
        currency = 0.0 if self._elsewhere(reading, i) else self._currency(reading.sentences[i].text)
        if not currency:
            lacking.append(self._asked.currency)
        missing = [f"{a} {b}" for a, b in self._variants() if not _adjacent(a, b, reading)]
        lacking += missing
        explicit = any(_contains(reading.stated[i], f) for m in self._asked.mentions for f in self._forms[m])
        return Facets(
            _mean(names, weights) if self._each(names) else 0.3,
            concepts,
            wanted,
            terms,
            found,
            missed,
            unknown,
            max(when, default=1.0),
            currency,
            0.0 if missing else 1.0,
            self._binding(reading, i),
            explicit,
            tuple(lacking),
        )

    def _variants(self) -> list[tuple[str, str]]:
        marked = [(m.form[-1], m.variant) for m in self._asked.mentions if m.variant]
        return [*marked, *(v for v in self._asked.variants if v not in marked)]

    def _name(self, mention: Mention, reading: Reading, i: int) -> float:
        forms = self._forms[mention]
        if any(_contains(reading.stated[i], f) for f in forms):
            return 1.0
        if mention.narrowed and {stem(f) for f in mention.form} - {"with", "and"} <= set(reading.stated[i].stems):
            return 0.95
        if not mention.names and any(w.form == mention.form[0] for w in reading.stated[i].words):
            return _SIBLING
        wanted = {n.text for n in mention.names}
        others = bool(reading.products[i] - wanted) and mention.product
        inherited = self._inherited(mention, reading, i, forms)
        if mention.product:
            return inherited * (_OTHERS if others else 1.0)
        rivals = {c for c in reading.companies[i] - wanted if words(c)[0].form not in self._lexicon.firms}
        return inherited * (_OTHERS if rivals and mention not in self._firms else 1.0)

    def _inherited(self, mention: Mention, reading: Reading, i: int, forms: Sequence[Form]) -> float:
        wanted = {n.text for n in mention.names}
        for j in range(i - 1, -1, -1):
            if any(_contains(reading.stated[j], f) for f in forms):
                return 0.85 if reading.sentences[j].block == reading.sentences[i].block else 0.75
            if mention.product and reading.products[j] - wanted:
                break
        if any(_contains(reading.title, f) for f in forms):
            return 0.75
        listed = reading.article.products if mention.product else reading.article.companies
        if listed and listed[0] in wanted:
            return 0.7
        return 0.45 if wanted & {*reading.article.products, *reading.article.companies} else 0.0

    def _concepts(self, reading: Reading, i: int, lacking: list[str]) -> tuple[float, float]:
        levels, weights = [], []
        wanted = []
        for asking in self._asked.askings:
            got = fit(asking.concept, reading.stated[i], self._lexicon)
            if asking.concept.values & {"number", "money"} and asking.turned:
                got *= self._counts(reading, i)
            if got >= 0.3 and got == asking.concept.alone and cued(asking.concept, reading.title):
                got = max(got, 0.85)
            levels.append(got)
            weights.append(2.0 if asking.concept.values else 1.0)
            if not asking.concept.soft:
                valued = bool(asking.concept.values)
                wanted.append((2 if valued and asking.turned else 1 if valued else 0, got))
            if got < 0.3:
                lacking.append(asking.concept.name)
        first = max((rank for rank, _ in wanted), default=0)
        return _mean(levels, weights), max((got for rank, got in wanted if rank == first), default=1.0)

    def _each(self, levels: Sequence[float]) -> bool:
        """Tell whether everything named that must be there is: products and the firms whose figures are asked for."""
        return all(
            v >= 0.35 or not (m.product or m in self._firms) for m, v in zip(self._asked.mentions, levels, strict=True)
        )

    def _binding(self, reading: Reading, i: int) -> float:
        levels = [1.0]
        for term in self._asked.terms:
            if term.place:
                levels.append(max(self._term(term, reading, i), self._money(term, reading, i)))
            elif term.stem in self._proper:
                levels.append(self._term(term, reading, i, near=False))
            elif term.binding:
                subject = 0.8 if f" {term.form} " in f" {reading.subjects} " else 0.0
                levels.append(max(self._term(term, reading, i, near=False), subject))
        return min(levels)

    def _money(self, place: Term, reading: Reading, i: int) -> float:
        signs = self._lexicon.money_of.get(place.stem, ())
        text = reading.sentences[i].text
        return (
            1.0
            if any(s in text for s in signs) and any(q.kind is Kind.MONEY for q in reading.stated[i].quantities)
            else 0.0
        )

    def _counts(self, reading: Reading, i: int) -> float:
        """Return how surely a number of sentence i counts what was asked: 1 when what is counted stands in it."""
        counted = self._asked.counted
        if not counted:
            return 1.0
        here = reading.stated[i]
        same = {s for t in counted for s in (t, *self._lexicon.synonyms.get(t, ()))}
        near = {w for t in counted for w in self._near.get(t, {})}
        return 1.0 if same & set(here.stems) or near & {w.form for w in here.words} else 0.4

    def _terms(self, reading: Reading, i: int, lacking: list[str]) -> tuple[float, float, float, float]:
        levels = [self._term(t, reading, i) for t in self._asked.terms]
        lacking += [t.form for t, v in zip(self._asked.terms, levels, strict=True) if v < 0.3]
        weights = [t.weight * (1.3 if t.place else 1.0) for t in self._asked.terms]
        held = [(t, v) for t, v in zip(self._asked.terms, levels, strict=True)]
        found = sum(t.weight * v for t, v in held)
        missed = sum(t.weight * (1 - v) for t, v in held if t.known)
        unknown = sum(t.weight * (1 - v) for t, v in held if not t.known)
        if self._asked.claimed:
            levels.append(1.0 if self._asked.claimed & numbers(reading.sentences[i].text) else 0.2)
            weights.append(2.0)
        return _mean(levels, weights), found, missed, unknown

    def _term(self, term: Term, reading: Reading, i: int, *, near: bool = True) -> float:
        here = reading.stated[i].stems
        if term.stem in here:
            return 1.0
        same = self._lexicon.synonyms.get(term.stem, frozenset())
        if any(s in here for s in same):
            return 0.85
        if any(s in here for s in self._lexicon.opposites.get(term.stem, ())):
            return 0.8
        best = 0.8 if term.stem in reading.title.stems else 0.0
        if i and term.stem in reading.stated[i - 1].stems:
            best = max(best, 0.65)
        close = self._near.get(term.stem, {}) if near and not term.binding else {}
        best = max([best, *(close[w.form] for w in reading.stated[i].words if w.form in close)])
        if best < 0.45 and (term.stem in reading.stems or any(s in reading.stems for s in same)):
            best = 0.45
        return best

    def _period(self, asked: Period, reading: Reading, i: int) -> float:
        here = reading.stated[i].periods
        if any(_same(asked, p) for p in here):
            return 1.0
        other = any(p.year and asked.year and p.year != asked.year for p in here)
        around = [*reading.title.periods, *(p for st in reading.stated[max(0, i - 1) : i] for p in st.periods)]
        if any(_same(asked, p) for p in around):
            return 0.4 if other else 0.85
        published = reading.article.published
        if not asked.part and published and published.year == asked.year:
            return 0.35 if other else 0.75
        anywhere = any(_same(asked, p) for st in reading.stated for p in st.periods)
        return 0.35 if anywhere and not other else 0.1

    def _elsewhere(self, reading: Reading, i: int) -> bool:
        """Tell whether a price is asked for a place whose money the sentence's price is not in."""
        if not any("money" in a.concept.values for a in self._asked.askings):
            return False
        places = [t for t in self._asked.terms if t.place and t.stem in self._lexicon.money_of]
        priced = any(q.kind is Kind.MONEY for q in reading.stated[i].quantities)
        return priced and any(self._money(t, reading, i) + self._term(t, reading, i) < 0.6 for t in places)

    def _currency(self, text: str) -> float:
        signs = currencies(self._asked.currency)
        lowered = level(text) + text
        return 1.0 if not signs or any(s in lowered for s in signs) else 0.0


def _forms(mention: Mention, generic: frozenset[str]) -> tuple[Form, ...]:
    """Return the forms by which evidence names what a question mentions: those that keep its mark, or all its words."""
    marks = {w for w in mention.form if designator(w)} or set(mention.form)
    forms = {mention.form}
    if len(mention.names) <= 3:
        known = {f for n in mention.names for f in (forms_of(n, generic) if n.product else {n.form})}
        forms |= {f for f in known if marks <= set(f)}
    return tuple(forms)


def proper_names(stems: frozenset[str], readings: Sequence[Reading]) -> frozenset[str]:
    """Return those stems that the articles write with a capital inside a sentence: names of people and things."""
    return frozenset(
        w.stem
        for r in readings
        for st in r.stated
        for w in st.words[1:]
        if w.capital and w.stem in stems and w.form.isalpha()
    )


def names(mention: Mention, reading: Reading, i: int) -> bool:
    """Tell whether sentence i itself names what a question mentions."""
    return _contains(reading.stated[i], mention.form)


def _contains(stated: Stated, form: Form) -> bool:
    n = len(form)
    found = stated.words
    return any(
        found[k].form == form[0] and tuple(w.form for w in found[k : k + n]) == form for k in range(len(found) - n + 1)
    )


def _adjacent(first: str, second: str, reading: Reading) -> bool:
    if (
        first == "gen"
        and second in _GENERATIONS
        and any(_contains(st, (_GENERATIONS[second], "generation")) for st in reading.stated)
    ):
        return True
    pair = f" {first} {second} "
    if pair in f" {reading.subjects} ":
        return True
    return any(_contains(st, (first, second)) for st in (*reading.stated, reading.title))


def _same(asked: Period, stated: Period) -> bool:
    if asked.year and stated.year and asked.year != stated.year:
        return False
    if asked.part and asked.part != stated.part:
        return False
    if asked.day and stated.day and asked.day != stated.day:
        return False
    return bool(stated.year) or not asked.year or bool(asked.part)


def _mean(levels: Sequence[float], weights: Sequence[float]) -> float:
    total = sum(weights)
    return sum(v * w for v, w in zip(levels, weights, strict=True)) / total if total else 1.0
