"""Send what may be sent again, and know what may not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

T = TypeVar("T")
PATIENCE = 300.0
"""Seconds for which a reply is tried again: as long as a question is worth answering."""
LONGEST_PAUSE = 15.0
LONGEST_TRY = 30.0
"""Seconds after which a request that nobody answers counts as failed; the library would wait for five minutes."""
ACKNOWLEDGED = 40060
"""Discord's code for an interaction that was responded to before."""
_UNREADABLE = 160002
"""Discord's code for a reply where the bot may write, and not read what was written before."""
_TOO_MANY, _SERVER = 429, 500

log = logging.getLogger(__name__)


def passing(error: Exception) -> bool:
    """Tell whether an error may be gone in a while: the network, Discord's servers, a rate limit.

    The library gives up at once on a reset connection (Linux's 104 is not on its list) and on a 429 of the network
    in front of Discord; a closed session is one whose client is just being replaced.
    """
    if isinstance(error, discord.HTTPException):
        return error.status >= _SERVER or error.status == _TOO_MANY
    closed = isinstance(error, RuntimeError) and "closed" in str(error)
    return closed or isinstance(error, aiohttp.ClientError | OSError | discord.RateLimited)


async def steadily(send: Callable[[], Awaitable[T]], patience: float = PATIENCE) -> T:
    """Return what send returns, trying again for patience seconds while only passing errors stop it.

    send must be harmless when it runs twice: an edit, or a message with a nonce. Raises the last error.
    """
    pause = 0.25
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            async with asyncio.timeout(min(LONGEST_TRY, patience)):
                return await send()
        except Exception as error:
            if not passing(error) or asyncio.get_running_loop().time() + pause > deadline:
                raise
            log.warning("Discord could not be reached (%s); trying again in %.1f s.", type(error).__name__, pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def referring(send: Callable[..., Awaitable[T]], reference: discord.MessageReference) -> T:
    """Send with a reference to the message that is replied to, or without where the bot may not read that."""
    try:
        return await send(reference=reference)
    except discord.HTTPException as error:
        if error.code != _UNREADABLE:
            raise
    return await send()
