"""The fewest sentences that answer: one, or as many as the question's shape needs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.asked import Asked, Shape
from bot.answering.concepts import holds
from bot.answering.picks import LIKELY, ROLES, Pick, says_again
from bot.answering.ranking import Ranked
from bot.answering.timeline import timeline, when_told
from bot.text.facts import Kind, numbers
from bot.values import Role, Status

NEVER = ("variant", "currency", "name", "period", "place", "superlative", "company")
"""What a sentence may lack in no case, whatever stands beside it (see ranking.LACKS)."""
_NEAR = 0.78
_LISTED = 0.72
_CLOSE = 0.93
_TRUSTED = 0.75
_OFF = 0.4
"""What a sentence beside the first may lack of the words where a question asks whether something is so."""
_RECENT = 0.85
_NEARLY = 0.9
_GRADES = {"high": 2, "medium": 1}
_LOOK = 60
_YEAR = 12
_OWN = 0.6
_ALIKE = 0.4
_MOST = {Shape.LOOKUP: 3, Shape.LIST: 5, Shape.COMPARISON: 2}
_TRUST = (Status.REPORTED, Status.FORECAST, Status.RUMOUR, Status.SUPERSEDED, Status.CONTAINS_ERROR)


def choose(asked: Asked, ranked: Sequence[Ranked]) -> list[Pick]:
    """Return the sentences that answer, in the order to tell them; none when nothing does."""
    if asked.shape is Shape.TIMELINE:
        sure = any(not r.unfit for r in ranked)
        return timeline(asked, [r for r in ranked if r.unfit not in NEVER]) if sure else []
    if asked.newest and not any(a.concept.values for a in asked.askings):
        ranked = _news(ranked)
    fit = [r for r in ranked if not r.unfit]
    if not fit:
        return []
    rivals = _rivals(asked, fit)
    first = rivals[0]
    picks = [Pick(first, ROLES.get(first.reading.article.status, Role.ANSWER))]
    picks += [Pick(r, _rivalry(first, r)) for r in rivals[1:3]]
    picks += [Pick(r, _rivalry(first, r)) for r in _named_figures(asked, ranked, [p.ranked for p in picks])]
    picks += [Pick(r, _rivalry(first, r)) for r in _offered(asked, ranked, [p.ranked for p in picks])]
    most = max(_MOST[asked.shape], len(picks), asked.most)
    beside = [r for r in ranked if not r.unfit or (r.unfit not in NEVER and r.sure >= LIKELY)]
    for r in _support(asked, beside, first):
        if len(picks) >= most:
            break
        if not any(_repeats(asked, r, p.ranked) for p in picks):
            same = r.article_id in {p.ranked.article_id for p in picks}
            picks.append(Pick(r, Role.CONTEXT if same else ROLES.get(r.reading.article.status, Role.ANSWER)))
    return picks


def _news(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the sentences that tell of the last year before the newest thing that may answer."""
    months = [(when_told(r)[0] * 12 + when_told(r)[1], r) for r in ranked]
    newest = max((month for month, r in months if not r.unfit), default=0)
    return [r for month, r in months if month >= newest - _YEAR]


def _support(asked: Asked, fit: Sequence[Ranked], first: Ranked) -> list[Ranked]:
    """Return the sentences that may stand beside the first one, best first; another article's word on it leads."""
    top = fit[0]
    whether = asked.whether and not asked.askings

    def near(r: Ranked) -> bool:
        same = r.article_id == top.article_id
        least = _LISTED if asked.shape is Shape.LIST and same else _NEAR
        stale = r.reading.article.status is Status.SUPERSEDED and first.reading.article.status is not Status.SUPERSEDED
        off = whether and r.facets.terms < first.facets.terms - _OFF
        return not off and r.score >= top.score * least and r.facets.property >= top.facets.property - 0.3 and not stale

    def key(r: Ranked) -> tuple[bool, float]:
        other = r.article_id != first.article_id and r.facets.property >= top.facets.property - 0.05
        return (not (other and asked.shape is Shape.LOOKUP and r.score >= top.score * _CLOSE), -r.score)

    return sorted(filter(near, fit), key=key)


def _named_figures(asked: Asked, ranked: Sequence[Ranked], told: Sequence[Ranked]) -> list[Ranked]:
    """Return a sentence for each number that the question itself names and that no chosen sentence states."""
    stated = {n for r in told for n in numbers(r.sentence.text)}
    found: list[Ranked] = []
    for figure in sorted(asked.claimed - stated):
        able = (r for r in ranked[:_LOOK] if r.unfit in ("", "property", "words") and r.facets.names >= _OWN)
        match = next((r for r in able if figure in numbers(r.sentence.text) and r not in told), None)
        if match is not None and match not in found:
            found.append(match)
    return found


