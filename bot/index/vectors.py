"""Passage vectors in an embedded Chroma: written once, opened only in a private copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import IndexDamaged
from bot.index.chroma import Chroma
from bot.index.encoder import Vectors

COLLECTION = "passages"
BATCH = 5_000
"""Rows an add; Chroma refuses more than 5,461."""


def write_vectors(folder: Path, vectors: NDArray[np.float16]) -> None:
    """Write vectors into a new Chroma in folder, row i under the id str(i); no texts, no metadata."""
    with _panics("The vectors of the new index cannot be written; look whether the disk is full."):
        _write(folder, vectors)
    # The emptied write-ahead queue is most of the file.
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as file:
        file.execute("vacuum")


def _write(folder: Path, vectors: NDArray[np.float16]) -> None:
    chroma = Chroma(folder)
    try:
        # Flushing once, at the end, leaves no row to the write-ahead queue.
        collection = chroma.create(
            COLLECTION,
            {
                "space": "cosine",
                "ef_construction": 200,
                "ef_search": 200,
                "batch_size": max(2, min(BATCH, len(vectors))),
                "sync_threshold": max(2, len(vectors)),
            },
        )
        for start in range(0, len(vectors), BATCH):
            rows = vectors[start : start + BATCH].astype(np.float32)
            chroma.add(collection, [str(start + row) for row in range(len(rows))], rows)
    finally:
        chroma.close()


class VectorSearch:
    """A finished Chroma, open for reading; safe from several threads.

    folder must be a private copy: opening and reading write into it. Raises IndexDamaged.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._broken = f"The vectors in {folder} cannot be read; run the index command."
        with _panics(self._broken):
            self._chroma = Chroma(folder)
            self._collection = self._chroma.find(COLLECTION)
            self._count = self._chroma.count(self._collection)
        if self._count != count:
            self._chroma.close()
            raise IndexDamaged(f"The vectors in {folder} are {self._count} and not {count}; run the index command.")

    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return up to k (passage number, cosine), best first."""
        k = min(k, self._count)
        if k < 1:
            return []
        with _panics(self._broken):
            found = self._chroma.nearest(self._collection, vector, k)
        return [(int(name), 1.0 - far) for name, far in found]

    def close(self) -> None:
        """Free the files, threads and memory of this client."""
        self._chroma.close()


def exact(vectors: NDArray[np.float16], vector: Vectors, k: int) -> list[tuple[int, float]]:
    """Return up to k (row, cosine) by comparing with every row: what is left when Chroma cannot be opened."""
    parts = [vectors[at : at + BATCH].astype(np.float32) @ vector for at in range(0, len(vectors), BATCH)]
    scores = np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)
    best: Sequence[int] = np.argsort(-scores, kind="stable")[: max(0, k)].tolist()
    return [(row, float(scores[row])) for row in best]


@contextmanager
def _panics(sentence: str) -> Iterator[None]:
    """Turn what Chroma raises into IndexDamaged: a panic in its Rust code is a BaseException."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise IndexDamaged(sentence) from error
