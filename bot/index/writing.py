"""The files of a new build."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.index.cache import TokenRoom, VectorCache
from bot.index.encoder import TokenEncoder
from bot.index.manifest import Counts
from bot.index.passages import titled
from bot.index.snapshot import PASSAGE_VECTORS, PLACES_OF_TOKENS, SENTENCE_TOKENS, SENTENCE_VECTORS, WORD_VECTORS
from bot.index.texts import Cut, write_texts
from bot.index.tokens import WIDTH
from bot.index.vectors import write_vectors
from bot.index.words import words, write_words

MOST_WORDS = 30_000
"""Words that get a vector, the most frequent first."""

Step = Callable[[int, int], None]
CountTokens = Callable[[Sequence[str], Sequence[int]], list[int]]
"""(texts, starts) -> how many tokens of each stand behind its start."""


def write_build(
    folder: Path,
    cuts: Sequence[Cut],
    vectors: VectorCache,
    open_encoder: Callable[[], TokenEncoder],
    count_tokens: CountTokens,
    step: Step,
) -> Counts:
    """Write everything but the manifest into folder; step hears how many of how many texts have their vectors."""
    vocabulary = count_words(cuts)
    vectored = [word for word, _ in vocabulary.most_common() if word.isalpha()][:MOST_WORDS]
    passages = [titled(each.article.title, text) for each in cuts for text in each.texts()]
    sentences = [titled(each.article.title, sentence.text) for each in cuts for sentence in each.sentences]
    starts = [len(titled(each.article.title, "")) for each in cuts for _ in each.sentences]
    encode = _Encoding(vectors, cache(open_encoder), step, len(passages) + len(sentences) + len(vectored))
    rows = encode.into(folder / PASSAGE_VECTORS, passages)
    encode.tokens_into(folder, sentences, starts, count_tokens(sentences, starts))
    # Questions are compared with all of these at once, which numpy does thirty times slower in float16.
    as_written = encode.into(folder / WORD_VECTORS, vectored)
    np.save(folder / WORD_VECTORS, np.array(as_written, dtype=np.float32))
    write_vectors(folder / "chroma", rows)
    write_words(folder / "words", _titled_passages(cuts))
    write_texts(folder / "texts.sqlite", cuts, vocabulary, vectored)
    return Counts(len(cuts), len(sentences), len(passages), len(vocabulary))


def count_words(cuts: Sequence[Cut]) -> Counter[str]:
    """Return casefolded word -> number of sentences that hold it."""
    counts: Counter[str] = Counter()
    for each in cuts:
        for sentence in each.sentences:
            counts.update(sorted(set(words(sentence.text))))
    return counts


def _titled_passages(cuts: Sequence[Cut]) -> list[tuple[int, str, str]]:
    flat = [(each.article.title, text) for each in cuts for text in each.texts()]
    return [(number, title, text) for number, (title, text) in enumerate(flat)]


def _reserve(path: Path) -> None:
    """Take the room of the file now: a disk that fills up under a memory map kills the process without a word."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


class _Encoding:
    """Vectors written straight to disk, so that memory does not grow with the corpus."""

    def __init__(self, vectors: VectorCache, encoder: Callable[[], TokenEncoder], step: Step, total: int) -> None:
        self._vectors = vectors
        self._encoder = encoder
        self._step = step
        self._total = total
        self._before = 0

    def into(self, path: Path, texts: Sequence[str]) -> NDArray[np.float16]:
        """Return the vectors of texts, (n, d) float16, that now stand in path."""
        rows = self._rows(path, len(texts))
        self._vectors.fill(rows, texts, self._encoder, self._heard)
        self._before += len(texts)
        rows.flush()
        return rows

    def tokens_into(self, folder: Path, texts: Sequence[str], starts: Sequence[int], counts: Sequence[int]) -> None:
        """Write the vectors of sentences and of their tokens, of which each has so many behind its start."""
        rows = self._rows(folder / SENTENCE_VECTORS, len(texts))
        at = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
        np.save(folder / PLACES_OF_TOKENS, at)
        tokens = _new(folder / SENTENCE_TOKENS, np.dtype(np.int8), (int(at[-1]), WIDTH))
        self._vectors.fill_tokens(TokenRoom(rows, tokens, at), texts, starts, self._encoder, self._heard)
        self._before += len(texts)
        rows.flush()
        tokens.flush()

    def _rows(self, path: Path, count: int) -> np.memmap[tuple[int, int], np.dtype[np.float16]]:
        return _new(path, np.dtype(np.float16), (count, self._vectors.dimension))

    def _heard(self, ready: int) -> None:
        self._step(self._before + ready, self._total)


def _new(path: Path, kind: np.dtype[Any], shape: tuple[int, int]) -> np.memmap[tuple[int, int], np.dtype[Any]]:
    """Return an array that stands in a new file, its room taken."""
    rows: np.memmap[tuple[int, int], np.dtype[Any]] = np.lib.format.open_memmap(path, "w+", kind, shape)
    _reserve(path)
    return rows
