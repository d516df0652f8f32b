"""What a thing is: "what is the Stream ring", "tell me about Whoop" are answered by what introduces it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.asked import Asked, Shape
from bot.answering.catalogue import introduces
from bot.answering.picks import ROLES, Pick, says_again
from bot.answering.ranking import Ranked
from bot.values import Role, Status

_MOST = 3
_FIRST = 3
"""Words among which a sentence names what it begins with."""
_ASKING = re.compile(
    r"^\W*(?:(?:what|who)(?:['’]?s| is| are| was| were)"
    r"|(?:can you |please )?(?:tell me|explain|describe|what do you know)"
    r"(?: (?:more|something|a bit|all|everything))?(?: about)?)\b",
    re.IGNORECASE,
)
_BEING = re.compile(
    r"\W*(?:(?:is|are|was|were) (?:an?|the|one|standalone|worn|made)\b|, (?:an?|the)\b|\((?:an?|the)\b"
    r"|(?:makes?|sells?|builds?|develops|began as|records?|lets?|turns?)\b)",
    re.IGNORECASE,
)
"""What follows a name where a sentence says what it stands for."""
_FOUNDED = re.compile(r"\bfounded\b|\bmakers? of\b|\bstart-?ups?\b", re.IGNORECASE)


def introduced(asked: Asked, ranked: Sequence[Ranked]) -> list[Pick]:
    """Return what introduces the one thing that a question names and of which it asks nothing else; none otherwise.

    First what says what it is, then what it costs or that it came, then the rest; reported facts before others.
    """
    bare = not (asked.terms or asked.askings or asked.periods) and asked.shape is Shape.LOOKUP
    if not bare or len(asked.mentions) != 1 or not _ASKING.match(asked.text):
        return []
    wanted = frozenset(name.text for name in asked.mentions[0].names)
    told: list[Ranked] = []
    for r in sorted((r for r in ranked if not r.unfit and r.facets.explicit), key=lambda r: _key(r, wanted)):
        if len(told) < _MOST and not any(says_again(r, other) for other in told):
            told.append(r)
    return [Pick(r, ROLES.get(r.reading.article.status, Role.ANSWER)) for r in told]


def _key(r: Ranked, wanted: frozenset[str]) -> tuple[bool, int, float]:
    return (r.reading.article.status is not Status.REPORTED, _distance(r, wanted), -r.score)


def _distance(r: Ranked, wanted: frozenset[str]) -> int:
    """Return how far a sentence is from an introduction: 0 for what says what the thing is."""
    if r.reading.stated[r.i].negated:
        return 3
    end = _named_first(r, wanted)
    if end and _BEING.match(r.sentence.text, end):
        return 0
    if introduces(r) or _FOUNDED.search(r.sentence.text):
        return 1 if end else 2
    return 2 if end else 3


def _named_first(r: Ranked, wanted: frozenset[str]) -> int:
    """Return where the name ends with which a sentence begins, behind an article or its maker's name; else 0."""
    stated = r.reading.stated[r.i]
    ends = [at + len(known.form) for at, known in stated.known if at < _FIRST and known.texts & wanted]
    return stated.words[max(ends) - 1].end if ends else 0
