"""The interactions of Discord: deferred at once, then answered."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

import discord

from bot.discord.reading import PLATFORM, place_of
from bot.discord.sending import ACKNOWLEDGED, passing, steadily
from bot.discord.service import Service
from bot.discord.sheets import Sheet
from bot.discord.tickets import Ticket, ticket_for
from bot.messages import Message, PlaceSettings

_HEAD_START = 0.5
"""Seconds that the disk has before Discord is told that the bot is thinking."""
_DEFER_WITHIN = 2.5
"""Seconds; an interaction that nobody acknowledged after three has failed."""

log = logging.getLogger(__name__)


def home_of(interaction: discord.Interaction) -> str:
    """Return the id of the server that an interaction comes from, "" outside of servers."""
    return str(interaction.guild_id or "")


def installed(interaction: discord.Interaction) -> bool:
    """Tell whether the bot belongs where an interaction comes from: in its server, or alone with the person.

    Elsewhere the person brought it along, and what it says there is for the person alone.
    """
    if interaction.guild_id is None:
        return not interaction.context.private_channel
    return interaction.is_guild_integration() or interaction.client.get_guild(interaction.guild_id) is not None


def app_language(interaction: discord.Interaction) -> str:
    """Return the language of a person's app where nobody else reads what the bot says; "" elsewhere."""
    return "" if interaction.guild_id is not None and installed(interaction) else interaction.locale.value


def hidden(interaction: discord.Interaction) -> bool:
    """Tell whether an answer is for the person alone: the bot does not belong there, or not in that channel."""
    if not installed(interaction):
        return True
    settings, place = settings_of(interaction), place_of(interaction.channel)
    listed = place.chat in settings.channels or place.thread in settings.channels
    return bool(settings.channels) and not listed


async def deferred(interaction: discord.Interaction, *, private: bool) -> Ticket | None:
    """Acknowledge an interaction and return its ticket; None when it came before or Discord takes no answer to it."""
    first = service_of(interaction).first(interaction.id)
    return await _acknowledged(interaction, private=private) if first else None


async def _acknowledged(interaction: discord.Interaction, *, private: bool) -> Ticket | None:
    if interaction.guild_id is None:
        service_of(interaction).languages.learn(str(interaction.user.id), interaction.locale.value)
    try:
        await steadily(lambda: interaction.response.defer(ephemeral=private, thinking=True), _DEFER_WITHIN)
    except (KeyError, TypeError):
        # It was acknowledged without the description of itself that the library asks for.
        pass
    except discord.HTTPException as error:
        # A reset connection may have carried the first try: then the second one hears that it was acknowledged.
        if error.code != ACKNOWLEDGED:
            log.warning("Discord takes no answer to an interaction: it says %s (%s).", error.status, error.code)
            return None
    except Exception as error:
        if not passing(error):
            raise
        # Discord may have heard it all the same and show that the bot is thinking: then the answer is waited for.
        log.warning("Nobody knows whether an interaction was acknowledged in time (%s).", type(error).__name__)
    return ticket_for(interaction, private=private)


def service_of(interaction: discord.Interaction) -> Service:
    """Return the service of the client that an interaction came to."""
    service = getattr(interaction.client, "service", None)
    if not isinstance(service, Service):
        raise TypeError(type(interaction.client))
    return service


async def ask(interaction: discord.Interaction, question: str, *, private: bool) -> None:
    """Take a question that came as an interaction; the answer replaces the sign that the bot is thinking."""
    service = service_of(interaction)
    if not service.first(interaction.id):
        return
    message = Message(
        ticket_for(interaction, private=private).id,
        place_of(interaction.channel),
        str(interaction.user.id),
        question,
        time.time(),
        direct=interaction.guild_id is None,
        home=home_of(interaction),
        language=app_language(interaction),
    )
    # On disk before Discord is told: whoever sees the sign that the bot is thinking gets an answer, also after a kill.
    # A disk that hangs must not cost the acknowledgement, for which Discord waits three seconds.
    keeping = asyncio.create_task(service.keep(message))
    await asyncio.wait({keeping}, timeout=_HEAD_START)
    found = await _acknowledged(interaction, private=private)
    accepted = await keeping
    if accepted and found:
        service.serve(message)
        if message.direct and installed(interaction):
            await service.alone(message.place, message.user)
    elif accepted:
        await service.drop(message)  # too old to be answered
    elif found:
        # A flood gets silence; without this the sign would stand there for 15 minutes.
        await steadily(interaction.delete_original_response, _DEFER_WITHIN)


async def show(interaction: discord.Interaction, found: Ticket, sheets: Sequence[Sheet]) -> None:
    """Answer a deferred interaction with what needs no desk any more."""
    service = service_of(interaction)
    await steadily(lambda: service.posting.edit(found, sheets[0]))
    for sheet in sheets[1:]:
        await service.posting.follow(found, sheet)


def settings_of(interaction: discord.Interaction) -> PlaceSettings:
    """Return the settings of the place that an interaction comes from."""
    desk, place, app = service_of(interaction).desk, place_of(interaction.channel), app_language(interaction)
    return desk.places.settings(place, home_of(interaction), app)


def user_of(interaction: discord.Interaction) -> tuple[str, str]:
    """Return platform and id of the person behind an interaction."""
    return PLATFORM, str(interaction.user.id)
