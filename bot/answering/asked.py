"""What a question asks for, as a value: names, properties, periods, places, units and the words that are left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bot.answering.concepts import Asking, Phrase
from bot.answering.names import Gazetteer, Mention
from bot.answering.spelling import Dictionary
from bot.text.facts import Kind, negations
from bot.text.periods import Period
from bot.text.words import stem, words

_NUMERIC = frozenset(kind.value for kind in Kind)
CALLED = r"(?:called|named|names?)\W*$|called what\b"
"""How a question ends that asks what something is called."""
_NAMING = re.compile(
    rf"\b(?:who|whose|whom|names? (?:of|for)|{CALLED}|code ?names?"
    r"|which (?!is|are|one|of|was|were|has|have|day|date|week|month|quarter|year)\w+)\b",
    re.IGNORECASE,
)
_LEADING = frozenset({"rank", "share", "units"})
_COMPANY = re.compile(
    r"\b(?:which|what|best[ -]selling|top(?: \d+)?|biggest|largest|leading|number one) (?:\w+ ){0,3}"
    r"(?:compan(?:y|ies)|(?:firm|brand|maker|vendor|manufacturer|startup|player)s?)\b"
    r"|\bwho(?:'?s| is)? (?:leads?|leading|tops?|dominates?|winning|first|ahead|(?:ships|sells) (?:the )?most)\b"
    r"|\bmarket leaders?\b|\bno\.? ?1\b|\bnumber one\b",
    re.IGNORECASE,
)
_MAKER = re.compile(
    r"\W*(?:and |so )?(?:who|(?:which|what) (?:company|firm|supplier|manufacturer|maker))\b", re.IGNORECASE
)
_WHEN = re.compile(
    r"\W*(?:and |so |ok |since |until |by |from )*(?:when|(?:what|which) (?:exact )?(?:date|day|month|year))\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\bby how much\b|\b(?:cut|slash|reduc|rais|grow|grew|risen?|rose|fall|fell|drop|increas|decreas|chang)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<![\d.])\s?%|(?<!\d )(?<!\w)(?:per ?cent|percentage|pct)\b(?! points?\b)", re.IGNORECASE)
_WITHOUT = re.compile(r"\b(?:without|no|lacks?|lacking|n[’']t have)\s(?:an?\s|any\s)?(\w+)", re.IGNORECASE)
_THAN = re.compile(r"\b(?:\w{2,}er|more|less|fewer) than\b", re.IGNORECASE)
WHETHER = re.compile(r"\W*(?:is|are|was|were|do|does|did|can|could|will|would|has|have|should)\b", re.IGNORECASE)
_HOW_TO = re.compile(r"\W*how (?:(?:do|can|could|should) (?:i|you|we|one)|to)\b", re.IGNORECASE)
_ACTS = frozenset({"lawsuit", "acquisition"})
"""What one company does to another: a sentence about one of them says nothing of it."""
_TOP = re.compile(r"\btop (\d)\b", re.IGNORECASE)


class Shape(StrEnum):
    """How an answer has to be put together."""

    LOOKUP = "lookup"
    COMPARISON = "comparison"
    LIST = "list"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class Term:
    """A word that has to be found: its stem, how telling it is, and whether it names a place or a variant's mark."""

    stem: str
    form: str
    weight: float
    place: bool = False
    everywhere: bool = False
    """True for a word that stands for all places: "worldwide"."""
    known: bool = True
    inside: bool = False
    """True when it is asked of that place, or of a part that no article knows: "in germany", "boat segment"."""
    binding: bool = False
    """True when the evidence has to name it: a kind of device, a word that a property is about."""
    alike: tuple[Phrase, ...] = ()
    """Phrases that mean the same as this word, or as the phrase that it stands in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked, understood."""

    text: str
    mentions: tuple[Mention, ...]
    askings: tuple[Asking, ...]
    terms: tuple[Term, ...]
    periods: tuple[Period, ...]
    currency: str
    variants: tuple[tuple[str, str], ...]
    """Pairs (word, mark) that must stand side by side in the evidence: ("quark", "s2")."""
    claimed: frozenset[str]
    """Numbers that the question itself states ("still expected to be 2500?")."""
    counted: frozenset[str]
    """Stems of what "how many" counts ("glasses" in "how many glasses were sold"); empty when nothing is named."""
    options: tuple[str, ...]
    """Stems of the words that are offered to choose from ("h2 or h3")."""
    shape: Shape
    newest: bool
    superlative: bool = False
    """True when it asks which of all is the cheapest, the lightest or the like, and names none."""
    before: frozenset[str] = frozenset()
    """The articles from which the turn before was told, where it leans on that."""

    def spelled(self, mention: Mention) -> str:
        """Return a mention as the question spells it."""
        found = words(self.text)
        return self.text[found[mention.first].start : found[mention.last - 1].end]

    @property
    def places(self) -> frozenset[str]:
        """The places that it names, levelled."""
        return frozenset(t.form for t in self.terms if t.place)

    @property
    def most(self) -> int:
        """How many the question asks for ("the top 7"), 0 when it does not say."""
        said = _TOP.search(self.text)
        return int(said[1]) if said else 0

    @property
    def when(self) -> bool:
        """True when it begins by asking for a time."""
        return bool(_WHEN.match(self.text)) and any(a.turned and a.concept.values == {"date"} for a in self.askings)

    @property
    def naming(self) -> bool:
        """True when it asks for the name of somebody or something: "who", "which firm", "names of"."""
        return bool(_NAMING.search(self.text))

    @property
    def company(self) -> bool:
        """True when it asks for the company that leads: "which maker has the biggest share", "best-selling brand"."""
        return bool(_COMPANY.search(self.text)) and any(a.concept.name in _LEADING for a in self.askings)

    @property
    def supplier(self) -> bool:
        """True when it asks who makes a part of something: "who makes the lenses for"."""
        return bool(_MAKER.match(self.text)) and any(a.concept.name == "supplier" for a in self.askings)

    @property
    def without(self) -> frozenset[str]:
        """Stems of what a thing must not have: "glasses without a camera", "which ring has no subscription"."""
        return frozenset(stem(word.lower()) for word in _WITHOUT.findall(self.text))

    @property
    def denied(self) -> bool:
        """True when it denies something itself."""
        return negations(self.text) > 0

    @property
    def numeric(self) -> bool:
        """True when a turn of phrase asks for a number: "how many", "how heavy"."""
        return any(a.turned and a.concept.values and not a.concept.values - _NUMERIC for a in self.askings)

    @property
    def paid(self) -> bool:
        """True when a turn of phrase asks for a sum of money, not for how it changed: "what did they pay for"."""
        turned = [a.concept.values for a in self.askings if a.turned and a.concept.values]
        return bool(turned) and all(values == {"money"} for values in turned) and not _CHANGED.search(self.text)

    @property
    def percent(self) -> bool:
        """True when it asks for a percentage in so many words, and states none itself."""
        return bool(_PERCENT.search(self.text))

    @property
    def product(self) -> bool:
        """True when it names a product."""
        return any(m.product for m in self.mentions)

    @property
    def whether(self) -> bool:
        """True when it asks whether something is so."""
        return bool(WHETHER.match(self.text))

    @property
    def together(self) -> bool:
        """True when only a sentence about all of its names answers: which is bigger, whether one sued the other."""
        several = len(self.mentions) > 1 and self.shape is not Shape.TIMELINE
        surpassing = not self.askings and bool(_THAN.search(self.text))
        companies = self.shape is Shape.LOOKUP and not any(m.product for m in self.mentions)
        return several and (surpassing or (companies and self.whether))

    @property
    def acts(self) -> bool:
        """True when it asks what one company did to another."""
        return any(a.concept.name in _ACTS for a in self.askings)

    @property
    def instructions(self) -> bool:
        """True when it asks how something is done, and only its words say what: "how do I reset it"."""
        return bool(self.terms) and not self.askings and bool(_HOW_TO.match(self.text))


@dataclass(frozen=True)
class Knowledge:
    """What understanding needs of a build: names, words with their number of sentences, number of sentences."""

    gazetteer: Gazetteer
    vocabulary: Mapping[str, int]
    sentences: int
    asking: frozenset[str] = frozenset()
    """Words of the art of asking, which are no slips either."""

    @cached_property
    def dictionary(self) -> Dictionary:
        """All of these words, ready for mending slips."""
        names = {form[0] for form in self.gazetteer.by_form if len(form) == 1}
        return Dictionary(dict.fromkeys(self.asking, 50) | dict(self.vocabulary), self.gazetteer.pairs, names)
