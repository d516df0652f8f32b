"""The products and companies that the corpus knows, and where a text names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from bot.text.words import stem, words
from bot.values import Article

Form = tuple[str, ...]
_DESIGNATOR = re.compile(r"^(?:\d{1,3}[a-z]?\+?|[a-z]{1,2}\d{1,4}\+?|i{2,3}|iv)$")
KINDS = ("ring", "glasses", "watch", "band", "headset", "pin", "pendant")
"""What has to stand behind a name that is an everyday word: the "Stream ring"."""
DEVICES = frozenset(map(stem, KINDS))
"""Their stems: "watches" is a kind of device, too."""
FILLING = frozenset({"smart", "ai"})
"""Words that people put in the middle of a name or leave out."""
_LONGEST = 7
"""Words up to which a name is looked for."""
_FEW = 4
"""Names up to which a form is taken to name them all."""


def designator(form: str) -> bool:
    """Tell whether a word looks like the mark of a variant: 4, s1, 9a, xr2+."""
    return bool(_DESIGNATOR.match(form))


@dataclass(frozen=True, slots=True)
class Name:
    """A product or a company: its spelling, its levelled words and the articles that are about it."""

    text: str
    form: Form
    product: bool
    articles: frozenset[str]
    maker: str = ""
    """For a product the company that its articles name first."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a question that names something: the words and the names that it can stand for."""

    form: Form
    names: tuple[Name, ...]
    first: int
    last: int
    narrowed: bool = False
    """True when other words of the question chose among several names; its form is then the name's own."""
    variant: str = ""
    """A mark behind the name that no known name has ("s2" in "quark s2"); empty when all is known."""
    product: bool = field(init=False, repr=False, compare=False)
    """True when it can only be a product."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "product", all(name.product for name in self.names))


@dataclass
class Gazetteer:
    """All names by every form that people use for them: whole, without the maker, without the kind of product."""

    names: tuple[Name, ...]
    by_form: dict[Form, list[Name]] = field(default_factory=dict)
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def mentions(self, forms: Sequence[str]) -> list[Mention]:
        """Return the names in a levelled question, longest first at each place, never overlapping."""
        return [Mention(known.form, known.names, at, at + len(known.form)) for at, known in self.knows(forms)]

    def knows(self, forms: Sequence[str]) -> list[tuple[int, Known]]:
        """Return what stands at which place of a levelled text: what mentions() makes its mentions of."""
        found: list[tuple[int, Known]] = []
        at, begun = 0, self._begun
        while at < len(forms):
            branch = begun.get(forms[at])
            known = branch and branch.longest(forms, at + 1)
            if known:
                found.append((at, known))
            at += len(known.form) if known else 1
        return found

    @cached_property
    def editions(self) -> dict[Form, list[Name]]:
        """The products that are a line's name with a mark behind it, by the line: ("qwen",) -> Qwen S1."""
        found: dict[Form, list[Name]] = {}
        for name in self.names:
            if name.product and designator(name.form[-1]):
                found.setdefault(name.form[:-1], []).append(name)
        return found

    @cached_property
    def families(self) -> dict[Form, list[Name]]:
        """The products that are a line as a whole, by the line: ("quark",) -> Quark AI Glasses."""
        found: dict[Form, list[Name]] = {}
        for name in self.names:
            line = tuple(w for w in name.form if w not in (*KINDS, *FILLING))
            if name.product and line and line != name.form and not designator(line[-1]):
                found.setdefault(line, []).append(name)
        return found

    @cached_property
    def _begun(self) -> dict[str, _Branch]:
        """The first word of every form -> what follows it."""
        root = _Branch()
        for form, names in self.by_form.items():
            branch = root
            for word in form:
                branch = branch.further.setdefault(word, _Branch())
            if len(form) <= _LONGEST:
                branch.known = _known(form, tuple(names))
        return root.further


class Known(NamedTuple):
    """A form that people use, and what it stands for."""

    form: Form
    names: tuple[Name, ...]
    product: bool
    """True when it can only be a product."""
    texts: frozenset[str]
    """The spellings of the first few names."""


class _Branch:
    """The words that follow a beginning of forms, and what the beginning stands for by itself."""

    __slots__ = ("further", "known")

    def __init__(self) -> None:
        self.further: dict[str, _Branch] = {}
        self.known: Known | None = None

    def longest(self, forms: Sequence[str], at: int) -> Known | None:
        """Return the longest form that goes on with the words from at."""
        branch: _Branch | None = self
        known = None
        while branch is not None:
            known = branch.known or known
            branch = branch.further.get(forms[at]) if at < len(forms) else None
            at += 1
        return known


