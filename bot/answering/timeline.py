"""What happened one after the other: the dated sentences about a thing, and when each says that it was."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.asked import Asked
from bot.answering.picks import ROLES, Pick, says_again
from bot.answering.ranking import Ranked
from bot.text.facts import Kind
from bot.values import Role

MOST = 5
"""Sentences of a timeline."""
_POSSIBLE = 0.05
"""How sure it has to be that a dated sentence belongs to a history: what came next has few of the question's words."""
_UNDATED = 0.15
_OF_ONE = 2
"""Those that one article may give where no series of values is asked for."""
_NEAR = 0.5
_NAMED = 0.06
"""What a sentence that names the thing itself is worth above one that only stands in an article about it."""
_DATED = 0.15
"""What a sentence that says when is worth above one that is as old as its article."""
_SUM = 0.15
"""What one that names a sum of money is worth above one that does not: a verdict, a price, a round."""
_TALKING = re.compile(
    r"\b(?:says?|said|stress(?:ed|es)|call(?:s|ed)|claim(?:s|ed)|describ(?:es|ed)|insist(?:s|ed)|accused|hint(?:s|ed)"
    r"|quoted|expects?)\b"
)
_TALK = 0.12
"""What a sentence about what somebody says is worth less than one about what happened."""


def timeline(asked: Asked, ranked: Sequence[Ranked]) -> list[Pick]:
    """Return the dated sentences about the thing, oldest first: what happened, not only what the best match says.

    Where a value is asked for, one article may give its whole series.
    """
    series = any(a.concept.values for a in asked.askings)
    of_one = MOST if series else _OF_ONE
    able = [r for r in ranked if r.unfit in ("", "property", "words") and r.facets.names >= 0.6 and _belongs(r)]
    if not able:
        return []
    told: list[Ranked] = []
    worth = sorted(able, key=_worth, reverse=True)
    for most in (of_one, MOST):  # what one article tells further comes behind what others do
        for r in _one_for_each_time(worth) if series else worth:
            if _worth(r) < _worth(worth[0]) * _NEAR or len(told) == MOST:
                break
            if not any(says_again(r, t) for t in told) and sum(t.article_id == r.article_id for t in told) < most:
                told.append(r)
    return [Pick(r, ROLES.get(r.reading.article.status, Role.ANSWER)) for r in sorted(told, key=when_told)]


def _belongs(r: Ranked) -> bool:
    return r.sure >= (_POSSIBLE if r.reading.stated[r.i].dated else _UNDATED)


def _worth(r: Ranked) -> float:
    """Return the score of a sentence in a history: one that says when comes first."""
    stated = r.reading.stated[r.i]
    event = _DATED * stated.dated + _SUM * any(q.kind is Kind.MONEY for q in stated.quantities)
    return r.score + event + _NAMED * r.facets.explicit - _TALK * bool(_TALKING.search(r.sentence.text))


def _one_for_each_time(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the best sentence of each article for each time that it tells of, in their order."""
    best: dict[tuple[str, int, int], Ranked] = {}
    for r in ranked:
        best.setdefault((r.article_id, *when_told(r)[:2]), r)
    return list(best.values())


def when_told(ranked: Ranked) -> tuple[int, int, str]:
    """Sort key: when the sentence says that it happened, else when it was published."""
    when = next((p for p in ranked.reading.stated[ranked.i].periods if p.year), None)
    published = ranked.reading.article.published
    if when is not None:
        month = int(when.part) if when.part.isdigit() else _PARTS.get(when.part, 6)
        return (when.year, month, ranked.article_id)
    return (published.year, published.month, ranked.article_id) if published else (0, 0, ranked.article_id)


_PARTS = {
    "q1": 2,
    "h1": 3,
    "early": 2,
    "spring": 4,
    "q2": 5,
    "mid": 6,
    "summer": 7,
    "q3": 8,
    "h2": 9,
    "autumn": 10,
    "q4": 11,
    "late": 11,
    "winter": 12,
}
