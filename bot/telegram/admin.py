"""The newsroom in Telegram: who wants what, done in a thread, told in one message that is edited.

Commands are not written here: bot.newsroom.newsroom says how to add one.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import telegram
from telegram import BotCommand, BotCommandScopeChat
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.errors import FetchError
from bot.messages import Place
from bot.newsroom.acts import Act, Document, Person, Told
from bot.newsroom.attached import download
from bot.newsroom.newsroom import Newsroom, refusal
from bot.phrases import phrases
from bot.telegram.api import Api
from bot.telegram.buttons import Button, Does, Press
from bot.telegram.commands import menu
from bot.telegram.outcomes import Lost, Undeliverable
from bot.telegram.rendering import Outgoing, notice
from bot.telegram.sending import Sender
from bot.telegram.showing import PRIVATE
from bot.telegram.updates import ANONYMOUS, Command, place_of

log = logging.getLogger(__name__)
PLATFORM = "telegram"


class Admin:
    """Lets admins and editors work from a chat."""

    def __init__(self, newsroom: Newsroom, api: Api, sender: Sender, pause: float) -> None:
        """Set the seconds between two looks at how far an act is, and so between two edits: pause."""
        self._newsroom = newsroom
        self._pause = pause
        self._api = api
        self._sender = sender

    def wanted(self, message: telegram.Message, typed: Command) -> bool:
        """Tell whether a typed command is one for the newsroom, which is then to answer it.

        Somebody who may not use it is told so in a private chat, unless it is a command of everybody's, too; in a
        group it may be another bot's.
        """
        if self._newsroom.command(typed.name) is None or message.guest_query_id:
            return False
        everybodys = typed.name in PRIVATE
        refusable = message.chat.type == ChatType.PRIVATE and not everybodys
        return refusable or self._newsroom.may(person(message), typed.name)

    async def command(self, message: telegram.Message, typed: Command, language: str) -> None:
        """Carry a typed command out and tell how far it is."""
        above, file = message.reply_to_message, self._meant(message, typed)
        act = Act(
            person(message),
            typed.name,
            typed.rest.strip(),
            await self._attached(file) if file else None,
            place=place_of(message),
            replies_to=str(above.id) if above else "",
            language=language,
        )
        await self._carry_out(act, place_of(message), message.id)

    def brings(self, message: telegram.Message) -> bool:
        """Tell whether a message is a file that an admin or editor sends to be added."""
        user = message.from_user
        private = message.chat.type == ChatType.PRIVATE and message.document is not None
        return private and user is not None and self._newsroom.may(Person(PLATFORM, str(user.id)), "add")

    async def document(self, message: telegram.Message, language: str) -> None:
        """Show what is understood of a file."""
        file, who = message.document, person(message)
        if file is None:
            return
        attached = await self._attached(file) if who else None
        act = Act(who, "add", document=attached, place=place_of(message), language=language)
        await self._carry_out(act, place_of(message), message.id)

    def _meant(self, message: telegram.Message, typed: Command) -> telegram.Document | None:
        """Return the file that a command is typed below or, alone, in reply to; None when it takes none."""
        command, above = self._newsroom.command(typed.name), message.reply_to_message
        if not (command and command.documents and self._newsroom.may(person(message), typed.name)):
            return None
        return message.document or (above.document if above and not typed.rest.strip() else None)

    async def _attached(self, file: telegram.Document) -> Document:
        origin, name = f"{self._api.base_file_url}/", file.file_name or "file"
        try:
            found = await self._api.get_file(file.file_id)
            url = found.file_path or ""
        except TelegramError as error:  # larger than a bot may load, or gone
            log.info("A file cannot be had: %s.", error)
            return Document(name, _not_to_be_had)
        return Document(name, lambda most: download(url, [origin], most))

    def refused(self, query: telegram.CallbackQuery, press: Press, language: str) -> str:
        """Return what somebody is told at once who may not do what a button asks for; empty when they may."""
        who = _presser(query)
        if self._newsroom.may(who, press.about):
            return ""
        log.warning("Refused: %s pressed %s.", who or "somebody who is not known for sure", press.about)
        return refusal(self._newsroom.command(press.about), language)

    async def press(
        self, query: telegram.CallbackQuery, press: Press, message: telegram.Message, language: str
    ) -> None:
        """Carry out what a button asks for, if the one who pressed it still may, and tell how far it is."""
        place = place_of(message)
        act = Act(_presser(query), press.about, press.choice, place=place, language=language)
        await self._carry_out(act, place, 0)

    async def announce(self) -> None:
        """Show each admin and editor their commands in the menu of their private chat."""
        for number, role in self._newsroom.roles.listed(PLATFORM).items():
            commands = [BotCommand(each.name, each.says) for each in self._newsroom.offered(role)]
            names = {each.command for each in commands}
            everybody = menu([name for name in PRIVATE if name not in names])
            try:
                await self._api.set_my_commands([*everybody, *commands], BotCommandScopeChat(int(number)))
            except TelegramError as error:  # somebody who has never written to the bot has no chat with it
                log.info("The menu of %s could not be set: %s.", number, error)

    async def news(self, over: asyncio.Event) -> None:
        """Tell admins, in their private chats, of what they have not asked for, until the service is over."""
        stopping = asyncio.create_task(over.wait())
        try:
            while not over.is_set():
                for number, told in self._newsroom.news(PLATFORM):
                    try:
                        await self._show(Place(PLATFORM, number), "", told, 0)
                    except (TelegramError, Lost, Undeliverable) as error:
                        log.warning("An admin could not be told (%s): %s", type(error).__name__, told.lines[0])
                await asyncio.wait({stopping}, timeout=self._pause)
        finally:
            stopping.cancel()

    async def _carry_out(self, act: Act, place: Place, reply_to: int) -> None:
        latest: list[Told] = []
        work = asyncio.create_task(asyncio.to_thread(self._newsroom.act, act, latest.append))
        sent, shown = "", None
        while not work.done():
            await asyncio.wait({work}, timeout=self._pause)
            if latest and latest[-1] != shown and not work.done():
                shown = latest[-1]
                with suppress(TelegramError, Lost, Undeliverable):  # what comes of it is told all the same
                    sent = await self._show(place, sent, shown, reply_to)
        await self._show(place, sent, work.result(), reply_to)

    async def _show(self, place: Place, sent: str, told: Told, reply_to: int) -> str:
        """Show what is told in the message sent, or in a new one; return the id of the message."""
        if told.picture:
            await self._sender.picture(place, told.picture, reply_to)
        first, *rest = messages(told)
        if not (sent and await self._sender.edit(place, sent, first)):
            (sent,) = await self._sender.send(place, [first], reply_to)
        await self._sender.send(place, rest, reply_to)
        return sent


def _not_to_be_had(_: int) -> bytes:
    raise FetchError(
        "Telegram does not hand this file out: bots get files of at most 20 MB. Send a smaller one, or /add its link."
    )


def person(message: telegram.Message) -> Person | None:
    """Return who wrote a command, None when it is not for sure that they wrote it, and wrote it now, for us.

    Nobody who speaks as a group or channel is known; a forwarded message is somebody else's words, one of another bot
    is made by that bot, an edited one was read before.
    """
    borrowed = message.forward_origin or message.via_bot or message.is_automatic_forward or message.edit_date
    if message.sender_chat or borrowed or message.guest_query_id or message.chat.type == ChatType.CHANNEL:
        return None
    user = message.from_user
    return Person(PLATFORM, str(user.id)) if user and _known(user) else None


def _presser(query: telegram.CallbackQuery) -> Person | None:
    return Person(PLATFORM, str(query.from_user.id)) if _known(query.from_user) else None


def _known(user: telegram.User) -> bool:
    return not user.is_bot and user.id not in ANONYMOUS


def messages(told: Told) -> tuple[Outgoing, ...]:
    """Return what is told as messages, the buttons under the last."""
    rows = tuple((Button(each.label, Press(Does.ACT, each.name, each.what)),) for each in told.choices)
    *before, last = notice("\n".join(told.lines)) or notice(phrases("").acts["done"])
    return (*before, Outgoing(last.html, last.text, rows))
