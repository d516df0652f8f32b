"""Which articles tell nearly the same story, from a sketch of each: a quarter of its runs of three words."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import IndexDamaged, StoreError
from bot.index.builds import Builds
from bot.index.texts import Texts

NEAR = 0.6
"""Share of the runs of the shorter text that stand in the other; a tenth of the words changed leaves about 0.7."""
_KEPT = 4  # one run in so many
_FEWEST = 6  # runs in a sketch below which two texts cannot be compared
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:[.,]\d+)*")
_TABLES = """
CREATE TABLE IF NOT EXISTS texts (id TEXT PRIMARY KEY, hash TEXT NOT NULL, body TEXT NOT NULL, runs INTEGER NOT NULL)
    STRICT;
CREATE INDEX IF NOT EXISTS texts_body ON texts (body);
CREATE TABLE IF NOT EXISTS runs (run INTEGER, id TEXT, PRIMARY KEY (run, id)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS runs_id ON runs (id);
CREATE TABLE IF NOT EXISTS known (build TEXT NOT NULL) STRICT;
"""
_LONGEST = 200_000  # characters of a text that are looked at


@dataclass(frozen=True, slots=True)
class Near:
    """An article that tells nearly the same story."""

    article_id: str
    share: float
    """From NEAR to 1."""


class Sketches:
    """Sketches of the articles of the serving build and of what was put on the shelf since.

    They stand in data_dir/state/sketches.sqlite, which can be deleted: it is made again from the index.
    Raises StoreError.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "state" / "sketches.sqlite"
        self._builds = Builds(data_dir)

    def near(self, body: str, but: str = "") -> list[Near]:
        """Return the articles that tell nearly what a text does, the nearest first; never the article `but`."""
        runs = _sketch(body)
        if len(runs) < _FEWEST:
            return []
        with self._open() as file:
            self._catch_up(file)
            marks = ",".join(map(str, runs))
            rows = file.execute(
                f"SELECT r.id, count(*), t.runs FROM runs r JOIN texts t ON t.id = r.id WHERE r.run IN ({marks})"  # noqa: S608  # numbers
                " AND r.id <> ? GROUP BY r.id",
                (but,),
            ).fetchall()
        shares = [
            Near(name, shared / min(count, len(runs)))
            for name, shared, count in rows
            if min(count, len(runs)) >= _FEWEST
        ]
        return sorted((one for one in shares if one.share >= NEAR), key=lambda one: (-one.share, one.article_id))

    def same(self, body: str, but: str = "") -> str:
        """Return an article that has the very same text, empty when none has; never the article `but`."""
        with self._open() as file:
            self._catch_up(file)
            query = "SELECT id FROM texts WHERE body = ? AND id <> ? ORDER BY id"
            row = file.execute(query, (_hash(body), but)).fetchone()
        return str(row[0]) if row else ""

    def add(self, article_id: str, body: str) -> None:
        """Take a text in, or another one under its id."""
        with self._open() as file:
            _put(file, article_id, body, "")

    def drop(self, article_id: str) -> None:
        """Take a text out."""
        with self._open() as file:
            _drop(file, article_id)

    def _catch_up(self, file: sqlite3.Connection) -> None:
        """Take in what the serving build holds, when it is another than the last time."""
        build = self._builds.serving().build
        if not build or file.execute("SELECT 1 FROM known WHERE build = ?", (build,)).fetchone():
            return
        try:
            with closing(Texts(self._builds.folder(build) / "texts.sqlite")) as texts:
                _follow(file, texts, dict(file.execute("SELECT id, hash FROM texts")))
        except IndexDamaged:
            return
        file.execute("DELETE FROM known")
        file.execute("INSERT INTO known VALUES (?)", (build,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=30)) as file:
                file.executescript(_TABLES)
                with file:
                    yield file
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{self._path} cannot be used ({error}): delete it, it is made again.") from error


def alike(one: str, other: str) -> float:
    """Return which share of the runs of three words of the shorter text stand in the other, 0 to 1.

    Of texts of a few words, which share of the words do.
    """
    words = [_WORD.findall(text[:_LONGEST].casefold()) for text in (one, other)]
    few = min(map(len, words)) < _FEWEST + 2
    first, second = ({(word,) for word in each} if few else set(zip(each, each[1:], each[2:])) for each in words)  # noqa: B905
    return len(first & second) / max(min(len(first), len(second)), 1)


def _follow(file: sqlite3.Connection, texts: Texts, known: Mapping[str, str]) -> None:
    hashes = texts.hashes()
    for gone in known.keys() - hashes.keys():
        _drop(file, gone)
    for name, content in hashes.items():
        if known.get(name) != content:
            _put(file, name, texts.article(name).body, content)


def _put(file: sqlite3.Connection, article_id: str, body: str, content: str) -> None:
    _drop(file, article_id)
    runs = _sketch(body)
    file.execute("INSERT INTO texts VALUES (?, ?, ?, ?)", (article_id, content, _hash(body), len(runs)))
    file.executemany("INSERT INTO runs VALUES (?, ?)", [(run, article_id) for run in runs])


def _drop(file: sqlite3.Connection, article_id: str) -> None:
    file.execute("DELETE FROM texts WHERE id = ?", (article_id,))
    file.execute("DELETE FROM runs WHERE id = ?", (article_id,))


def _sketch(body: str) -> set[int]:
    words = _WORD.findall(body[:_LONGEST].casefold())
    return {mark for mark in map(_mark, zip(words, words[1:], words[2:], strict=False)) if mark % _KEPT == 0}


def _hash(body: str) -> str:
    return hashlib.sha256(" ".join(body.split()).encode()).hexdigest()


def _mark(run: Iterable[str]) -> int:
    return zlib.crc32(" ".join(run).encode())
