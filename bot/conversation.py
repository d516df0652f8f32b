"""A question and the turns before it in, an answer and how it came about out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

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
        self._named: tuple[str, tuple[str, ...]] | None = None

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
        with self._library.snapshot() as snapshot, self._lock:
            if self._named is None or self._named[0] != snapshot.build_id:
                self._named = (snapshot.build_id, _named(snapshot.cards()))
            return self._named[1]


def _named(cards: Sequence[Article]) -> tuple[str, ...]:
    counted = Counter(name for card in cards for name in dict.fromkeys((*card.companies, *card.products)) if name)
    return tuple(name for name, _ in counted.most_common())
