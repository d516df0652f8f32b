"""What happened one after the other: the dated sentences about a thing, and when each says that it was."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.asked import Asked
from bot.answering.picks import LIKELY, ROLES, Pick, says_again
from bot.answering.ranking import Ranked
from bot.values import Role

MOST = 5
"""Sentences of a timeline."""
_OF_ONE = 2
"""Those that one article may give where no series of values is asked for."""


def timeline(asked: Asked, ranked: Sequence[Ranked]) -> list[Pick]:
    """Return the dated sentences about the thing, oldest first: what happened, not only what the best match says.

    Where a value is asked for, one article may give its whole series.
    """
    series = any(a.concept.values for a in asked.askings)
    of_one = MOST if series else _OF_ONE
    able = [r for r in ranked if r.unfit in ("", "property", "words") and r.facets.names >= 0.6 and r.sure >= LIKELY]
    naming = [r for r in able if r.facets.explicit]
    able = naming if len(naming) > 1 else able  # one sentence is no history: what its articles say goes with it
    dated = [r for r in able if r.reading.stated[r.i].dated] or able
    if not dated:
        return []
    told: list[Ranked] = []
    for r in _one_for_each_time(dated) if series else dated:
        if r.score < dated[0].score * 0.6 or len(told) == MOST:
            break
        if not any(says_again(r, t) for t in told) and sum(t.article_id == r.article_id for t in told) < of_one:
            told.append(r)
    return [Pick(r, ROLES.get(r.reading.article.status, Role.ANSWER)) for r in sorted(told, key=when_told)]


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
