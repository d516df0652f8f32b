"""One connection to Discord: what arrives, and how it is passed on."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from bot.discord.admin import ActButton, admin_group
from bot.discord.bringing import bring, brings
from bot.discord.buttons import AnswerButton
from bot.discord.commands import commands
from bot.discord.events import readable
from bot.discord.reading import addressed, chain, from_a_person, home_of, place_of, question_in
from bot.discord.sending import steadily
from bot.discord.service import Service
from bot.discord.translating import Translator
from bot.values import Message, Place, PlaceSettings

_HANDSHAKE, _SILENCE = 30.0, 50.0
"""Seconds until a shard that does not come up, and one that is not heard, are connected anew.

Discord asks for a sign of life every 41 seconds and answers it.
"""

log = logging.getLogger(__name__)


class Client(discord.AutoShardedClient):
    """A client for one life: whatever ends it, the next one is made anew over the same service."""

    def __init__(self, service: Service, gateway: str, *, message_content: bool) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = message_content
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_connect_timeout=_HANDSHAKE,
            heartbeat_timeout=_SILENCE,
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.service = service
        self._gateway = gateway
        self._connection.parsers = {event: readable(event, read) for event, read in self._connection.parsers.items()}
        self.tree: app_commands.CommandTree[Client] = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for command in (*commands(), *admin_group(service.newsroom)):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Make the commands known, and make the buttons of older answers work."""
        self.add_dynamic_items(AnswerButton, ActButton)
        await self.tree.set_translator(Translator())
        self.service.posting.connect(self)
        self._publishing = asyncio.create_task(self._publish())
        await self.service.owed()

    async def close(self) -> None:
        """End the connection."""
        self.service.posting.connect(None)
        await super().close()

    async def _publish(self) -> None:
        try:
            await steadily(self.tree.sync)
        except Exception:  # whatever it is, the commands of the last start work, and so do mentions
            log.exception("The commands could not be made known to Discord.")

    async def launch_shards(self) -> None:
        """Connect; over a gateway of the operator's where the server does not tell one."""
        try:
            await super().launch_shards()
        except discord.GatewayNotFound:
            if not self._gateway:
                raise
            self.shard_count = 1
            await super().launch_shards()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect one shard; later connections go to the same gateway unless Discord names another."""
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway) if self._gateway else gateway
        await super().launch_shard(DiscordWebSocket.DEFAULT_GATEWAY, shard_id, initial=initial)

    async def on_ready(self) -> None:
        """Serve what could not be delivered over an earlier connection."""
        await self.service.owed()

    @property
    def cut_off(self) -> bool:
        """Whether a shard is not connected, or none is yet."""
        shards = self.shards.values()
        return not shards or any(shard.is_closed() for shard in shards)

    async def on_message(self, message: discord.Message) -> None:
        """Take a message that speaks to the bot; every other one is left alone."""
        if self.user is None or not from_a_person(message, self.user) or not self.service.first(message.id):
            return
        if brings(message, self.service.newsroom):
            self.service.mind(asyncio.create_task(bring(self.service, message)))
            return
        place, home = place_of(message.channel), home_of(message)
        spoken_to = addressed(message, self.user)
        if not (spoken_to or message.content) or not _may_write(message):
            return
        settings = await asyncio.to_thread(self.service.desk.settings, place, home)
        if home and not _wanted(place, settings, spoken_to=spoken_to):
            return
        asked = await self._read(message, place, home)
        if await self.service.take(asked) and await self.service.takes_long(asked):
            # A sign of life; when it cannot be given, the answer comes all the same.
            with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await message.channel.typing()

    async def _read(self, message: discord.Message, place: Place, home: str) -> Message:
        me = self.user
        assert me is not None  # noqa: S101  # on_message has looked
        reply_to = str(message.reference.message_id or "") if message.reference else ""
        known = await asyncio.to_thread(self.service.desk.carried, place, reply_to) if reply_to else ""
        return Message(
            str(message.id),
            place,
            str(message.author.id),
            question_in(message, me),
            message.created_at.timestamp(),
            replies_to=reply_to,
            quoted=() if known or not reply_to else await chain(message, me),
            direct=not home,
            home=home,
            language="" if home else self.service.languages.of(str(message.author.id)),
        )


def _wanted(place: Place, settings: PlaceSettings, *, spoken_to: bool) -> bool:
    """Tell whether the bot answers: in the channels that are listed, when spoken to or when every message counts."""
    listed = place.chat in settings.channels or place.thread in settings.channels
    if settings.channels and not listed:
        return False
    return spoken_to or (listed and not settings.mention_only)


def _may_write(message: discord.Message) -> bool:
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
