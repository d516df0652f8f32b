"""One connection's work: updates in, each on disk before it is confirmed; replies out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from functools import partial

import telegram
from telegram import Update

from bot.desk import Desk
from bot.desk.underway import Underway
from bot.messages import Message, Place
from bot.newsroom.newsroom import Newsroom
from bot.phrases import phrases
from bot.settings import Settings
from bot.telegram.admin import Admin
from bot.telegram.api import Api
from bot.telegram.begun import Begun, Work
from bot.telegram.chats import Chats
from bot.telegram.commands import Commands, announce
from bot.telegram.patience import Patience
from bot.telegram.polling import Polling
from bot.telegram.pressing import Pressing
from bot.telegram.replying import Replying, articles, hints
from bot.telegram.sending import Sender
from bot.telegram.telling import Telling
from bot.telegram.updates import Command, Me, added, app_language, command, name_of, place_of, speaker
from bot.telegram.updates import question as asked_of_us
from bot.telegram.waiting import Waiting
from bot.telegram.webhook import webhook

log = logging.getLogger(__name__)
UPDATES = ["message", "edited_message", "guest_message", "callback_query", "inline_query", "my_chat_member"]
_ALBUMS = 100
"""Albums that are remembered: each picture of one comes as a message of its own."""


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
        self._chats = Chats(desk)
        self._sender = Sender(api, self._chats)
        self._underway = Underway(settings.data_dir / "state" / "telegram.underway")
        self._replying = Replying(
            desk, api, self._chats, self._sender, Waiting(api, self._chats, patience), self._underway
        )
        self._commands = Commands(desk, api)
        self._newsroom = newsroom
        self._admin = Admin(newsroom, api, self._sender, patience.progress)
        self._pressing = Pressing(desk, api, self._sender, self._commands, self._accept, self._admin)
        self._begun = Begun()
        self._typed: dict[int, str] = {}
        self._albums: deque[str] = deque(maxlen=_ALBUMS)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stop is set, then finish what was accepted."""
        over = asyncio.Event()
        try:
            owed = await asyncio.to_thread(self._desk.pending, "telegram")
            self._underway.keep({question.id for question in owed})
            for question in owed:
                self._begun.begin(self._replying.reply(question))
            self._begun.begin(self._announce())
            self._begun.begin(Telling(self._desk, self._sender, self._chats, self._patience.telling).run(over))
            self._begun.begin(self._admin.news(over))
            if self._settings.telegram_webhook_url:
                await webhook(self._api, self._settings, UPDATES, self.take, stop)
            else:
                await Polling(self._api, self._patience, UPDATES, self.take).run(stop)
        finally:
            over.set()
            if stop.is_set():
                self._newsroom.stop()
            await self._begun.finish(None if stop.is_set() else self._patience.dripping)

    async def take(self, update: Update) -> None:
        """Take an update: a question is on disk when this returns, all else is begun."""
        message = update.message or update.edited_message or update.guest_message
        try:
            if message:
                await self._message(message)
            elif press := update.callback_query:
                self._begun.once(f"press:{press.id}", str(press.from_user.id), partial(self._pressing.press, press))
            elif update.inline_query:
                self._begun.begin(self._inline(update.inline_query))
            elif update.my_chat_member:
                await self._chats.joined_or_left(update.my_chat_member)
                if news := added(update.my_chat_member):
                    await self._accept(news)
        except Exception:  # one update must not end the service
            log.exception("An update could not be taken.")

    async def _message(self, message: telegram.Message) -> None:
        await self._chats.told(message)
        typed = command(message, self._me)
        app = app_language(message.chat, message.from_user)
        settings = self._desk.places.settings(place_of(message), "", app)
        does: Callable[[], Work]
        person = speaker(message)
        if self._admin.brings(message) and not message.edit_date:
            does = partial(self._admin.document, message, settings.language)
            person = ""  # one file is a message, and many may come at once
        elif typed and self._admin.wanted(message, typed):
            does = partial(self._admin.command, message, typed, settings.language)
        elif typed and typed.name != "ask":
            does = partial(self._command, message, typed)
        else:
            asked = asked_of_us(message, self._me, settings)
            if asked and not self._of_album(message):
                await self._accept(asked)
            return
        if speaker(message) and not message.edit_date:
            self._begun.once(name_of(message), person, does)

    def _of_album(self, message: telegram.Message) -> bool:
        """Tell whether a picture without words belongs to an album of which another message was taken already."""
        if not message.media_group_id:
            return False
        taken = message.media_group_id in self._albums
        self._albums.append(message.media_group_id)
        return taken and not message.caption

    async def _accept(self, asked: Message) -> None:
        if await asyncio.to_thread(self._desk.accept, asked):
            self._begun.begin(self._replying.reply(asked))

    async def _command(self, message: telegram.Message, typed: Command) -> None:
        told = await self._commands.reply(message, typed)
        await self._sender.send(place_of(message), told, message.id)

    async def _inline(self, query: telegram.InlineQuery) -> None:
        """Answer what is typed behind our name in any chat, once the typing rests."""
        self._typed[query.from_user.id] = query.id
        await asyncio.sleep(self._patience.typing)
        if self._typed.get(query.from_user.id) != query.id:
            return
        del self._typed[query.from_user.id]
        user = query.from_user
        if query.query.strip():
            asked = Message(
                f"inline:{query.id}",
                Place("telegram", f"inline{user.id}"),
                str(user.id),
                query.query,
                time.time(),
                direct=True,
                home=str(user.id),  # what they have chosen in their private chat goes for what they type anywhere
                language=user.language_code or "",
            )
            results = articles(await asyncio.to_thread(self._desk.answer, asked))
        else:
            app = user.language_code or ""
            language = self._desk.places.settings(Place("telegram", str(user.id)), "", app).language
            results = hints(self._desk.openers(language), phrases(language))
        await self._api.answer_inline_query(query.id, results, cache_time=30, is_personal=True)

    async def _announce(self) -> None:
        await announce(self._api)
        await self._admin.announce()
