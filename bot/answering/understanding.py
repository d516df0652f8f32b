"""One clause of a question, understood: what it names, what it asks for, of when, and how to answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.asked import CALLED, Asked, Knowledge, Shape
from bot.answering.concepts import Asking, Lexicon
from bot.answering.currency import currency_of
from bot.answering.names import Mention
from bot.answering.naming import marked_pairs, mentions_in, unheard
from bot.answering.options import certain, options, unsettled
from bot.answering.shapes import shape_of, wants_newest
from bot.answering.terms import Places, counted_in, terms_of
from bot.answering.times import settled
from bot.text.facts import Kind, numbers, quantities
from bot.text.periods import Period, periods
from bot.text.words import Word, words

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
_OR_LATER = re.compile(r"\bor (?:later|earlier|not|after(?:wards)?|before|sooner)\W*$", re.IGNORECASE)
"""A question that offers any other time beside the one that it names."""
_RAISED = re.compile(r"\b(?:grow|grew|grown|growing) up\b", re.IGNORECASE)
"""A question on somebody's youth."""
_MORE = re.compile(r"\bhow much (?!cheaper|dearer|pricier)(?:\w{2,}er|more(?! expensive))\b", re.IGNORECASE)
"""A question by how much something surpasses something: "how much wider"."""
_GIVEN = re.compile(
    r"\bhow much (?:money )?(?:is|are|was|were|did|does|do|has|have) .*\b(?:giv(?:e|en|ing)|pay(?:s|ing)?|paid"
    r"|spen[dt]\w*|invest\w*|blow|blew|burn\w*|put(?:ting)?|pour\w*|los(?:e|t|ing)|sav(?:e|ed|ing)|award\w*|win|won"
    r"|get(?:s|ting)?|receiv\w*)\b",
    re.IGNORECASE,
)
"""A question what somebody gives or gets: "how much is the army paying Anduril"."""
_OF_WHAT = re.compile(r"^\W*(?:what|which|who|whose|where|when|why|how)\b", re.IGNORECASE)
_SHARES = re.compile(
    r"\bshar(?:es?|ed|ing) (?:their|its|his|her|the same|an?|with|data|my|your)\b|\bper share\b", re.IGNORECASE
)
_UNINSURED = re.compile(r"\b(?:no|without|w/o) insurance\b", re.IGNORECASE)
_CALLED = re.compile(rf"\b(?:{CALLED})", re.IGNORECASE)
_GOT_FROM = re.compile(r"^\W*where\b.*\b(?:get|gets|getting|got|draw|draws|take|takes)\b.*\bfrom\b", re.IGNORECASE)
_SOLD = re.compile(r"\b(?:sold|available|buy|bought|sale|launch\w*|released?)\b", re.IGNORECASE)
_NOT_ASKED = (
    ("headquarters", _SOLD),
    ("price", _MORE),
    ("insurance", _UNINSURED),
    ("price", _GIVEN),
    ("date", _WHILE),
    ("share", _SHARES),
    ("place", _GOT_FROM),
    ("growth", _RAISED),
)
"""A property, and the questions in which its words ask for something else."""
_MOST_OF_ALL = re.compile(r"\b(?:most|least) (?:expensive|costly|affordable|pricey)\b", re.IGNORECASE)


def understand(text: str, known: Knowledge, lexicon: Lexicon) -> Asked:
    """Return what one clause asks for; text is already in English and respelled."""
    found = words(text)
    offered = options(found, lexicon.noise)
    unknown = lexicon.firms - known.vocabulary.keys()
    mentions = unsettled(
        unheard(
            mentions_in(known.gazetteer, found, text, lexicon),
            found,
            text,
            unknown,
            lexicon.noise,
            known.dictionary.known | known.dictionary.stems,
        ),
        offered,
    )
    named = {i for m in mentions for i in range(m.first, m.last)}
    when = certain(periods(text), found, offered)
    dated = _dated(found, when)
    masked = lexicon.asked(["" if i in named or i in dated else w.stem for i, w in enumerate(found)])
    used = named | dated | {i for a in masked if not a.concept.exact for i in a.places}
    settled_when, stretch = settled(when, text)
    shape = Shape.TIMELINE if stretch else shape_of(text, mentions, found)
    askings = _askings(masked, text, mentions, shape)
    exact = {i for a in askings if a.concept.exact for i in a.places}
    stated = [a for a in askings if a.named and a.concept.values and not a.concept.soft]
    exact |= {min(a.places) - 1 for a in stated} - used
    owned = {min(a.places) - 1 for a in stated if "money" in a.concept.values and a.concept.name != "price"} - used
    terms = terms_of(
        found,
        Places(used, exact, owned, _parted(found, text)),
        known,
        lexicon,
        product=any(m.product for m in mentions),
    )
    told = [] if _STILL.search(text) or _OR_LATER.search(text) else settled_when
    offers = tuple(found[i].stem for i in offered if i not in named | _dated(found, told))
    return Asked(
        text, tuple(mentions), _with_amount(askings, text, lexicon), terms, tuple(told), currency_of(text, found),
        marked_pairs(found, named, dated, text, lexicon.noise), _claimed(text, mentions),
        counted_in(found, named, lexicon), offers, shape, wants_newest(text),
        not mentions and (any(w.form in lexicon.superlatives for w in found) or bool(_MOST_OF_ALL.search(text))),
    )  # fmt: skip


def _askings(found: Sequence[Asking], text: str, mentions: Sequence[Mention], shape: Shape) -> tuple[Asking, ...]:
    """Return the askings without those whose words ask for something else here."""
    idle = {name for name, pattern in _NOT_ASKED if pattern.search(text)}
    if not mentions and any(a.concept.name == "rank" for a in found):
        idle.add("leader")
    if shape is Shape.COMPARISON:  # "who sold more, huawei or apple" asks for no person
        idle.add("person")
    return tuple(a for a in found if a.concept.name not in idle or (a.named and a.concept.name == "price"))


def _with_amount(askings: tuple[Asking, ...], text: str, lexicon: Lexicon) -> tuple[Asking, ...]:
    """Return the askings, with an amount where a sum of money is named and no kind of value is asked for."""
    named = any(q.kind is Kind.MONEY for q in quantities(text))
    valued = any(a.concept.values for a in askings) or (askings and _OF_WHAT.search(text))
    if not named or valued or _CALLED.search(text):
        return askings
    return askings + tuple(Asking(c, frozenset(), named=False) for c in lexicon.concepts if c.name == "amount")


def _claimed(text: str, mentions: Sequence[Mention]) -> frozenset[str]:
    """Return the numbers of more than one digit that a question itself states, but for those of names."""
    stated = [text[q.start : q.end] for q in quantities(text) if q.kind in (Kind.NUMBER, Kind.MONEY)]
    return frozenset(n for s in stated for n in numbers(s) if len(n) > 1 and not any(n in m.form for m in mentions))


def _parted(found: Sequence[Word], text: str) -> set[int]:
    return {i for i, w in enumerate(found) if text[w.end :].lstrip()[:1] in (",", ";", ":")}


def _dated(found: Sequence[Word], when: Sequence[Period]) -> set[int]:
    return {i for i, w in enumerate(found) if any(p.start <= w.start < p.end for p in when)}
