"""Questions that take for granted what no article says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.answering.asked import Asked, Shape
from bot.answering.concepts import holds
from bot.answering.names import Mention, Name
from bot.answering.picks import Pick
from bot.answering.ranking import Ranked
from bot.text.facts import numbers
from bot.text.words import stems, words
from bot.values import Role

_UNRELATED = 0.35
_NAMED = 0.8
_CLOSE = 0.5


@dataclass(frozen=True, slots=True)
class Premise:
    """A company that a question ties to something it has nothing to do with, and who it belongs to."""

    wrong: Mention
    about: Name

    @property
    def note(self) -> str:
        """What to tell: a remark about the articles, not about the world."""
        wrong = next((n.text for n in self.wrong.names if not n.product), self.wrong.names[0].text)
        right = f"; they name {self.about.maker}" if self.about.maker else ""
        the = "the " if self.about.product and len(self.about.form) > 1 else ""
        return f"No article ties {wrong} to {the}{self.about.text}{right}."


def false_premise(asked: Asked, ranked: Sequence[Ranked]) -> Premise | None:
    """Return the premise that the articles do not bear out: a product given to the wrong company, a wrong buyer."""
    products = [m for m in asked.mentions if m.product and len(m.names) == 1]
    companies = [m for m in asked.mentions if not m.product]
    if asked.shape is Shape.COMPARISON or _BESIDE.search(asked.text):
        return None
    if len(products) != 1:
        return _wrong_buyer(companies, ranked) if _BUYING.search(asked.text) else None
    for product in products:
        about = product.names[0]
        for company in companies:
            if _unrelated(company, about) and not _together(company, product, ranked):
                return Premise(company, about)
    return None


_BUYING = re.compile(r"\b(?:buys?|bought|buying|acqui[rs]\w+|purchas\w+|take over|took over)\b", re.IGNORECASE)


def _wrong_buyer(companies: Sequence[Mention], ranked: Sequence[Ranked]) -> Premise | None:
    """Return the first of two companies where another one bought the second, and no sentence names both."""
    if len(companies) != 2 or not all(m.names for m in companies) or _together(companies[0], companies[1], ranked):
        return None
    buyer, bought = companies
    return Premise(buyer, bought.names[0]) if buying(bought.names[0], ranked) else None


def buying(about: Name, ranked: Sequence[Ranked], role: Role = Role.ANSWER) -> list[Pick]:
    """Return the best sentence in which some company buys what is asked about."""
    bought = re.compile(rf"{_BUYING.pattern}\W+(?:of\W+)?(?:\w+\W+)?{re.escape(about.text)}", re.IGNORECASE)
    told = (r for r in ranked if r.reading.companies[r.i] - {about.text} and bought.search(r.sentence.text))
    return [Pick(r, role) for r in islice(told, 1)]


_BESIDE = re.compile(r"\b(?:than|vs\.?|versus|compared|like|unlike|against)\b", re.IGNORECASE)
"""Words that set a company beside a product without giving it to that company."""


def _unrelated(company: Mention, product: Name) -> bool:
    ids = frozenset[str]().union(*(n.articles for n in company.names))
    same = {w.form for w in words(product.maker)} & {w for n in company.names for w in n.form}
    return bool(product.maker) and not same and len(ids & product.articles) < _UNRELATED * len(product.articles)


def _together(company: Mention, product: Mention, ranked: Sequence[Ranked]) -> bool:
    """Tell whether one sentence names both."""
    return any(all(r.reading.stated[r.i].names(m.form) for m in (company, product)) for r in ranked)


_MAKER = re.compile(
    r"\b(?:who|which (?:company|firm|brand)|what (?:company|firm))"
    r" (?:makes?|made|builds?|built|is behind|sells|develops|produces|owns)\b"
    r"|\b(?:maker|manufacturer) of\b"
    r"|\bwho(?:m|se)? .*\b(?:made|built|developed|produced) by$|\b(?:made|built|developed|produced) by who(?:m)?\b",
    re.IGNORECASE,
)
_DENYING = frozenset({"not", "neither", "nor", "never"})
_BY_WHOM = frozenset({"person", "supplier"})
"""Properties that asking for a maker may look like."""
_MAKING = frozenset({"made", "built", "developed", "produced"})


def maker_asked(asked: Asked) -> Name | None:
    """Return the product whose maker is asked for, when nothing else is."""
    products = [m for m in asked.mentions if m.product]
    other = any(t.form not in _MAKING for t in asked.terms) or any(
        not a.concept.soft and a.concept.name not in _BY_WHOM for a in asked.askings
    )
    if not _MAKER.search(asked.text.rstrip("?! .")) or len(products) != 1 or len(asked.mentions) != 1 or other:
        return None
    name = products[0].names[0] if products[0].names else None
    return name if name is not None and name.maker else None


def making(about: Name, ranked: Sequence[Ranked], role: Role = Role.ANSWER) -> list[Pick]:
    """Return the sentence that says whose a product is: the best that names both."""
    tokens = set(about.form)
    whole = tuple(w.form for w in words(about.maker))
    said = set(whole)
    maker = said - tokens or said  # "Even" of the Even G2 does not name Even Realities

    def tells(r: Ranked) -> bool:
        forms = r.reading.stated[r.i].forms
        named = not maker.isdisjoint(forms) and not tokens.isdisjoint(forms)
        return named and r.article_id in about.articles and r.facets.names > 0

    def key(r: Ranked) -> tuple[bool, ...]:
        """Sort first what names the product itself, denies nothing, begins with the maker and names no other."""
        stated, others = r.reading.stated[r.i], r.reading.companies[r.i] - {about.maker}
        denies = not _DENYING.isdisjoint(stated.forms)
        named = stated.forms[: len(whole)] == whole  # "Even Realities sells", not "the Even Realities G2 costs"
        begins = named or stated.forms[0] in maker
        return (not r.facets.explicit, denies, not begins, bool(others))

    return [Pick(r, role) for r in sorted(filter(tells, ranked), key=key)[:1]]


_LACKING = re.compile(
    r"\b(?:no|without(?: an?)?|lacks?(?: an?)?|(?:not|n[’']t) have(?: an?)?)\s((?:[\w-]+\s){0,2}[\w-]+)"
)
_PARTS = frozenset({"display", "camera", "sensors", "assistant"})
"""Properties that a product has or has not, whatever more is asked of them: "how bright is the screen"."""


def lacking(asked: Asked, ranked: Sequence[Ranked]) -> list[Pick]:
    """Return the sentence that says the product named has not got what is asked about: no display is bright."""
    parts = [p for a in asked.askings if a.concept.name in _PARTS for p in a.concept.both]
    if not parts or not asked.product or asked.shape is Shape.COMPARISON:
        return []
    for r in ranked:
        said = _LACKING.findall(r.sentence.text) if r.facets.explicit and r.facets.names >= _NAMED else []
        if any(holds(parts, tuple(stems(what))) for what in said):
            return [Pick(r, Role.CORRECTION)]
    return []


def nearest_truth(asked: Asked, ranked: Sequence[Ranked]) -> list[Pick]:
    """Return what the articles do say where a question's claim names a thing and a number that stand together in them.

    "why did X buy Y for 11 billion": no article says so, but one says what the 11 billion are.
    """
    if not asked.claimed or any(a.concept.values - {"reason", "date", "person"} for a in asked.askings):
        return []
    for r in ranked[:40]:
        text = r.sentence.text
        if asked.claimed and asked.claimed & numbers(text) and r.facets.names >= 0.35 and r.cosine >= _CLOSE:
            return [Pick(r, Role.CORRECTION)]
    return []
