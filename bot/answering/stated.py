"""One sentence taken apart: its words, and what it states, each worked out when it is first asked for."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise

from bot.answering.concepts import Lexicon
from bot.answering.names import FILLING, Form, Gazetteer, Known, Mention
from bot.text.facts import Kind, Quantity, negations, numbers, quantities
from bot.text.periods import Period, periods
from bot.text.words import Word, spelled, words

_IN_YEAR = re.compile(r"(?:\b(?:in|since|by|before|after|until|from|to|for|around|of|simply|or)\s|\()$", re.IGNORECASE)
_WITHHELD = re.compile(
    r"\b(?:not|no|never|without)\s(?:\w+ ){0,4}?(?:disclos\w+|announce\w*|reveal\w*|given?|known|named"
    r"|confirmed|published|official)\b"
    r"|\bun(?:disclosed|announced|known|confirmed)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"(?<!\bthe )(?<!\bits )(?<!\btheir )(?<!\bthese )(?<!\bthose )\b(?:(?:smart|ai|wearable) )*"
    r"(?:rings|smartwatches|watches|glasses|headsets|wearables|bands|earbuds|trackers) (?:in [A-Z]\w+ )?"
    r"(?:(?:were|have been|are|will be) )?(?:shipped|sold)\b"
    r"|^(?:\w+ ){0,2}(?:brands|vendors|makers|rivals|companies|manufacturers|competitors)"
    r" (?:had|have|are|were|lead|led)\b",
    re.IGNORECASE,
)
_LED = re.compile(r"\b(?:led|headed|followed) by\s|\bahead of\s", re.IGNORECASE)
_IN_GENERAL = (
    "shipped", "sold", "brands", "vendors", "makers", "rivals", "companies", "manufacturers", "competitors",
)  # fmt: skip
"""Words of which _GENERAL needs one: looking for them is much cheaper than it is."""
_COUNTS = frozenset(
    (
        "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred hundreds "
        "thousand thousands million millions dozen dozens half both double twice tripled doubled pair single zero"
    ).split()
)
"""Words that say how many."""
_PARTS = frozenset({"half", "third", "thirds", "quarters", "fifth", "majority", "most", "all", "every"})
_NONE: frozenset[str] = frozenset()
_NO_PERSON = frozenset(
    (
        "january february march april may june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday inc corp ltd research health watch world street court "
        "series insights the this that and for with from in on at its"
    ).split()
)


class Stated:
    """What a sentence states.

    Most sentences are looked at for their words alone, so what else they hold is found when a question asks for it.
    """

    def __init__(self, text: str, gazetteer: Gazetteer, lexicon: Lexicon) -> None:
        self.text = text
        self._gazetteer = gazetteer
        self._lexicon = lexicon
        found = spelled(text)
        forms, stems, _ = zip(*found, strict=True) if found else ((), (), ())
        self.forms: tuple[str, ...] = forms
        self.stems: tuple[str, ...] = stems
        self.proper = tuple([stem for form, stem, capital in found[1:] if capital and form.isalpha()])
        """Stems of the words that are written with a capital though no sentence begins with them."""

    @property
    def words(self) -> list[Word]:
        """Its words with their places; found anew each time, to save memory."""
        return words(self.text)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The names in it."""
        return tuple(self._gazetteer.mentions(self.forms))

    @cached_property
    def known(self) -> list[tuple[int, Known]]:
        """The names in it and the places of their first words."""
        return self._gazetteer.knows(self.forms)

    def named(self, *, product: bool) -> frozenset[str]:
        """Return the products, or the companies, that it names."""
        return _NONE.union(*[known.texts for _, known in self.known if known.product is product])

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods and dates that it names."""
        return tuple(periods(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The digits of its numbers."""
        return numbers(self.text)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its quantities, without the numbers that belong to a name."""
        found = quantities(self.text, self.periods)
        if not any(q.kind is Kind.NUMBER for q in found):
            return tuple(found)
        places = self.words
        spans = [(places[k].start, places[k].end) for m in self.mentions for k in range(m.first, m.last)]
        return tuple(
            q for q in found if q.kind is not Kind.NUMBER or not any(s < q.end and q.start < e for s, e in spans)
        )

    @cached_property
    def counts(self) -> bool:
        """True when it holds a number of something, in digits or in words."""
        return bool(self.quantities) or not _COUNTS.isdisjoint(self.forms)

    @cached_property
    def led(self) -> frozenset[str]:
        """The companies that it names as the first of many: "smart rings shipped 75,000 units, led by Samsung"."""
        ends = {found.end() for found in _LED.finditer(self.text)}
        places = self.words
        return _NONE.union(*[known.texts for at, known in self.known if not known.product and places[at].start in ends])

    @cached_property
    def proportions(self) -> bool:
        """True when it holds a part of a whole: a percentage, a half, "two in three"."""
        return any(q.kind is Kind.PERCENT for q in self.quantities) or not _PARTS.isdisjoint(self.forms)

    @cached_property
    def negated(self) -> bool:
        """True when it denies something."""
        return negations(self.text) > 0

    @cached_property
    def person(self) -> bool:
        """True when it names somebody."""
        named = {k for m in self.mentions for k in range(m.first, m.last)}
        free = [w if k not in named and self._personal(w) else None for k, w in enumerate(self.words)]
        return any(a is not None and b is not None and a.end + 1 == b.start for a, b in pairwise(free))

    @cached_property
    def dated(self) -> bool:
        """True when it names a day, a month, a season, a quarter, or a year that something happens in."""
        return any(p.part or _IN_YEAR.search(self.text[: p.start]) for p in self.periods)

    @cached_property
    def withheld(self) -> bool:
        """True when it says that something was not disclosed, announced or given."""
        return bool(_WITHHELD.search(self.text))

    @cached_property
    def general(self) -> bool:
        """True when it counts a kind of device whoever made it: "4 million smart rings shipped"."""
        folded = self.text.casefold()
        return any(word in folded for word in _IN_GENERAL) and bool(_GENERAL.search(self.text))

    def names(self, form: Form) -> bool:
        """Tell whether the words of form stand in it, one behind the other, at most with a "smart" or "AI" between."""
        first, n = form[0], len(form)
        held = self.forms if not FILLING.isdisjoint(form) else self._plain
        return any(w == first and held[k : k + n] == form for k, w in enumerate(held[: len(held) - n + 1]))

    @cached_property
    def _plain(self) -> Form:
        return tuple(f for f in self.forms if f not in FILLING)

    def _personal(self, word: Word) -> bool:
        """Tell whether a word can be part of a person's name."""
        return (
            word.capital and word.form.isalpha() and len(word.form) > 1 and word.form not in _NO_PERSON
            and word.stem not in self._lexicon.places and word.stem not in self._lexicon.generic
        )  # fmt: skip
