"""A small real model and a corpus that the tests of the index write themselves."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.index.encoder import Queries, Vectors
from bot.index.model import Identity
from bot.index.tokens import WIDTH, PassageTokens, bounds, counts, packed

DIMENSION = 64


@dataclass
class HashingModel:
    """A bag of hashed words: texts that share words are near, in microseconds. Counts what it encodes."""

    identity: Identity = field(default_factory=lambda: Identity("hashing", "0" * 64, DIMENSION, 256))
    encoded: list[str] = field(default_factory=list)
    opened: int = 0
    trained: bool = False

    def tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def open(self, threads: int = 1) -> HashingModel:
        self.opened += threads
        return self

    def count_tokens(self, texts: Sequence[str], starts: Sequence[Sequence[int]]) -> list[NDArray[np.int64]]:
        return [counts(_words(text), each) for text, each in zip(texts, starts, strict=True)]

    def encode_queries(self, texts: Sequence[str]) -> Queries:
        pieces = tuple(_words(text) for text in texts)
        tokens = tuple(_hashed(text, of) for text, of in zip(texts, pieces, strict=True))
        return Queries(self.encode(texts), tokens, tuple(np.ones(len(of), np.float32) for of in pieces), pieces)

    def encode_passages(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]]
    ) -> tuple[Vectors, list[PassageTokens]]:
        parts = self.count_tokens(texts, starts)
        tokens = [packed(_hashed(text, _words(text))) for text in texts]
        return self.encode(texts), list(map(PassageTokens, tokens, map(bounds, parts)))

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, 0] = 0.1
            for word in re.findall(r"\w+", text.casefold()):
                vectors[row, zlib.crc32(word.encode()) % DIMENSION] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(norms == 0, 1, norms), dtype=np.float32)


def _words(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(m.span() for m in re.finditer(r"\w+", text))


def _hashed(text: str, spans: Sequence[tuple[int, int]]) -> Vectors:
    vectors = np.zeros((len(spans), WIDTH), dtype=np.float32)
    for row, (first, last) in enumerate(spans):
        vectors[row, zlib.crc32(text[first:last].casefold().encode()) % WIDTH] = 1
    return vectors


def write_article(corpus: Path, name: str, title: str, body: str, published: str = "2025-11-28") -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    front = f'---\ntitle: "{title}"\nurl: "https://example.com/{name}"\npublished: "{published}"\n---\n'
    (corpus / f"{name}.md").write_text(f"{front}{body}\n", encoding="utf-8")


def write_edition(corpus: Path, edition: int, articles: int = 6) -> None:
    """Every article says the same edition, so that a reader who sees two has seen a mixed build."""
    for number in range(articles):
        body = (
            f"The band {number} of edition {edition} costs {100 + number} dollars. "
            f"It was announced by maker {number} in edition {edition}.\n\n"
            f"The battery of band {number} lasts {number + 2} days. Nothing else changed in edition {edition}."
        )
        write_article(corpus, f"band-{number}", f"Band {number}", body)
