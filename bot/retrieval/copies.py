"""One story in several places: a copy is told from a source that disagrees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.values import Article, Passage

SHARED = 0.8
"""Share of a passage's word triples that stand in another article: from here on it is a copy."""

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")


def carries(original: Article, article: Article, passage: Passage) -> bool:
    """Tell whether original, another article of the same standing, carries article's passage nearly word for word.

    A changed figure makes a source that disagrees, never a copy.
    """
    if original.id == article.id or original.status is not article.status:
        return False
    there, here = _WORD.findall(original.body.casefold()), _WORD.findall(passage.text.casefold())
    figures = {word for word in here if any(letter.isdigit() for letter in word)}
    return figures <= set(there) and _share(here, there) >= SHARED


def _share(here: Sequence[str], there: Sequence[str]) -> float:
    triples = set(_triples(here))
    return len(triples & set(_triples(there))) / len(triples) if triples else float(here == there)


def _triples(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], strict=False)
