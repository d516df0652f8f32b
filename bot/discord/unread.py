"""Replies to the bot that do not ping it, of which Discord shows no word to who lacks the intent MESSAGE CONTENT."""

from __future__ import annotations

import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import aiohttp
import discord

from bot.discord.layout import layout
from bot.discord.rendering import text_sheets
from bot.discord.sending import LONGEST_TRY, referring, steadily
from bot.phrases import phrases

_EVERY = 3600.0
"""Seconds in which a person is told once: who replies like that may talk about the bot, and not to it."""
_REMEMBERED = 1000


class Unread:
    """Tells who replies without a ping that this cannot be read."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._told: OrderedDict[int, float] = OrderedDict()

    def of(self, message: discord.Message, me: discord.ClientUser, *, intent: bool) -> bool:
        """Tell whether a message that speaks to the bot holds nothing because Discord does not show it."""
        mentioned = any(user.id == me.id for user in message.mentions)
        return not (intent or mentioned or message.content or message.stickers)

    async def tell(self, message: discord.Message, language: str) -> None:
        """Say so below the message, unless the person has heard it lately."""
        now, who = self._clock(), message.author.id
        if now - self._told.get(who, 0.0) < _EVERY:
            return
        self._told[who] = now
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        send = partial(
            message.channel.send,
            view=layout(text_sheets([phrases(language).unread])[0]),
            nonce=f"{message.id}.0",
            mention_author=False,
            suppress_embeds=True,
        )
        # It is a hint: where it cannot be given, nothing is lost.
        with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
            await steadily(lambda: referring(send, message.to_reference(fail_if_not_exists=False)), LONGEST_TRY)
