"""A question and the turns before it in, an answer and how it came about out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.answerer import Answerer
from bot.answering.concepts import load
from bot.index.encoder import Encoder
from bot.index.library import Library
from bot.values import Answer, Article, Trace, Turn


class Conversation:
    """Answers questions from whatever build serves; keeps nothing of what people say. Safe from several threads."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self._library = library
        self._encoder = encoder
        self._lexicon = load()
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None
        self._named: _Names | None = None

    def ask(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return the answer to question, from one build from first to last. Raises NoIndex, IndexDamaged."""
        with self._library.snapshot() as snapshot:
            with self._lock:
                answerer = self._answerer
                if answerer is None or answerer.snapshot is not snapshot:
                    answerer = self._answerer = Answerer(snapshot, self._encoder, self._lexicon)
            return answerer.answer(question, history)

    def names(self) -> tuple[str, ...]:
        """Return the companies and products of the articles, those with most articles first. Raises NoIndex."""
        return self._name_list().all

    def products(self) -> frozenset[str]:
        """Return those of the names that are products. Raises NoIndex."""
        return self._name_list().products

    def _name_list(self) -> _Names:
        with self._library.snapshot() as snapshot, self._lock:
            if self._named is None or self._named.build_id != snapshot.build_id:
                self._named = _names(snapshot.build_id, snapshot.cards())
            return self._named


@dataclass(frozen=True, slots=True)
class _Names:
    """Whom and what the articles of one build are about."""

    build_id: str
    all: tuple[str, ...]
    products: frozenset[str]


def _names(build_id: str, cards: Sequence[Article]) -> _Names:
    counted = Counter(name for card in cards for name in dict.fromkeys((*card.companies, *card.products)) if name)
    products = frozenset(name for card in cards for name in card.products)
    return _Names(build_id, tuple(name for name, _ in counted.most_common()), products)
