"""A question and the turns before it in, an answer and how it came about out."""

from __future__ import annotations

import gc
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

from bot.answering.answerer import Answerer
from bot.answering.concepts import Lexicon, load
from bot.index.encoder import TokenEncoder, Vectors
from bot.index.lending import Library
from bot.index.snapshot import Snapshot
from bot.index.tokens import Tokens
from bot.values import Answer, Article, Ask, Trace, Turn

_REMEMBERED = 512
"""Texts whose vectors are kept: 2 MB."""


class Remembering:
    """An encoder that keeps the vectors of the last texts: one question asks for the same ones several times.

    It keeps them under a hash: what people typed is not kept.
    """

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[Vectors, Tokens | None]] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text, as the encoder behind it does."""
        found = self._found(texts)
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found |= self._keep(new, [(vector, None) for vector in self._encoder.encode(new)])
        return np.stack([found[text][0] for text in texts]) if texts else self._encoder.encode([])

    def encode_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> tuple[Vectors, list[Tokens]]:
        """Return what the encoder behind it does; only whole texts (starts of 0) are kept."""
        if any(starts) or not texts:
            return self._encoder.encode_tokens(texts, starts)
        found = {text: (vector, tokens) for text, (vector, tokens) in self._found(texts).items() if tokens}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            vectors, tokens = self._encoder.encode_tokens(new, [0] * len(new))
            pairs = list(zip(vectors, tokens, strict=True))
            self._keep(new, pairs)
            found |= dict(zip(new, pairs, strict=True))
        return np.stack([found[text][0] for text in texts]), [found[text][1] for text in texts]

    def _found(self, texts: Sequence[str]) -> dict[str, tuple[Vectors, Tokens | None]]:
        with self._lock:
            return {text: self._kept[key] for text in texts if (key := _key(text)) in self._kept}

    def _keep(
        self, texts: Sequence[str], known: Sequence[tuple[Vectors, Tokens | None]]
    ) -> dict[str, tuple[Vectors, Tokens | None]]:
        with self._lock:
            self._kept.update({_key(text): each for text, each in zip(texts, known, strict=True)})
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
        return dict(zip(texts, known, strict=True))


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Conversation:
    """Answers questions from whatever build serves; keeps nothing of what people say. Safe from several threads."""

    def __init__(self, library: Library, encoder: TokenEncoder) -> None:
        self._library = library
        self._encoder = Remembering(encoder)
        self._lexicon = _lexicon()
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None

    def ask(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return the answer to question, from one build from first to last. Raises NoIndex, IndexDamaged."""
        with self._library.snapshot() as snapshot:
            with self._lock:
                # The one before is held by nothing here, so that it goes before what stays is spared.
                fresh, again = not self._answers_from(snapshot), self._answerer is not None
                if self._answerer is None or fresh:
                    self._answerer = Answerer(snapshot, self._encoder, self._lexicon)
                answerer = self._answerer
            found = answerer.answer(question, history)
        if fresh:
            _spare(again=again)
        return found

    def warm(self) -> None:
        """Make ready for the build that serves, so that no question waits for it. Raises NoIndex, IndexDamaged.

        The first question of a build gathers its names and words, which takes as long as a hundred others.
        """
        with self._library.snapshot() as snapshot, self._lock:
            ready = self._answers_from(snapshot)
        if not ready:
            self.ask("which smart glasses are there")

    def _answers_from(self, snapshot: Snapshot) -> bool:
        return self._answerer is not None and self._answerer.snapshot is snapshot


def _spare(*, again: bool) -> None:
    """Spare the garbage collector what lives as long as a build: it would look at all names and words ever again.

    What was spared for the build before is looked at once more, so that nothing of it stays.
    """
    if again:
        gc.unfreeze()
        gc.collect()
    gc.freeze()


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


@cache
def _lexicon() -> Lexicon:
    # The same for every build, and nobody changes it: read once.
    return load()


@contextmanager
def opened(build: Path, workspace: Path, encoder: TokenEncoder) -> Iterator[tuple[Ask, tuple[str, ...]]]:
    """Lend what answers from one build, whether it serves or not, and its titles. Raises IndexDamaged."""
    with closing(Snapshot(build, workspace)) as snapshot:
        yield (
            Answerer(snapshot, Remembering(encoder), _lexicon()).answer,
            tuple(card.title for card in snapshot.cards()),
        )


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
