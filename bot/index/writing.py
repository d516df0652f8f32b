"""The files of a new build."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.index.cache import VectorCache
from bot.index.encoder import Encoder
from bot.index.manifest import Counts
from bot.index.passages import titled
from bot.index.snapshot import PASSAGE_VECTORS, SENTENCE_VECTORS, WORD_VECTORS
from bot.index.texts import Cut, write_texts
from bot.index.vectors import write_vectors
from bot.index.words import words, write_words

MOST_WORDS = 30_000
"""Words that get a vector, the most frequent first."""

Step = Callable[[int, int], None]


def write_build(
    folder: Path, cuts: Sequence[Cut], vectors: VectorCache, open_encoder: Callable[[], Encoder], step: Step
) -> Counts:
    """Write everything but the manifest into folder; step hears how many of how many texts have their vectors."""
    vocabulary = count_words(cuts)
    vectored = [word for word, _ in vocabulary.most_common() if word.isalpha()][:MOST_WORDS]
    passages = [titled(each.article.title, text) for each in cuts for text in each.texts()]
    sentences = [titled(each.article.title, sentence.text) for each in cuts for sentence in each.sentences]
    encode = _Encoding(vectors, cache(open_encoder), step, len(passages) + len(sentences) + len(vectored))
    rows = encode.into(folder / PASSAGE_VECTORS, passages)
    encode.into(folder / SENTENCE_VECTORS, sentences)
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

    def __init__(self, vectors: VectorCache, encoder: Callable[[], Encoder], step: Step, total: int) -> None:
        self._vectors = vectors
        self._encoder = encoder
        self._step = step
        self._total = total
        self._before = 0

    def into(self, path: Path, texts: Sequence[str]) -> NDArray[np.float16]:
        """Return the vectors of texts, (n, d) float16, that now stand in path."""
        rows = np.lib.format.open_memmap(path, "w+", np.float16, (len(texts), self._vectors.dimension))
        _reserve(path)
        self._vectors.fill(rows, texts, self._encoder, lambda ready: self._step(self._before + ready, self._total))
        self._before += len(texts)
        rows.flush()
        return rows
