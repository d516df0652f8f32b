"""What there is of a kind: "which smart rings are there" is answered by a sentence for each product or maker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.answering.asked import Asked
from bot.answering.concepts import Lexicon
from bot.answering.names import Form, Gazetteer, Name, designator
from bot.answering.picks import LIKELY, ROLES, Pick
from bot.answering.ranking import Ranked
from bot.text.words import level, stem, words
from bot.values import Article, Role, Status

_READ = 40
"""Articles that are read for one kind, the newest first."""
_MOST = 5
_MANY = 4
"""Articles of a topic from which on a product is of that topic's kind although no title names it."""
_NEARLY = 0.1
"""What a product may fall short of the one that has most of what is asked for."""
_STATED = 0.9
"""How well a sentence states a price that may introduce a thing, or what a thing has to have."""
_CAME = re.compile(
    r"\b(?:launch(?:ed|es)|introduc(?:ed|es)|unveil(?:ed|s)|releas(?:ed|es)|announc(?:ed|es)|show(?:ed|n)|debut\w*"
    r"|(?:came|comes?|went|put|goes|is) (?:out|on sale|to market)|sells?|ship(?:s|ped)?|starts? (?:at|from))\b",
    re.IGNORECASE,
)
"""What tells that a thing is there to be had, or was shown."""
_HINDERED = re.compile(r"\b(?:paus|cancel|delay|stop|shut|clos|ban)\w*", re.IGNORECASE)
_LACKING = re.compile(r"\b(?:no|not|never|lacks?|cannot)\b|n['’]t\b", re.IGNORECASE)
"""What tells that a thing may not have what is asked for; to be had "without a phone" is to be had."""
_OF_LISTING = (
    "list|name|show|give|tell|me|about|a|few|all|some|every|the|of|which|what|are|there|any|other|different|kinds?"
    "|types?|sorts?"
)
_OF_BEING_THERE = (
    "are|is|do|does|can|could|will|there|exists?|out|available|on|in|the|market|i|you|one|we|people|buy|get|know|have"
    "|cover(?:ed)?|for|sale|about|currently|now|today|right|these|days|sold"
)
_OF_MAKERS = "companies|company|firms|makers|brands|vendors|manufacturers|startups"
_OF_MAKING = "mak(?:e|es|ing)|sell(?:s|ing)?|build(?:s|ing)?|offer(?:s|ing)?|produc(?:e|es|ing)"
_LISTING = (f"(?:(?:{_OF_LISTING}) )+{{kind}}(?: (?:{_OF_BEING_THERE}))*",)
_MAKING = (
    f"(?:(?:which|what) (?:{_OF_MAKERS})|who(?: all| else)?) (?:are |is |all )?(?:{_OF_MAKING}) {{kind}}",
    f"(?:(?:{_OF_LISTING}|who) )*{{kind}} (?:{_OF_MAKERS})(?: (?:{_OF_BEING_THERE}))*",
)
_OF_KIND = ("smart", "ai", "ar", "xr", "vr", "the", "new", "fitness")
_BEFORE = f"(?:(?:{'|'.join(_OF_KIND)}) )*"
_HAVING = (
    "ha(?:s|ve)|uses?|runs?|with|that|can|do(?:es)?|come|supports?|offers?|are|is|need|lacks?|works?|gets?|includes?"
    "|show|last|measures?|tracks?|costs?|weighs?"
)


class Wanted(NamedTuple):
    """The kind of device of which everything is asked for, and whether its makers are."""

    kind: str
    makers: bool


def wanted_kind(text: str, lexicon: Lexicon) -> Wanted | None:
    """Return which kind a question asks to have listed, with nothing else asked of it; None when it does not."""
    plain = " ".join(w.form for w in words(text))
    for kind, forms in _kinds_in(plain, lexicon):
        form = f"(?:{'|'.join(forms)})"
        named = f"{_BEFORE}{form}(?: (?:and|or) {form})*(?: devices?)?"
        for patterns, makers in ((_LISTING, False), (_MAKING, True)):
            if any(re.fullmatch(pattern.format(kind=named), plain) for pattern in patterns):
                return Wanted(kind, makers)
    return None


