"""Answers that were sent, with how they came about, and what people said of them."""

from __future__ import annotations

import json
import sqlite3

from bot.messages import Message, Place
from bot.store.counts import What, count, rounded
from bot.store.file import File
from bot.store.gaps import miss, missed_by, outdate, unmiss
from bot.store.kept import COLUMNS, Feedback, Gap, Kept, kept_from, packed

KEPT = 30 * 86400.0
"""Seconds for which an answer is kept for its buttons and for replay."""
_SAID = {True: What.USEFUL, False: What.NOT_USEFUL}
_PUT = """
INSERT INTO answers (id, at, who, place, message, sent, sent_id, question, about, answer, trace, suggestions, ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


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
                    *packed(kept),
                ),
            )
            _counted(connection, kept, self._person(message.place.platform, message.user))

    def get(self, answer_id: str) -> Kept | None:
        """Return an answer, None when there is none or it is too old."""
        return self._one("id = ?", answer_id)

    def suggest(self, answer_id: str, suggestions: tuple[str, ...]) -> None:
        """Keep which follow-up questions are offered with an answer by now."""
        with self._file.writing() as connection:
            connection.execute("UPDATE answers SET suggestions = ? WHERE id = ?", (json.dumps(suggestions), answer_id))

    def last(self, place: Place, user: str) -> str:
        """Return the id of the last answer that a person got in a place; empty when there is none."""
        return self._text_of("id", "who = ? AND place = ?", self._person(place.platform, user), self._place(place))

    def carried(self, place: Place, sent_id: str) -> str:
        """Return the id of the answer that a sent message carries; empty when it carries none."""
        return self._text_of("id", "sent = ?", self._carrier(place, sent_id))

    def reply_to(self, platform: str, message_id: str) -> str:
        """Return the id of the sent message that answered a message; empty when there is none."""
        return self._text_of("sent_id", "message = ?", self._message(platform, message_id))

    def useful(self, feedback: Feedback, platform: str, user: str) -> bool:
        """Keep what a person says of an answer, their last word counts; False when the answer is gone."""
        who = self._person(platform, user)
        with self._file.writing() as connection:
            found = connection.execute(f"SELECT {COLUMNS} FROM answers WHERE id = ?", (feedback.answer_id,)).fetchone()  # noqa: S608  # written in this file
            if found is None:
                return False
            before = connection.execute(
                "SELECT at, useful FROM feedback WHERE answer = ? AND who = ?", (feedback.answer_id, who)
            ).fetchone()
            if before:
                count(connection, before[0], _SAID[bool(before[1])], n=-1)
            count(connection, feedback.at, _SAID[feedback.useful])
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?)",
                (feedback.answer_id, who, feedback.at, int(feedback.useful), feedback.reason),
            )
            _rated(connection, kept_from(found))
        return True

    def gap(self, gap: Gap, platform: str, user: str) -> bool:
        """File a gap, once for each person; False when the answer is gone."""
        with self._file.writing() as connection:
            done = connection.execute(
                "INSERT OR REPLACE INTO gaps SELECT id, ?, ?, ? FROM answers WHERE id = ?",
                (self._person(platform, user), gap.at, gap.missing, gap.answer_id),
            )
        return bool(done.rowcount)

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

    def _text_of(self, column: str, which: str, *values: object) -> str:
        """Return what a column says of the last of some answers; empty when there is none."""
        with self._file.reading() as connection:
            row = connection.execute(
                f"SELECT {column} FROM answers WHERE {which} ORDER BY at DESC LIMIT 1",  # noqa: S608  # both written in this file
                values,
            ).fetchone()
        return str(row[0]) if row else ""

    def _one(self, which: str, *values: object) -> Kept | None:
        with self._file.reading() as connection:
            row = connection.execute(f"SELECT {COLUMNS} FROM answers WHERE {which}", values).fetchone()  # noqa: S608  # which is written in this file
        return kept_from(row) if row else None

    def _person(self, platform: str, user: str) -> bytes:
        return self._file.key("person", platform, user)

    def _place(self, place: Place) -> bytes:
        return self._file.key("place", place.platform, place.chat, place.thread)

    def _message(self, platform: str, message_id: str) -> bytes:
        return self._file.key("message", platform, message_id)

    def _carrier(self, place: Place, sent_id: str) -> bytes:
        return self._file.key("sent", place.platform, place.chat, sent_id)


def _counted(connection: sqlite3.Connection, kept: Kept, who: bytes) -> None:
    """Count an answer, and keep it as a gap when it was declined."""
    outdate(connection, kept.at)
    if not kept.asked:
        count(connection, kept.at, What.TOLD)
        return
    count(connection, kept.at, What.DECLINED if kept.answer.declined else What.ANSWERED)
    count(connection, kept.at, What.MS, rounded(kept.ms))
    for company in kept.trace.wanted.companies:
        count(connection, kept.at, What.COMPANY, company)
    if kept.answer.declined:
        miss(connection, missed_by(kept.id, kept.at, kept.answer, kept.trace, kept.question), who)


def _rated(connection: sqlite3.Connection, kept: Kept) -> None:
    """Keep an answer as a gap while somebody says that it was of no use."""
    unmiss(connection)
    if connection.execute("SELECT 1 FROM feedback WHERE answer = ? AND NOT useful", (kept.id,)).fetchone():
        (who,) = connection.execute("SELECT who FROM answers WHERE id = ?", (kept.id,)).fetchone()
        miss(connection, missed_by(kept.id, kept.at, kept.answer, kept.trace, kept.question), who)
