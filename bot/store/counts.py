"""How often something happened on each day: counted for ever, and without a word about anybody."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.store.file import File
from bot.store.schema import day_of


class What(StrEnum):
    """What is counted."""

    ANSWERED = "answered"
    DECLINED = "declined"
    USEFUL = "useful"
    NOT_USEFUL = "not useful"
    TOLD = "told"
    """Answers that went out by themselves, to people who had wished to be told."""
    MS = "ms"
    """Answers by the milliseconds that making them took, to two digits."""
    COMPANY = "company"
    """Questions by the companies they were about, which articles name."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was counted on one day."""

    day: str
    """In UTC: 2026-11-25."""
    counts: Mapping[tuple[What, str], int]
    """(what, its name or "") -> how often."""


class Counts:
    """The daily counts; they outlive the answers that were counted."""

    def __init__(self, file: File) -> None:
        self._file = file

    def since(self, at: float) -> list[Day]:
        """Return every day from that of a moment on on which something was counted, oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT day, what, name, n FROM counts WHERE day >= ? AND n > 0 ORDER BY day", (day_of(at),)
            ).fetchall()
        days: dict[str, Counter[tuple[What, str]]] = {}
        for day, what, name, n in rows:
            if what in set(What):
                days.setdefault(day, Counter())[What(what), name] = n
        return [Day(day, counts) for day, counts in days.items()]


def count(connection: sqlite3.Connection, at: float, what: What, name: str = "", n: int = 1) -> None:
    """Count something that happened at a moment, inside the caller's change of the file."""
    connection.execute(
        "INSERT INTO counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
        (day_of(at), what.value, name, n),
    )


def rounded(ms: float) -> str:
    """Return a time to two digits, as it is counted: "37", "1400"."""
    return str(int(float(f"{max(ms, 1.0):.1e}")))
