"""Vectors that were encoded before, so that what has not changed is not encoded again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.index.encoder import Encoder
from bot.index.model import Identity

BLOCK = 128
"""Texts encoded between two commits: what a kill can cost."""

_TABLES = """
pragma journal_mode=wal;
pragma synchronous=normal;
create table if not exists vectors (key text primary key, vector blob not null) without rowid;
create table if not exists used (build text not null, key text not null, primary key (build, key)) without rowid;
"""


class VectorCache:
    """Vectors by (identity, text), kept in one file; only the process that builds may open it.

    A file that cannot be read is thrown away: it holds nothing that cannot be encoded again.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        self._identity = identity
        self._used: set[str] = set()
        self.dimension = identity.dimension
        self.encoded = 0
        try:
            self._file = _open(path)
        except sqlite3.DatabaseError:
            for each in path.parent.glob(f"{path.name}*"):
                each.unlink()
            self._file = _open(path)

    def fill(
        self,
        rows: NDArray[np.float16],
        texts: Sequence[str],
        encoder: Callable[[], Encoder],
        done: Callable[[int], None],
    ) -> None:
        """Write the vector of texts[i] into rows[i], encoding only what is unknown; done hears how many are ready.

        encoder is called only when there is something to encode. Vectors are kept as float16: cosines change by 1e-7.
        """
        keys = [self._key(text) for text in texts]
        self._used.update(keys)
        missing: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            missing.setdefault(key, []).append(row)
        for key, vector in self._known(list(missing)).items():
            rows[missing.pop(key)] = vector
        ready = len(texts) - sum(map(len, missing.values()))
        done(ready)
        order = sorted(missing, key=lambda key: len(texts[missing[key][0]]))
        for start in range(0, len(order), BLOCK):
            block = order[start : start + BLOCK]
            vectors = encoder().encode([texts[missing[key][0]] for key in block]).astype(np.float16)
            self._keep(block, vectors)
            for key, vector in zip(block, vectors, strict=True):
                rows[missing[key]] = vector
                ready += len(missing[key])
            done(ready)

    def finish(self, build_id: str, kept: Sequence[str]) -> None:
        """Forget every vector that neither this build nor one of the kept builds uses."""
        with self._file:
            self._file.executemany("insert or ignore into used values (?, ?)", ((build_id, key) for key in self._used))
            self._file.execute(
                "delete from used where build not in (select value from json_each(?))", (json.dumps(list(kept)),)
            )
            self._file.execute("delete from vectors where key not in (select key from used)")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _key(self, text: str) -> str:
        return hashlib.blake2b(f"{self._identity.key}\n{text}".encode(), digest_size=16).hexdigest()

    def _known(self, keys: Sequence[str]) -> dict[str, NDArray[np.float16]]:
        found: dict[str, NDArray[np.float16]] = {}
        size = 2 * self._identity.dimension
        for start in range(0, len(keys), 500):
            some = json.dumps(keys[start : start + 500])
            query = "select key, vector from vectors where key in (select value from json_each(?))"
            for key, blob in self._file.execute(query, (some,)):
                if len(blob) == size + 4 and zlib.crc32(blob[:size]).to_bytes(4) == blob[size:]:
                    found[key] = np.frombuffer(blob[:size], dtype=np.float16)
        return found

    def _keep(self, keys: Sequence[str], vectors: NDArray[np.float16]) -> None:
        blobs = [vector.tobytes() for vector in vectors]
        with self._file:
            self._file.executemany(
                "insert or replace into vectors values (?, ?)",
                ((key, blob + zlib.crc32(blob).to_bytes(4)) for key, blob in zip(keys, blobs, strict=True)),
            )
        self.encoded += len(keys)


def _open(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path)
    try:
        file.executescript(_TABLES)
        file.execute("select count(*) from used").fetchone()
        file.execute("select key from vectors limit 1").fetchone()
    except sqlite3.DatabaseError:
        file.close()
        raise
    return file
