"""The newsroom in Discord: /admin with one subcommand for each command, and the buttons below what it tells.

Commands are not written here: bot.newsroom.newsroom says how to add one.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import re
from typing import Any, Self

import aiohttp
import discord
from discord import app_commands, ui

from bot.discord.acting import attached, carried_out, sheets
from bot.discord.layout import layout
from bot.discord.reading import PLATFORM, place_of
from bot.discord.rendering import text_sheets
from bot.discord.service import Service
from bot.discord.talk import deferred, installed, service_of, settings_of, show
from bot.discord.tickets import Ticket
from bot.newsroom.acts import Act, Person, Told
from bot.newsroom.newsroom import Command, Newsroom
from bot.newsroom.roles import Role
from bot.phrases import phrases

_ID = re.compile(r"act:(?P<name>[a-z_]{1,20}):(?P<what>[\w-]{0,24})")
_MOST = 1000
"""Characters that may be typed behind a command."""
_TOKEN_LIVES = 14 * 60.0
"""Seconds for which what is told can be edited: Discord takes an interaction's token for fifteen minutes."""

log = logging.getLogger(__name__)


def admin_group(newsroom: Newsroom) -> list[app_commands.Group]:
    """Return /admin with the commands of the newsroom; nothing where there are none."""
    offered = newsroom.offered(Role.ADMIN)
    if not offered:
        return []
    group = app_commands.Group(
        name="admin",
        description="For the admins and editors of this bot",
        # A hint for Discord's menus only: who may is checked when it runs, and at every press of a button.
        default_permissions=discord.Permissions(manage_guild=True),
    )
    for command in offered:
        group.add_command(_subcommand(command))
    return [group]


def _subcommand(command: Command) -> app_commands.Command[Any, ..., None]:
    async def bare(interaction: discord.Interaction) -> None:
        await _act(interaction, command.name, "")

    async def typed(interaction: discord.Interaction, what: app_commands.Range[str, 1, _MOST] = "") -> None:
        await _act(interaction, command.name, what)

    async def sent(
        interaction: discord.Interaction,
        what: app_commands.Range[str, 1, _MOST] = "",
        file: discord.Attachment | None = None,
    ) -> None:
        await _act(interaction, command.name, what, file)

    made: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=command.name,
        description=command.says,
        callback=sent if command.documents else typed if command.takes else bare,
    )
    return app_commands.describe(what=command.takes)(made) if command.takes else made


class ActButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=_ID):
    """A button below what the newsroom told; who presses it is checked like who types."""

    def __init__(self, button: ui.Button[ui.LayoutView], name: str, what: str) -> None:
        super().__init__(button)
        self.name, self.what = name, what

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        assert isinstance(item, ui.Button)  # noqa: S101  # the template fits ids of buttons only
        return cls(item, match["name"], match["what"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Carry out what the button asks for."""
        await _act(interaction, self.name, self.what)


async def _act(interaction: discord.Interaction, name: str, what: str, file: discord.Attachment | None = None) -> None:
    """Carry an act out and tell how far it is, to the person alone."""
    found = await deferred(interaction, private=True)
    if found is None:
        return
    service = service_of(interaction)
    document = attached(file, service.origins) if file else None
    language = settings_of(interaction).language
    act = Act(person(interaction), name, what.strip(), document, place_of(interaction.channel), language=language)
    told = await carried_out(service, act, lambda sheet: service.posting.edit(found, sheet), _TOKEN_LIVES)
    if told:
        await _tell(interaction, service, found, told)
    else:
        await show(interaction, found, text_sheets([phrases(language).acts["longer"]]))


async def _tell(interaction: discord.Interaction, service: Service, found: Ticket, told: Told) -> None:
    await show(interaction, found, sheets(told))
    if told.picture:
        await service.posting.picture(found, discord.File(io.BytesIO(told.picture), "chart.png"))


async def tell_news(service: Service, stop: asyncio.Event) -> None:
    """Tell admins, alone with each, of what they have not asked for, until stop is set."""
    while not stop.is_set():
        for number, told in service.newsroom.news(PLATFORM) if service.posting.connected else ():
            try:
                channel = await (await service.posting.online()).create_dm(discord.Object(int(number)))
                for sheet in sheets(told):
                    await channel.send(view=layout(sheet), suppress_embeds=True)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.warning("An admin could not be told (%s): %s", type(error).__name__, told.lines[0])
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), service.progress)


def person(interaction: discord.Interaction) -> Person | None:
    """Return who uses a command; None where a person brought the bot along: there it belongs to nobody's newsroom."""
    user = interaction.user
    if user.bot or user.system or not installed(interaction):
        return None
    return Person(PLATFORM, str(user.id))
