"""How an answer has to be put together: one thing, two sides, a list, a timeline; and whether the newest is wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.answering.asked import Shape
from bot.answering.names import Mention
from bot.text.words import Word

_TIMELINE = re.compile(
    r"\b(?:timeline|history|chronology|over time|over the (?:years?|months?|reports?)|evol\w+|how (?:did"
    r"|has|have) .*\bchang\w+|(?:quarter|year|month)s? (?:by|after|on) (?:quarter|year|month)"
    r"|by (?:year|quarter|month|half(?:[ -]year)?)"
    r"|what happened (?:to|with|between|in)|milestones?|(?:through|over|early) (?:the )?years"
    r"|walk me through|in order(?! (?:to|for|that)\b)|gen(?:eration)? (?:by|after) gen(?:eration)?"
    r"|(?:give me )?the dates|key dates|when was what|step by step|so far with|development of"
    r"|(?:path|road|journey) (?:to|from)|(?:sequence|chain|course|order) of events|chronological\w*|saga"
    r"|how (?:did|has|have) .*\b(?:unfold\w*|play(?:ed)? out|go from|got? (?:there|this far)|c[oa]me about)"
    r"|how (?:did|has) the (?:story|case|matter|affair|dispute|fight|row|deal) (?:go|gone|run)"
    r"|(?:the|whole) story (?:of|so far)|from (?:start|beginning|day one) to|blow by blow"
    r"|one after (?:the other|another)|up to speed|catch me up|recap|ups and downs|every step)\b",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(?:vs\.?|versus|compare[ds]?|comparing|comparison|differen(?:ce|t|ces)|cheaper|heavier|lighter"
    r"|better|bigger|larger|smaller|longer|slower|thinner|thicker|wider|sharper|dearer|pricier|stronger|weaker"
    r"|faster|brighter|(?:more|less|fewer) (?:\w+ )?than|side by side|stacks? up|measures? up|which of|or)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(?:list|name (?:all|the|some|two|three|four|five|a few)|names of|rundown|enumerate|examples? of|who all"
    r"|which (?:\w+ ){0,3}(?:companies|products|brands|models|devices"
    r"|countries|vendors|firms|makers|rivals|chips|partners|"
    r"features|functions|watches|rings|glasses|sensors|languages|investors|phones|apps|cities|regions|markets|studios"
    r"|groups|sizes|colou?rs|materials|studies|patents|teams|stores|retailers|platforms)|top (?:\d+|three"
    r"|five|ten)|who (?:are|were|invested|else)|all (?:the )?\w+s|"
    r"what (?:are|were) the|(?:partners|competitors|rivals|investors|features|models|vendors|brands) of)\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:latest|newest|current(?:ly)?|now(?:adays)?|today|recent(?:ly)?|most recent|as of now|still"
    r"|update[ds]?|up[- ]to[- ]date|at the moment|these days|rn|last|lately|at present|presently|as of today"
    r"|as (?:things|matters) stand|where (?:do|does|did) .*\bstands?|by now|freshest|to date|any ?more"
    r"|what(?:'?s| is) new|any news|news (?:about|on|from|of))\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^[\s,/&:]*(?:(?:or|and|vs\.?|versus|than|against|with|to|compared (?:with|to)|over|the|a|an|is|does"
    r"|for)[\s,]*)*$",
    re.IGNORECASE,
)


_FAMILY = 4
"""Names up to which a mention means one product in its editions, not a whole family."""


def wants_newest(text: str) -> bool:
    """Tell whether a question asks for the latest there is."""
    return bool(_NEWEST.search(text))


def shape_of(text: str, mentions: Sequence[Mention], found: Sequence[Word]) -> Shape:
    """Return the shape of the answer to one clause."""
    if _TIMELINE.search(text):
        return Shape.TIMELINE
    if len(sides(text, mentions, found)) >= 2 and (_COMPARISON.search(text) or _several(mentions)):
        return Shape.COMPARISON
    return Shape.LIST if _LIST.search(text) else Shape.LOOKUP


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


def _several(mentions: Sequence[Mention]) -> bool:
    """Tell whether a question names several products that are not each other's family."""
    products = [m for m in mentions if m.product and len(m.names) <= _FAMILY]
    return len({m.form for m in products}) >= 2 and not set(products[0].names) & set(products[1].names)
