"""Answers that were sent, with how they came about, and what people said of them."""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.store.file import File
from bot.values import Answer, Message, Place, Trace

KEPT = 30 * 86400.0
"""Seconds for which an answer is kept for its buttons and for replay."""
_ANSWER = TypeAdapter(Answer)
_TRACE = TypeAdapter(Trace)
_COLUMNS = "answers.id, answers.at, answers.question, answers.about, answers.answer, answers.trace, answers.suggestions"
_PUT = """
INSERT INTO answers (id, at, who, place, message, sent, sent_id, question, about, answer, trace, suggestions)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept."""

    id: str
    at: float
    """Seconds since 1970."""
    question: str
    """Empty unless the operator keeps questions; so are the questions inside answer and trace."""
    about: str
    """The words of the question that its sources use, too: what a follow-up leans on."""
    answer: Answer
    trace: Trace
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person said of an answer."""

    answer_id: str
    at: float
    useful: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the articles do not tell, filed by a person who had asked."""

    answer_id: str
    at: float
    missing: str
    """The declined answer: what no article gives, and what is nearest."""


class Answers:
    """The answers of the last KEPT seconds with their feedback and gaps."""

    def __init__(self, file: File) -> None:
        self._file = file

    def put(self, kept: Kept, message: Message, sent_id: str) -> None:
        """Keep the answer to message, and which sent message carries it, "" when none does."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM answers WHERE at < ?", (kept.at - KEPT,))
            connection.execute(
                _PUT,
                (
                    kept.id,
                    kept.at,
                    self._person(message.place.platform, message.user),
                    self._place(message.place),
                    self._message(message.place.platform, message.id),
                    self._carrier(message.place, sent_id) if sent_id else b"",
                    sent_id,
                    kept.question,
                    kept.about,
                    _ANSWER.dump_json(kept.answer),
                    zlib.compress(_TRACE.dump_json(kept.trace)),
                    json.dumps(kept.suggestions),
                ),
            )

    def get(self, answer_id: str) -> Kept | None:
        """Return an answer, None when there is none or it is too old."""
        return self._one("id = ?", answer_id)

    def last(self, place: Place, user: str) -> Kept | None:
        """Return the last answer that a person got in a place, None when there is none."""
        return self._one(
            "who = ? AND place = ? ORDER BY at DESC LIMIT 1", self._person(place.platform, user), self._place(place)
        )

    def carried(self, place: Place, sent_id: str) -> Kept | None:
        """Return the answer that a sent message carries, None when it carries none."""
        return self._one("sent = ? ORDER BY at DESC LIMIT 1", self._carrier(place, sent_id))

    def reply_to(self, platform: str, message_id: str) -> str:
        """Return the id of the sent message that answered a message; empty when there is none."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT sent_id FROM answers WHERE message = ? ORDER BY at DESC LIMIT 1",
                (self._message(platform, message_id),),
            ).fetchone()
        return str(row[0]) if row else ""

    def useful(self, feedback: Feedback, platform: str, user: str) -> bool:
        """Keep what a person says of an answer, their last word counts; False when the answer is gone."""
        return self._say(
            "INSERT OR REPLACE INTO feedback SELECT id, ?, ?, ?, ? FROM answers WHERE id = ?",
            self._person(platform, user),
            feedback.at,
            int(feedback.useful),
            feedback.reason,
            feedback.answer_id,
        )

    def gap(self, gap: Gap, platform: str, user: str) -> bool:
        """File a gap, once for each person; False when the answer is gone."""
        return self._say(
            "INSERT OR REPLACE INTO gaps SELECT id, ?, ?, ? FROM answers WHERE id = ?",
            self._person(platform, user),
            gap.at,
            gap.missing,
            gap.answer_id,
        )

    def moved(self, platform: str, old: str, new: str) -> None:
        """Let the answers of a chat that got another number be found there as the last ones."""
        keys = self._place(Place(platform, new)), self._place(Place(platform, old))
        with self._file.writing() as connection:
            connection.execute("UPDATE answers SET place = ? WHERE place = ?", keys)

    def feedback(self) -> list[Feedback]:
        """Return all that people said, oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT answer, at, useful, reason FROM feedback ORDER BY at").fetchall()
        return [Feedback(answer, at, bool(useful), reason) for answer, at, useful, reason in rows]

    def gaps(self) -> list[Gap]:
        """Return all gaps, oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT answer, at, missing FROM gaps ORDER BY at").fetchall()
        return [Gap(*row) for row in rows]

    def _say(self, statement: str, *values: object) -> bool:
        with self._file.writing() as connection:
            return bool(connection.execute(statement, values).rowcount)

    def _one(self, which: str, *values: object) -> Kept | None:
        with self._file.reading() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM answers WHERE {which}", values).fetchone()  # noqa: S608  # which is written in this file
        return _kept(row) if row else None

    def _person(self, platform: str, user: str) -> bytes:
        return self._file.key("person", platform, user)

    def _place(self, place: Place) -> bytes:
        return self._file.key("place", place.platform, place.chat, place.thread)

    def _message(self, platform: str, message_id: str) -> bytes:
        return self._file.key("message", platform, message_id)

    def _carrier(self, place: Place, sent_id: str) -> bytes:
        return self._file.key("sent", place.platform, place.chat, sent_id)


def _kept(row: sqlite3.Row | tuple[str, float, str, str, bytes, bytes, str]) -> Kept:
    id_, at, question, about, answer, trace, suggestions = row
    return Kept(
        id_,
        at,
        question,
        about,
        _ANSWER.validate_json(answer),
        _TRACE.validate_json(zlib.decompress(trace)),
        tuple(json.loads(suggestions)),
    )