def having(asked: Asked, lexicon: Lexicon) -> str:
    """Return the kind of which it asks which ones have something ("which watches have satellite"); empty when none."""
    plain = "" if asked.denied or asked.without else " ".join(w.form for w in words(asked.text))
    for kind, forms in _kinds_in(plain, lexicon):
        if re.match(f"(?:which|what) {_BEFORE}(?:{'|'.join(forms)}) (?:{_HAVING})\\b", plain):
            return kind
    return ""


def _kinds_in(plain: str, lexicon: Lexicon) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the kinds of which a question has a word, each with its words: most questions have none."""
    held = set(plain.split())
    yield from ((kind, forms) for kind, forms in lexicon.kinds.items() if not held.isdisjoint(forms))


def having_it(asked: Asked, things: Sequence[Name], ranked: Sequence[Ranked], lexicon: Lexicon) -> list[Pick]:
    """Return a sentence for each of these products that has what is asked for, the surest first; none when none has.

    What is only near to what is asked for is no answer beside a product that has just that.
    """
    texts = frozenset(name.text for name in things)
    said = {*_OF_KIND, *(form for forms in lexicon.kinds.values() for form in forms)}
    own = [r for r in ranked if not r.reading.products[r.i].isdisjoint(texts) and (not r.unfit or _as_asked(asked, r))]
    if not own:
        return []
    best = max(own, key=lambda r: (r.facets.property, r.facets.terms)).facets
    # A product is of its kind whatever it is called: only what else is asked has to stand there.
    least = best.terms - _NEARLY if any(t.form not in said for t in asked.terms) else 0.0
    picks: list[Pick] = []
    told: set[str] = set()
    for r in own:
        has = r.facets.property >= best.property - _NEARLY and r.facets.terms >= least
        new = (r.reading.products[r.i] & texts) - told
        if has and new and not _LACKING.search(r.sentence.text):
            told |= new
            picks.append(Pick(r, ROLES.get(r.reading.article.status, Role.ANSWER)))
    return sorted(picks, key=lambda p: p.role is not Role.ANSWER)[:_MOST]


def _as_asked(asked: Asked, r: Ranked) -> bool:
    """Tell whether a sentence that is not sure enough states what the products have to have: "run Android XR"."""
    stated = r.facets.explicit == 1.0 if asked.mentions else bool(asked.askings) and r.facets.property >= _STATED
    return r.unfit == "words" and stated and r.sure >= LIKELY


def kinds_of(cards: Iterable[Article], gazetteer: Gazetteer, lexicon: Lexicon) -> Mapping[str, Sequence[Name]]:
    """Return kind -> the products of that kind, those with most articles first.

    A product is of the kind that its name holds, or else of that of the topic of the articles about it: of those whose
    title names it, or of many.
    """
    of_stem = {stem(form): kind for kind, forms in lexicon.kinds.items() for form in forms}
    told: dict[str, Counter[str]] = {}
    for card in cards:
        kind = next((of_stem[w.stem] for w in words(card.topic) if w.stem in of_stem), "")
        for product in card.products if kind else ():
            titled = f" {level(product)} " in f" {level(card.title)} "
            told.setdefault(product, Counter())[kind] += _MANY if titled else 1
    firms = {name.form: name.text for name in gazetteer.names if not name.product}
    found: dict[str, list[Name]] = {}
    for name in gazetteer.names:
        if name.product:
            spelled = [of_stem[stem(w)] for w in name.form if stem(w) in of_stem]
            about = [kind for kind, n in told.get(name.text, Counter()).most_common(1) if n >= _MANY]
            for kind in (*spelled, *about)[:1]:
                found.setdefault(kind, []).append(replace(name, maker=firms.get(name.form[:1], name.maker)))
    return {kind: sorted(names, key=lambda n: (-len(n.articles), n.text)) for kind, names in found.items()}


def newest_of(products: Sequence[Name], article: Callable[[str], Article]) -> list[str]:
    """Return the ids of the newest articles about these products, as many as are read for one answer."""
    every = {i: article(i).published for name in products for i in name.articles}
    newest = sorted(every, key=lambda i: (-(p.earliest.toordinal() if (p := every[i]) else 0), i))
    return sorted(newest[:_READ])


def listed(wanted: Wanted, products: Sequence[Name], ranked: Sequence[Ranked]) -> list[Pick]:
    """Return a sentence for each line of products, of every maker before a second one of any; or for each maker.

    It is the one that best says what there is: what a thing costs, or that it came.
    """
    best: dict[tuple[str, Form], tuple[_Key, Ranked]] = {}
    for name in products:
        for r in ranked:
            if name.text not in r.reading.products[r.i]:
                continue
            key = _key(name, r)
            maker = _maker(r) if wanted.makers else name.maker or name.form[0]
            of = (maker, () if wanted.makers else _line(name.form))
            if maker and key.tells and (of not in best or key < best[of][0]):
                best[of] = key, r
    turns: Counter[str] = Counter()
    chosen: dict[tuple[str, int], tuple[int, Ranked]] = {}
    for (maker, _), (_, r) in sorted(best.items(), key=lambda each: each[1][0][:2]):
        chosen.setdefault((r.article_id, r.i), (turns[maker], r))
        turns[maker] += 1
    first = [r for _, r in sorted(chosen.values(), key=lambda each: each[0])][:_MOST]
    picks = [Pick(r, ROLES.get(r.reading.article.status, Role.ANSWER)) for r in first]
    return sorted(picks, key=lambda p: p.role is not Role.ANSWER)


class _Key(NamedTuple):
    """Sort key: reported, what introduces it, about this product first of all and alone, the newest, the nearest."""

    unproven: bool
    introduces_nothing: bool
    begins_elsewhere: bool
    names_others: bool
    newest: int
    nearest: float

    @property
    def tells(self) -> bool:
        """Whether it tells something of the product: beside others it is only named."""
        return not self.introduces_nothing or not (self.begins_elsewhere or self.names_others)


def _key(name: Name, r: Ranked) -> _Key:
    article = r.reading.article
    newest = -article.published.earliest.toordinal() if article.published else 0
    reported = article.status is Status.REPORTED
    return _Key(not reported, not introduces(r), not _begins(name, r), not _alone(r), newest, -r.score)


def _alone(r: Ranked) -> bool:
    """Tell whether a sentence names one product, in however many spellings."""
    return len({level(product).split()[0] for product in r.reading.products[r.i]}) == 1


def _maker(r: Ranked) -> str:
    """Return the company with which a sentence begins; empty when it begins with something else."""
    first = " ".join(w.form for w in r.reading.stated[r.i].words[:3])
    return next((c for c in sorted(r.reading.companies[r.i]) if level(c).split()[0] in first.split()), "")


def introduces(r: Ranked) -> bool:
    """Tell whether a sentence says what a thing costs or that it is there."""
    stated = r.reading.stated[r.i]
    if stated.negated or _HINDERED.search(r.sentence.text):
        return False
    priced = any(c.name == "price" and r.reading.fits(c)[r.i] >= _STATED for c in r.reading.lexicon.concepts)
    return priced or bool(_CAME.search(r.sentence.text))


def _begins(name: Name, r: Ranked) -> bool:
    """Tell whether a sentence begins with the product or with its maker."""
    own = {*name.form, *(w.form for w in words(name.maker))}
    first = [w.form for w in r.reading.stated[r.i].words[:3]]
    return not own.isdisjoint(first)


def _line(form: Form) -> Form:
    """Return the words that a product shares with its other editions."""
    return tuple(w for w in form if not designator(w))
