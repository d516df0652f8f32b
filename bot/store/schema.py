"""The tables of the store in each version of the file, and how a file of one version becomes one of the next."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

VERSION = 4
FIRST = """
CREATE TABLE salt (value BLOB NOT NULL) STRICT;
CREATE TABLE inbox (
    n INTEGER PRIMARY KEY, platform TEXT NOT NULL, key BLOB NOT NULL UNIQUE, who BLOB NOT NULL, refusal TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE TABLE seen (key BLOB PRIMARY KEY, at REAL NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);
CREATE TABLE answers (
    id TEXT PRIMARY KEY, at REAL NOT NULL, who BLOB NOT NULL, place BLOB NOT NULL, message BLOB NOT NULL,
    sent BLOB NOT NULL, sent_id TEXT NOT NULL, question TEXT NOT NULL, about TEXT NOT NULL,
    suggestions TEXT NOT NULL,    answer BLOB NOT NULL, trace BLOB NOT NULL
) STRICT;
CREATE INDEX answers_at ON answers (at);
CREATE INDEX answers_who ON answers (who, place, at);
CREATE INDEX answers_message ON answers (message);
CREATE INDEX answers_sent ON answers (sent);
CREATE TABLE feedback (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, who BLOB NOT NULL, at REAL NOT NULL,
    useful INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (answer, who)
) STRICT, WITHOUT ROWID;
CREATE TABLE gaps (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, who BLOB NOT NULL, at REAL NOT NULL,
    missing TEXT NOT NULL, PRIMARY KEY (answer, who)
) STRICT, WITHOUT ROWID;
CREATE TABLE places (key BLOB PRIMARY KEY, settings TEXT NOT NULL) STRICT, WITHOUT ROWID
"""
"""Version 1, kept as it was: a new file takes the same steps as an old one, so that both end up alike."""
_SECOND = """
ALTER TABLE answers ADD COLUMN ms REAL NOT NULL DEFAULT 0;
CREATE TABLE missed (
    answer TEXT PRIMARY KEY, at REAL NOT NULL, who BLOB NOT NULL, kind TEXT NOT NULL, wanted TEXT NOT NULL,
    name TEXT NOT NULL, nearest TEXT NOT NULL, question TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX missed_at ON missed (at);
CREATE INDEX missed_who ON missed (who);
CREATE TABLE notices (
    answer TEXT PRIMARY KEY, at REAL NOT NULL, who BLOB NOT NULL, platform TEXT NOT NULL, state TEXT NOT NULL,
    tried TEXT NOT NULL, wish TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_who ON notices (who);
CREATE INDEX notices_state ON notices (platform, state);
CREATE TABLE counts (
    day TEXT NOT NULL, what TEXT NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (day, what, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (at REAL NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL)
STRICT;
CREATE INDEX audit_at ON audit (at)
"""
_THIRD = "CREATE TABLE shut (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID"
"""Chats that take no messages from us."""
_FOURTH = """
CREATE TABLE alone (
    platform TEXT NOT NULL, chat TEXT NOT NULL, who BLOB NOT NULL, at REAL NOT NULL, PRIMARY KEY (platform, chat)
) STRICT, WITHOUT ROWID;
CREATE INDEX alone_who ON alone (who)
"""
"""Chats in which people talk with the bot alone."""
_MISSING = re.compile(r"no article gives (.+?)\.(?: |$)")


def day_of(at: float) -> str:
    """Return the day of a moment, in UTC: 2026-11-25."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables of a file of some version, 0 for an empty one, to VERSION, inside the caller's transaction."""
    for step in range(version, VERSION):
        _STEPS[step](connection)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _create(connection: sqlite3.Connection) -> None:
    _run(connection, FIRST)


def _to_second(connection: sqlite3.Connection) -> None:
    """Add gaps by topic, notices, daily counts and the audit log, and fill them with what the file already tells."""
    _run(connection, _SECOND)
    rows = connection.execute("SELECT id, at, who, question, answer FROM answers").fetchall()
    for answer_id, at, who, question, told in rows:
        answer = json.loads(told)
        _count(connection, at, "declined" if answer["declined"] else "answered")
        if answer["declined"]:
            found = _MISSING.search(answer["text"])
            nearest = answer["citations"][0]["article_id"] if answer["citations"] else ""
            connection.execute(
                "INSERT INTO missed VALUES (?, ?, ?, 'declined', ?, '', ?, ?)",
                (answer_id, at, who, found[1] if found else "", nearest, question),
            )
    for at, useful in connection.execute("SELECT at, useful FROM feedback").fetchall():
        _count(connection, at, "useful" if useful else "not useful")


def _to_third(connection: sqlite3.Connection) -> None:
    _run(connection, _THIRD)


def _to_fourth(connection: sqlite3.Connection) -> None:
    _run(connection, _FOURTH)


def _count(connection: sqlite3.Connection, at: float, what: str) -> None:
    connection.execute(
        "INSERT INTO counts VALUES (?, ?, '', 1) ON CONFLICT DO UPDATE SET n = n + 1", (day_of(at), what)
    )


def _run(connection: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";"):
        connection.execute(statement.strip())


_STEPS: Mapping[int, Callable[[sqlite3.Connection], None]] = MappingProxyType(
    {0: _create, 1: _to_second, 2: _to_third, 3: _to_fourth}
)
"""Version -> what makes the next one of it."""
