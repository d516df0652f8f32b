"""One SQLite file: opened, locked, and rid of every trace of what was deleted from it."""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from bot.errors import NewerStore, StoreError
from bot.store.schema import VERSION, migrate

log = logging.getLogger(__name__)
LINGERS = 2.0
"""Seconds for which deleted text may linger in the write-ahead log: emptying it costs the next write a wait."""


class File:
    """One connection to one SQLite file, for one thread at a time.

    People, places and messages stand in it as keyed hashes only: key() makes them, and a file that has lost its
    salt knows nobody. A file of an older version is brought to the tables of today when it is opened. Without a path
    it is in memory. Raises StoreError with a sentence that says what to do, NewerStore for a file of a later version.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path or Path(":memory:")
        self._lock = threading.Lock()
        self._scrubbing: threading.Timer | None = None
        self._closed = False
        with self._errors():
            if path:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
            try:
                self._salt = self._open()
            except BaseException:
                self._connection.close()
                raise

    def _open(self) -> bytes:
        # NORMAL: what was committed outlives the process, however it dies; only a power cut may take the last moments.
        # FULL would wait for the disk before the first reaction to every question.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        version = self._version()
        if version > VERSION:
            raise NewerStore(
                f"{self._path} was written by a newer version of the bot: start that version, or move the file away."
            )
        if version < VERSION:
            self._migrate()
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # what a killed process left in the log
        return bytes(self._connection.execute("SELECT value FROM salt").fetchone()[0])

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self) -> None:
        """Bring the file to the tables of today, wholly or, when the process is killed meanwhile, not at all."""
        with self._writing() as connection:
            version = self._version()  # another process may have been quicker
            if version == 0:
                migrate(connection, version)
                connection.execute("INSERT INTO salt VALUES (?)", (secrets.token_bytes(32),))
            elif version < VERSION:
                log.info("%s is brought from version %d to %d.", self._path, version, VERSION)
                migrate(connection, version)

    def key(self, *parts: str) -> bytes:
        """Return what stands for a person, a place or a message in this file and in no other: 16 bytes."""
        return blake2b(json.dumps(parts).encode(), key=self._salt, digest_size=16).digest()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one change that takes place wholly or not at all. Raises StoreError."""
        with self._lock, self._errors(), self._writing() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a look. Raises StoreError."""
        with self._lock, self._errors():
            yield self._connection

    def scrub(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted; the file itself was overwritten at once."""
        with self._lock, self._errors():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def scrub_soon(self) -> None:
        """Have the log emptied within LINGERS seconds."""
        with self._lock:
            if self._scrubbing is None:
                self._scrubbing = threading.Timer(LINGERS, self._scrub_now)
                self._scrubbing.daemon = True
                self._scrubbing.start()

    def _scrub_now(self) -> None:
        self._scrubbing = None
        if self._closed:
            return
        try:
            self.scrub()
        except StoreError as error:
            log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing

    def close(self) -> None:
        """Empty the log and close the file; it is not to be used afterwards."""
        with self._lock, self._errors():
            if self._scrubbing:
                self._scrubbing.cancel()
            self._closed = True
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path} cannot be used ({error}): see that its folder can be written and has space; "
                "if it is damaged, move it away and start again."
            ) from error
