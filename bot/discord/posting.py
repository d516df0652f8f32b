"""Replies out to Discord, over whatever client is connected: each once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import cast

import aiohttp
import discord

from bot.desk.underway import Underway
from bot.discord.layout import layout
from bot.discord.rendering import answer_sheets, plain
from bot.discord.sending import LONGEST_TRY, referring, steadily
from bot.discord.sheets import Sheet
from bot.discord.tickets import Ticket, ticket
from bot.messages import Message, Reply

_LOOKED = 100
"""Messages below a question among which the reply of an earlier process is looked for."""

log = logging.getLogger(__name__)


class Posting:
    """Sends replies, and knows which were sent before; outlives the clients."""

    def __init__(self, underway: Underway) -> None:
        """Take which replies are being sent, so that what a killed process sent is not sent again."""
        self._underway = underway
        self._client: discord.Client | None = None
        self._connected = asyncio.Event()

    def connect(self, client: discord.Client | None) -> None:
        """Send over this client from now on; None: wait for the next one."""
        self._client = client
        if client is None:
            self._connected.clear()
        else:
            self._connected.set()

    @property
    def connected(self) -> bool:
        """Whether there is a client to send over."""
        return self._client is not None

    async def left(self, message: Message) -> str | None:
        """Return the reply that an earlier process sent and could not strike off; None when there is none to be seen.

        A nonce tells a second reply apart for minutes only, and only on a server that heeds it.
        """
        sent_id = self._underway.left(message.id)
        if sent_id != "":
            return sent_id
        try:
            async with asyncio.timeout(LONGEST_TRY):
                return await self._found(message)
        except Exception as error:  # noqa: BLE001  # whatever it is: rather one answer too many than none
            log.warning("The channel of a question could not be read: %s.", type(error).__name__)
        return None

    async def _found(self, message: Message) -> str | None:
        """Return our reply to a message that stands in its channel; None when there is none."""
        client = await self.online()
        async for each in _channel(client, message).history(limit=_LOOKED, after=discord.Object(int(message.id))):
            above = each.reference.message_id if each.reference else 0
            if client.user and each.author.id == client.user.id and above == int(message.id):
                return str(each.id)
        return None

    async def delivered(self, message: Message, reply: Reply) -> str:
        """Send a reply and return the id of what carries it, "" when Discord does not let us."""
        found = ticket(message.id)
        try:
            if found:
                return await self._answered(found, message, reply)
            return await self._posted(message, reply)
        except (discord.Forbidden, discord.NotFound) as error:
            # The bot may not write there, the channel is gone, or the interaction is older than 15 minutes.
            log.warning("A reply could not be delivered: Discord says %s (%s).", error.status, error.code)
        except discord.HTTPException as error:
            log.warning("Discord refused a layout (%s, %s); sending plain text.", error.status, error.code)
            return await self._plainly(found, message, reply)
        return ""

    async def offer(self, message: Message, sent_id: str, reply: Reply, more: tuple[str, ...]) -> None:
        """Put follow-up questions below a reply that went out without any; one that took several messages stays."""
        found = ticket(message.id)
        private, asked = (found.private, message.text) if found else (False, "")
        sent = answer_sheets(reply, private=private, asked=asked)
        sheet, *rest = answer_sheets(replace(reply, suggestions=more), private=private, asked=asked)
        if rest or (sheet.blocks,) != tuple(each.blocks for each in sent):
            return
        try:
            if found:
                await self.edit(found, sheet)
                return
            nobody = discord.AllowedMentions.none()
            await (
                _channel(await self.online(), message)
                .get_partial_message(int(sent_id))
                .edit(view=layout(sheet), allowed_mentions=nobody)
            )
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:  # the reply stands there all the same
            log.info("Follow-up questions could not be offered: %s.", type(error).__name__)

    async def online(self) -> discord.Client:
        """Return the client that is connected, waiting for one."""
        while self._client is None:
            await self._connected.wait()
        return self._client

    async def _posted(self, message: Message, reply: Reply) -> str:
        sent_id = ""
        for number, sheet in enumerate(answer_sheets(reply)):
            sent_id = await steadily(partial(self._post, message, number, sheet))
        return sent_id

    async def _post(self, message: Message, number: int, sheet: Sheet) -> str:
        channel = _channel(await self.online(), message)
        if number == 0:
            self._underway.begin(message.id)
        send = partial(
            channel.send,
            view=layout(sheet),
            # Within minutes Discord takes a second message with this nonce for the first, and returns that.
            nonce=f"{message.id}.{number}",
            mention_author=False,
            suppress_embeds=True,
        )
        return str((await referring(send, _reference(message))).id)

    async def _answered(self, found: Ticket, message: Message, reply: Reply) -> str:
        first, *rest = answer_sheets(reply, private=found.private, asked=message.text)
        sent = await steadily(lambda: self.edit(found, first))
        for sheet in rest:
            await self.follow(found, sheet)
        return sent

    async def follow(self, found: Ticket, sheet: Sheet) -> None:
        """Send what did not fit into the answer to an interaction: once, since no nonce tells a second try apart."""
        webhook = _webhook(await self.online(), found)
        await webhook.send(view=layout(sheet), ephemeral=found.private, wait=True, suppress_embeds=True)

    async def picture(self, found: Ticket, file: discord.File) -> None:
        """Send a picture after the answer to an interaction."""
        webhook = _webhook(await self.online(), found)
        await webhook.send(file=file, ephemeral=found.private, wait=True)

    async def edit(self, found: Ticket, sheet: Sheet) -> str:
        """Set the answer to a deferred interaction and return the id of the message."""
        webhook = _webhook(await self.online(), found)
        # The library's types know only numbers; Discord's documented name for the first answer is this.
        sent = await webhook.edit_message(cast("int", "@original"), view=layout(sheet))
        return str(sent.id)

    async def _plainly(self, found: Ticket | None, message: Message, reply: Reply) -> str:
        first, *rest = plain(reply)
        try:
            if found:
                webhook = _webhook(await self.online(), found)
                await webhook.edit_message(cast("int", "@original"), content=first)
                for content in rest:
                    await webhook.send(content, ephemeral=found.private, suppress_embeds=True)
                return ""
            channel = _channel(await self.online(), message)
            sent = None
            for content in (first, *rest):
                sent = await channel.send(content, suppress_embeds=True)
        except discord.HTTPException as error:
            log.error("Discord refused a reply (%s, %s).", error.status, error.code)  # noqa: TRY400
            return ""
        return str(sent.id) if sent else ""


def _channel(client: discord.Client, message: Message) -> discord.PartialMessageable:
    where = int(message.place.thread or message.place.chat)
    return client.get_partial_messageable(where, guild_id=int(message.home) if message.home else None)


def _reference(message: Message) -> discord.MessageReference:
    where = int(message.place.thread or message.place.chat)
    return discord.MessageReference(message_id=int(message.id), channel_id=where, fail_if_not_exists=False)


def _webhook(client: discord.Client, found: Ticket) -> discord.Webhook:
    webhook = discord.Webhook.partial(found.application, found.token, client=client)
    # The library takes a webhook that it is not told about for one of a channel, and refuses to be private over it.
    webhook.type = discord.WebhookType.application
    return webhook
