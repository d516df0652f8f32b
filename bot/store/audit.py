"""What admins did: who, when, what, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.file import File

MOST = 10_000
"""Entries that are kept; the oldest make room."""
_LONG = 2000
"""Characters of what was typed, and of what came of it, that are kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act."""

    at: float
    """Seconds since 1970."""
    who: str
    """An account, like telegram:12345, or terminal:name for who sat at the keyboard."""
    act: str
    what: str
    outcome: str


class Audit:
    """The acts of admins, the newest MOST of them."""

    def __init__(self, file: File) -> None:
        self._file = file

    def add(self, entry: Entry) -> None:
        """Write an act down."""
        row = (entry.at, entry.who, entry.act, entry.what[:_LONG], entry.outcome[:_LONG])
        with self._file.writing() as connection:
            connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", row)
            connection.execute(
                "DELETE FROM audit WHERE rowid IN (SELECT rowid FROM audit ORDER BY rowid DESC LIMIT -1 OFFSET ?)",
                (MOST,),
            )

    def newest(self, most: int = 20) -> list[Entry]:
        """Return the last acts, the newest first."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT * FROM audit ORDER BY rowid DESC LIMIT ?", (most,)).fetchall()
        return [Entry(*row) for row in rows]
