"""Who is let in: every message on disk before anything is done about it, within the limits."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.desk.limits import Gate, Limits, Verdict
from bot.messages import Message
from bot.store import Store
from bot.store.spared import spared

Key = tuple[str, str]


class Door:
    """The inbox with the limits before it; while the file cannot be written, the messages are kept in memory."""

    def __init__(self, store: Store, limits: Limits, clock: Callable[[], float]) -> None:
        self._inbox = store.inbox
        self._clock = clock
        self._gate = Gate(limits, clock)
        self._lock = threading.Lock()
        self._unstored: dict[Key, tuple[Message, Verdict]] = {}

    def accept(self, message: Message) -> bool:
        """Keep a message and tell whether it is to be replied to: False for a duplicate and for a flood."""
        stored = spared(lambda: self._accept(message), None)
        if stored is not None:
            return stored
        with self._lock:
            if _key(message) in self._unstored:
                return False
            verdict = self._gate.judge(message, len(self._unstored), len(self._unstored))
            if verdict is not Verdict.SILENCE:
                self._unstored[_key(message)] = (message, verdict)
            return verdict is not Verdict.SILENCE

    def _accept(self, message: Message) -> bool | None:
        if self._gate.flooded(message) or self._inbox.knows(message):
            return False
        verdict = self._gate.judge(message, *self._inbox.counts())
        return verdict is not Verdict.SILENCE and self._inbox.put(message, verdict, self._clock())

    def pending(self, platform: str) -> list[Message]:
        """Return what was accepted and is not done, oldest first."""
        with self._lock:
            unstored = [message for message, _ in self._unstored.values() if message.place.platform == platform]
        waiting: list[Message] = spared(lambda: self._inbox.waiting(platform), [])
        return waiting + unstored

    def verdict(self, message: Message) -> Verdict:
        """Return what was decided of an accepted message, or decide of one that never is."""
        with self._lock:
            if _key(message) in self._unstored:
                return self._unstored[_key(message)][1]
        accepted: str | None = ""
        refusal = spared(lambda: self._inbox.refusal(message), accepted)
        return self._gate.glance(message) if refusal is None else Verdict(refusal)

    def done(self, message: Message) -> None:
        """Strike a message off; its text is gone from the disk within two seconds."""
        with self._lock:
            self._unstored.pop(_key(message), None)
        self._gate.done(message)
        spared(lambda: self._inbox.remove(message), None)


def _key(message: Message) -> Key:
    return message.place.platform, message.id
