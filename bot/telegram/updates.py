"""Which updates are questions, and what they ask: pure functions from the library's objects to our values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.messages import Kind, Message, Place, PlaceSettings
from bot.text.question import excerpt
from bot.values import Turn

ANONYMOUS = frozenset({1087968824, 136817688, 777000})
"""Accounts that speak for a group, a channel or Telegram itself: nobody in particular."""
GENERAL = "1"
"""The topic of a forum that is none of its own."""
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+|$)")
_EDIT = "@"
_AWAY = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
_THERE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was typed: its name without the slash, and what follows."""

    name: str
    """Empty for what only looks like a command."""
    rest: str
    named: bool = False
    """Whether the name of the bot stands behind it, so that it is no other bot's."""


def command(message: telegram.Message, me: Me) -> Command | None:
    """Return the command that a message is, or what stands below its file; None when it is none or another bot's."""
    text = message.text or message.caption or ""
    match = _COMMAND.match(text)
    if match and (match[2] or me.username).lower() == me.username.lower():
        return Command(match[1].lower(), text[match.end() :], bool(match[2]))
    # Where nobody else is, no other bot is meant.
    return Command("", text) if text.startswith("/") and message.chat.type == ChatType.PRIVATE else None


def place_of(message: telegram.Message) -> Place:
    """Return where a message stands; topics of a forum are places of their own."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Place("telegram", str(message.chat.id), str(thread or ""))


def app_language(chat: telegram.Chat, user: telegram.User | None) -> str:
    """Return the language of a person's app where they are alone with the bot; "" where others read what it says."""
    return (user.language_code or "") if user and chat.type == ChatType.PRIVATE else ""


def speaker(message: telegram.Message) -> str:
    """Return who is to be answered: a person, or the group or channel that speaks; "" for bots and for forwards."""
    if message.via_bot or message.is_automatic_forward or message.chat.type == ChatType.CHANNEL:
        return ""
    if message.sender_chat:
        return str(message.sender_chat.id)
    user = message.from_user
    return str(user.id) if user and not user.is_bot else ""


def question(message: telegram.Message, me: Me, settings: PlaceSettings) -> Message | None:
    """Return the question that a message asks of us, None when it is not for us."""
    text, user = message.text or message.caption or "", speaker(message)
    if not user or not (text or _shows(message)) or (text.startswith("/") and command(message, me) is None):
        return None
    # Where a guest is called two people may be alone, but not with us.
    direct = message.chat.type == ChatType.PRIVATE and not message.guest_query_id
    asked = command(message, me)
    addressed = direct or asked or message.guest_query_id or _mentioned(message, me) or _to_us(message, me)
    counts = addressed or (text and _open(message, settings))
    if not (counts and (direct or _listed(message, settings))):
        return None
    above = _above(message)
    said = (asked.rest if asked else _without_mention(text, me)).strip()
    said = said or (_pointed_at(above, me) if text else "")
    if message.forward_origin:  # somebody else's words, as many as a question may hold
        said = excerpt(said)
    return Message(
        name_of(message),
        place_of(message),
        user,
        said,
        (message.edit_date or message.date).timestamp(),
        str(above.id) if above else "",
        _quoted(message, me),
        direct,
        language=app_language(message.chat, message.from_user) if direct else "",
        kind=Kind.QUESTION if said or not _shows(message) else Kind.WORDLESS,
    )


def _shows(message: telegram.Message) -> bool:
    """Tell whether a message brings a picture, a voice, a file or the like; a place that moves, an edit, is none."""
    return bool(message.effective_attachment) and not message.edit_date


def added(change: telegram.ChatMemberUpdated) -> Message | None:
    """Return the news that somebody added us to a group; None when we were there before, or are not now."""
    before, now, when = change.old_chat_member, change.new_chat_member, change.date.timestamp()
    group = change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
    if not group or before.status not in _AWAY or now.status not in _THERE:
        return None
    place = Place("telegram", str(change.chat.id))
    return Message(f"{place.chat}:{int(when)}:added", place, str(change.from_user.id), "", when, kind=Kind.ADDED)


def name_of(message: telegram.Message) -> str:
    """Return what tells a message from every other one: its chat, its moment, its number, and which edit it is.

    The number alone does not: a Bot API server that begins anew counts from one again. Nor does the moment of an edit,
    a second long: the text stands for that, as a checksum.
    """
    if message.guest_query_id:
        return f"guest:{message.guest_query_id}"
    name = f"{message.chat.id}:{int(message.date.timestamp())}:{message.id}"
    if not message.edit_date:
        return name
    text = (message.text or message.caption or "").encode("utf-8", "replace")
    return f"{name}{_EDIT}{int(message.edit_date.timestamp())}.{crc32(text)}"


def origin(question: Message) -> tuple[str, int]:
    """Return the id of the question before it was edited, and the message to reply to; 0 when there is none."""
    kept = question.id.partition(_EDIT)[0]
    number = kept.rpartition(":")[2]
    return kept, int(number) if number.isdecimal() and not kept.startswith("guest:") else 0


def is_edit(question: Message) -> bool:
    """Tell whether a question is an edited one."""
    return _EDIT in question.id


def _mentioned(message: telegram.Message, me: Me) -> bool:
    if not (message.entities or message.caption_entities):  # a server may leave out where mentions stand
        return bool(me.username and _mention(me).search(message.text or message.caption or ""))
    kinds = "mention", "text_mention"
    found = message.parse_entities([*kinds]) | message.parse_caption_entities([*kinds])
    return any(
        (entity.user and entity.user.id == me.id) or text.lower() == f"@{me.username}".lower()
        for entity, text in found.items()
    )


def _mention(me: Me) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)@{re.escape(me.username)}\b", re.IGNORECASE)


def _to_us(message: telegram.Message, me: Me) -> bool:
    above = _above(message)
    return bool(above and above.from_user and above.from_user.id == me.id)


def _listed(message: telegram.Message, settings: PlaceSettings) -> bool:
    return not settings.channels or not {place_of(message).thread or GENERAL, str(message.chat.id)}.isdisjoint(
        settings.channels
    )


def _open(message: telegram.Message, settings: PlaceSettings) -> bool:
    """Tell whether every message of a place is a question, which only listed places are."""
    return not settings.mention_only and bool(settings.channels) and _listed(message, settings)


def _without_mention(text: str, me: Me) -> str:
    return (_mention(me).sub(" ", text) if me.username else text).strip()


def _pointed_at(above: telegram.Message | None, me: Me) -> str:
    """Return what a message without words of its own asks about: the words of somebody else that it replies to."""
    ours = above is not None and above.from_user is not None and above.from_user.id == me.id
    return excerpt((above.text or above.caption or "") if above and not ours else "")


def _quoted(message: telegram.Message, me: Me) -> tuple[Turn, ...]:
    above = _above(message)
    text = above and (above.text or above.caption)
    if not above or not text:
        return ()
    ours = above.from_user is not None and above.from_user.id == me.id
    return (Turn("bot" if ours else "user", _without_mention(text, me)),)


def _above(message: telegram.Message) -> telegram.Message | None:
    """Return what a message replies to; in a topic every message replies to its beginning, which is no reply."""
    above = message.reply_to_message
    begins = above is not None and message.is_topic_message and above.id == message.message_thread_id
    return None if begins else above
