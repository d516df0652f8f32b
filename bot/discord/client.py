"""One connection to Discord: what arrives, and how it is passed on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.admin import ActButton, admin_group
from bot.discord.bringing import bring, brings
from bot.discord.buttons import AnswerButton
from bot.discord.commands import commands
from bot.discord.events import readable
from bot.discord.reading import (
    PLATFORM,
    added,
    addressed,
    chain,
    from_a_person,
    home_of,
    kind_of,
    may_write,
    place_of,
    question_in,
    sent_at,
    wanted,
)
from bot.discord.sending import PATIENCE, passing, steadily
from bot.discord.service import Service
from bot.discord.translating import Translator
from bot.discord.unsaid import application
from bot.messages import Message, Place

_HANDSHAKE, SILENCE = 30.0, 50.0
"""Seconds until a shard that does not come up, and one that is not heard, are connected anew.

Discord asks for a sign of life every 41 seconds and answers it; a gateway that asks for it less often may be silent
for longer.
"""
_LATE = 1.2
"""How many times its pause a sign of life may be late."""

log = logging.getLogger(__name__)


class Client(discord.AutoShardedClient):
    """A client for one life: whatever ends it, the next one is made anew over the same service."""

    def __init__(self, service: Service, gateway: str, silence: float = SILENCE, *, message_content: bool) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = message_content
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_connect_timeout=_HANDSHAKE,
            heartbeat_timeout=silence,
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.service = service
        self._gateway = gateway
        self._caught_up = False
        self._connection.parsers = {event: readable(event, read) for event, read in self._connection.parsers.items()}
        self.tree: app_commands.CommandTree[Client] = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for command in (*commands(), *admin_group(service.newsroom)):
            self.tree.add_command(command)

    async def application_info(self) -> discord.AppInfo:
        """Return what the server tells of our application, without the parts that a server may leave out.

        Where it tells nothing, the number is that of the bot's account, as it has been for all since 2016.
        """
        given = await self._told("/oauth2/applications/@me") or await self._told("/applications/@me")
        me = self._connection.user
        assert me is not None  # noqa: S101  # the library has asked who we are
        return discord.AppInfo(self._connection, application(given, me.id))

    async def _told(self, path: str) -> Mapping[str, Any]:
        """Return what a server tells at a path; nothing when it knows none such."""
        try:
            found = await self.http.request(Route("GET", path))
        except discord.HTTPException as error:
            if passing(error):
                raise
            return {}
        return found if isinstance(found, Mapping) else {}

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
        except (discord.GatewayNotFound, KeyError, TypeError):  # not told, or not all of it
            if not self._gateway or self.shards:
                raise
            self.shard_count = 1
            await super().launch_shards()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect one shard; later connections go to the same gateway unless Discord names another."""
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway) if self._gateway else gateway
        await super().launch_shard(DiscordWebSocket.DEFAULT_GATEWAY, shard_id, initial=initial)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Tend a connection that begins a session."""
        self._tend(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Tend a connection that goes on with a session."""
        self._tend(shard_id)

    def _tend(self, shard_id: int) -> None:
        """Stay with a gateway of the operator's, and wait for its signs of life for as long as it said.

        What Discord names for resuming would lead around a gateway of the operator's.
        """
        shard = self.shards.get(shard_id)
        if shard is None:
            return
        socket = shard._parent.ws  # noqa: SLF001  # there is no other way to it
        if self._gateway:
            socket.gateway = yarl.URL(self._gateway)
        if beat := socket._keep_alive:  # noqa: SLF001  # as above
            silence = max(socket._max_heartbeat_timeout, _LATE * (beat.interval or 0.0))  # noqa: SLF001  # as above
            socket._max_heartbeat_timeout = beat.heartbeat_timeout = silence  # noqa: SLF001  # as above

    async def on_ready(self) -> None:
        """Serve what could not be delivered over an earlier connection, and what was written meanwhile."""
        await self.service.owed()
        direct = await asyncio.to_thread(self.service.desk.places.alone, PLATFORM)
        async for message in self.service.hearing.missed(self, map(int, direct)):
            if self._new(message):
                await self._hear(message, late=time.time() - message.created_at.timestamp() > PATIENCE)
        self._caught_up = True

    def hears(self) -> None:
        """Note that Discord is heard, once all was read that was written before."""
        if self._caught_up:
            self.service.hearing.hears()

    @property
    def cut_off(self) -> bool:
        """Whether a shard is not connected, or none is yet."""
        shards = self.shards.values()
        return not shards or any(shard.is_closed() for shard in shards)

    async def on_message(self, message: discord.Message) -> None:
        """Take a message that speaks to the bot; every other one is left alone."""
        if not self._new(message):
            return
        if brings(message, self.service.newsroom):
            self.service.mind(asyncio.create_task(bring(self.service, message)))
        else:
            await self._hear(message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say once how to ask, where the bot was added."""
        news = added(guild, self.user, time.time()) if self.user else None
        if news:
            await self.service.take(news)

    def _new(self, message: discord.Message) -> bool:
        """Tell whether a person wrote a message, and it comes for the first time."""
        return self.user is not None and from_a_person(message, self.user) and self.service.first(message.id)

    async def _hear(self, message: discord.Message, *, late: bool = False) -> None:
        """Take a message that speaks to the bot; late: not one that merely stands in a channel that it answers."""
        me = self.user
        assert me is not None  # noqa: S101  # _new has looked
        place, home = place_of(message.channel), home_of(message)
        if not home:
            await self.service.alone(place, str(message.author.id))
        spoken_to = addressed(message, me)
        if not (spoken_to or (message.content and not late)) or not may_write(message):
            return
        settings = self.service.desk.places.settings(place, home)
        if home and not wanted(place, settings, spoken_to=spoken_to):
            return
        if home and self.service.unread.of(message, me, intent=self.intents.message_content):
            await self.service.unread.tell(message, settings.language)
            return
        asked = await self._read(message, place, home)
        if await self.service.take(asked) and await self.service.takes_long(asked):
            # A sign of life; when it cannot be given, the answer comes all the same.
            with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await message.channel.typing()

    async def _read(self, message: discord.Message, place: Place, home: str) -> Message:
        me = self.user
        assert me is not None  # noqa: S101  # on_message has looked
        question = question_in(message, me)
        reply_to = str(message.reference.message_id or "") if message.reference else ""
        known = await asyncio.to_thread(self.service.desk.carried, place, reply_to) if reply_to else ""
        return Message(
            str(message.id),
            place,
            str(message.author.id),
            question,
            sent_at(message, time.time()),
            replies_to=reply_to,
            quoted=() if known or not reply_to else await chain(message, me),
            direct=not home,
            home=home,
            language="" if home else self.service.languages.of(str(message.author.id)),
            kind=kind_of(message, question),
        )
