"""What Discord delivers as messages of ours: who asked, where, what, in reply to what."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import aiohttp
import discord
from discord import ui

from bot.messages import Kind, Message, Place, PlaceSettings
from bot.text.clean import clean
from bot.text.question import excerpt
from bot.values import Turn

PLATFORM = "discord"
LONGEST_CHAIN = 6
"""Messages of a reply chain that are read."""
_DAY = 86400.0
_JUST = 300.0
"""Seconds for which who has added the bot waits for a word of it."""
_LOW = 0x3FFFFF
"""Where Discord's numbers tell no time."""
_TYPES = (discord.MessageType.default, discord.MessageType.reply)
_MARK = re.compile(r" ?\[\[\d+\]\]\(<[^>\s]*>\)")
_ADDRESS = re.compile(r"<?https?://\S+")
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")


def place_of(channel: object) -> Place:
    """Return where a channel's talk belongs: a thread is a thread of its parent."""
    if isinstance(channel, discord.Thread):
        return Place(PLATFORM, str(channel.parent_id), str(channel.id))
    return Place(PLATFORM, str(getattr(channel, "id", "")))


def home_of(message: discord.Message) -> str:
    """Return the id of the server that a message comes from, also of one that Discord has not described yet; or ""."""
    if message.guild is not None:
        return str(message.guild.id)
    return str(getattr(message.channel, "guild_id", None) or "")


def sent_at(message: discord.Message, now: float) -> float:
    """Return when a message was sent, in seconds since 1970, as its number tells.

    On Discord nothing arrives a day late: such a number is that of a server which counts otherwise.
    """
    told = message.created_at.timestamp()
    return told if now - told < _DAY else now


def from_a_person(message: discord.Message, me: discord.ClientUser | None) -> bool:
    """Tell whether a message was written by a person: never a bot, a webhook or itself, no system message."""
    author = message.author
    return message.type in _TYPES and not (author.bot or message.webhook_id or (me and author.id == me.id))


def addressed(message: discord.Message, me: discord.ClientUser) -> bool:
    """Tell whether a message speaks to the bot: alone with it, mentioning it, or replying to it."""
    if not home_of(message) or any(user.id == me.id for user in message.mentions):
        return True
    if _mention(me).search(message.content):  # a server may leave out whom a message mentions
        return True
    told = message.reference.resolved if message.reference else None
    return isinstance(told, discord.Message) and told.author.id == me.id


def _mention(me: discord.ClientUser) -> re.Pattern[str]:
    return re.compile(rf"<@!?{me.id}>")


def added(guild: discord.Guild, me: discord.ClientUser, now: float) -> Message | None:
    """Return the news that a server has just added us, in the channel for news or the first one that lets us write.

    None where we were before: some gateways describe a server anew as they describe one that is joined.
    """
    member = guild.get_member(me.id)
    if not (member and member.joined_at and now - member.joined_at.timestamp() < _JUST):
        return None
    channels = (guild.system_channel, *guild.text_channels)
    open_ = (each for each in channels if each and _lets_write(each.permissions_for(member)))
    where = next(open_, None)
    # As a number of Discord's own: it tells the moment, and this joining from any other.
    number = discord.utils.time_snowflake(member.joined_at) | guild.id & _LOW
    home = str(guild.id)
    return Message(str(number), place_of(where), home, "", now, home=home, kind=Kind.ADDED) if where else None


def _lets_write(may: discord.Permissions) -> bool:
    return may.view_channel and may.send_messages


def question_in(message: discord.Message, me: discord.ClientUser) -> str:
    """Return a message's text without the mention of the bot; when it has none, of what it forwards or replies to."""
    text = clean(_mention(me).sub(" ", message.content))
    if text or message.message_snapshots:
        return text or words_of(message)
    told = message.reference.resolved if message.reference else None
    return words_of(told) if isinstance(told, discord.Message) and told.author.id != me.id else ""


def kind_of(message: discord.Message, question: str) -> Kind:
    """Return what a message is in which so much of a question stands; a sticker, a poll or a file alone is none."""
    forwarded = any(each.attachments for each in message.message_snapshots)
    shown = message.attachments or message.stickers or message.poll or forwarded
    return Kind.WORDLESS if shown and not question else Kind.QUESTION


def words_of(message: discord.Message) -> str:
    """Return what a message says, as much as a question may hold: its words, else those of what it forwards or shows.

    News often come as an address alone, with what Discord shows of the page below it.
    """
    shown = (f"{embed.title or ''}. {embed.description or ''}" for embed in message.embeds)
    texts = message.content, *(each.content for each in message.message_snapshots), *shown, _told(message)
    cleaned = (clean(_ADDRESS.sub(" ", text)).strip(" .") for text in texts)
    return excerpt(next((text for text in cleaned if text), ""))


def wanted(place: Place, settings: PlaceSettings, *, spoken_to: bool) -> bool:
    """Tell whether the bot answers: in the channels that are listed, when spoken to or when every message counts."""
    listed = place.chat in settings.channels or place.thread in settings.channels
    if settings.channels and not listed:
        return False
    return spoken_to or (listed and not settings.mention_only)


def may_write(message: discord.Message) -> bool:
    """Tell whether the bot may answer where a message stands; checked each time, since admins change it."""
    guild = message.guild
    # Where Discord has not described us or the channel, the answer itself shows whether we may.
    if guild is None or guild.get_member(guild._state.self_id or 0) is None:  # noqa: SLF001  # guild.me denies that it may be None
        return True
    if not isinstance(message.channel, discord.TextChannel | discord.Thread):
        return True
    if isinstance(message.channel, discord.Thread) and message.channel.parent is None:
        return True
    may = message.channel.permissions_for(guild.me)
    return may.view_channel and (
        may.send_messages_in_threads if isinstance(message.channel, discord.Thread) else may.send_messages
    )


async def chain(message: discord.Message, me: discord.ClientUser) -> tuple[Turn, ...]:
    """Return the replies above a message as far as the bot may read them, oldest first."""
    turns: list[Turn] = []
    current = message
    while current.reference and len(turns) < LONGEST_CHAIN:
        above = await _above(current)
        if above is None:
            break
        text = _told(above) if above.author.id == me.id else question_in(above, me)
        if text:
            turns.append(Turn("bot" if above.author.id == me.id else "user", text))
        current = above
    return tuple(reversed(turns))


async def _above(message: discord.Message) -> discord.Message | None:
    reference = message.reference
    if reference is None or reference.message_id is None or reference.channel_id != message.channel.id:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    # A conversation is better continued without its beginning than not at all.
    with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
        return await message.channel.fetch_message(reference.message_id)
    return None


def _told(message: discord.Message) -> str:
    """Return what the bot said in a message: its first block of text, without links and escapes."""
    first = next(_texts(message), message.content)
    return clean(_ESCAPE.sub(r"\1", _MARK.sub("", first)).replace("**", ""))


def _texts(message: discord.Message) -> Iterator[str]:
    view = ui.LayoutView.from_message(message) if message.flags.components_v2 else None
    for part in view.walk_children() if view else ():
        if isinstance(part, ui.TextDisplay):
            yield part.content
