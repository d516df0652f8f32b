"""What the articles did not tell: every declined answer and every one that was of no use, by what was wanted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from bot.store.file import File
from bot.values import Answer, Trace

KEPT = 90 * 86400.0
"""Seconds for which it is remembered what was wanted, and for which a wish to be told waits."""


class Kind(StrEnum):
    """Why an answer counts as a gap."""

    DECLINED = "declined"
    NOT_USEFUL = "not useful"


@dataclass(frozen=True, slots=True)
class Missed:
    """One answer that did not tell what was wanted."""

    answer_id: str
    at: float
    kind: Kind
    wanted: str
    """In a few words: "weight snap specs"; empty when that could not be told."""
    name: str
    """The product or company it is about; empty when it is about none."""
    nearest: str
    """The id of the article that came nearest; empty when none is near."""
    question: str = ""
    """Empty unless the operator keeps questions."""
    reported: int = 0
    """How many people reported it as a gap."""


class Gaps:
    """The gaps of the last KEPT seconds."""

    def __init__(self, file: File) -> None:
        self._file = file

    def since(self, at: float) -> list[Missed]:
        """Return what was missed from a moment on, oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT answer, at, kind, wanted, name, nearest, question,"
                " (SELECT count(*) FROM gaps WHERE gaps.answer = missed.answer) FROM missed WHERE at >= ?"
                " ORDER BY at, answer",
                (at,),
            ).fetchall()
        return [Missed(answer, when, Kind(kind), *more) for answer, when, kind, *more in rows]

    def close(self, answer_id: str) -> None:
        """Strike off a gap that was answered."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM missed WHERE answer = ?", (answer_id,))


def outdate(connection: sqlite3.Connection, now: float) -> None:
    """Forget what was missed more than KEPT seconds ago, inside the caller's change of the file."""
    connection.execute("DELETE FROM missed WHERE at < ?", (now - KEPT,))


def unmiss(connection: sqlite3.Connection) -> None:
    """Forget what nobody calls useless any more, inside the caller's change of the file."""
    connection.execute(
        "DELETE FROM missed WHERE kind = ? AND answer IN (SELECT id FROM answers)"
        " AND answer NOT IN (SELECT answer FROM feedback WHERE NOT useful)",
        (Kind.NOT_USEFUL.value,),
    )


def miss(connection: sqlite3.Connection, missed: Missed, who: bytes) -> None:
    """Keep a gap inside the caller's change of the file; one that is kept already stays as it is."""
    connection.execute(
        "INSERT OR IGNORE INTO missed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            missed.answer_id,
            missed.at,
            who,
            missed.kind.value,
            missed.wanted,
            missed.name,
            missed.nearest,
            missed.question,
        ),
    )


def missed_by(answer_id: str, at: float, answer: Answer, trace: Trace, question: str) -> Missed:
    """Return an answer as a gap."""
    kind = Kind.DECLINED if answer.declined else Kind.NOT_USEFUL
    nearest = answer.citations[0].article_id if answer.citations else ""
    return Missed(answer_id, at, kind, trace.wanted.words, trace.wanted.name, nearest, question)
