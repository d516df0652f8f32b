"""What a question wanted, in a few words of the articles' own: what gaps are sorted by and counts are kept of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.answering.asked import Asked
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
    return Wanted(words, told[0] if told else "", tuple(companies))


def _companies(mention: Mention) -> Iterator[str]:
    """Yield the company that a mention means: itself, or the maker of most of the products it can stand for."""
    itself = [name.text for name in mention.names if not name.product]
    makers = Counter(name.maker for name in mention.names if name.maker)
    if itself:
        yield itself[0]
    elif makers:
        yield min(makers, key=lambda maker: (-makers[maker], maker))
