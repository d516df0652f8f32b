"""Messages out: each once, whatever Telegram answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import httpx
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.api import Api
from bot.telegram.buttons import Button
from bot.telegram.rendering import Outgoing
from bot.values import Place

log = logging.getLogger(__name__)
TRIES = 40
"""How often a request that Telegram surely did not carry out is made again: a quarter of an hour at the longest."""
DEADLINE = 60.0
"""Seconds for one request in all, so that a connection that drips is given up."""
_TYPING = 4.5  # seconds; Telegram shows it for five
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Lost(Exception):
    """The connection broke while a message was sent: it may have arrived or not."""


class Undeliverable(Exception):
    """A chat takes no message from us: we are blocked, removed, or it is gone."""


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram takes them; None when there are none."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.label, callback_data=str(b.press)) for b in r] for r in rows])


class Sender:
    """Sends and edits messages."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._moved: dict[str, str] = {}

    async def send(self, place: Place, messages: Sequence[Outgoing], reply_to: int = 0) -> list[str]:
        """Send messages in order and return their ids. Raises Lost, Undeliverable."""
        return [await self._send(place, message, reply_to) for message in messages]

    async def picture(self, place: Place, png: bytes, reply_to: int = 0) -> None:
        """Send a picture. Raises Lost, Undeliverable."""

        async def once() -> None:
            await self._api.send_photo(
                self._moved.get(place.chat, place.chat),
                png,
                message_thread_id=_thread(place),
                reply_parameters=_reply(reply_to),
            )

        try:
            await self._patiently(place, once)
        except BadRequest as error:
            raise Undeliverable(str(error)) from error

    async def edit(self, place: Place, sent: str, message: Outgoing) -> bool:
        """Put a message in place of one that was sent; False when that one is gone. Raises Lost, Undeliverable."""

        async def once(mode: str | None) -> None:
            await self._api.edit_message_text(
                message.html if mode else message.plain,
                self._moved.get(place.chat, place.chat),
                int(sent),
                parse_mode=mode,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=keyboard(message.buttons),
            )

        try:
            await self._marked(place, once)
        except BadRequest as error:
            said = str(error).lower()
            if "not modified" in said:
                return True
            log.info("A message could not be edited: %s.", error)
            return False
        return True

    async def typing(self, place: Place, answered: asyncio.Event) -> None:
        """Show that an answer is being made, until it is."""
        while not answered.is_set():
            try:
                await self._api.send_chat_action(
                    self._moved.get(place.chat, place.chat), "typing", message_thread_id=_thread(place)
                )
            except TelegramError as error:
                log.debug("Typing could not be shown: %s.", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(answered.wait(), _TYPING)

    async def _send(self, place: Place, message: Outgoing, reply_to: int) -> str:
        sent: list[telegram.Message] = []

        async def once(mode: str | None) -> None:
            sent.append(
                await self._api.send_message(
                    self._moved.get(place.chat, place.chat),
                    message.html if mode else message.plain,
                    parse_mode=mode,
                    message_thread_id=_thread(place),
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    reply_parameters=_reply(reply_to),
                    reply_markup=keyboard(message.buttons),
                )
            )

        try:
            await self._marked(place, once)
        except BadRequest as error:
            raise Undeliverable(str(error)) from error
        return str(sent[-1].id)

    async def _marked(self, place: Place, once: Callable[[str | None], Awaitable[None]]) -> None:
        """Make a request with markup, and without it when Telegram cannot read the markup."""
        try:
            await self._patiently(place, lambda: once(ParseMode.HTML))
        except BadRequest as error:
            if "parse entities" not in str(error).lower():
                raise
            log.warning("Telegram could not read our markup: %s.", error)
            await self._patiently(place, lambda: once(None))

    async def _patiently(self, place: Place, once: Callable[[], Awaitable[None]]) -> None:
        """Make a request, again only when it surely was not carried out."""
        pause = 1.0
        for _ in range(TRIES):
            try:
                async with asyncio.timeout(DEADLINE):
                    return await once()
            except (TelegramError, TimeoutError) as error:
                wait = self._wait_after(error, place, pause)
            await asyncio.sleep(wait)
            pause = min(2 * pause, 30.0)
        raise Undeliverable("It was refused too often.")

    def _wait_after(self, error: Exception, place: Place, pause: float) -> float:
        """Return how long to wait before a request is made again; raise when it must not be."""
        if isinstance(error, RetryAfter):
            return error._retry_after.total_seconds()  # noqa: SLF001  # the public one warns of its own future
        if isinstance(error, ChatMigrated) and self._moved.get(place.chat) != str(error.new_chat_id):
            self._moved[place.chat] = str(error.new_chat_id)
            return 0.0
        if isinstance(error, Forbidden | ChatMigrated):
            raise Undeliverable(str(error)) from error
        if isinstance(error, BadRequest | InvalidToken):
            raise error
        if not _surely_not_done(error):
            raise Lost(str(error)) from error
        return pause


def _surely_not_done(error: Exception) -> bool:
    """Tell whether a request never reached Telegram, or was answered with an error."""
    answered = isinstance(error, NetworkError) and not isinstance(error, TimedOut)
    return isinstance(error.__cause__, _UNSENT) or (answered and isinstance(error.__cause__, TelegramError | None))


def _reply(to: int) -> ReplyParameters | None:
    return ReplyParameters(to, allow_sending_without_reply=True) if to else None


def _thread(place: Place) -> int | None:
    return int(place.thread) if place.thread else None
