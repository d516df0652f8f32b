"""The properties that people ask for and how articles state them, read from lexicon.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import islice
from typing import Any

from bot.text.words import stems, words

Phrase = tuple[str, ...]
_GAP = 3
_WIDE_GAP = 6


@dataclass(frozen=True, slots=True)
class Concept:
    """A property: the phrases that ask for it, those that state it, and what kind of value answers."""

    name: str
    ask: tuple[Phrase, ...]
    both: tuple[Phrase, ...]
    seen: tuple[Phrase, ...]
    values: frozenset[str]
    alone: float
    small: bool
    large: bool
    avoid: tuple[Phrase, ...]
    apart: tuple[Phrase, ...]
    """Names that hold a word of it and say nothing of it: the Ray-Ban is no ban."""
    yields: frozenset[str]
    soft: bool
    """True when a sentence may answer without it: the property only helps to find the best one."""
    strict: bool
    """True when nothing but this property answers, however near the words of a sentence are."""
    exact: bool
    """True when the very word asked for has to stand in the evidence, not only the property."""
    title: bool
    """True for what a person is at a company."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A concept that a question asks for, with the places of the words that do."""

    concept: Concept
    places: frozenset[int]
    named: bool
    """True when the question names the property itself ("price"), not only a turn of phrase ("how much")."""
    turned: bool = False
    """True when a turn of phrase asks for it: "how much", "when"; then it decides what kind of value answers."""


@dataclass(frozen=True)
class Lexicon:
    """All concepts, synonyms, noise and generic words, names that stand for others."""

    concepts: tuple[Concept, ...]
    groups: tuple[frozenset[Phrase], ...]
    noise: frozenset[str]
    generic: frozenset[str]
    alias: tuple[tuple[Phrase, str], ...]
    places: frozenset[str]
    world: frozenset[str]
    """Stems that stand for all places."""
    within: Mapping[str, frozenset[str]]
    """Part of the world -> the places in it."""
    categories: frozenset[str]
    kinds: Mapping[str, tuple[str, ...]]
    """Kind of device -> the words for it, levelled."""
    firms: frozenset[str]
    superlatives: frozenset[str]
    everyday: Mapping[str, frozenset[str]]
    """Name -> the words behind it with which it is no name."""
    opposites: Mapping[str, frozenset[str]]
    money_of: Mapping[str, tuple[str, ...]]
    words: frozenset[str]
    """Every word of a phrase that asks, of synonyms, short names and places, as it is spelled: none is a slip."""

    @cached_property
    def nameless(self) -> frozenset[str]:
        """Stems that are no name by themselves: generic words and places ("China" is not China Unicom)."""
        return self.generic | self.places

    @cached_property
    def synonyms(self) -> dict[str, frozenset[str]]:
        """Stem -> the stems that mean the same."""
        table: dict[str, set[str]] = {}
        for group in self.groups:
            words = {member[0] for member in group if len(member) == 1}
            for word in words:
                table.setdefault(word, set()).update(words - {word})
        return {word: frozenset(others) for word, others in table.items()}

    @cached_property
    def alike(self) -> dict[Phrase, tuple[Phrase, ...]]:
        """Phrase -> the phrases that mean the same, where one of them has several words: blood pressure."""
        table: dict[Phrase, tuple[Phrase, ...]] = {}
        for group in self.groups:
            for member in group:
                others = sorted(p for p in group if p != member and len(p) + len(member) > 2)
                if others:
                    table[member] = (*table.get(member, ()), *others)
        return table

    def asked(self, stemmed: Sequence[str]) -> list[Asking]:
        """Return the concepts that a question's stems ask for; general ones give way to particular ones."""
        held = frozenset(stemmed)
        able = (c for c, first in self._first if not first.isdisjoint(held))
        found = [a for a in (_asking(c, stemmed) for c in able) if a is not None]

        def gives_way(a: Asking) -> bool:
            # What is named gives way only to a turn of phrase: "how many countries" asks for the number. Of two that
            # give way to each other the turn of phrase stays: "on a charge" asks for hours, not for charging.
            able = [b for b in found if b.turned and not a.turned] if a.named else found
            return any(b.concept.name in a.concept.yields and not (_mutual(a, b) and a.turned > b.turned) for b in able)

        return [a for a in found if not gives_way(a)]

    @cached_property
    def _first(self) -> tuple[tuple[Concept, frozenset[str]], ...]:
        """Each concept with the first stems of the phrases that ask for it: without any of them it is not asked for."""
        return tuple((c, frozenset(p[0] for p in (*c.both, *c.ask))) for c in self.concepts)


