"""Follow-up questions for an answer that went out without any, since nothing about its subject was tried before."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict

from bot.desk.archive import Archive
from bot.desk.counters import Counters
from bot.desk.suggesting import Suggesting
from bot.errors import BotError
from bot.values import Wanted

OFFERED_AFTER = 0.5
"""Seconds after an answer before its suggestions are tried: whoever asks on at once need not wait for that."""
_WAITING = 100
"""Answers of which it is remembered what they were about, until their sending is reported."""

log = logging.getLogger(__name__)


class Offering:
    """Knows which answers lack suggestions, by their subjects alone. Safe from several threads."""

    def __init__(self, suggesting: Suggesting, archive: Archive, counters: Counters) -> None:
        self._suggesting = suggesting
        self._archive = archive
        self._counters = counters
        self._lock = threading.Lock()
        self._lacking: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def lacks(self, answer_id: str, asked: str, wanted: Wanted) -> None:
        """Remember what an answer without suggestions was about."""
        subjects = self._suggesting.subjects(asked, wanted)
        with self._lock:
            if subjects:
                self._lacking[answer_id] = subjects
            if len(self._lacking) > _WAITING:
                self._lacking.popitem(last=False)

    def lacking(self, answer_id: str) -> bool:
        """Tell whether more() has something to try for an answer."""
        return answer_id in self._lacking

    def more(self, answer_id: str) -> tuple[str, ...]:
        """Return follow-up questions for an answer that lacks them, tried now if nobody is asking; none otherwise."""
        with self._lock:
            subjects = self._lacking.pop(answer_id, ())
        kept = self._archive.get(answer_id) if subjects else None
        if kept is None:
            return ()
        try:
            found = self._suggesting.at_once(subjects, kept.answer, lambda: self._counters.idle)
        except BotError as error:
            log.warning("%s", error)
            return ()
        if found:
            self._archive.suggest(answer_id, found)
        return found
