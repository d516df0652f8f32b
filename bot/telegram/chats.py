"""Chats that changed their number, and chats that take no message from us."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from telegram import ChatMember, ChatMemberUpdated, Message

from bot.desk import Desk
from bot.messages import Message as Question
from bot.messages import Place

log = logging.getLogger(__name__)
PLATFORM = "telegram"
_REMEMBERED = 10_000
_GONE = (ChatMember.BANNED, ChatMember.LEFT)


class Chats:
    """What is known of chats beyond their numbers; the desk keeps it, so that a restart forgets nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._moved: dict[str, str] = {}
        self._open: set[str] = set()

    def number(self, place: Place) -> str:
        """Return the number that a chat has today."""
        return self._moved.get(place.chat, place.chat)

    def today(self, question: Question) -> Question:
        """Return a question with the number that its chat has today."""
        number = self.number(question.place)
        if number == question.place.chat:
            return question
        return replace(question, place=replace(question.place, chat=number))

    async def moved(self, old: str, new: str) -> None:
        """Carry over to a supergroup what belongs to the group that it was: its settings and what it still asks."""
        if old == new or self._moved.get(old) == new:
            return
        self._moved[old] = new
        log.info("A group became a supergroup; its settings go with it.")
        await asyncio.to_thread(self._desk.places.moved, PLATFORM, old, new)

    async def takes(self, place: Place) -> bool:
        """Tell whether a chat takes messages from us, as far as it was heard of."""
        chat = self.number(place)
        return chat in self._open or not await asyncio.to_thread(self._desk.places.is_shut, PLATFORM, chat)

    async def shut(self, chat: str) -> None:
        """Remember that a chat takes no message from us: we are blocked, removed, or it is gone."""
        self._open.discard(chat)
        await asyncio.to_thread(self._desk.places.shut, PLATFORM, chat, shut=True)

    async def heard(self, chat: str) -> None:
        """Remember that a chat speaks to us, and so takes our messages again."""
        if chat not in self._open:
            if len(self._open) >= _REMEMBERED:
                self._open.clear()
            self._open.add(chat)
            await asyncio.to_thread(self._desk.places.shut, PLATFORM, chat, shut=False)

    async def told(self, message: Message) -> None:
        """Take the news that a message brings by being there, whatever it says."""
        if message.migrate_to_chat_id:
            await self.moved(str(message.chat.id), str(message.migrate_to_chat_id))
        if not message.guest_query_id:  # we are no member where a guest asks
            await self.heard(str(message.chat.id))

    async def joined_or_left(self, update: ChatMemberUpdated) -> None:
        """Take the news that somebody added, removed, blocked or unblocked us."""
        chat = str(update.chat.id)
        await (self.shut(chat) if update.new_chat_member.status in _GONE else self.heard(chat))
