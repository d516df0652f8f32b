"""Bots of nothing but their library: each has a worker answer, as ours does, and sends the same ready reply.

What they compute is the floor under what our own platforms compute for the same two requests. They wait for a worker,
since code that runs again after a pause, with other processes on the cores meanwhile, takes two to three times what it
takes in a loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

import discord
from discord import ButtonStyle, app_commands, ui
from discord.http import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.discord.platform import api_base
from bot.discord.rendering import answer_sheets
from bot.discord.sheets import Link, Press, Sheet
from bot.messages import Reply
from bot.settings import Settings
from bot.telegram.rendering import reply_messages
from bot.values import Ask


class BareTelegram:
    """python-telegram-bot as its documentation has it: an application with one handler."""

    name = "bare Telegram"

    def __init__(self, settings: Settings, ask: Ask, ready: Reply) -> None:
        self._settings = settings
        self._ask = ask
        self._ready = reply_messages(ready)[0]

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stop is set."""
        logging.getLogger("httpx").setLevel(logging.WARNING)
        token = self._settings.telegram_token
        if token is None:
            raise ValueError("There is no token.")
        url = f"{self._settings.telegram_api_url}/bot"
        app = Application.builder().token(token.get_secret_value()).base_url(url).concurrent_updates(256).build()
        app.add_handler(MessageHandler(filters.TEXT, self._answer))
        async with app:
            await app.start()
            if app.updater:
                await app.updater.start_polling(timeout=25)
            await stop.wait()
            if app.updater:
                await app.updater.stop()
            await app.stop()

    async def _answer(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await asyncio.to_thread(self._ask, update.message.text, ())
            await update.message.reply_html(
                self._ready.html,
                reply_parameters=ReplyParameters(update.message.id, allow_sending_without_reply=True),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=InlineKeyboardMarkup(
                    [
                        [InlineKeyboardButton(button.label, callback_data=str(button.press)) for button in row]
                        for row in self._ready.buttons
                    ]
                ),
            )


class BareDiscord:
    """discord.py as its documentation has it: a client with one event and one command."""

    name = "bare Discord"

    def __init__(self, settings: Settings, ask: Ask, ready: Reply) -> None:
        self._settings = settings
        self._ask = ask
        self._ready = ready

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stop is set."""
        Route.BASE = api_base(self._settings.discord_api_url)
        token = self._settings.discord_token
        client = _Client(self._ask, self._ready)
        living = asyncio.create_task(client.start(token.get_secret_value() if token else ""))
        await stop.wait()
        await client.close()
        with contextlib.suppress(asyncio.CancelledError):
            await living


class _Client(discord.AutoShardedClient):
    def __init__(self, ask: Ask, ready: Reply) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._ask = ask
        self._sheet = answer_sheets(ready)[0]

    async def setup_hook(self) -> None:
        """Make one command known."""
        tree: app_commands.CommandTree[_Client] = app_commands.CommandTree(self)
        tree.add_command(app_commands.Command(name="ask", description="Ask", callback=_nothing))
        await tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        """Reply to a mention."""
        if self.user in message.mentions:
            await asyncio.to_thread(self._ask, message.content, ())
            await message.reply(view=_view(self._sheet), mention_author=False, suppress_embeds=True)


def _view(sheet: Sheet) -> ui.LayoutView:
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(sheet.tone))
    for number, block in enumerate(sheet.blocks):
        if number:
            box.add_item(ui.Separator())
        box.add_item(ui.TextDisplay(block))
    for row in sheet.rows:
        box.add_item(ui.ActionRow(*map(_button, row)))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    view.stop()
    return view


def _button(button: Link | Press) -> ui.Button[ui.LayoutView]:
    if isinstance(button, Link):
        return ui.Button(label=button.label, url=button.url)
    return ui.Button(label=button.label, custom_id=button.id, style=ButtonStyle.secondary)


async def _nothing(interaction: discord.Interaction) -> None:
    """Do nothing: nobody uses the command here."""
