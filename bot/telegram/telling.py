"""Notices out: people are told that an article answers what they asked, once, or apologised to."""

from __future__ import annotations

import asyncio
import logging

from telegram.error import InvalidToken, TelegramError

from bot.desk import Desk
from bot.messages import Message, Reply
from bot.store import Notice
from bot.telegram.chats import Chats
from bot.telegram.outcomes import Lost, Undeliverable
from bot.telegram.rendering import reply_messages
from bot.telegram.sending import Sender
from bot.telegram.updates import origin

log = logging.getLogger(__name__)
PLATFORM = "telegram"


class Telling:
    """Looks for notices that are due and sends them, one after another."""

    def __init__(self, desk: Desk, sender: Sender, chats: Chats, pause: float) -> None:
        """Set the seconds between two looks: pause."""
        self._telling = desk.telling
        self._sender = sender
        self._chats = chats
        self._pause = pause

    async def run(self, over: asyncio.Event) -> None:
        """Tell until the service is over, and finish the notice that is being sent then."""
        await asyncio.to_thread(self._telling.recover, PLATFORM)
        stopping = asyncio.create_task(over.wait())
        try:
            while not over.is_set():
                for notice in await asyncio.to_thread(self._telling.due, PLATFORM):
                    if not over.is_set():
                        await self._tell(notice)
                await asyncio.wait({stopping}, timeout=self._pause)
        finally:
            stopping.cancel()

    async def _tell(self, notice: Notice) -> None:
        """Send a notice; to who has blocked us it stays due, for they may let us in again before it is too old."""
        if not await self._chats.takes(notice.wish.place):
            return
        reply = await asyncio.to_thread(self._telling.begin, notice)
        if reply:
            await self._deliver(notice, reply)

    async def _deliver(self, notice: Notice, reply: Reply) -> None:
        wish = notice.wish
        _, number = origin(Message(wish.replies_to, wish.place, wish.user, "", notice.at))
        sent = ""
        try:
            sent = (await self._sender.send(wish.place, reply_messages(reply), number))[-1]
        except InvalidToken:
            await asyncio.to_thread(self._telling.again, notice)
            raise
        except Undeliverable as error:
            log.warning("A chat takes no notice from us: %s.", error)
            if not await self._chats.takes(wish.place):
                await asyncio.to_thread(self._telling.again, notice)
                return
        except (Lost, TelegramError) as error:
            log.warning("The connection broke while a notice was sent: %s.", error)
            await asyncio.to_thread(self._telling.broke, notice)
            return
        await asyncio.to_thread(self._telling.end, notice, "" if reply.apology else sent)
