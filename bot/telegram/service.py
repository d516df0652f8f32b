"""One connection's work: updates in, each on disk before it is confirmed; replies out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import telegram
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.desk import Desk
from bot.errors import PlatformError
from bot.newsroom.newsroom import Newsroom
from bot.settings import Settings
from bot.telegram.admin import Admin
from bot.telegram.api import Api
from bot.telegram.commands import Commands, announce
from bot.telegram.pressing import Pressing
from bot.telegram.replying import Replying, article
from bot.telegram.sending import Lost, Sender, Undeliverable
from bot.telegram.telling import Telling
from bot.telegram.underway import Underway
from bot.telegram.updates import Me, command, place_of, speaker
from bot.telegram.updates import question as asked_of_us
from bot.telegram.webhook import webhook
from bot.values import Message, Place

log = logging.getLogger(__name__)
UPDATES = ["message", "edited_message", "guest_message", "callback_query", "inline_query", "my_chat_member"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    poll: int = 25
    """For news, in one request."""
    dripping: float = 15.0
    """For a request to end after that; then the connection counts as dead."""
    pause: float = 1.0
    """After a failed request; doubled up to longest."""
    longest: float = 30.0
    conflict: float = 60.0
    """For another process that reads the same updates to stop."""
    typing: float = 0.6
    """For the next letter of an inline question."""
    pace: float = 1.0
    """Between two messages of a chat."""
    telling: float = 10.0
    """Between two looks for notices that are due."""
    progress: float = 3.0
    """Between two looks at how far an admin's act is; each may edit a message, of which a group allows 20 a minute."""


class Service:
    """One connection's work."""

    def __init__(  # everything that a connection works with
        self, desk: Desk, settings: Settings, patience: Patience, api: Api, me: Me, newsroom: Newsroom
    ) -> None:
        self._desk = desk
        self._settings = settings
        self._patience = patience
        self._api = api
        self._me = me
        self._sender = Sender(api)
        self._underway = Underway(settings.data_dir / "state" / "telegram.underway")
        self._replying = Replying(desk, api, self._sender, self._underway)
        self._commands = Commands(desk, api)
        self._newsroom = newsroom
        self._admin = Admin(newsroom, api, self._sender, patience.progress)
        self._pressing = Pressing(desk, api, self._sender, self._commands, self._accept, self._admin)
        self._tasks: set[asyncio.Task[None]] = set()
        self._typed: dict[int, str] = {}
        self._polling = False

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stop is set, then finish what was accepted."""
        over = asyncio.Event()
        try:
            owed = await asyncio.to_thread(self._desk.pending, "telegram")
            self._underway.keep({question.id for question in owed})
            for question in owed:
                self._later(self._replying.reply(question))
            self._later(self._announce())
            self._later(Telling(self._desk, self._sender, self._patience.telling).run(over))
            if self._settings.telegram_webhook_url:
                await webhook(self._api, self._settings, UPDATES, self.take, stop)
            else:
                await self._poll(stop)
        finally:
            over.set()
            if stop.is_set():
                self._newsroom.stop()
            await self._finish(None if stop.is_set() else self._patience.dripping)

    async def _finish(self, seconds: float | None) -> None:
        """Wait for what was begun; what takes longer is left to the inbox and the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _poll(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        offset, pause, conflict = 0, self._patience.pause, 0.0
        try:
            while not stop.is_set():
                asking = asyncio.create_task(self._updates(offset))
                await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not asking.done():
                    asking.cancel()
                    break
                try:
                    for update in asking.result():
                        await self.take(update)
                        offset = update.update_id + 1
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

    async def _updates(self, offset: int) -> tuple[Update, ...]:
        async with asyncio.timeout(self._patience.poll + self._patience.dripping):
            if not self._polling:  # a webhook that was set before would take all
                await self._api.delete_webhook()
                self._polling = True
            return await self._api.get_updates(offset, timeout=self._patience.poll, allowed_updates=UPDATES)

    async def _confirm(self, offset: int) -> None:
        """Tell Telegram what was taken, so that it does not come again; a duplicate would be known anyway."""
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(5):
                await self._api.get_updates(offset, timeout=0, limit=1, allowed_updates=UPDATES)

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

    async def take(self, update: Update) -> None:
        """Take an update: a question is on disk when this returns, all else is begun."""
        message = update.message or update.edited_message or update.guest_message
        try:
            if message:
                await self._message(message)
            elif update.callback_query:
                self._later(self._pressing.press(update.callback_query))
            elif update.inline_query:
                self._later(self._inline(update.inline_query))
        except Exception:  # one update must not end the service
            log.exception("An update could not be taken.")

    async def _message(self, message: telegram.Message) -> None:
        typed = command(message, self._me)
        if typed and self._admin.wanted(message, typed):
            if not message.edit_date:
                self._later(self._admin.command(message, typed))
            return
        if typed and typed.name != "ask":
            if speaker(message) and not message.edit_date:
                self._later(self._command(message))
            return
        settings = await asyncio.to_thread(self._desk.settings, place_of(message))
        asked = asked_of_us(message, self._me, settings)
        if asked:
            await self._accept(asked)

    async def _accept(self, asked: Message) -> None:
        if await asyncio.to_thread(self._desk.accept, asked):
            self._later(self._replying.reply(asked))

    async def _command(self, message: telegram.Message) -> None:
        typed = command(message, self._me)
        if typed:
            told = await self._commands.reply(message, typed)
            await self._sender.send(place_of(message), told, message.id)

    async def _inline(self, query: telegram.InlineQuery) -> None:
        """Answer what is typed behind our name in any chat, once the typing rests."""
        self._typed[query.from_user.id] = query.id
        await asyncio.sleep(self._patience.typing)
        if self._typed.get(query.from_user.id) != query.id:
            return
        del self._typed[query.from_user.id]
        results = []
        if query.query.strip():
            place = Place("telegram", f"inline{query.from_user.id}")
            asked = Message(f"inline:{query.id}", place, str(query.from_user.id), query.query, time.time(), direct=True)
            reply = await asyncio.to_thread(self._desk.answer, asked)
            results = [article("answer", reply)]
        await self._api.answer_inline_query(query.id, results, cache_time=30, is_personal=True)

    async def _announce(self) -> None:
        await announce(self._api)
        await self._admin.announce()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except (TelegramError, Lost, Undeliverable) as error:
        log.warning("Something could not be sent to Telegram (%s).", type(error).__name__)
    except Exception:
        log.exception("Something went wrong with Telegram.")


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, less when asked to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _asked_to_wait(error: Exception, pause: float) -> float:
    if isinstance(error, RetryAfter):
        return error._retry_after.total_seconds()  # noqa: SLF001  # the public one warns of its own future
    return pause
