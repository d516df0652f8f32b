"""Gaps that are filed with a button, and the wish to be told once an article answers one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.desk import Desk
from bot.desk.telling import Wished
from bot.phrases import Phrases
from bot.telegram.api import Api
from bot.telegram.buttons import Button, Does, Press, wish_button
from bot.telegram.updates import place_of

log = logging.getLogger(__name__)
_WISHES = (Does.TELL, Does.DONT_TELL)


class GapPressing:
    """Does what the buttons below "I don't know" ask for."""

    def __init__(self, desk: Desk, api: Api) -> None:
        self._desk = desk
        self._api = api

    async def press(self, press: Press, message: telegram.Message, user: str, say: Phrases) -> str:
        """File a gap, or keep the wish of the one who asked or take it back, and return what to say."""
        return await (self._file if press.does is Does.GAP else self._wish)(press, message, user, say)

    async def _file(self, press: Press, message: telegram.Message, user: str, say: Phrases) -> str:
        """File a gap and offer to tell when an article answers it."""
        filed = await asyncio.to_thread(self._desk.gap, press.about, "telegram", user)
        if filed and not any(_carries(button, press.about) for row in _rows(message) for button in row):
            await self._show(message, press.about, wish_button(press.about, say, wished=False))
        return say.gap_filed if filed else say.gone

    async def _wish(self, press: Press, message: telegram.Message, user: str, say: Phrases) -> str:
        telling = self._desk.telling
        if press.does is Does.TELL:
            wished = await asyncio.to_thread(telling.wish, press.about, place_of(message), user)
            if wished is Wished.YES:
                await self._show(message, press.about, wish_button(press.about, say, wished=True))
            return str(getattr(say, wished.value))
        if not await asyncio.to_thread(telling.take_back, press.about, "telegram", user):
            return say.not_your_question
        await self._show(message, press.about, wish_button(press.about, say, wished=False))
        return say.wont_tell

    async def _show(self, message: telegram.Message, answer_id: str, button: Button) -> None:
        """Put a button in place of the one that wishes or takes back, else beside the one that files the gap.

        Below a message that is too old for Telegram to show it the buttons are not known, and stay as they are.
        """
        if not message.reply_markup:
            return
        shown = InlineKeyboardButton(button.label, callback_data=str(button.press))
        rows = [[shown if _carries(old, answer_id) else old for old in row] for row in _rows(message)]
        if not any(shown in row for row in rows):
            rows.insert(1, [shown])
        try:
            await self._api.edit_message_reply_markup(
                message.chat.id, message.id, reply_markup=InlineKeyboardMarkup(rows)
            )
        except TelegramError as error:
            log.info("A button could not be shown: %s.", error)


def _rows(message: telegram.Message) -> Sequence[Sequence[InlineKeyboardButton]]:
    return message.reply_markup.inline_keyboard if message.reply_markup else ()


def _carries(button: InlineKeyboardButton, answer_id: str) -> bool:
    return button.callback_data in {str(Press(does, answer_id)) for does in _WISHES}
