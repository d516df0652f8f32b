"""The chats in which people talk with the bot alone, where a platform gives no list of them."""

from __future__ import annotations

from bot.store.file import File

KEPT = 30 * 86400.0
"""Seconds after which a chat in which nobody wrote is forgotten."""
MOST = 200
"""Chats of a platform that are kept: those in which somebody wrote last."""


class Alone:
    """Numbers of chats, in the clear, since they are to be read; whose they are only as a keyed hash."""

    def __init__(self, file: File) -> None:
        self._file = file

    def put(self, platform: str, chat: str, user: str, at: float) -> None:
        """Keep that a person wrote in a chat at a moment."""
        row = platform, chat, self._file.key("person", platform, user), at
        with self._file.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO alone VALUES (?, ?, ?, ?)", row)
            connection.execute("DELETE FROM alone WHERE at < ?", (at - KEPT,))
            connection.execute(
                "DELETE FROM alone WHERE platform = ? AND chat NOT IN"
                " (SELECT chat FROM alone WHERE platform = ? ORDER BY at DESC LIMIT ?)",
                (platform, platform, MOST),
            )

    def chats(self, platform: str, since: float) -> list[str]:
        """Return the chats in which somebody wrote since a moment, the last one first."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT chat FROM alone WHERE platform = ? AND at >= ? ORDER BY at DESC", (platform, since)
            ).fetchall()
        return [str(chat) for (chat,) in rows]
