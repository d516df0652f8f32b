"""What the commands but /ask say and do."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence

import telegram
from telegram import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.desk import Desk
from bot.desk.tracing import trace_lines, weighed_lines
from bot.errors import BotError, SettingsError
from bot.messages import Place, PlaceSettings
from bot.phrases import LANGUAGES, Phrases, phrases
from bot.telegram.api import Api
from bot.telegram.markup import plain
from bot.telegram.packing import Row
from bot.telegram.rendering import Outgoing, notice, outgoing, source_messages
from bot.telegram.showing import COMMON, PRIVATE, help_messages, settings_messages, start_messages
from bot.telegram.updates import ANONYMOUS, GENERAL, Command, app_language, place_of, speaker
from bot.values import Trace

log = logging.getLogger(__name__)


def menu(names: Sequence[str], language: str = "en") -> list[BotCommand]:
    """Return commands with what they do, in a language."""
    return [BotCommand(name, phrases(language).menu[name]) for name in names]


async def announce(api: Api) -> None:
    """Tell Telegram the commands, for private chats, groups and the admins of groups, in each language."""
    for names, scope in (
        (PRIVATE, BotCommandScopeAllPrivateChats()),
        (COMMON, BotCommandScopeAllGroupChats()),
        (PRIVATE, BotCommandScopeAllChatAdministrators()),
    ):
        for language in LANGUAGES:
            try:
                # English is for everybody whose language has no menu of its own.
                await api.set_my_commands(menu(names, language), scope, None if language == "en" else language)
            except TelegramError as error:  # people can type them all the same
                log.warning("The commands could not be made known to Telegram: %s.", error)


async def may_administer(api: Api, chat: telegram.Chat, user: telegram.User | None, *, masked: bool) -> bool:
    """Tell whether a person is an admin of a chat right now; nobody who speaks as a group or channel is."""
    if masked or user is None or user.is_bot or user.id in ANONYMOUS:
        return False
    if chat.type == ChatType.PRIVATE:
        return chat.id == user.id
    try:
        member = await api.get_chat_member(chat.id, user.id)
    except TelegramError:
        return False
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class Commands:
    """Answers the commands that are no questions."""

    def __init__(self, desk: Desk, api: Api) -> None:
        self._desk = desk
        self._api = api

    async def reply(self, message: telegram.Message, typed: Command) -> Sequence[Outgoing]:
        """Return what a command is answered with: a sentence for one that is not ours, in a group nothing."""
        place, user = place_of(message), speaker(message)
        app = app_language(message.chat, message.from_user)
        settings = self._desk.places.settings(place, "", app)
        say, private = phrases(settings.language), message.chat.type == ChatType.PRIVATE
        match typed.name:
            case "start" if private:
                return start_messages(say, self._desk.openers(settings.language))
            case "start" | "help" | "privacy":
                return _of_itself(typed.name, say)
            case "forget" | "forgetme":
                return await asyncio.to_thread(self._forget, place, user, say)
            case "settings":
                return (
                    await self._settings(message, typed.rest)
                    if typed.rest.strip()
                    else settings_messages(place, settings)
                )
            case "sources" | "why":
                above = message.reply_to_message
                answer_id = await asyncio.to_thread(self._meant, place, user, str(above.id) if above else "")
                return await asyncio.to_thread(self._about, typed.name, answer_id, settings)
        # In a group it may be another bot's.
        return notice(say.unknown_command) if private or typed.named else ()

    def _forget(self, place: Place, user: str, say: Phrases) -> Sequence[Outgoing]:
        try:
            self._desk.forget(place.platform, user)
        except BotError as error:
            log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
            return notice(say.not_forgotten)
        return notice(say.forgotten)

    def _meant(self, place: Place, user: str, above: str) -> str:
        return (self._desk.carried(place, above) if above else "") or self._desk.last(place, user)

    def _about(self, name: str, answer_id: str, settings: PlaceSettings) -> Sequence[Outgoing]:
        answer, trace, say = self._desk.kept(answer_id), self._desk.why(answer_id), phrases(settings.language)
        if answer is None or trace is None:
            return notice(say.gone if answer_id else say.nothing_yet)
        return source_messages(answer.citations, settings) if name == "sources" else outgoing(_trace(trace, say))

    async def _settings(self, message: telegram.Message, rest: str) -> Sequence[Outgoing]:
        place = place_of(message)
        setting, _, value = rest.partition(" ")
        if setting == "channels":
            value = re.sub(r"\bhere\b", place.thread or GENERAL, value, flags=re.IGNORECASE)
        masked = message.sender_chat is not None
        allowed = await may_administer(self._api, message.chat, message.from_user, masked=masked)
        app = app_language(message.chat, message.from_user)
        return await asyncio.to_thread(self.change, place, setting, value, app, allowed=allowed)

    def change(self, place: Place, setting: str, value: str, app: str, *, allowed: bool) -> Sequence[Outgoing]:
        """Change a setting for someone who is allowed to, and return what to say; app: as Message.language."""
        say = phrases(self._desk.places.settings(place, "", app).language)
        if not allowed:
            return notice(say.admins_only)
        try:
            return settings_messages(place, self._desk.places.change(place, setting, value, "", app))
        except SettingsError as error:
            return notice(str(error))
        except BotError as error:
            log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
            return notice(say.not_saved)


def _of_itself(name: str, say: Phrases) -> Sequence[Outgoing]:
    if name == "help":
        return help_messages(say)
    return notice(say.joined if name == "start" else "\n".join(say.privacy).format(platform="Telegram"))


def _trace(trace: Trace, say: Phrases) -> Iterator[Row]:
    for line in trace_lines(trace, say):
        yield Row(plain(line))
    for line in weighed_lines(trace, say):
        yield Row(plain(line), group=1, folded=True)
