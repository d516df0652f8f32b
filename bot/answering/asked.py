"""What a question asks for: names, properties, periods, places, units and the words that are left."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from bot.answering.concepts import Asking, Lexicon
from bot.answering.names import Gazetteer, Mention
from bot.answering.naming import marked_pairs, mentions_in, unheard
from bot.answering.options import certain, options, unsettled
from bot.answering.spelling import Dictionary, Slip, mend
from bot.answering.times import settled
from bot.text.facts import Kind, Period, numbers, periods, quantities
from bot.text.words import Word, level, words


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
    known: bool = True
    inside: bool = False
    """True when what is asked is asked of that place: "in germany"."""
    binding: bool = False
    """True when the evidence has to name it: a kind of device, a word that a property is about."""


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

    def spelled(self, mention: Mention) -> str:
        """Return a mention as the question spells it."""
        found = words(self.text)
        return self.text[found[mention.first].start : found[mention.last - 1].end]

    @property
    def most(self) -> int:
        """How many the question asks for ("the top 7"), 0 when it does not say."""
        said = _TOP.search(self.text)
        return int(said[1]) if said else 0

    @property
    def product(self) -> bool:
        """True when it names a product."""
        return any(m.product for m in self.mentions)


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


_TIMELINE = re.compile(
    r"\b(?:timeline|history|chronology|over time|over the (?:years?|months?|reports?)|evol\w+|how (?:did"
    r"|has|have) .*\bchang\w+|(?:quarter|year|month)s? (?:by|after|on) (?:quarter|year|month)|by (?:year|quarter|month)"
    r"|what happened (?:to|with|between|in)|milestones?|(?:through|over|early) (?:the )?years"
    r"|walk me through|(?:give me )?the dates|when was what|step by step|so far with|development of)\b",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(?:vs\.?|versus|compare[ds]?|comparing|comparison|differen(?:ce|t|ces)|cheaper|heavier|lighter"
    r"|better|bigger|larger|smaller|longer|"
    r"faster|brighter|more \w+ than|or)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(?:list|name (?:all|the|some)|which (?:\w+ ){0,3}(?:companies|products|brands|models|devices"
    r"|countries|vendors|firms|makers|rivals|chips|partners|"
    r"features|functions|watches|rings|glasses|sensors|languages|investors|features)|top (?:\d+|three"
    r"|five|ten)|who (?:are|were|invested|else)|all (?:the )?\w+s|"
    r"what (?:are|were) the|(?:partners|competitors|rivals|investors|features|models|vendors|brands) of)\b",
    re.IGNORECASE,
)
_TOP = re.compile(r"\btop (\d)\b", re.IGNORECASE)
_NEWEST = re.compile(
    r"\b(?:latest|newest|current(?:ly)?|now(?:adays)?|today|recent(?:ly)?|most recent|as of now|still"
    r"|update[ds]?|up[- ]to[- ]date|at the moment|these days|rn|last)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"(?<=[?!;])\s+|(?<=[a-z]{3}\.)\s+|\n+|,?\s+also,?\s+(?=what|how|when|who|where|why|which|is|does|did|tell)"
    r"|,?\s+and\s+(?=(?:what|how|when|who|where|why|which)\b)",
    re.IGNORECASE,
)
_CURRENCY = {
    "euro": ("€", "eur"), "eur": ("€", "eur"), "pound": ("£", "pound"), "gbp": ("£", "pound"), "quid": ("£", "pound"),
    "dollar": ("$", "dollar"), "usd": ("$", "dollar"), "yuan": ("yuan", "rmb", "cny"),
    "rmb": ("yuan", "rmb", "cny"), "yen": ("yen", "¥"), "rupee": ("₹", "rupee"),
    "franc": ("chf", "franc"), "chf": ("chf", "franc"),
    "€": ("€", "euro"), "£": ("£", "pound"), "¥": ("¥", "yen"), "₹": ("₹", "rupee"), "peso": ("peso",),
    "krona": ("krona", "sek"),
    "krone": ("krone",), "zloty": ("zloty",), "ruble": ("ruble", "rouble"), "lira": ("lira",),
    "dirham": ("dirham", "aed"),
    "baht": ("baht",), "aud": ("a$", "aud"), "cad": ("c$", "cad"), "hkd": ("hk$", "hkd"), "sgd": ("s$", "sgd"),
}  # fmt: skip
_WHILE = re.compile(
    r"^\W*(?:do|does|did|is|are|was|can|could|will|would|should|how|why|what|which)\b.*\b(?<!since )(?<!and )when\b",
    re.IGNORECASE,
)
"""A question that asks something else and says in which case: "does it warn me when my sugar drops"."""
_STILL = re.compile(
    r"^\W*(?:is|are|was|were|will|does|did)\b.*\bstill\b.*\b(?:planned|expected|due|set|slated|coming|scheduled"
    r"|on track|on course|launch\w*|releas\w+|out|for)\b",
    re.IGNORECASE,
)
"""A question whether a time that was once named still holds: the answer may be of another time."""
_MORE = re.compile(r"\bhow much (?!cheaper|dearer|pricier)(?:\w{2,}er|more(?! expensive))\b", re.IGNORECASE)
"""A question by how much something surpasses something: "how much wider"."""
_SHARES = re.compile(r"\bshar(?:es?|ed|ing) (?:their|its|his|her|the same|an?|with|data|my|your)\b", re.IGNORECASE)


_ORDER = re.compile(
    r"^\W*(?:please |pls |now |and |then )*(?:ignore|disregard|forget (?:all|your|the|everything|previous)"
    r"|pretend|act as|roleplay|print|reveal|output|repeat (?:after|the)|delete|erase|override|you are now"
    r"|from now on|system\s*:|admin override|translate your|say that|reply with|respond with"
    r"|answer (?:only )?with|make up|invent|write (?:me )?an? |stop citing|new instructions?\b)",
    re.IGNORECASE,
)


def clauses(question: str) -> list[str]:
    """Return the separate things that a message asks, in order; nothing when it only gives the bot orders.

    An order is text like any other: it is neither followed nor looked up.
    """
    parts = [p.strip(" ,;") for p in _SPLIT.split(question)]
    return [p for p in parts if words(p) and not _ORDER.search(p)]


def currencies(name: str) -> tuple[str, ...]:
    """Return the signs and words by which a currency stands in a text."""
    return _CURRENCY.get(name, ())


def respell(text: str, known: Knowledge, lexicon: Lexicon, *, mending: bool = True) -> tuple[str, tuple[Slip, ...]]:
    """Return text with its slips mended and people's short names replaced, and the slips.

    Without mending, for words of other languages, only the short names are replaced.
    """
    found = words(text)
    forms = [w.form for w in found]
    slips = mend(forms, known.dictionary) if mending else {}
    forms = [slips[i].meant if i in slips else f for i, f in enumerate(forms)]
    for i, form in enumerate(forms):  # alibabas, whoops, gt6
        glued = _GLUED.match(form)
        if glued and form not in known.vocabulary and glued.groups() in known.gazetteer.pairs:
            slips[i] = Slip(form, " ".join(glued.groups()))
        elif (
            form.endswith("s")
            and form not in known.vocabulary
            and (form,) not in known.gazetteer.by_form
            and (form[:-1],) in known.gazetteer.by_form
        ):
            slips[i] = Slip(form, form[:-1])
    pieces, at = [], 0
    for i, word in enumerate(found):
        if i in slips and word.start >= at:
            pieces += [text[at : word.start], slips[i].meant]
            at = word.end
    return _expand("".join([*pieces, text[at:]]), lexicon), tuple(slips.values())


_GLUED = re.compile(r"([a-z]{2,3})(\d{1,2})$")


def _expand(text: str, lexicon: Lexicon) -> str:
    found = words(text)
    forms = tuple(w.form for w in found)
    for phrase, meaning in lexicon.alias:
        if phrase[0] not in forms:
            continue
        for i in range(len(found) - len(phrase) + 1):
            if forms[i : i + len(phrase)] == phrase:
                start, end = found[i].start, found[i + len(phrase) - 1].end
                if level(meaning) not in level(text):
                    return _expand(text[:start] + meaning + text[end:], lexicon)
    return text


def understand(text: str, known: Knowledge, lexicon: Lexicon) -> Asked:
    """Return what one clause asks for; text is already in English and respelled."""
    found = words(text)
    mentions = mentions_in(known.gazetteer, found, text, lexicon)
    offered = options(found, lexicon.noise)
    mentions = unsettled(unheard(mentions, found, text, lexicon.firms - known.vocabulary.keys()), offered)
    named = {i for m in mentions for i in range(m.first, m.last)}
    when = periods(text)
    dated = _dated(found, when)
    masked = ["" if i in named or i in dated else w.stem for i, w in enumerate(found)]
    askings = tuple(lexicon.asked(masked))
    used = named | dated | {i for a in askings if not a.concept.exact for i in a.places}
    if _MORE.search(text):
        askings = tuple(a for a in askings if a.concept.name != "price" or a.named)
    if _WHILE.search(text):
        askings = tuple(a for a in askings if a.concept.name != "date")
    if _SHARES.search(text):
        askings = tuple(a for a in askings if a.concept.name != "share")
    if not mentions and any(a.concept.name == "rank" for a in askings):
        askings = tuple(a for a in askings if a.concept.name != "leader")
    exact = {i for a in askings if a.concept.exact for i in a.places}
    exact |= {min(a.places) - 1 for a in askings if a.named and a.concept.values and not a.concept.soft} - used
    terms = _terms(found, used, exact, known, lexicon, product=any(m.product for m in mentions))
    counted = {
        n for q in quantities(text) if q.kind in (Kind.NUMBER, Kind.MONEY) for n in numbers(text[q.start : q.end])
    }
    claimed = frozenset(n for n in counted if len(n) > 1 and not any(n in m.form for m in mentions))
    if any(q.kind is Kind.MONEY for q in quantities(text)) and not any(a.concept.values for a in askings):
        askings += tuple(Asking(c, frozenset(), named=False) for c in lexicon.concepts if c.name == "amount")
    currency = next((c for w in found if (c := w.form.removesuffix("s")) in _CURRENCY), "")
    currency = currency or next((c for c in text if c in _CURRENCY and not re.search(rf"\{c}\s?\d", text)), "")
    when, stretch = settled(certain(when, found, offered), text)
    if _STILL.search(text):
        when = []
    shape = Shape.TIMELINE if stretch else _shape(text, mentions, found)
    if shape is Shape.COMPARISON:  # "who sold more, huawei or apple" asks for no person
        askings = tuple(a for a in askings if a.concept.name != "person")
    offers = tuple(found[i].stem for i in offered if i not in named | _dated(found, when))
    return Asked(
        text, tuple(mentions), askings, terms, tuple(when), currency, marked_pairs(found, named, dated, text),
        claimed, _counted(found, named, lexicon), offers, shape,
        bool(_NEWEST.search(text)),
    )  # fmt: skip


def _dated(found: Sequence[Word], when: Sequence[Period]) -> set[int]:
    return {i for i, w in enumerate(found) if any(p.start <= w.start < p.end for p in when)}


_JOINED = re.compile(
    r"^[\s,/&:]*(?:(?:or|and|vs\.?|versus|than|against|with|to|compared (?:with|to)|over|the|a|an|is|does"
    r"|for)[\s,]*)*$",
    re.IGNORECASE,
)


def sides(text: str, mentions: Sequence[Mention], found: Sequence[Word]) -> list[Mention]:
    """Return the names that a question sets against each other: those with nothing but joining words between them.

    A product behind its own maker ("samsung galaxy xr or vision pro") is one side.
    """
    products = [m for m in mentions if m.product and len(m.names) <= _FAMILY]
    if _several(mentions):
        return list({m.form: m for m in products}.values())
    joined: list[Mention] = []
    for a, b in pairwise(mentions):
        between = text[found[a.last - 1].end : found[b.first].start]
        owned = not a.product and b.product and not between.strip()
        if _JOINED.match(between) and between.strip() and not owned and a.form != b.form:
            joined += [m for m in (a, b) if m not in joined]
    return joined


_FAMILY = 4
"""Names up to which a mention means one product in its editions, not a whole family."""


def _several(mentions: Sequence[Mention]) -> bool:
    """Tell whether a question names several products that are not each other's family."""
    products = [m for m in mentions if m.product and len(m.names) <= _FAMILY]
    return len({m.form for m in products}) >= 2 and not set(products[0].names) & set(products[1].names)


