"""Answers that were given: in memory until their sending is reported, then in the store."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace

from bot.messages import Message, Place
from bot.store import Kept, Store
from bot.store.spared import spared
from bot.store.traces import whole

_UNSENT = 1000
"""Answers that wait for sent() at most, for those whose sending nobody reports, such as inline ones."""


class Archive:
    """Finds answers again by their id, by who got them last and by the message that carries them."""

    def __init__(self, store: Store) -> None:
        self._answers = store.answers
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._unsent: OrderedDict[str, tuple[Message, Kept]] = OrderedDict()

    def keep(self, message: Message, kept: Kept) -> None:
        """Keep an answer in memory: writing it may wait until its reader has it."""
        with self._lock:
            self._unsent[kept.id] = (message, kept)
            if len(self._unsent) > _UNSENT:
                self._unsent.popitem(last=False)

    def sent(self, message: Message, sent_id: str) -> None:
        """Write the answer to a message, and which sent message carries it."""
        with self._writing:
            with self._lock:
                same = (message.place.platform, message.id)
                ids = [i for i, (asked, _) in self._unsent.items() if (asked.place.platform, asked.id) == same]
                given = [self._unsent.pop(i) for i in ids]
            if given:  # the last one: those before it were never sent
                spared(lambda: self._answers.put(given[-1][1], given[-1][0], sent_id), None)

    def get(self, answer_id: str) -> Kept | None:
        """Return an answer; None when it is gone."""
        with self._lock:
            unsent = self._unsent.get(answer_id)
        if unsent:
            return replace(unsent[1], trace=whole(unsent[1].trace))
        return spared(lambda: self._answers.get(answer_id), None)

    def suggest(self, answer_id: str, suggestions: tuple[str, ...]) -> None:
        """Keep which follow-up questions are offered with an answer by now."""
        with self._lock:
            if unsent := self._unsent.get(answer_id):
                self._unsent[answer_id] = unsent[0], replace(unsent[1], suggestions=suggestions)
                return
        spared(lambda: self._answers.suggest(answer_id, suggestions), None)

    def last(self, place: Place, user: str) -> str:
        """Return the id of the last answer that a person got in a place; empty when there is none."""
        with self._lock:
            for answer_id, (message, _) in reversed(self._unsent.items()):
                if message.place == place and message.user == user:
                    return answer_id
        return spared(lambda: self._answers.last(place, user), "")

    def carried(self, place: Place, sent_id: str) -> str:
        """Return the id of the answer that a sent message carries; empty when it carries none."""
        return spared(lambda: self._answers.carried(place, sent_id), "")

    def forget(self, platform: str, user: str) -> None:
        """Drop the answers to a person that are in memory; what is being written is in the store when this returns."""
        with self._writing, self._lock:
            for answer_id, (message, _) in list(self._unsent.items()):
                if (message.place.platform, message.user) == (platform, user):
                    del self._unsent[answer_id]


def unasked(kept: Kept) -> Kept:
    """Return an answer as it is kept when its question may not be."""
    answer, trace = replace(kept.answer, question=""), replace(kept.trace, asked="", rewritten="")
    return replace(kept, question="", answer=answer, trace=trace)
