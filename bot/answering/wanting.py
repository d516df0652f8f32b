"""What a question wanted, in a few words of the articles' own: what gaps are sorted by and counts are kept of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.answering.asked import Asked, Shape
from bot.answering.declining import missing, named
from bot.answering.names import Mention
from bot.answering.ranking import Ranked
from bot.values import Wanted


def wanted(clauses: Sequence[tuple[Asked, Sequence[Ranked]]]) -> Wanted:
    """Return what the clauses of a question want: the words and the name of the first, the companies of all.

    Companies are spelled as the articles spell them: nothing that a person typed stands among them.
    """
    asked, ranked = clauses[0]
    words = missing(asked, ranked)
    told = [named(asked, k) for k, _ in sorted(enumerate(asked.mentions), key=lambda km: not km[1].product)]
    companies = dict.fromkeys(c for one, _ in clauses for m in one.mentions for c in _companies(m))
    filters = dict.fromkeys(f for one, _ in clauses for f in _filters(one))
    return Wanted(words, told[0] if told else "", tuple(companies), tuple(filters))


def _filters(asked: Asked) -> Iterator[str]:
    """Yield what the evidence has to show. No other word that was typed is among it."""
    yield from (f"name: {named(asked, k)}" for k in range(len(asked.mentions)))
    yield from (f"property: {asking.concept.name.replace('_', ' ')}" for asking in asked.askings)
    yield from (f"period: {asked.text[p.start : p.end]}" for p in asked.periods)
    yield from (f"place: {term.form}" for term in asked.terms if term.place)
    if asked.currency:
        yield f"currency: {asked.currency}"
    if asked.shape is not Shape.LOOKUP:
        yield f"shape: {asked.shape.value}"
    if asked.newest:
        yield "newest first"


def _companies(mention: Mention) -> Iterator[str]:
    """Yield the company that a mention means: itself, or the maker of most of the products it can stand for."""
    itself = [name.text for name in mention.names if not name.product]
    makers = Counter(name.maker for name in mention.names if name.maker)
    if itself:
        yield itself[0]
    elif makers:
        yield min(makers, key=lambda maker: (-makers[maker], maker))