def _counted(found: list[Word], named: set[int], lexicon: Lexicon) -> frozenset[str]:
    forms = [w.form for w in found]
    asking = {("how", "many"), ("number", "of"), ("how", "much")}
    start = next((k + 2 for k in range(len(forms) - 1) if (forms[k], forms[k + 1]) in asking), len(forms))
    counted: list[str] = []
    for k in range(start, len(found)):
        if k in named:
            continue
        if forms[k] in _AUXILIARY or (forms[k] in lexicon.noise and counted):
            break
        if forms[k] not in lexicon.noise:
            counted.append(found[k].stem)
    return frozenset(counted)


_AUXILIARY = frozenset(
    (
        "money usd dollars euros cash bigger smaller faster lighter longer more less the for did do does is "
        "are was were has have had can could will would be been sold shipped ship sell"
    ).split()
)


def _shape(text: str, mentions: list[Mention], found: list[Word]) -> Shape:
    if _TIMELINE.search(text):
        return Shape.TIMELINE
    if len(sides(text, mentions, found)) >= 2 and (_COMPARISON.search(text) or _several(mentions)):
        return Shape.COMPARISON
    return Shape.LIST if _LIST.search(text) else Shape.LOOKUP


def _terms(
    found: list[Word], used: set[int], exact: set[int], known: Knowledge, lexicon: Lexicon, *, product: bool
) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    for i, word in enumerate(found):
        place = word.stem in lexicon.places and not (word.form == "us" and not _country(found, i))
        if i in used and not place:
            continue
        if not place and (word.form in lexicon.noise or word.form.isdigit() or len(word.form) < 2):
            continue
        seen = known.vocabulary.get(word.form, 0)
        binding = i in exact or (word.stem in lexicon.categories and seen > 0 and not product)
        weight = math.log((known.sentences + 1) / (seen + 0.5))
        terms.setdefault(word.stem, Term(word.stem, word.form, max(weight, 0.5), place, seen > 0, place and _inside(found, i), binding))
    return tuple(terms.values())


def _inside(found: list[Word], i: int) -> bool:
    before = [w.form for w in found[max(0, i - 2) : i]]
    return before[-1:] == ["in"] or before == ["in", "the"]


def _country(found: list[Word], i: int) -> bool:
    return i > 0 and found[i - 1].form not in _BEFORE_US


_BEFORE_US = frozenset(
    ("tell give gives show let lets help helps for to with of about makes make told gave between").split()
)
