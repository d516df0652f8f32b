"""Questions from Discord to the desk, replies back to Discord: nothing lost, nothing sent twice."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Any

from bot.desk import Desk
from bot.desk.offering import OFFERED_AFTER
from bot.desk.underway import Underway
from bot.discord.languages import Languages
from bot.discord.missed import Hearing
from bot.discord.posting import Posting
from bot.discord.reading import PLATFORM
from bot.discord.unread import Unread
from bot.errors import BotError
from bot.messages import Message, Place, Reply
from bot.newsroom.newsroom import Newsroom

_REMEMBERED = 10_000
_WORKING = 0.3
"""Seconds for an answer before people see that the bot is typing: Discord wants that for what takes long."""

log = logging.getLogger(__name__)


class Service:
    """Serves accepted messages over whatever client is connected; outlives the clients."""

    def __init__(
        self,
        desk: Desk,
        underway: Underway,
        hearing: Hearing,
        newsroom: Newsroom | None = None,
        progress: float = 2.0,
        origins: tuple[str, ...] = (),
    ) -> None:
        """Set what is served.

        underway: which replies are being sent, so that what a killed process sent is not sent again.
        hearing: until when Discord was heard.
        progress: seconds between two looks at how far an admin's act is, and so between two edits.
        origins: what the addresses of files begin with that are sent to us.
        """
        self.desk = desk
        self.newsroom = newsroom or Newsroom()
        self.progress = progress
        self.origins = origins
        self.open = True
        self.hearing = hearing
        self.languages = Languages()
        self.unread = Unread()
        self.posting = Posting(underway)
        self._answering = asyncio.Semaphore(desk.hands)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._underway = underway
        self._held: set[str] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()

    def first(self, event_id: int) -> bool:
        """Tell whether an event comes for the first time; Discord may deliver one twice."""
        if event_id in self._seen:
            return False
        self._seen[event_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    async def take(self, message: Message) -> bool:
        """Accept a message on disk and serve it; False for a duplicate and for a flood."""
        accepted = await asyncio.to_thread(self.desk.accept, message)
        if accepted:
            self.serve(message)
        return accepted

    async def keep(self, message: Message) -> bool:
        """Accept a message on disk as take() does, and hold it until serve() or drop()."""
        self._held.add(message.id)
        accepted = await asyncio.to_thread(self.desk.accept, message)
        if not accepted:
            self._held.discard(message.id)
        return accepted

    async def drop(self, message: Message) -> None:
        """Strike off a message that was kept and that nobody waits for."""
        await asyncio.to_thread(self.desk.done, message)
        self._held.discard(message.id)

    async def alone(self, place: Place, user: str) -> None:
        """Note that a person talks with the bot alone in a place, for the time when nobody listens there."""
        if self.hearing.talks(int(place.chat), user):
            await asyncio.to_thread(self.desk.places.talks, place, user)

    async def owed(self) -> None:
        """Serve what was accepted before and is not done, by this process or one that was killed."""
        for message in await asyncio.to_thread(self.desk.pending, PLATFORM):
            if message.id not in self._held:
                self.serve(message)

    async def finish(self, seconds: float) -> None:
        """Accept for the next process only, and wait until what is under way is done, for so many seconds at most."""
        self.open = False
        self.newsroom.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()

    def mind(self, work: asyncio.Task[Any]) -> None:
        """Let a task that was begun elsewhere be finished before the bot ends."""
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)

    def serve(self, message: Message) -> None:
        """Answer an accepted message, unless that is under way or the bot is about to end."""
        self._held.discard(message.id)
        if message.id in self._under_way or not self.open:
            return
        task = self._under_way[message.id] = asyncio.create_task(self._served(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def takes_long(self, message: Message) -> bool:
        """Wait a moment, and tell whether a message is still without its reply then."""
        serving = self._under_way.get(message.id)
        return serving is not None and bool((await asyncio.wait({serving}, timeout=_WORKING))[1])

    async def _served(self, message: Message) -> None:
        try:
            sent_id, reply = await self.posting.left(message), None
            if sent_id is None:
                async with self._answering:
                    reply = await asyncio.to_thread(self.desk.answer, message)
                sent_id = await self.posting.delivered(message, reply)
                self._underway.sent(message.id, sent_id)
            await asyncio.to_thread(self.desk.done, message, sent_id)
            self._underway.end(message.id)
            if reply and sent_id and self.desk.lacks(reply.answer_id):
                self.mind(asyncio.create_task(self._offer(message, sent_id, reply)))
        except BotError as error:
            log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
        except Exception:
            log.exception("A reply on Discord failed; it is tried again after the next connection.")
        finally:
            del self._under_way[message.id]

    async def _offer(self, message: Message, sent_id: str, reply: Reply) -> None:
        """Put follow-up questions below a reply that went out without any, once some are known."""
        await asyncio.sleep(OFFERED_AFTER)
        more = await asyncio.to_thread(self.desk.more, reply.answer_id)
        if more:
            await self.posting.offer(message, sent_id, reply, more)
