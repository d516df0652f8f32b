"""Vectors that were encoded before, so that what has not changed is not encoded again."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.index.encoder import TokenEncoder
from bot.index.model import Identity
from bot.index.tokens import WIDTH

log = logging.getLogger(__name__)

BLOCK = 128
"""Texts encoded between two commits: what a kill can cost."""

_ROTTEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_TABLES = """
pragma journal_mode=wal;
pragma synchronous=normal;
create table if not exists vectors (key text primary key, vector blob not null) without rowid;
create table if not exists used (build text not null, key text not null, primary key (build, key)) without rowid;
"""


@dataclass(frozen=True, slots=True)
class TokenRoom:
    """Where the vectors of passages and of their tokens go, usually straight to disk."""

    rows: np.memmap[tuple[int, int], np.dtype[np.float16]]
    """(n, d)"""
    tokens: np.memmap[tuple[int, int], np.dtype[np.int8]]
    """(m, WIDTH), those of passage i from at[i] to at[i + 1]."""
    at: NDArray[np.int64]


class VectorCache:
    """Vectors by (identity, text), kept in one file; only the process that builds may open it.

    A file that cannot be read is thrown away: it holds nothing that cannot be encoded again.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        self._identity_key = identity.key
        self._used: set[str] = set()
        self._path = path
        self.dimension = identity.dimension
        self.encoded = 0
        try:
            self._file = _open(path)
        except sqlite3.DatabaseError:
            self._file = _new(path)

    def fill(
        self,
        room: TokenRoom,
        texts: Sequence[str],
        starts: Sequence[Sequence[int]],
        encoder: Callable[[], TokenEncoder],
        done: Callable[[int], None],
    ) -> None:
        """Write what the encoder makes of each passage, encoding only what is unknown; done hears how many are ready.

        encoder is called only when there is something to encode. Vectors are kept as float16: cosines change by 1e-7.
        """

        def encode(some: Sequence[int]) -> list[bytes]:
            vectors, tokens = encoder().encode_passages([texts[i] for i in some], [starts[i] for i in some])
            pairs = zip(vectors.astype(np.float16), tokens, strict=True)
            return [vector.tobytes() + of_text.vectors.tobytes() for vector, of_text in pairs]

        def put(i: int, record: bytes) -> None:
            size = 2 * self.dimension
            room.rows[i] = np.frombuffer(record[:size], dtype=np.float16)
            first, last = room.at[i : i + 2]
            room.tokens[first:last] = np.frombuffer(record[size:], dtype=np.int8).reshape(-1, WIDTH)

        keys = [self._key(f"{list(of_text)}\n{text}") for of_text, text in zip(starts, texts, strict=True)]
        self._fill(keys, _by_length(texts), encode, put, done)

    def _fill(
        self,
        keys: Sequence[str],
        order: Sequence[int],
        encode: Callable[[Sequence[int]], list[bytes]],
        put: Callable[[int, bytes], None],
        done: Callable[[int], None],
    ) -> None:
        """Put the record of each key in its places, encoding in order what is unknown."""
        self._used.update(keys)
        places: dict[str, list[int]] = {}
        for i in order:
            places.setdefault(keys[i], []).append(i)
        ready = 0
        for key, record in self._known(list(places)):
            for i in places.pop(key):
                put(i, record)
                ready += 1
        done(ready)
        missing = list(places)
        for start in range(0, len(missing), BLOCK):
            block = missing[start : start + BLOCK]
            records = encode([places[key][0] for key in block])
            self._keep(block, records)
            for key, record in zip(block, records, strict=True):
                for i in places[key]:
                    put(i, record)
                    ready += 1
            done(ready)

    def finish(self, build_id: str, kept: Sequence[str]) -> None:
        """Forget every vector that neither this build nor one of the kept builds uses.

        The build serves by now: a disk that is full costs room, which the next run frees, and no error.
        """
        try:
            with self._file:
                used = ((build_id, key) for key in self._used)
                self._file.executemany("insert or ignore into used values (?, ?)", used)
                self._file.execute(
                    "delete from used where build not in (select value from json_each(?))", (json.dumps(list(kept)),)
                )
                self._file.execute("delete from vectors where key not in (select key from used)")
        except sqlite3.DatabaseError as error:
            log.warning("Vectors that no index needs any more could not be forgotten: %s", error)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _key(self, text: str) -> str:
        return hashlib.blake2b(f"{self._identity_key}\n{text}".encode(), digest_size=16).hexdigest()

    def _known(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield (key, record) of what is kept and whole."""
        query = "select key, vector from vectors where key in (select value from json_each(?))"
        try:
            for start in range(0, len(keys), 500):
                for key, blob in self._file.execute(query, (json.dumps(keys[start : start + 500]),)):
                    if zlib.crc32(blob[:-4]).to_bytes(4) == blob[-4:] and len(blob) >= 2 * self.dimension + 4:
                        yield key, blob[:-4]
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)

    def _keep(self, keys: Sequence[str], records: Sequence[bytes]) -> None:
        sealed = [(key, record + zlib.crc32(record).to_bytes(4)) for key, record in zip(keys, records, strict=True)]
        try:
            self._put(sealed)
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            self._put(sealed)
        self.encoded += len(keys)

    def _put(self, sealed: Sequence[tuple[str, bytes]]) -> None:
        with self._file:
            self._file.executemany("insert or replace into vectors values (?, ?)", sealed)

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """Go on with an empty file where parts of this one have rotted, which shows only when they are read.

        Raises error when it says anything else, such as that the disk is full.
        """
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _ROTTEN:
            raise error
        log.warning("The file of known vectors is damaged (%s) and begun anew.", error)
        self._file.close()
        self._file = _new(self._path)


def _by_length(texts: Sequence[str]) -> list[int]:
    return sorted(range(len(texts)), key=lambda i: len(texts[i]))


def _new(path: Path) -> sqlite3.Connection:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    return _open(path)


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
