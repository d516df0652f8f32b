"""Notices out: people are told that an article answers what they asked, once, or apologised to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import discord

from bot.discord.layout import layout
from bot.discord.reading import PLATFORM
from bot.discord.rendering import answer_sheets
from bot.discord.sending import passing, referring, steadily
from bot.discord.service import Service
from bot.discord.sheets import Sheet, bounded
from bot.messages import Reply
from bot.store import Notice, State, Wish

log = logging.getLogger(__name__)


class Telling:
    """Looks for notices that are due and sends them, one after another."""

    def __init__(self, service: Service, pause: float) -> None:
        """Set the seconds between two looks: pause."""
        self._service = service
        self._telling = service.desk.telling
        self._pause = pause

    async def run(self, stop: asyncio.Event) -> None:
        """Tell until stop is set, and finish the notice that is being sent then."""
        await asyncio.to_thread(self._telling.recover, PLATFORM)
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                due = await asyncio.to_thread(self._telling.due, PLATFORM) if self._service.posting.connected else []
                for notice in due:
                    if not stop.is_set():
                        await self._tell(notice)
                await asyncio.wait({stopping}, timeout=self._pause)
        finally:
            stopping.cancel()

    async def _tell(self, notice: Notice) -> None:
        reply = await asyncio.to_thread(self._telling.begin, notice)
        if reply:
            await self._deliver(notice, reply)

    async def _deliver(self, notice: Notice, reply: Reply) -> None:
        sent = ""
        try:
            sent = await self._sent(notice, reply)
        except discord.HTTPException as error:
            if passing(error):
                await asyncio.to_thread(self._telling.broke, notice)
                return
            # The bot may not write there, the channel is gone, or the person takes no direct messages.
            log.warning("A notice could not be delivered: Discord says %s (%s).", error.status, error.code)
        except Exception as error:
            if not passing(error):
                log.exception("A notice failed.")
            await asyncio.to_thread(self._telling.broke, notice)
            return
        await asyncio.to_thread(self._telling.end, notice, "" if reply.apology else sent)

    async def _sent(self, notice: Notice, reply: Reply) -> str:
        kind = "s" if notice.state is State.BROKEN else "n"
        channel = await steadily(partial(self._channel, notice.wish))
        sent = ""
        for number, sheet in enumerate(_called(answer_sheets(reply), notice.wish)):
            sent = await steadily(
                partial(self._post, channel, notice.wish, sheet, f"{kind}{notice.answer_id}.{number}")
            )
        return sent

    async def _channel(self, wish: Wish) -> int:
        """Return where to tell: where it was asked, or alone when only the person could see the answer."""
        if not wish.private:
            return int(wish.place.thread or wish.place.chat)
        return (await (await self._service.posting.online()).create_dm(discord.Object(int(wish.user)))).id

    async def _post(self, channel: int, wish: Wish, sheet: Sheet, nonce: str) -> str:
        client = await self._service.posting.online()
        guild = int(wish.home) if wish.home and not wish.private else None
        send = partial(
            client.get_partial_messageable(channel, guild_id=guild).send,
            view=layout(sheet),
            # Within minutes Discord takes a second message with this nonce for the first, and returns that.
            nonce=nonce,
            allowed_mentions=discord.AllowedMentions(
                everyone=False, roles=False, replied_user=False, users=[discord.Object(int(wish.user))]
            ),
            suppress_embeds=True,
        )
        if not wish.replies_to.isdecimal():
            return str((await send()).id)
        asked = discord.MessageReference(message_id=int(wish.replies_to), channel_id=channel, fail_if_not_exists=False)
        return str((await referring(send, asked)).id)


def _called(sheets: Sequence[Sheet], wish: Wish) -> tuple[Sheet, ...]:
    """Return sheets with the name of the one who wished to be told, and of nobody else, in a place with others."""
    first, *rest = sheets
    if wish.home and not wish.private and wish.user.isdecimal():
        called = replace(first, blocks=(f"<@{wish.user}> {first.blocks[0]}", *first.blocks[1:]))
        first = called if bounded(called) else first
    return (first, *rest)
