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
from bot.index.snapshot import PASSAGE_VECTORS, PLACES_OF_TOKENS, TOKENS
from bot.index.texts import Cut, write_texts
from bot.index.tokens import WIDTH, bounds
from bot.index.vectors import write_vectors
from bot.index.words import words, write_words

Step = Callable[[int, int], None]
CountTokens = Callable[[Sequence[str], Sequence[Sequence[int]]], list[NDArray[np.int64]]]
"""(texts, starts) -> how many tokens the context and each sentence of a passage have."""


def write_build(
    folder: Path,
    cuts: Sequence[Cut],
    vectors: VectorCache,
    open_encoder: Callable[[], TokenEncoder],
    count_tokens: CountTokens,
    step: Step,
) -> Counts:
    """Write everything but the manifest into folder; step hears how many of how many passages are encoded."""
    vocabulary = count_words(cuts)
    told = [passage for each in cuts for passage in each.in_context()]
    texts, starts = [text for text, _ in told], [at for _, at in told]
    at = bounds(np.concatenate(count_tokens(texts, starts)))
    np.save(folder / PLACES_OF_TOKENS, at)
    room = TokenRoom(
        _new(folder / PASSAGE_VECTORS, np.dtype(np.float16), (len(texts), vectors.dimension)),
        _new(folder / TOKENS, np.dtype(np.int8), (int(at[-1]), WIDTH)),
        at[np.cumsum([0, *(len(each) + 1 for each in starts)])],
    )
    vectors.fill(room, texts, starts, cache(open_encoder), lambda ready: step(ready, len(texts)))
    for rows in (room.rows, room.tokens):
        rows.flush()
    write_vectors(folder / "chroma", room.rows)
    write_words(folder / "words", _titled_passages(cuts))
    write_texts(folder / "texts.sqlite", cuts, vocabulary)
    return Counts(len(cuts), sum(len(each.sentences) for each in cuts), len(texts), len(vocabulary))


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


def _new(path: Path, kind: np.dtype[Any], shape: tuple[int, int]) -> np.memmap[tuple[int, int], np.dtype[Any]]:
    """Return an array that stands in a new file, its room taken."""
    rows: np.memmap[tuple[int, int], np.dtype[Any]] = np.lib.format.open_memmap(path, "w+", kind, shape)
    _reserve(path)
    return rows
