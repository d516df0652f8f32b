"""What a question names, and how far each sentence is about it: by itself, by what stands before it, or as a part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial, reduce

import numpy as np

from bot.answering.asked import Asked, Knowledge
from bot.answering.concepts import Concept, Lexicon, holds
from bot.answering.interaction import Column
from bot.answering.levels import Levels, flags, lift, mean, stacked, unasked, union
from bot.answering.names import DEVICES, Form, Gazetteer, Mention, Name, designator, forms_of
from bot.answering.reading import Reading, ones
from bot.answering.stated import Stated
from bot.text.facts import Kind
from bot.text.words import Word, stem, words

COMING = frozenset({"release", "announced"})
"""Properties that ask when a thing came."""
SIBLING = 0.3
"""What a sentence about another edition of the same name is worth, or about the head of another company."""
_KIN = 0.75
"""What a sentence about one edition is worth where the family is asked about: the Qwen S1 for the Qwen glasses."""
_FAMILY = 0.5
"""What a sentence about the family is worth where it is asked when one of its editions came."""
_OWNING = re.compile(r"(?:['’]s)?\s(?:(?:at|costs?|is|weighs?|price of)\s)?|['’]s?\s", re.IGNORECASE)
"""What stands between a product and a value of its own."""
_OTHERS = 0.45
"""What is left of a subject taken over from earlier sentences when the sentence names another one."""
_SCATTERED = 2
"""Words beyond which those of a product's name may stand apart: "Humane's technology but bricked the Ai Pin"."""
_TELLING = 6
"""Letters from which a word of a part's name stands for it: no "pro", "max" or "air"."""


