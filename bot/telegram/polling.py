"""Updates that are asked for: confirmed once they are taken, and asked for again whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from telegram import Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import PlatformError
from bot.telegram.api import Api
from bot.telegram.patience import Patience, wait

log = logging.getLogger(__name__)


class Polling:
    """Asks for updates, one request after another."""

    def __init__(
        self, api: Api, patience: Patience, updates: Sequence[str], take: Callable[[Update], Awaitable[None]]
    ) -> None:
        self._api = api
        self._patience = patience
        self._updates = updates
        self._take = take
        self._polling = False

    async def run(self, stop: asyncio.Event) -> None:
        """Hand on what comes until stop is set. Raises PlatformError when another process reads the same updates."""
        stopping = asyncio.create_task(stop.wait())
        offset, pause, conflict = 0, self._patience.pause, 0.0
        loop = asyncio.get_running_loop()
        try:
            while not stop.is_set():
                began = loop.time()
                asking = asyncio.create_task(self._news(offset))
                await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not asking.done():
                    asking.cancel()
                    break
                try:
                    for update in asking.result():
                        await self._take(update)
                        offset = update.update_id + 1
                    if not asking.result():
                        await wait(stop, began + self._patience.nothing - loop.time())
                    pause, conflict = self._patience.pause, 0.0
                except InvalidToken:
                    raise RuntimeError("Telegram refused a request for news") from None
                except (TelegramError, TimeoutError) as error:
                    conflict = self._conflict(error, conflict)
                    log.warning("No news from Telegram (%s); trying again.", type(error).__name__)
                    await wait(stop, _asked_to_wait(error, pause))
                    pause = min(2 * pause, self._patience.longest)
            await self._confirm(offset)
        finally:
            stopping.cancel()

    async def _news(self, offset: int) -> list[Update]:
        async with asyncio.timeout(self._patience.poll + self._patience.dripping):
            if not self._polling:
                self._polling = await self._unhooked()
            return await self._api.news(offset, self._patience.poll, self._updates)

    async def _unhooked(self) -> bool:
        """Take back a webhook that was set before, which would take all updates; False when that is to be tried again.

        News are asked for all the same: a server may know no webhooks, and what else is wrong shows there.
        """
        try:
            await self._api.delete_webhook()
        except (InvalidToken, BadRequest):
            return True
        except TelegramError as error:
            log.info("A webhook that may be there was not taken back (%s).", type(error).__name__)
            return False
        return True

    async def _confirm(self, offset: int) -> None:
        """Tell Telegram what was taken, so that it does not come again; a duplicate would be known anyway."""
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(5):
                await self._api.news(offset, 0, self._updates, 1)

    def _conflict(self, error: Exception, since: float) -> float:
        """Return since when another process reads our updates; 0 when none does."""
        if not isinstance(error, Conflict):
            return 0.0
        now = asyncio.get_running_loop().time()
        log.error("Another process reads this bot's updates: stop it, or this one will stop.")
        if since and now - since >= self._patience.conflict:
            raise PlatformError(
                "Another process serves this Telegram bot: stop it, or give this one a token of its own."
            ) from None
        return since or now


def _asked_to_wait(error: Exception, pause: float) -> float:
    if isinstance(error, RetryAfter):
        return error._retry_after.total_seconds()  # noqa: SLF001  # the public one warns of its own future
    return pause
