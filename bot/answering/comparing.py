"""Several things or several times in one question: each taken by itself, and said where nothing is known of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answering.asked import Asked, Shape
from bot.answering.choose import choose, values
from bot.answering.declining import missing
from bot.answering.names import Mention
from bot.answering.picks import Pick, merge
from bot.answering.ranking import Ranked
from bot.answering.reading import names
from bot.answering.shapes import sides as sides_of
from bot.answering.timeline import when_told
from bot.answering.times import same, several
from bot.text.facts import negations
from bot.text.words import words
from bot.values import Role

Weigh = Callable[[Asked, Sequence[Mention]], list[Ranked]]
"""Gives every sentence at hand, best first, for a question from which the given names are left out."""

Told = tuple[list[Pick], str]
"""What is told, and what has to be said before it."""

_BEST = 8
_FEW = 3
_TWO = 2
_AMONG = re.compile(r"\b(?:between|among|with|against)\b", re.IGNORECASE)
_VALUED = 0.8
_OWN = 0.9
_LIKELY = 0.1


def compared(asked: Asked, weigh: Weigh) -> Told:
    """Return the best sentences for each thing compared: one each, two where no property is named."""
    sides = sides_of(asked.text, asked.mentions, words(asked.text))
    others = tuple(m for m in asked.mentions if m not in sides and not any(s.product for s in sides))
    if asked.askings:
        whole = weigh(replace(asked, mentions=(*sides, *others), shape=Shape.LOOKUP), ())
        for r in whole[:_BEST]:
            if not r.unfit and _tells_of_all(asked, sides, r):
                return [Pick(r, Role.ANSWER)], ""
    else:
        together = _in_one_article(asked, sides, weigh)
        if together:
            return together, ""
    groups: list[list[Pick]] = []
    unknown: list[Asked] = []
    for side in sides:
        alone = replace(asked, mentions=(side, *others), shape=Shape.COMPARISON)
        rivals = [other for other in sides if other is not side]
        told = {(p.ranked.article_id, p.ranked.i) for p in merge(groups)}
        ranked = [r for r in weigh(alone, rivals) if (r.article_id, r.i) not in told]
        own = [r for r in ranked if not any(names(other, r.reading, r.i) for other in rivals)]
        chosen = _naming(alone, own) or choose(alone, own) or choose(alone, ranked)
        groups.append(chosen[: 1 if asked.askings else 2])
        unknown += [] if chosen else [replace(alone, mentions=(side,))]
    return merge(groups), _lacking(unknown)


def at_each_time(asked: Asked, ranked: Sequence[Ranked], weigh: Weigh) -> Told:
    """Return the best sentence for each of the periods asked for, or the one that tells of all of them."""
    times = several(asked.periods)
    for r in ranked[:_FEW]:
        if not r.unfit and all(any(same(t, p) for p in r.reading.stated[r.i].periods) for t in times):
            return choose(asked, ranked), ""
    groups, unknown = [], []
    for time in times:
        then = replace(asked, periods=(time,))
        chosen = choose(then, weigh(then, ()))
        groups.append(chosen[: 1 if asked.askings else 2])
        unknown += [] if chosen else [then]
    return merge(groups), _lacking(unknown)


def _lacking(unknown: Sequence[Asked]) -> str:
    return " ".join(f"No article gives {what}." for one in unknown if (what := missing(one, ())))


def _tells_of_all(asked: Asked, sides: Sequence[Mention], r: Ranked) -> bool:
    """Tell whether one sentence names all sides and has a value, or a denial, for each."""
    every = all(names(side, r.reading, r.i) for side in sides)
    return every and len(values(asked, r)) + negations(r.sentence.text) >= len(sides)


def told_in_turn(asked: Asked, ranked: Sequence[Ranked], weigh: Weigh) -> list[Pick]:
    """Return what happened, oldest first: of each product named, or of all together where it went on between them."""
    products = [m for m in asked.mentions if m.product]
    if len(products) < _TWO or _AMONG.search(asked.text):
        return choose(asked, ranked)
    each = []
    for product in products:
        others = [m for m in products if m is not product]
        alone = replace(asked, mentions=tuple(m for m in asked.mentions if m not in others))
        each.append(choose(alone, weigh(alone, others)))
    return sorted(merge([picks[:_FEW] for picks in each]), key=lambda p: when_told(p.ranked))


def _in_one_article(asked: Asked, sides: Sequence[Mention], weigh: Weigh) -> list[Pick]:
    """Return what the one article that says most about all sides says of each: it compares like with like."""
    found: dict[str, dict[int, list[Ranked]]] = {}
    for k, side in enumerate(sides):
        for r in weigh(replace(asked, mentions=(side,), shape=Shape.LOOKUP), ()):
            if not r.unfit and names(side, r.reading, r.i):
                found.setdefault(r.article_id, {}).setdefault(k, []).append(r)
    full = {i: by for i, by in found.items() if len(by) == len(sides)}
    if not full:
        return []
    best = max(full, key=lambda i: (sum(r.score for rs in full[i].values() for r in rs[:2]), i))
    return merge([[Pick(r, Role.ANSWER) for r in full[best][k][:2]] for k in range(len(sides))])


def _naming(alone: Asked, own: Sequence[Ranked]) -> list[Pick]:
    """Return the best sentence that names a side itself and gives a value of the kind asked for.

    Beside a value of the other side such a sentence answers although the question's words alone leave it in doubt.
    """
    if not any(a.concept.values and not a.concept.soft for a in alone.askings):
        return []
    told = [r for r in own if r.facets.explicit and r.facets.property >= _VALUED and r.facets.names >= _OWN]
    fit = choose(alone, [r for r in told if not r.unfit])
    able = [r for r in told if r.unfit in ("property", "words") and r.sure >= _LIKELY]
    return fit or [Pick(r, Role.ANSWER) for r in sorted(able, key=lambda r: -r.facets.property)[:1]]
