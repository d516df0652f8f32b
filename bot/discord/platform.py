"""Discord for as long as the bot runs: one client after the other over one service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from urllib.parse import urlsplit

import discord
from discord.http import Route

from bot.desk import Desk
from bot.desk.underway import Underway
from bot.discord.admin import tell_news
from bot.discord.client import SILENCE, Client
from bot.discord.missed import Hearing
from bot.discord.reading import PLATFORM
from bot.discord.service import Service
from bot.discord.telling import Telling
from bot.errors import PlatformError
from bot.newsroom.newsroom import Newsroom
from bot.settings import Settings

_LONGEST_PAUSE = 20.0
_DEAF = 30.0
"""Seconds without a connection after which the client is replaced: the library's own pauses grow to minutes."""
_HEALTHY = 60.0
_FINISH = 15.0
"""Seconds for what was accepted when the bot is told to stop."""
_BAD_TOKEN, _NO_INTENT = 4004, 4014

log = logging.getLogger(__name__)


class Discord:
    """Answers on Discord until told to stop."""

    name = "discord"

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        newsroom: Newsroom | None = None,
        progress: float = 2.0,
        telling: float = 10.0,
        silence: float = SILENCE,
    ) -> None:
        """Make ready; nothing is connected yet.

        Seconds: progress between two looks at how far an admin's act is, telling between two for notices due, silence
        after which a connection counts as dead.
        """
        self._silence = silence
        self._desk = desk
        self._pause = telling
        self._newsroom = newsroom
        self._progress = progress
        self._settings = settings

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stop is set, whatever happens to the connection; then finish what was accepted.

        Raises PlatformError when Discord refuses the token or an intent, which no new try can change.
        """
        Route.BASE = api_base(self._settings.discord_api_url)
        # Below that the library logs every event: what people write, and the tokens that answer interactions.
        library = logging.getLogger("discord")
        library.setLevel(max(logging.INFO, library.getEffectiveLevel()))
        # It speaks of voice at each connection, which this bot has none of.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        state = self._settings.data_dir / "state"
        underway, hearing = Underway(state / "discord.underway"), Hearing(state / "discord.heard")
        owed = await asyncio.to_thread(self._desk.pending, PLATFORM)
        await asyncio.to_thread(underway.keep, {message.id for message in owed})
        sources = origins(self._settings.discord_api_url)
        service = Service(self._desk, underway, hearing, self._newsroom, self._progress, sources)
        telling = asyncio.create_task(Telling(service, self._pause).run(stop))
        news = asyncio.create_task(tell_news(service, stop))
        service.mind(telling)
        try:
            await self._lives(service, stop)
        finally:
            telling.cancel()
            news.cancel()
            await asyncio.gather(telling, news, return_exceptions=True)

    async def _lives(self, service: Service, stop: asyncio.Event) -> None:
        pause = 1.0
        while not stop.is_set():
            began = time.monotonic()
            try:
                await self._one_life(service, stop)
            except (discord.LoginFailure, discord.PrivilegedIntentsRequired, discord.ConnectionClosed) as error:
                _give_up(error)
                log.warning("Discord closed the connection (%s).", type(error).__name__)
            except Exception as error:  # a malformed event, a server that is away: all mean a new client
                log.warning("The connection to Discord ended: %s.", type(error).__name__, exc_info=error)
            pause = 1.0 if time.monotonic() - began > _HEALTHY else min(2 * pause, _LONGEST_PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0 if stop.is_set() else pause / 2)

    async def _one_life(self, service: Service, stop: asyncio.Event) -> None:
        settings = self._settings
        token = settings.discord_token.get_secret_value() if settings.discord_token else ""
        content = settings.discord_message_content
        client = Client(service, settings.discord_gateway_url, self._silence, message_content=content)
        living = asyncio.create_task(client.start(token))
        stopping = asyncio.create_task(stop.wait())
        heard = time.monotonic()
        try:
            while not living.done() and not stop.is_set():
                await asyncio.wait((living, stopping), timeout=1, return_when=asyncio.FIRST_COMPLETED)
                if not client.cut_off:
                    heard = time.monotonic()
                    client.hears()
                if time.monotonic() - heard > _DEAF:
                    raise TimeoutError
            if stop.is_set():
                await service.finish(_FINISH)
            else:
                living.result()
        finally:
            await _ended(client, living, stopping)


async def _ended(client: Client, living: asyncio.Task[None], stopping: asyncio.Task[bool]) -> None:
    """Leave nothing of a client behind: no task, no open connection."""
    stopping.cancel()
    with contextlib.suppress(Exception):
        await asyncio.wait_for(client.close(), 5)
    living.cancel()
    await asyncio.gather(living, stopping, return_exceptions=True)


def _give_up(error: discord.LoginFailure | discord.PrivilegedIntentsRequired | discord.ConnectionClosed) -> None:
    """Raise PlatformError for what no new try can change."""
    code = error.code if isinstance(error, discord.ConnectionClosed) else 0
    if isinstance(error, discord.LoginFailure) or code == _BAD_TOKEN:
        raise PlatformError(
            "Discord refuses the token: copy it again from the page Bot of your application"
            " (https://discord.com/developers/applications) into BOT_DISCORD_TOKEN."
        ) from None
    if isinstance(error, discord.PrivilegedIntentsRequired) or code == _NO_INTENT:
        raise PlatformError(
            "Discord refuses an intent: enable MESSAGE CONTENT INTENT on the page Bot of your application, or set"
            " BOT_DISCORD_MESSAGE_CONTENT=false; commands, mentions and direct messages work without it."
        ) from None


def origins(api_url: str) -> tuple[str, ...]:
    """Return what the addresses of files begin with that people send: Discord's own, or those of the operator's."""
    parts = urlsplit(api_url)
    if parts.hostname == "discord.com":
        return ("https://cdn.discordapp.com/", "https://media.discordapp.net/")
    return (f"{parts.scheme}://{parts.netloc}/",)


def api_base(url: str) -> str:
    """Return the address that paths of the API are appended to; where it names no version, that is version 10."""
    bare = url.rstrip("/")
    if not urlsplit(bare).path:
        return f"{bare}/api/v10"
    return f"{bare}/v10" if bare.endswith("/api") else bare
