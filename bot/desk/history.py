"""What a message leans on: the turns of its conversation, from memory, else what a restart leaves of them."""

from __future__ import annotations

from collections.abc import Callable

from bot.desk.archive import Archive
from bot.desk.memory import LAST_AGE, Memory
from bot.messages import Message
from bot.values import Turn


class History:
    """Finds the turns before a message. Safe from several threads."""

    def __init__(self, memory: Memory, archive: Archive, clock: Callable[[], float]) -> None:
        self._memory = memory
        self._archive = archive
        self._clock = clock

    def before(self, message: Message) -> tuple[Turn, ...]:
        """Return the turns that a message leans on: its reply chain, else the last ones of its user in its place."""
        place, user = message.place, message.user
        if not message.replies_to:
            last = message.quoted or self._memory.last(place, user)
            return last or self._stored(self._archive.last(place, user), LAST_AGE)
        answer_id = self._archive.carried(place, message.replies_to)
        turns = self._memory.upto(answer_id)
        if turns or any(turn.speaker == "user" for turn in message.quoted):
            return turns or message.quoted
        return self._stored(answer_id) or message.quoted

    def _stored(self, answer_id: str, age: float = float("inf")) -> tuple[Turn, ...]:
        """Return what is kept of a conversation up to an answer that is at most so many seconds old."""
        kept = self._archive.get(answer_id) if answer_id else None
        if kept is None or self._clock() - kept.at > age:
            return ()
        return Turn("user", kept.about), Turn("bot", kept.answer.text)
