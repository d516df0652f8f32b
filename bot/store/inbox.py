"""Accepted questions until they are answered: what a killed process owes."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter

from bot.messages import Message
from bot.store.file import File

REMEMBERED = 3 * 86400.0
"""Seconds for which a message that comes again is known; Telegram delivers again for a day, Discord for minutes."""
_MESSAGE = TypeAdapter(Message)


class Inbox:
    """The accepted messages, oldest first; the text of one is gone when it is done."""

    def __init__(self, file: File) -> None:
        self._file = file

    def put(self, message: Message, refusal: str, now: float) -> bool:
        """Keep a message before anything is done about it; False when it, or one with its id, was here before."""
        key = self._key(message)
        with self._file.writing() as connection:
            connection.execute("DELETE FROM seen WHERE at < ?", (now - REMEMBERED,))
            fresh = connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, now)).rowcount
            if fresh:
                connection.execute(
                    "INSERT INTO inbox (platform, key, who, refusal, message) VALUES (?, ?, ?, ?, ?)",
                    (
                        message.place.platform,
                        key,
                        self._file.key("person", message.place.platform, message.user),
                        refusal,
                        _MESSAGE.dump_json(message).decode(),
                    ),
                )
        return bool(fresh)

    def knows(self, message: Message) -> bool:
        """Tell whether a message with this id was here before."""
        with self._file.reading() as connection:
            return connection.execute("SELECT 1 FROM seen WHERE key = ?", (self._key(message),)).fetchone() is not None

    def refusal(self, message: Message) -> str | None:
        """Return the reason for which a waiting message gets no answer, "" for none; None when it does not wait."""
        with self._file.reading() as connection:
            row = connection.execute("SELECT refusal FROM inbox WHERE key = ?", (self._key(message),)).fetchone()
        return None if row is None else str(row[0])

    def waiting(self, platform: str) -> list[Message]:
        """Return the messages of a platform that wait for an answer, oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT message FROM inbox WHERE platform = ? ORDER BY n", (platform,)).fetchall()
        return [_MESSAGE.validate_json(text) for (text,) in rows]

    def count(self) -> int:
        """Return how many messages wait, on all platforms."""
        return self.counts()[0]

    def counts(self) -> tuple[int, int]:
        """Return how many messages wait, on all platforms, and how many of them for an answer and no apology."""
        with self._file.reading() as connection:
            waiting, asked = connection.execute("SELECT count(*), count(nullif(refusal = '', 0)) FROM inbox").fetchone()
        return int(waiting), int(asked)

    def remove(self, message: Message) -> None:
        """Forget a message and its text; that it was here is remembered for REMEMBERED seconds.

        The text is gone from the disk within two seconds.
        """
        with self._file.writing() as connection:
            connection.execute("DELETE FROM inbox WHERE key = ?", (self._key(message),))
        self._file.scrub_soon()

    def moved(self, platform: str, old: str, new: str) -> None:
        """Let the messages of a chat that got another number wait for an answer there."""
        with self._file.writing() as connection:
            rows = connection.execute("SELECT n, message FROM inbox WHERE platform = ?", (platform,)).fetchall()
            for n, text in rows:
                message = _MESSAGE.validate_json(text)
                if message.place.chat == old:
                    there = replace(message, place=replace(message.place, chat=new))
                    connection.execute(
                        "UPDATE inbox SET message = ? WHERE n = ?", (_MESSAGE.dump_json(there).decode(), n)
                    )

    def _key(self, message: Message) -> bytes:
        return self._file.key("message", message.place.platform, message.id)
