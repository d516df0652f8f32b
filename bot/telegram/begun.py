"""What a connection has begun: nothing twice, not too much for one person, all of it finished at the end."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import TelegramError

from bot.telegram.outcomes import Lost, Undeliverable

log = logging.getLogger(__name__)
Work = Coroutine[Any, Any, None]
_REMEMBERED = 1000
"""Commands, presses and inline questions that are known when Telegram brings them again."""
_AT_ONCE = 40
"""Of one person: more than anybody does by hand in the time that a chat takes to be told."""


class Begun:
    """The tasks of a connection."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._of: Counter[str] = Counter()

    def begin(self, work: Work) -> None:
        """Begin some work; what goes wrong with it is logged."""
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def once(self, name: str, person: str, work: Callable[[], Work]) -> None:
        """Begin what a person wants, unless it comes again or so much of theirs is under way already.

        name: what tells it from everything else that people want. person: "" for who may want any number.
        """
        if name in self._seen or (person and self._of[person] >= _AT_ONCE):
            return
        self._seen[name] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        self._of[person] += 1
        self.begin(self._counted(person, work()))

    async def finish(self, seconds: float | None) -> None:
        """Wait for what was begun, for so many seconds or until the end; then stop what is left."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _counted(self, person: str, work: Work) -> None:
        try:
            await work
        finally:
            self._of[person] -= 1
            if not self._of[person]:
                del self._of[person]


async def _quietly(work: Work) -> None:
    try:
        await work
    except (TelegramError, Lost, Undeliverable) as error:
        log.warning("Something could not be sent to Telegram (%s).", type(error).__name__)
    except Exception:
        log.exception("Something went wrong with Telegram.")
