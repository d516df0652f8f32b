"""What an error tells: whether a request was carried out, and whether it may be made again."""

from __future__ import annotations

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Lost(Exception):
    """The connection broke while a message was sent: it may have arrived or not."""


class Undeliverable(Exception):
    """A chat takes no message from us: we are blocked, removed, or it is gone."""


def wait_after(error: Exception, pause: float) -> float:
    """Return how long to wait before a request is made again; raise when it must not be."""
    if isinstance(error, RetryAfter):
        return error._retry_after.total_seconds()  # noqa: SLF001  # the public one warns of its own future
    if isinstance(error, BadRequest | InvalidToken):
        raise error
    if not surely_not_done(error):
        raise Lost(str(error)) from error
    return pause


def refused(error: Exception) -> bool:
    """Tell whether a request was surely not carried out, now or ever."""
    known = isinstance(error, RetryAfter | BadRequest | ChatMigrated | InvalidToken | EndPointNotFound)
    return known or surely_not_done(error)


def surely_not_done(error: Exception) -> bool:
    """Tell whether a request never reached Telegram, or was answered with an error."""
    answered = isinstance(error, NetworkError) and not isinstance(error, TimedOut)
    return isinstance(error.__cause__, _UNSENT) or (answered and isinstance(error.__cause__, TelegramError | None))