def _offered(asked: Asked, ranked: Sequence[Ranked], told: Sequence[Ranked]) -> list[Ranked]:
    """Return a sentence for each word that the question offers to choose from and that no chosen sentence states."""
    stated = {s for r in told for s in r.reading.stated[r.i].stems}
    found: list[Ranked] = []
    for offer in asked.options:
        able = (r for r in ranked[:_LOOK] if r.unfit in ("", "property", "words") and r.facets.names >= _OWN)
        match = next((r for r in able if offer in r.reading.stated[r.i].stems), None)
        if offer not in stated and match is not None and match not in [*told, *found]:
            found.append(match)
    return found


def values(asked: Asked, ranked: Ranked) -> frozenset[str]:
    """Return the values that a sentence gives for the property asked for, levelled: amounts, percentages, dates."""
    kinds = {k for a in asked.askings for k in a.concept.values}
    stated = ranked.reading.stated[ranked.i]
    found = {q.digits for q in stated.quantities if q.kind.value in kinds and not q.relative}
    bare = {q.digits for q in stated.quantities if q.kind is Kind.NUMBER}
    if "number" in kinds and bare:
        found = bare
    if "date" in kinds and not found:
        found = {f"{p.year or ''}-{p.part}-{p.day or ''}" for p in stated.periods if p.part or p.year}
    return frozenset(found)


def _order(ranked: Ranked) -> tuple[int, int]:
    """Sort key: the more trusted first, then the newer."""
    published = ranked.reading.article.published
    return (_TRUST.index(ranked.reading.article.status), -(published.earliest.toordinal() if published else 0))


def _teller(asked: Asked, fit: Sequence[Ranked]) -> Ranked:
    """Return who tells best what the best match says: of those nearly as near with the same value, the better source.

    A source that is trusted more comes first, then one of higher quality, then the sentence with fewer other products.
    """
    top = fit[0]
    mine = values(asked, top)
    same = [r for r in fit if r.score >= top.score * _NEARLY and (r is top or mine & values(asked, r))]

    def key(r: Ranked) -> tuple[int, int, int, float]:
        article = r.reading.article
        return (_TRUST.index(article.status), -_GRADES.get(article.quality, 0), len(r.reading.products[r.i]), -r.score)

    return min(same, key=key)


def _rivals(asked: Asked, fit: Sequence[Ranked]) -> list[Ranked]:
    """Return the best sentence and those of other articles that give another value for the same thing.

    The most trusted and newest comes first.
    """
    top = _teller(asked, fit)
    mine = values(asked, top)
    rivals = [top]
    if mine:
        for r in fit[1:]:
            close = (
                r.score >= top.score * 0.88
                and r.facets.property >= top.facets.property - 0.05
                and r.facets.terms >= top.facets.terms - 0.2
            )
            other = asked.newest or r.article_id not in {x.article_id for x in rivals}
            theirs = values(asked, r) if close and other else frozenset()
            if theirs and all(not theirs & values(asked, x) for x in rivals):
                rivals.append(r)
    if len(rivals) == 1:
        rank = _TRUST.index(top.reading.article.status)
        better = (r for r in fit if _TRUST.index(r.reading.article.status) < rank and r.score >= top.score * _TRUSTED)
        rivals += [r for r in better if r.facets.property >= top.facets.property - 0.05][:1]
    if len(rivals) == 1 and asked.newest and not mine:
        near = [r for r in fit if r.score >= top.score * _RECENT and r.reading.article.published]
        return [max(near, key=lambda r: (_day(r), r.score))] if near else rivals
    return sorted(rivals, key=_newest if asked.newest else _order)


def _day(ranked: Ranked) -> int:
    published = ranked.reading.article.published
    return published.earliest.toordinal() if published else 0


def _newest(ranked: Ranked) -> tuple[int, int, int]:
    """Sort key: the more trusted first, then what tells of the later time, expectations last."""
    trust, published = _order(ranked)
    year, month, _ = when_told(ranked)
    expected = holds(_EXPECTED, ranked.reading.stated[ranked.i].stems)
    return (trust + expected, -(year * 12 + month), published)


_EXPECTED = tuple((s,) for s in ("expect", "forecast", "predict", "plan", "target", "guidanc"))


def _rivalry(first: Ranked, other: Ranked) -> Role:
    status = other.reading.article.status
    if status is not Status.REPORTED:
        return ROLES[status]
    a, b = first.reading.article.published, other.reading.article.published
    older = a is not None and b is not None and (a.year, a.month) > (b.year, b.month)
    return Role.OLDER if older else Role.DISAGREES


def _repeats(asked: Asked, new: Ranked, old: Ranked) -> bool:
    """Tell whether a sentence says again what another says: the same words, or the same value elsewhere."""
    if new.article_id == old.article_id and new.i == old.i:
        return True
    if says_again(new, old):
        return True
    a, b = set(new.reading.stated[new.i].stems), set(old.reading.stated[old.i].stems)
    given = values(asked, new)
    return bool(given) and given <= values(asked, old) and len(a & b) >= _ALIKE * min(len(a), len(b))
