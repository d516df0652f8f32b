"""One story in several places: a copy is told from a source that disagrees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from bot.values import Article, Passage

SHARED = 0.8
"""Share of a passage's word triples that stand in another article: from here on it is a copy."""

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_DIGIT = re.compile(r"\d")
Triple = tuple[str, ...]


class Copies:
    """Tells whose passages are copies; remembers the articles that it has read, so make one for each search."""

    def __init__(self, article: Callable[[str], Article]) -> None:
        """Take what gives the article of an id."""
        self._article = article
        self._known: dict[str, _Story] = {}
        self._last: _Said | None = None

    def carries(self, original: str, passage: Passage) -> bool:
        """Tell whether original, another article of the same standing, carries a passage nearly word for word.

        A changed figure makes a source that disagrees, never a copy.
        """
        if original == passage.article_id:
            return False
        there = self._story(original)
        if there.article.status is not self._story(passage.article_id).article.status:
            return False
        here = self._said(passage)
        return here.figures <= there.words and there.share(here) >= SHARED

    def _said(self, passage: Passage) -> _Said:
        """Return a passage's words; it is held against several articles in a row."""
        if self._last is None or self._last.text != passage.text:
            self._last = _Said(passage.text)
        return self._last

    def _story(self, article_id: str) -> _Story:
        if article_id not in self._known:
            self._known[article_id] = _Story(self._article(article_id))
        return self._known[article_id]


class _Said:
    """What a passage says: its words, those with figures, its word triples."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _words(text)
        self.figures = {word for word in self.words if _DIGIT.search(word)}

    @cached_property
    def triples(self) -> frozenset[Triple]:
        return frozenset(_triples(self.words))


class _Story:
    """An article, its words read when they are asked for."""

    def __init__(self, article: Article) -> None:
        self.article = article

    @cached_property
    def text(self) -> list[str]:
        return _words(self.article.body)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(self.text)

    @cached_property
    def triples(self) -> frozenset[Triple]:
        return frozenset(_triples(self.text))

    def share(self, here: _Said) -> float:
        if here.triples:
            return len(here.triples & self.triples) / len(here.triples)
        return float(here.words == self.text)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _triples(words: Sequence[str]) -> Iterable[Triple]:
    return zip(words, words[1:], words[2:], strict=False)
