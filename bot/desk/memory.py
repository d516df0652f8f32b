"""The turns that a follow-up leans on: in memory only, few and for a short time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.messages import Message, Place
from bot.values import Turn

KEPT_TURNS = 8
"""Messages of a conversation: four questions and their answers."""
KEPT_CONVERSATIONS = 5000
"""Answers that a reply can continue, of all people together: some ten megabytes."""
CHAIN_AGE = 86400.0
"""Seconds for which a reply to an answer continues its conversation."""
_ANSWERING = 600.0
"""Seconds that an answer may be under way."""
LAST_AGE = 1800.0
"""Seconds for which a question without a reply continues the last one of its user in its place."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answered message with the turns up to and with its answer."""

    message: Message
    at: float
    turns: tuple[Turn, ...]

    @property
    def asker(self) -> tuple[str, str]:
        """The platform, and the person on it."""
        return self.message.place.platform, self.message.user


class Memory:
    """The conversations behind the last answers; nothing of it is written to disk. Safe from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._said: OrderedDict[str, Said] = OrderedDict()
        self._last: dict[tuple[Place, str], str] = {}
        self._forgotten: dict[tuple[str, str], float] = {}

    def keep(self, answer_id: str, message: Message, turns: tuple[Turn, ...]) -> None:
        """Remember the turns up to and with the answer to a message."""
        with self._lock:
            self._said[answer_id] = Said(message, self._clock(), turns[-KEPT_TURNS:])
            self._last[message.place, message.user] = answer_id
            while len(self._said) > KEPT_CONVERSATIONS or self._oldest() < self._clock() - CHAIN_AGE:
                self._drop(next(iter(self._said)))

    def upto(self, answer_id: str) -> tuple[Turn, ...]:
        """Return the turns up to and with an answer; none when it is not remembered."""
        said = self.said(answer_id)
        return said.turns if said else ()

    def said(self, answer_id: str) -> Said | None:
        """Return what was answered under an id, None when it is not remembered."""
        with self._lock:
            said = self._said.get(answer_id)
        return said if said and said.at >= self._clock() - CHAIN_AGE else None

    def last(self, place: Place, user: str) -> tuple[Turn, ...]:
        """Return the last turns of a user in a place; none when they are too long ago."""
        with self._lock:
            said = self._said.get(self._last.get((place, user), ""))
        return said.turns if said and said.at >= self._clock() - LAST_AGE else ()

    def moved(self, platform: str, old: str, new: str) -> None:
        """Let the conversations of a chat that got another number go on there."""
        with self._lock:
            for (place, user), answer_id in list(self._last.items()):
                if (place.platform, place.chat) == (platform, old):
                    there = replace(place, chat=new)
                    said = self._said[answer_id]
                    self._said[answer_id] = replace(said, message=replace(said.message, place=there))
                    self._last[there, user] = self._last.pop((place, user))

    def forgotten(self, message: Message, since: float) -> bool:
        """Tell whether the sender of a message wished to be forgotten since a moment, while it was being answered."""
        with self._lock:
            return self._forgotten.get((message.place.platform, message.user), 0.0) >= since

    def forget(self, platform: str, user: str) -> None:
        """Drop every conversation of a user."""
        now = self._clock()
        with self._lock:
            self._forgotten = {who: at for who, at in self._forgotten.items() if at > now - _ANSWERING}
            self._forgotten[platform, user] = now
            for answer_id in [i for i, s in self._said.items() if s.asker == (platform, user)]:
                self._drop(answer_id)

    def _oldest(self) -> float:
        return next(iter(self._said.values())).at

    def _drop(self, answer_id: str) -> None:
        said = self._said.pop(answer_id)
        if self._last.get((said.message.place, said.message.user)) == answer_id:
            del self._last[said.message.place, said.message.user]