def _known(form: Form, names: tuple[Name, ...]) -> Known:
    return Known(form, names, all(n.product for n in names), frozenset(n.text for n in names[:_FEW]))


def gather(cards: Iterable[Article], generic: frozenset[str]) -> Gazetteer:
    """Return the gazetteer of all articles' products and companies."""
    articles: dict[tuple[str, bool], set[str]] = {}
    makers: dict[str, Counter[str]] = {}
    for card in cards:
        for text, product in [(p, True) for p in card.products] + [(c, False) for c in card.companies]:
            articles.setdefault((text, product), set()).add(card.id)
        for product_name in card.products:
            makers.setdefault(product_name, Counter()).update(card.companies[:1])
    names = []
    for (text, product), ids in articles.items():
        form = _form(text)
        category = text == text.lower() or (_generic(form, generic) and not (product and _titled(text)))
        if form and (not category or any(designator(w) for w in form)):
            top = makers.get(text, Counter()).most_common(1) if product else []
            names.append(Name(text, form, product, frozenset(ids), top[0][0] if top else ""))
    return _index(tuple(names), generic)


def _form(text: str) -> Form:
    return tuple(w.form for w in words(text))


def _generic(form: Form, generic: frozenset[str]) -> bool:
    return all(stem(w) in generic for w in form)


def _titled(text: str) -> bool:
    """Tell whether every word of a name has a capital: "Name Tag" is a name, "AI glasses" a kind of thing."""
    return all(w.capital for w in words(text))


def _index(names: tuple[Name, ...], generic: frozenset[str]) -> Gazetteer:
    gazetteer = Gazetteer(names)
    firms = {name.form[0] for name in names if not name.product}
    for name in names:
        bare = len(name.form) == 1 and _generic(name.form, generic)
        forms = forms_of(name, generic) | _without_firm(name, firms)
        for form in {(*name.form, kind) for kind in KINDS} if bare else forms:
            gazetteer.by_form.setdefault(form, []).append(name)
        gazetteer.pairs.update(zip(name.form, name.form[1:], strict=False))
    for name in names:  # a whole name is that name, not also the beginning of longer ones
        if name.form in gazetteer.by_form and not name.product:
            gazetteer.by_form[name.form] = [n for n in gazetteer.by_form[name.form] if n.form == name.form]
    return gazetteer


def _without_firm(name: Name, firms: set[str]) -> set[Form]:
    """Return the forms of a product with the firm elsewhere.

    "oakley vanguard" is the Oakley Meta Vanguard, "ray-ban meta display" the Meta Ray-Ban Display.
    """
    first, *inner = name.form
    kept = (first, *(w for k, w in enumerate(inner, 1) if w not in firms or k == len(inner)))
    forms = {kept} if name.product and len(kept) > 1 else set()
    return forms | ({(*inner[:-1], first, inner[-1])} if name.product and first in firms and len(inner) > 1 else set())


def forms_of(name: Name, generic: frozenset[str]) -> set[Form]:
    """Return the forms that stand for a name: the whole, its heads and, for products, its tails that say enough."""
    whole = name.form
    forms = {whole}
    heads = [whole[:n] for n in range(1, len(whole))]
    forms.update(h for h in heads if _enough(h, generic))
    if name.product:
        starts = [n for n in range(1, len(whole)) if not _inside_hyphen(name.text, n)]
        forms.update(t for n in starts if _enough(t := whole[n:], generic))
        bare = tuple(w for w in whole if stem(w) not in generic or w == whole[-1])  # "xiaodu pro", never "pixel 4"
        if len(bare) > 1 and not any(c.isdigit() for c in bare[-1]) and _enough(bare, generic):
            forms.add(bare)
        inner = [whole[a:b] for a in starts for b in range(a + 1, len(whole))]
        forms.update(p for p in inner if any(designator(w) and not w.isdigit() for w in p) and _enough(p, generic))
    return forms


def _inside_hyphen(text: str, n: int) -> bool:
    found = words(text)
    return text[found[n].start - 1 : found[n].start] == "-"


def _enough(form: Form, generic: frozenset[str]) -> bool:
    """Tell whether a part of a name is enough to mean it: a word of its own, or a kind with a mark ("series 11")."""
    own = [w for w in form if stem(w) not in generic and len(w) > 2 and not w.isdigit()]
    marked = len(form) > 1 and any(designator(w) for w in form)
    mixed = any(designator(w) and not w.isdigit() and w[0].isalpha() and any(c.isdigit() for c in w) for w in form)
    return bool(own) or marked or mixed
