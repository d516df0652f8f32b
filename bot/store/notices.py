"""Who wishes to be told when an article answers a question, and how far the telling has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import TypeAdapter

from bot.messages import Place
from bot.store.file import File
from bot.store.gaps import KEPT
from bot.values import Turn


class State(StrEnum):
    """How far a wish has come; a notice that was begun is never begun again."""

    WAITING = "waiting"
    """No article answers it yet."""
    READY = "ready"
    """An article does: it is to be told."""
    SENDING = "sending"
    BROKEN = "broken"
    """A process ended while sending, so that nobody knows whether it arrived: an apology is owed."""
    APOLOGISING = "apologising"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person agreed to have kept until they are told."""

    place: Place
    user: str
    question: str
    turns: tuple[Turn, ...] = ()
    """What the question leans on."""
    replies_to: str = ""
    """The message to reply to when telling; empty when there is none."""
    home: str = ""
    private: bool = False
    """Whether only the person could see the answer: then they are told where nobody else reads."""
    language: str = ""
    """As in Message."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One wish with how far it has come."""

    answer_id: str
    """The declined answer that it was filed from."""
    at: float
    state: State
    wish: Wish


_WISH = TypeAdapter(Wish)
_COLUMNS = "answer, at, state, wish"


class Notices:
    """The wishes of the last KEPT seconds; one is gone, text and all, when it was told, taken back or is too old."""

    def __init__(self, file: File) -> None:
        self._file = file

    def put(self, answer_id: str, at: float, tried: str, wish: Wish, most: int) -> bool:
        """Keep a wish that the build called tried does not fulfil; False when the person has so many already.

        A wish that is kept already stays as it is.
        """
        who = self._file.key("person", wish.place.platform, wish.user)
        with self._file.writing() as connection:
            have = connection.execute(
                "SELECT count(*) FROM notices WHERE who = ? AND answer <> ?", (who, answer_id)
            ).fetchone()[0]
            if have < most:
                connection.execute(
                    "INSERT OR IGNORE INTO notices VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (answer_id, at, who, wish.place.platform, State.WAITING, tried, _WISH.dump_json(wish).decode()),
                )
        return bool(have < most)

    def take_back(self, answer_id: str, platform: str, user: str) -> bool:
        """Forget a wish of a person; False when they have none for that answer."""
        who = self._file.key("person", platform, user)
        with self._file.writing() as connection:
            gone = connection.execute("DELETE FROM notices WHERE answer = ? AND who = ?", (answer_id, who)).rowcount
        self._file.scrub_soon()
        return bool(gone)

    def untried(self, build: str, now: float) -> Notice | None:
        """Return the oldest wish that a build was not tried for; those that are too old are forgotten."""
        if self._found("at < ? LIMIT 1", now - KEPT):
            with self._file.writing() as connection:
                connection.execute("DELETE FROM notices WHERE at < ?", (now - KEPT,))
            self._file.scrub_soon()
        found = self._found("state = ? AND tried <> ? ORDER BY at LIMIT 1", State.WAITING, build)
        return found[0] if found else None

    def tried(self, answer_id: str, build: str) -> None:
        """Note that a build does not fulfil a wish: it waits for another one."""
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE notices SET tried = ?, state = ? WHERE answer = ?", (build, State.WAITING, answer_id)
            )

    def due(self, platform: str) -> list[Notice]:
        """Return what is to be sent on a platform now, oldest first."""
        return self._found("platform = ? AND state IN (?, ?) ORDER BY at", platform, State.READY, State.BROKEN)

    def move(self, answer_id: str, before: State, after: State) -> bool:
        """Move a notice from one state to another; False when it is not in the first one."""
        with self._file.writing() as connection:
            moved = connection.execute(
                "UPDATE notices SET state = ? WHERE answer = ? AND state = ?", (after, answer_id, before)
            ).rowcount
        return bool(moved)

    def recover(self, platform: str) -> None:
        """Take stock of what an earlier process began: what it was sending is to be apologised for, apologies once."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM notices WHERE platform = ? AND state = ?", (platform, State.APOLOGISING))
            connection.execute(
                "UPDATE notices SET state = ? WHERE platform = ? AND state = ?",
                (State.BROKEN, platform, State.SENDING),
            )
        self._file.scrub_soon()

    def end(self, answer_id: str) -> None:
        """Forget a wish: it was told, or never can be. Its text is gone from the disk within two seconds."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM notices WHERE answer = ?", (answer_id,))
        self._file.scrub_soon()

    def moved(self, platform: str, old: str, new: str) -> None:
        """Tell in its new place what is to be told in a chat that got another number."""
        for notice in self._found("platform = ?", platform):
            if notice.wish.place.chat == old:
                wish = replace(notice.wish, place=replace(notice.wish.place, chat=new))
                with self._file.writing() as connection:
                    connection.execute(
                        "UPDATE notices SET wish = ? WHERE answer = ?",
                        (_WISH.dump_json(wish).decode(), notice.answer_id),
                    )

    def _found(self, which: str, *values: object) -> list[Notice]:
        with self._file.reading() as connection:
            rows: Sequence[tuple[str, float, str, str]] = connection.execute(
                f"SELECT {_COLUMNS} FROM notices WHERE {which}",  # noqa: S608  # which is written in this file
                values,
            ).fetchall()
        return [Notice(answer, at, State(state), _WISH.validate_json(wish)) for answer, at, state, wish in rows]
