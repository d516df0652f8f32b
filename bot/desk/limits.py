"""How much anyone may ask, so that one cannot starve the others."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.messages import Message


class Verdict(StrEnum):
    """What becomes of a message."""

    ANSWER = ""
    TOO_MANY = "too_many"
    CROWDED = "crowded"
    BUSY = "busy"
    SILENCE = "silence"
    """So much beyond the limit that even apologies would be a flood."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Questions that are answered, and messages that are at least apologised for, each in any 60 seconds."""

    of_user: int = 5
    of_chat: int = 20
    told_user: int = 30
    told_chat: int = 60
    queue: int = 100
    """Questions that wait at most; one more is apologised for, and while ten times as many messages wait, silence.

    Of one chat no more wait than it may ask in a minute: a platform may let few messages through there, and what
    piles up must not turn others away.
    """
    glances: int = 30
    """Questions of a user that are never accepted, such as inline queries, which change with every key."""
    late: float = 300.0
    """Seconds after which a question that nobody answered gets an apology."""


@dataclass(slots=True)
class _Window:
    """What one person or chat has had in the last minute, as times."""

    answered: deque[float] = field(default_factory=deque)
    told: deque[float] = field(default_factory=deque)

    def forget_before(self, time: float) -> None:
        for times in (self.answered, self.told):
            while times and times[0] <= time:
                times.popleft()

    @property
    def total(self) -> int:
        return len(self.answered) + len(self.told)


class Gate:
    """Decides who is answered; remembers one minute, in memory. Safe from several threads."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, ...], _Window] = {}
        self._waiting: dict[tuple[str, str], tuple[str, Verdict]] = {}
        """Messages that were accepted and are not done -> their chat, and what becomes of them."""

    def flooded(self, message: Message) -> bool:
        """Tell whether a message belongs to a flood that gets silence; costs next to nothing, and counts nothing."""
        with self._lock:
            user = self._window("user", message.place.platform, message.user)
            chat = self._window("chat", message.place.platform, message.place.chat)
            return user.total >= self._limits.told_user or chat.total >= self._limits.told_chat

    def judge(self, message: Message, waiting: int, asked: int) -> Verdict:
        """Return what becomes of a message that may be accepted, and count it.

        waiting: messages that wait already, asked: those of them that wait for an answer.
        """
        limits = self._limits
        with self._lock:
            user = self._window("user", message.place.platform, message.user)
            chat = self._window("chat", message.place.platform, message.place.chat)
            to_answer, to_tell = self._of_chat(message)
            full = chat.total >= limits.told_chat or to_answer + to_tell >= limits.told_chat
            if user.total >= limits.told_user or full or waiting >= 10 * limits.queue:
                return Verdict.SILENCE
            verdict = Verdict.ANSWER
            if len(user.answered) >= limits.of_user:
                verdict = Verdict.TOO_MANY
            elif max(len(chat.answered), to_answer) >= limits.of_chat:
                verdict = Verdict.CROWDED
            elif asked >= limits.queue:
                verdict = Verdict.BUSY
            for window in (user, chat):
                (window.told if verdict else window.answered).append(self._clock())
            self._waiting[message.place.platform, message.id] = message.place.chat, verdict
            return verdict

    def done(self, message: Message) -> None:
        """Note that a message waits no longer."""
        with self._lock:
            self._waiting.pop((message.place.platform, message.id), None)

    def _of_chat(self, message: Message) -> tuple[int, int]:
        """Return how many messages of a chat wait for an answer, and how many for an apology."""
        place = message.place
        found = [
            verdict
            for (platform, _), (chat, verdict) in self._waiting.items()
            if (platform, chat) == (place.platform, place.chat)
        ]
        answers = sum(not verdict for verdict in found)
        return answers, len(found) - answers

    def glance(self, message: Message) -> Verdict:
        """Return what becomes of a question that is never accepted, and count it."""
        with self._lock:
            window = self._window("glance", message.place.platform, message.user)
            if len(window.answered) >= self._limits.glances:
                return Verdict.TOO_MANY
            window.answered.append(self._clock())
            return Verdict.ANSWER

    def _window(self, *key: str) -> _Window:
        since = self._clock() - 60
        if len(self._windows) > 10_000:  # noqa: PLR2004  # some megabytes
            for window in self._windows.values():
                window.forget_before(since)
            self._windows = {k: w for k, w in self._windows.items() if w.total}
        window = self._windows.setdefault(key, _Window())
        window.forget_before(since)
        return window
