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
from bot.errors import BotError
from bot.phrases import LANGUAGES, phrases
from bot.telegram.api import Api
from bot.telegram.buttons import Button, Does, Press
from bot.telegram.markup import plain
from bot.telegram.packing import Row
from bot.telegram.rendering import Outgoing, notice, outgoing, source_messages
from bot.telegram.updates import ANONYMOUS, GENERAL, Command, place_of, speaker
from bot.values import Layout, Length, Place, PlaceSettings, Trace

log = logging.getLogger(__name__)
_SHOWN = 8
_ASK = BotCommand("ask", "Ask about smart glasses, headsets, watches and rings")
_COMMON = (
    _ASK,
    BotCommand("sources", "Title, publisher, date, quote and link of each source"),
    BotCommand("why", "How the last answer came about"),
    BotCommand("help", "What I can do"),
    BotCommand("privacy", "What is kept of what you write"),
    BotCommand("forget", "Delete everything about you"),
)
_SETTINGS = BotCommand("settings", "Length, language, where I answer")
PRIVATE = (*_COMMON, _SETTINGS)
"""The commands of a private chat."""
HELP = """\
Ask me about smart glasses, headsets, watches and rings. Every sentence of an answer has a number that leads to the \
sentence it stands on, and the verbatim quotes open at a tap.
In a private chat just ask; a follow-up may lean on the question before. In a group mention me, reply to me or use \
/ask. In any other chat type my name and a question, and send the answer that appears.
Edit your question, and I answer it again in place."""
PRIVACY = """\
Your question is kept on this bot's own disk until it is answered; then its text is deleted, unless the operator has \
chosen to keep questions.
The last turns of our talk stay in memory for follow-ups. Answers, ratings and reported gaps stay for 30 days, with \
you and this chat as keyed hashes; what no article could tell, in a few words such as “the weight of the Snap Specs”, \
stays for 90. Beyond that only numbers are counted: how many questions, and about which companies.
If you wish to be told when an article answers your question, its text, your number and this chat are kept for that \
until you are told, take it back or 90 days are over.
/forget deletes everything about you at once; only the log of what admins and editors of this bot did as such keeps \
the numbers of their accounts. What you write is sent to nobody but Telegram."""


async def announce(api: Api) -> None:
    """Tell Telegram the commands, for private chats, groups and the admins of groups."""
    for commands, scope in (
        (PRIVATE, BotCommandScopeAllPrivateChats()),
        (_COMMON, BotCommandScopeAllGroupChats()),
        (PRIVATE, BotCommandScopeAllChatAdministrators()),
    ):
        try:
            await api.set_my_commands(commands, scope)
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
        """Return what a command is answered with: the help for one that is not ours, in a group nothing."""
        place, user = place_of(message), speaker(message)
        match typed.name:
            case "start" | "help":
                return notice(HELP)
            case "privacy":
                return notice(PRIVACY)
            case "forget" | "forgetme":
                return await asyncio.to_thread(self._forget, place, user)
            case "settings":
                return await self._settings(message, typed.rest)
            case "sources" | "why":
                above = message.reply_to_message
                return await asyncio.to_thread(self._about, typed.name, place, user, str(above.id) if above else "")
        # In a group it may be another bot's.
        return notice(HELP) if message.chat.type == ChatType.PRIVATE else ()

    def _forget(self, place: Place, user: str) -> Sequence[Outgoing]:
        try:
            self._desk.forget(place.platform, user)
        except BotError as error:
            return notice(str(error))
        return notice(phrases(self._desk.settings(place).language).forgotten)

    def _about(self, name: str, place: Place, user: str, above: str) -> Sequence[Outgoing]:
        answer_id = (self._desk.carried(place, above) if above else "") or self._desk.last(place, user)
        answer, trace = self._desk.kept(answer_id), self._desk.why(answer_id)
        settings = self._desk.settings(place)
        if answer is None or trace is None:
            return notice(phrases(settings.language).gone)
        return source_messages(answer.citations, settings) if name == "sources" else outgoing(_trace(trace))

    async def _settings(self, message: telegram.Message, rest: str) -> Sequence[Outgoing]:
        place = place_of(message)
        setting, _, value = rest.strip().partition(" ")
        if setting == "channels":
            value = re.sub(r"\bhere\b", place.thread or GENERAL, value, flags=re.IGNORECASE)
        if not setting:
            return settings_messages(await asyncio.to_thread(self._desk.settings, place))
        masked = message.sender_chat is not None
        allowed = await may_administer(self._api, message.chat, message.from_user, masked=masked)
        return await asyncio.to_thread(self.change, place, setting, value, allowed=allowed)

    def change(self, place: Place, setting: str, value: str, *, allowed: bool) -> Sequence[Outgoing]:
        """Change a setting for someone who is allowed to, and return what to say."""
        if not allowed:
            return notice(phrases(self._desk.settings(place).language).admins_only)
        try:
            return settings_messages(self._desk.change(place, setting, value))
        except BotError as error:
            return notice(str(error))


def settings_messages(chosen: PlaceSettings) -> tuple[Outgoing, ...]:
    """Return the settings of a place with buttons that change them."""
    told = (
        f"length: {chosen.length.value}",
        f"language: {chosen.language}",
        f"layout: {chosen.layout.value}",
        f"mention_only: {'on' if chosen.mention_only else 'off'}",
        f"channels: {', '.join(chosen.channels) or 'all'}",
        "Admins change them with a button, or in a topic like this: /settings channels here",
    )
    rows = (
        tuple(_choice("length", value.value) for value in Length),
        tuple(_choice("language", language) for language in LANGUAGES),
        tuple(_choice("layout", value.value) for value in Layout),
        (_choice("mention_only", "on"), _choice("mention_only", "off")),
    )
    (message,) = outgoing(Row(plain(line)) for line in told)
    return (Outgoing(message.html, message.plain, rows),)


def _choice(setting: str, value: str) -> Button:
    return Button(f"{setting}: {value}", Press(Does.SETTING, setting, value))


def _trace(trace: Trace) -> Iterator[Row]:
    for label, text in (("Asked", trace.asked), ("Understood as", trace.rewritten), ("Decision", trace.decision)):
        if text:
            yield Row(plain(f"{label}: {text[:500]}"))
    yield Row(plain(f"Passages found: {len(trace.hits)}. Sentences considered: {len(trace.candidates)}."))
    for candidate in trace.candidates[:_SHOWN]:
        fate = f"dropped: {candidate.dropped}" if candidate.dropped else "used"
        told = f"{candidate.score:.2f} · {fate} · {candidate.sentence.article_id}: {candidate.sentence.text[:120]}"
        yield Row(plain(told), group=1, folded=True)