def load() -> Lexicon:
    """Return the lexicon that is packaged with the bot."""
    table = tomllib.loads(resources.files("bot.answering").joinpath("lexicon.toml").read_text("utf-8"))
    return Lexicon(
        concepts=tuple(_concept(c) for c in table["concept"]),
        groups=tuple(frozenset(_phrases(group)) for group in table["synonyms"]["groups"]),
        noise=frozenset(w.form for w in words(table["noise"]["words"])) | frozenset(stems(table["noise"]["words"])),
        generic=frozenset(stems(table["generic"]["words"])),
        alias=tuple((tuple(w.form for w in words(k)), v) for k, v in table["alias"].items()),
        places=frozenset(stems(table["places"]["words"])),
        world=frozenset(stems(table["world"]["words"])),
        everyday={name: frozenset(beside.split()) for name, beside in table["everyday"].items()},
        within={stems(part)[0]: frozenset(stems(places)) for part, places in table["within"].items()},
        opposites=_opposites(table["opposites"]["pairs"]),
        firms=frozenset(w.form for w in words(table["firms"]["words"])),
        superlatives=frozenset(table["superlatives"]["words"].split()),
        categories=frozenset(stems(table["categories"]["words"])),
        kinds={kind: tuple(w.form for w in words(forms)) for kind, forms in table["kinds"].items()},
        money_of={place: tuple(signs) for place, signs in table["money_of"].items()},
        words=frozenset(w.form for text in _spoken(table) for w in words(text)),
    )


def _spoken(table: Mapping[str, Any]) -> Iterator[str]:
    for concept in table["concept"]:
        yield from (*concept.get("ask", ()), *concept.get("both", ()))
    for group in table["synonyms"]["groups"]:
        yield from group
    yield from (table["places"]["words"], table["categories"]["words"], *table["alias"])


def _opposites(pairs: Sequence[Sequence[str]]) -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pair in pairs:
        one, other = (stems(word)[0] for word in pair)
        table.setdefault(one, set()).add(other)
        table.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in table.items()}


def _phrases(texts: Sequence[str]) -> tuple[Phrase, ...]:
    return tuple(p for p in (tuple(stems(t)) for t in texts) if p)


def _concept(table: dict[str, object]) -> Concept:
    def texts(key: str) -> list[str]:
        value = table.get(key, [])
        return [str(v) for v in value] if isinstance(value, list) else []

    return Concept(
        name=str(table["name"]),
        ask=_phrases(texts("ask")),
        both=_phrases(texts("both")),
        seen=_phrases(texts("seen")),
        values=frozenset(texts("value")),
        alone=float(str(table.get("alone", 0.0))),
        small=bool(table.get("small", False)),
        large=bool(table.get("large", False)),
        avoid=_phrases(texts("avoid")),
        apart=_phrases(texts("apart")),
        yields=frozenset(texts("yields")),
        soft=bool(table.get("soft", False)),
        strict=bool(table.get("strict", False)),
        exact=bool(table.get("exact", False)),
        title=bool(table.get("title", False)),
    )


def _asking(concept: Concept, stemmed: Sequence[str]) -> Asking | None:
    named = [place for p in concept.both if p[0] in stemmed for place in _places(p, stemmed, gap=0)]
    wide = ("how", "mani")
    asking = [p for p in concept.ask if p[0] in stemmed]
    turned = [place for p in asking for place in _places(p, stemmed, gap=_WIDE_GAP if p[:2] == wide else _GAP)]
    places = frozenset(named) | frozenset(turned)
    return Asking(concept, places, bool(named), bool(turned)) if places else None


def _places(phrase: Phrase, stemmed: Sequence[str], gap: int) -> list[int]:
    """Return the places of phrase's words in stemmed, in order, at most gap other words between two of them."""
    for first, word in enumerate(stemmed):
        if word != phrase[0]:
            continue
        places, at = [first], first
        for wanted in phrase[1:]:
            # Names and periods are blanked: "how many hours does the Apple Watch Ultra 3 last" has a gap of one word.
            window = islice((i for i in range(at + 1, len(stemmed)) if stemmed[i] or phrase[0] != "how"), 1 + gap)
            following = next((i for i in window if stemmed[i] == wanted), None)
            if following is None:
                break
            places.append(following)
            at = following
        if len(places) == len(phrase):
            return places
    return []


def _mutual(a: Asking, b: Asking) -> bool:
    return a.concept.name in b.concept.yields and b.concept.name in a.concept.yields


def holds(phrases: Sequence[Phrase], stemmed: Sequence[str]) -> bool:
    """Tell whether any of phrases stands in stemmed word for word."""
    return any(_places(phrase, stemmed, gap=0) for phrase in phrases)
