"""The Telegram platform: connects, and hands the connection to a service."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from telegram.error import Forbidden, InvalidToken, TelegramError

from bot.desk import Desk
from bot.errors import PlatformError
from bot.newsroom.newsroom import Newsroom
from bot.settings import Settings
from bot.telegram.api import Api, connect
from bot.telegram.patience import Patience, wait
from bot.telegram.service import Service
from bot.telegram.updates import Me

log = logging.getLogger(__name__)
_BEGINNING = "/bot"


class _TokenRefused(PlatformError):
    """The server knows no bot with our token, or is no Bot API server at that address."""


class Telegram:
    """Serves one bot account; run() may be called again after it failed."""

    name = "Telegram"

    def __init__(
        self, desk: Desk, settings: Settings, patience: Patience | None = None, newsroom: Newsroom | None = None
    ) -> None:
        self._desk = desk
        self._settings = settings
        self._patience = patience or Patience()
        self._newsroom = newsroom or Newsroom()

    async def run(self, stop: asyncio.Event) -> None:
        """Answer what is pending and what comes until stop is set, then finish what was accepted.

        Raises PlatformError when Telegram refuses the token or another process reads the same updates.
        """
        token = self._settings.telegram_token
        if token is None:
            raise PlatformError("Set BOT_TELEGRAM_TOKEN to the token that @BotFather gave you.")
        # Below that the library logs every update and request: what people write, and what they are answered.
        library = logging.getLogger("telegram")
        library.setLevel(max(logging.INFO, library.getEffectiveLevel()))
        url = self._settings.telegram_api_url
        try:
            await self._serve(token.get_secret_value(), url, stop)
        except _TokenRefused:
            if not url.endswith(_BEGINNING):
                raise
            # Libraries want a server named with the beginning of its requests; ours is the address alone.
            await self._serve(token.get_secret_value(), url.removesuffix(_BEGINNING), stop)

    async def _serve(self, token: str, url: str, stop: asyncio.Event) -> None:
        api = connect(token, url, self._patience.pace)
        try:
            me = await self._greet(api, stop)
            if me:
                await Service(self._desk, self._settings, self._patience, api, me, self._newsroom).run(stop)
        finally:
            with suppress(TelegramError, RuntimeError):
                await api.shutdown()

    async def _greet(self, api: Api, stop: asyncio.Event) -> Me | None:
        """Return who we are as soon as Telegram can be reached; None when asked to stop before."""
        pause = self._patience.pause
        while not stop.is_set():
            try:
                async with asyncio.timeout(self._patience.dripping):
                    await api.initialize()
                return Me(api.bot.id, api.bot.username or "")
            except (InvalidToken, Forbidden):
                break
            except (TelegramError, TimeoutError) as error:
                log.warning("Telegram cannot be reached (%s); trying again.", type(error).__name__)
                await wait(stop, pause)
                pause = min(2 * pause, self._patience.longest)
        else:
            return None
        # Raised out here: the library's error shows the token, and must not be its context.
        raise _TokenRefused("Telegram refused the token: correct BOT_TELEGRAM_TOKEN (@BotFather shows it).")
