"""Signs of life while an answer is made: typing when it takes a moment, and in a private chat then a draft."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.messages import Message, Place
from bot.telegram.api import Api
from bot.telegram.chats import Chats
from bot.telegram.patience import Patience

log = logging.getLogger(__name__)
_TYPING = 4.5  # seconds; Telegram shows it for five
_DRAFT = 20.0  # seconds; Telegram shows it for thirty


class Waiting:
    """Shows that an answer is being made, until it is; nothing that goes wrong with that matters."""

    def __init__(self, api: Api, chats: Chats, patience: Patience) -> None:
        self._api = api
        self._chats = chats
        self._patience = patience
        self._drafts = True

    async def until(self, answered: asyncio.Task[Any], question: Message, looking: str) -> None:
        """Return when a question is answered: at once, or after typing and, where a private chat waits long, a draft.

        looking: what the draft says. A draft is no message: what is sent next takes its place.
        """
        _, waiting = await asyncio.wait({answered}, timeout=self._patience.working)
        if not waiting:
            return
        showing = asyncio.create_task(self._show(answered, question, looking))
        await asyncio.wait({answered})
        # A sign of life that reaches Telegram after the answer would be shown below it.
        _, hanging = await asyncio.wait({showing}, timeout=1)
        for late in hanging:
            late.cancel()

    async def _show(self, answered: asyncio.Task[Any], question: Message, looking: str) -> None:
        loop = asyncio.get_running_loop()
        drafting = loop.time() + self._patience.draft - self._patience.working
        while not answered.done():
            left = drafting - loop.time()
            if question.direct and left <= 0 and self._drafts and await self._draft(question, looking):
                await asyncio.wait({answered}, timeout=_DRAFT)
                continue
            await self._type(question.place)
            pause = min(_TYPING, left) if question.direct and self._drafts and left > 0 else _TYPING
            await asyncio.wait({answered}, timeout=pause)

    async def _draft(self, question: Message, looking: str) -> bool:
        """Show a draft (Bot API 9.5 and later) and tell whether it is shown."""
        number = question.id.rpartition(":")[2]
        try:
            return await self._api.send_message_draft(
                int(self._chats.number(question.place)),
                int(number) if number.isdecimal() and int(number) else 1,
                looking,
                message_thread_id=thread(question.place),
            )
        except (BadRequest, InvalidToken) as error:  # this server, or this chat, knows no drafts
            log.info("Drafts are not shown: %s.", type(error).__name__)
            self._drafts = False
        except TelegramError as error:
            log.debug("A draft could not be shown: %s.", error)
        return False

    async def _type(self, place: Place) -> None:
        try:
            await self._api.send_chat_action(self._chats.number(place), "typing", message_thread_id=thread(place))
        except TelegramError as error:
            log.debug("Typing could not be shown: %s.", error)


def thread(place: Place) -> int | None:
    """Return the topic that a place is, None for none."""
    return int(place.thread) if place.thread else None