class Subjects:
    """Holds the sentences of articles against the names of one question."""

    def __init__(self, asked: Asked, known: Knowledge, lexicon: Lexicon) -> None:
        self._asked = asked
        self._lexicon = lexicon
        # By their place in the question: a mention of many names takes long to compare.
        self._forms = {m.first: _forms(m, known.gazetteer, lexicon.nameless) for m in asked.mentions}
        self._wanted = {m.first: frozenset(n.text for n in m.names) for m in asked.mentions}
        self._kin = {m.first: _editions(m, known.gazetteer, lexicon) for m in asked.mentions}
        makers = {n.maker for m in asked.mentions if m.product for n in m.names}
        self._firms = {m.first for m in asked.mentions if m.form[0] in lexicon.firms}
        self._makers = {m.first for m in asked.mentions if any(n.text in makers for n in m.names) and not m.product}
        self._must = [m.product or m.first in self._firms for m in asked.mentions]
        self._weights = [self._weight(m) for m in asked.mentions]
        coming = asked.when and any(a.concept.name in COMING for a in asked.askings)
        families = known.gazetteer.families if coming else {}
        self._families = {m.first: families.get(m.form[:-1], ()) for m in asked.mentions if designator(m.form[-1])}
        self._devices = DEVICES & {t.stem for t in asked.terms}
        self._kinds = {k for a in asked.askings if not a.concept.soft for k in a.concept.values}

    def names(self, readings: Sequence[Reading]) -> Column:
        """Return how far all names stand there; products and the firms whose figures are asked for must."""
        if not self._asked.mentions:
            return unasked(readings)
        columns = [stacked(partial(self._name, m), readings) for m in self._asked.mentions]
        needed = [each for must, each in zip(self._must, columns, strict=True) if must]
        counted = [c for m, c in zip(self._asked.mentions, columns, strict=True) if m.first in self._firms]
        if len(counted) > 1:  # the figure of one firm never names the other
            needed = [c for c in needed if not any(c is firm for firm in counted)] + [reduce(np.maximum, counted)]
        least = reduce(np.minimum, needed, unasked(readings))
        return np.where(least >= 0.35, mean(columns, self._weights), 0.3)

    def _name(self, mention: Mention, reading: Reading) -> Levels:
        wanted = self._wanted[mention.first]
        here = union(reading.naming(f) for f in self._forms[mention.first])
        levels = self._inherited(mention, reading, here, wanted)
        for i, level_ in enumerate(levels):
            if level_ and self._another(mention, reading, i, wanted):
                levels[i] *= _OTHERS
        if not mention.names:
            for i in ones(reading.forms_at.get(mention.form[0], 0)):
                levels[i] = SIBLING
        if mention.narrowed or (mention.product and len(mention.form) > _SCATTERED):
            own = [reading.stems_at.get(stem(f), 0) for f in mention.form if stem(f) not in ("with", "and")]
            lift(levels, reduce(int.__and__, own, (1 << len(levels)) - 1), to=0.95)
        lift(levels, union(reading.naming(n.form) for n in self._kin[mention.first]), to=_KIN)
        lift(levels, union(reading.naming(n.form) for n in self._families.get(mention.first, ())), to=_FAMILY)
        lift(levels, here, to=1.0)
        for i in self._misleading(mention, reading, here, wanted):
            levels[i] = _OTHERS
        return levels

    def _misleading(self, mention: Mention, reading: Reading, here: int, wanted: AbstractSet[str]) -> Iterator[int]:
        """Yield the sentences that name what is asked about and tell something else.

        They name a product and give the value of another one, or a company and that of all, or its watch where its
        glasses are asked about.
        """
        if mention.product and self._kinds:
            others = (i for i in ones(here) if reading.products[i] - wanted)
            yield from (i for i in others if self._of_another(reading.stated[i], wanted))
        elif not mention.product and Kind.NUMBER in self._kinds:
            yield from (i for i in ones(here) if reading.stated[i].general and reading.stated[i].led & wanted)
        if not mention.product and self._devices:
            yield from (i for i in ones(here) if self._other_devices(reading.products[i]))

    def _other_devices(self, products: AbstractSet[str]) -> bool:
        """Tell whether all products of a sentence are called by another kind of device than the one asked about."""
        kinds = [_devices_in(product) for product in products]
        return bool(kinds) and all(kind and not kind & self._devices for kind in kinds)

    def _of_another(self, stated: Stated, wanted: AbstractSet[str]) -> bool:
        """Tell whether every value of the kind asked for belongs to another product: "beside the Orbit's $349"."""
        found = stated.words
        ends = [found[at + len(k.form) - 1].end for at, k in stated.known if k.product and not k.texts & wanted]
        starts = [q.start for q in stated.quantities if q.kind in self._kinds and not q.relative]
        return bool(starts) and all(any(_OWNING.fullmatch(stated.text[e:s]) for e in ends) for s in starts)

    def _another(self, mention: Mention, reading: Reading, i: int, wanted: AbstractSet[str]) -> bool:
        """Tell whether sentence i names another product, or for a company another one whose figures are not its own."""
        if mention.product and not reading.products[i]:
            return reading.stated[i].general or self._elsewhere(mention, reading, i)
        if mention.product:
            return bool(reading.products[i] - wanted) and self._other_product(reading.stated[i], wanted, mention)
        if reading.stated[i].general:
            return True
        rivals = {c for c in reading.companies[i] - wanted if _first_word(c) not in self._lexicon.firms}
        return bool(rivals) and mention.first not in self._firms and not self._owned(reading.stated[i], wanted)

    def _elsewhere(self, mention: Mention, reading: Reading, i: int) -> bool:
        """Tell whether a sentence that names no product begins with a company that did not make what is asked about."""
        own = {n.maker for n in mention.names}.union(reading.article.companies[:2], *self._wanted.values())
        return any(
            at == 0 and not known.product and not known.texts & own and known.form[0] not in self._lexicon.firms
            for at, known in reading.stated[i].known
        )

    def _other_product(self, stated: Stated, wanted: AbstractSet[str], mention: Mention) -> bool:
        """Tell whether a sentence names a product that is not wanted, nor its family, nor what is asked for.

        "Snapdragon Wear Elite will power the next Galaxy Watch" is about the Galaxy Watch 9 where its chip is asked.
        """
        phrases = [p for a in self._asked.askings for p in (*a.concept.both, *a.concept.seen)]
        family = wanted | {n.text for n in self._kin[mention.first]}
        return any(
            known.product
            and not any(n.text in family or self._asked_of(words(n.text)) for n in known.names)
            and not holds(phrases, stated.stems[at : at + len(known.form)])
            for at, known in stated.known
        )

    def _asked_of(self, name: Sequence[Word]) -> bool:
        """Tell whether the question asks about a part by a word of its name: the hypertension alert of the watch."""
        own = {w.stem for w in name} - self._lexicon.places - self._lexicon.categories
        return any(t.stem in own and len(t.stem) >= _TELLING for t in self._asked.terms)

    def _owned(self, stated: Stated, wanted: AbstractSet[str]) -> bool:
        """Tell whether a sentence names a product of a company in wanted."""
        return any(n.maker in wanted for _, known in stated.known if known.product for n in known.names[:1])

    def _inherited(self, mention: Mention, reading: Reading, here: int, wanted: AbstractSet[str]) -> Levels:
        """Return how far each sentence is about a name for what stands before it: sentences, title, front matter."""
        article = reading.article
        listed = article.products if mention.product else article.companies
        if any(reading.title.names(f) for f in self._forms[mention.first]):
            base = 0.75
        elif listed and (listed[0] in wanted or (wanted & {*listed} and self._asked_of(words(listed[0])))):
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

    def hold_title(self, concept: Concept, stated: Stated) -> bool:
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

    def explicit(self, reading: Reading) -> Levels:
        """Return 1 for each sentence that names by itself what is asked about, 0 for the others."""
        named = union(reading.naming(f) for m in self._asked.mentions for f in self._forms[m.first])
        return flags(named, reading)

    def _weight(self, mention: Mention) -> float:
        """Return how much a name weighs: a firm that only counts ("per Canalys") nothing beside what it counts."""
        if mention.first in self._firms and any(m.first not in self._firms for m in self._asked.mentions):
            return 0.0
        return 0.3 if mention.first in self._makers else 1.0 if mention.product else 0.8


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
def _devices_in(name: str) -> frozenset[str]:
    return DEVICES & {word.stem for word in words(name)}


@lru_cache(maxsize=1024)
def _first_word(name: str) -> str:
    return words(name)[0].form


@lru_cache(maxsize=1024)
def _forms_of(text: str, form: Form, generic: frozenset[str]) -> frozenset[Form]:
    return frozenset(forms_of(Name(text, form, product=True, articles=frozenset()), generic))
