"""A question and the turns before it in, an answer and how it came about out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.answering.answerer import Answerer
from bot.answering.reranker import Reranker
from bot.index.encoder import TokenEncoder
from bot.index.lending import Library
from bot.index.snapshot import Now, Snapshot
from bot.values import Answer, Article, Ask, Trace, Turn


class Conversation:
    """Answers questions from whatever build serves; keeps nothing of what people say. Safe from several threads."""

    def __init__(self, library: Library, encoder: TokenEncoder, reranker: Reranker | None = None) -> None:
        self._library = library
        self._encoder = encoder
        self._reranker = reranker
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None

    def ask(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return the answer to question, from one build from first to last. Raises NoIndex, IndexDamaged."""
        with self._library.snapshot() as snapshot:
            with self._lock:
                if self._answerer is None or self._answerer.snapshot is not snapshot:
                    self._answerer = Answerer(snapshot, self._encoder, self._reranker)
                answerer = self._answerer
            return answerer.answer(question, history)

    def warm(self) -> None:
        """Make ready for the build that serves, so that no question waits for it. Raises NoIndex, IndexDamaged."""
        self.ask("which smart glasses are there")


class Covered:
    """Whom and what the articles of the build that serves are about. Safe from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._named: _Names | None = None

    def trouble(self) -> str:
        """Return what is wrong with the index that answers now, one sentence; empty when all is well."""
        return self._library.status()

    def serving(self) -> str:
        """Return the id of the build that serves. Raises NoIndex."""
        with self._library.snapshot() as snapshot:
            return snapshot.build_id

    def cards(self) -> Sequence[Article]:
        """Return every article of the build that serves, without its body. Raises NoIndex."""
        with self._library.snapshot() as snapshot:
            return snapshot.cards()

    def titles(self) -> tuple[str, ...]:
        """Return the titles of the articles of the build that serves. Raises NoIndex."""
        return tuple(card.title for card in self.cards())

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


@contextmanager
def opened(
    build: Path, workspace: Path, now: Now, encoder: TokenEncoder, reranker: Reranker | None
) -> Iterator[tuple[Ask, tuple[str, ...]]]:
    """Lend what answers from one build, whether it serves or not, and its titles. Raises IndexDamaged."""
    with closing(Snapshot(build, workspace, now)) as snapshot:
        yield Answerer(snapshot, encoder, reranker).answer, tuple(card.title for card in snapshot.cards())


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
