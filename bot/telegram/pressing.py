"""Presses of buttons: a thank-you, the quotes, a gap filed, a setting changed, a suggestion asked."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import telegram
from telegram.error import TelegramError

from bot.desk import Desk
from bot.messages import Message, PlaceSettings
from bot.phrases import Phrases, phrases
from bot.telegram.admin import Admin
from bot.telegram.api import Api
from bot.telegram.buttons import Button, Does, Press, pressed, reasons
from bot.telegram.commands import Commands, may_administer
from bot.telegram.gaps import GapPressing
from bot.telegram.rendering import quote_messages
from bot.telegram.sending import Sender
from bot.telegram.updates import app_language, place_of

log = logging.getLogger(__name__)
Accept = Callable[[Message], Awaitable[None]]


class Pressing:
    """Does what a pressed button asks for; the button itself says all, so that a restart forgets nothing."""

    def __init__(  # a press can mean anything that the bot does
        self, desk: Desk, api: Api, sender: Sender, commands: Commands, accept: Accept, admin: Admin
    ) -> None:
        self._desk = desk
        self._api = api
        self._sender = sender
        self._commands = commands
        self._accept = accept
        self._admin = admin
        self._gaps = GapPressing(desk, api)

    async def press(self, query: telegram.CallbackQuery) -> None:
        """Do what a press asks for and tell the one who pressed."""
        press = pressed(query.data or "")
        message = query.message if isinstance(query.message, telegram.Message) else None
        say = phrases(query.from_user.language_code or "")
        if message:
            say = phrases((await asyncio.to_thread(self._settings, message, query)).language)
        told = say.gone
        if press and message and not query.from_user.is_bot:
            if press.does is Does.ACT:
                await self._act(press, message, query)
                return
            told = await self._do(press, message, query, say)
        await self._answer(query, told, alert=told == say.will_tell)

    async def _act(self, press: Press, message: telegram.Message, query: telegram.CallbackQuery) -> None:
        """Have an act carried out; it may take minutes, and who pressed hears at once that they were heard."""
        settings = await asyncio.to_thread(self._settings, message, query)
        refused = self._admin.refused(query, press, settings.language)
        await self._answer(query, refused)
        if not refused:
            await self._admin.press(query, press, message, settings.language)

    async def _answer(self, query: telegram.CallbackQuery, told: str, *, alert: bool = False) -> None:
        try:
            await self._api.answer_callback_query(query.id, told[:200], show_alert=alert)
        except TelegramError as error:  # older than a few minutes, as after a restart
            log.info("A press could not be answered: %s.", error)

    def _settings(self, message: telegram.Message, query: telegram.CallbackQuery) -> PlaceSettings:
        return self._desk.places.settings(place_of(message), "", app_language(message.chat, query.from_user))

    async def _do(self, press: Press, message: telegram.Message, query: telegram.CallbackQuery, say: Phrases) -> str:
        user = str(query.from_user.id)
        match press.does:
            case Does.QUOTES:
                return await self._quotes(press, message, query)
            case Does.SUGGESTION:
                return await self._suggestion(press, message, query)
            case Does.SETTING:
                return await self._setting(press, message, query)
            case Does.GAP | Does.TELL | Does.DONT_TELL:
                return await self._gaps.press(press, message, user, say)
        return await self._rated(press, message, user, say)

    async def _rated(self, press: Press, message: telegram.Message, user: str, say: Phrases) -> str:
        kept = await asyncio.to_thread(
            lambda: self._desk.useful(
                press.about, "telegram", user, useful=press.does is Does.USEFUL, reason=press.choice
            )
        )
        # Of a message that is too old to be shown Telegram does not tell the buttons, and they stay as they are.
        if kept and press.does in (Does.USELESS, Does.REASON) and message.reply_markup:
            await self._reasons(press, message, say)
        return say.thanks if kept else say.gone

    async def _reasons(self, press: Press, message: telegram.Message, say: Phrases) -> None:
        """Offer reasons below the other buttons; take them away when one was given."""
        shown = [row for row in rows(message) if all(button.press.does is not Does.REASON for button in row)]
        if press.does is Does.USELESS:
            shown += reasons(press.about, say)
        await self._sender.put_buttons(place_of(message), message.id, shown)

    async def _quotes(self, press: Press, message: telegram.Message, query: telegram.CallbackQuery) -> str:
        answer = await asyncio.to_thread(self._desk.kept, press.about)
        settings = await asyncio.to_thread(self._settings, message, query)
        if answer is None:
            return phrases(settings.language).gone
        await self._sender.send(place_of(message), quote_messages(answer.citations, settings), message.id)
        return ""

    async def _suggestion(self, press: Press, message: telegram.Message, query: telegram.CallbackQuery) -> str:
        asked = next((button.label for row in rows(message) for button in row if button.press == press), "")
        asked = asked or await asyncio.to_thread(self._offered, press)
        if not asked:
            return phrases((await asyncio.to_thread(self._settings, message, query)).language).gone
        place, user = place_of(message), str(query.from_user.id)
        direct, app = message.chat.type == "private", app_language(message.chat, query.from_user)
        name = f"press{query.id}:{message.id}"
        await self._accept(Message(name, place, user, asked, time.time(), str(message.id), direct=direct, language=app))
        return asked

    def _offered(self, press: Press) -> str:
        offered = self._desk.suggested(press.about)
        return next((one for number, one in enumerate(offered) if str(number) == press.choice), "")

    async def _setting(self, press: Press, message: telegram.Message, query: telegram.CallbackQuery) -> str:
        allowed = await may_administer(self._api, message.chat, query.from_user, masked=False)
        place, app = place_of(message), app_language(message.chat, query.from_user)
        told = await asyncio.to_thread(self._commands.change, place, press.about, press.choice, app, allowed=allowed)
        if not allowed:
            return told[0].plain
        await self._sender.edit(place, str(message.id), told[0])
        return ""


def rows(message: telegram.Message) -> list[tuple[Button, ...]]:
    """Return the rows of our buttons below a message."""
    found = message.reply_markup.inline_keyboard if message.reply_markup else ()
    ours = (tuple((b.text, pressed(str(b.callback_data or ""))) for b in row) for row in found)
    return [kept for row in ours if (kept := tuple(Button(text, press) for text, press in row if press))]
