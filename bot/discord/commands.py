"""The commands of the bot on Discord."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any, Literal

import discord
from discord import app_commands

from bot.desk.tracing import trace_lines, weighed_lines
from bot.discord.reading import place_of, words_of
from bot.discord.rendering import quote_sheets, text_sheets
from bot.discord.sheets import Sheet
from bot.discord.talk import (
    app_language,
    ask,
    deferred,
    hidden,
    home_of,
    installed,
    service_of,
    settings_of,
    show,
    user_of,
)
from bot.errors import BotError, SettingsError
from bot.messages import Place, PlaceSettings
from bot.phrases import phrases
from bot.text.question import MAX_QUESTION
from bot.text.words import level

_CHOICES, _CHOICE = 25, 100
"""Choices that Discord shows, and characters of one."""
_MENU, _OPTIONS = phrases("en").menu, phrases("en").options
"""What Discord shows of a command; bot.discord.translating says it in other languages."""

log = logging.getLogger(__name__)


def commands() -> list[app_commands.Command[Any, ..., None] | app_commands.ContextMenu]:
    """Return the commands, made for one client."""
    return [_ask(), _sources(), _why(), _settings(), _privacy(), _forget(), _check()]


def _ask() -> app_commands.Command[Any, ..., None]:
    async def ask_(
        interaction: discord.Interaction,
        question: app_commands.Range[str, 1, MAX_QUESTION],
        about: app_commands.Range[str, 1, _CHOICE] = "",
    ) -> None:
        await ask(interaction, told_about(question, about), private=hidden(interaction))

    async def names(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = await asyncio.to_thread(service_of(interaction).desk.names, typed, _CHOICES)
        return [app_commands.Choice(name=name, value=name) for name in found if len(name) <= _CHOICE]

    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name="ask", description=_MENU["ask"], callback=ask_
    )
    _describe(command, "question", "about")
    command.autocomplete("about")(names)
    return command


def _describe(command: app_commands.Command[Any, ..., None], *options: str) -> None:
    # Plain strings that are given once a command is made are not offered for translation.
    app_commands.describe(**{name: app_commands.locale_str(_OPTIONS[name]) for name in options})(command)


def told_about(question: str, name: str) -> str:
    """Return a question that holds the name that was chosen beside it."""
    return f"{name}: {question}" if name and level(name) not in level(question) else question


def _sources() -> app_commands.Command[Any, ..., None]:
    async def sources(interaction: discord.Interaction) -> None:
        found = await deferred(interaction, private=True)
        if found is None:
            return
        settings, answer_id = settings_of(interaction), await _last(interaction)
        answer = await asyncio.to_thread(service_of(interaction).desk.kept, answer_id) if answer_id else None
        nothing = text_sheets([phrases(settings.language).nothing_yet])
        await show(interaction, found, quote_sheets(answer.citations, settings.language) if answer else nothing)

    return app_commands.Command(name="sources", description=_MENU["sources"], callback=sources)


def _why() -> app_commands.Command[Any, ..., None]:
    async def why(interaction: discord.Interaction) -> None:
        found = await deferred(interaction, private=True)
        if found is None:
            return
        settings, answer_id = settings_of(interaction), await _last(interaction)
        trace = await asyncio.to_thread(service_of(interaction).desk.why, answer_id) if answer_id else None
        say = phrases(settings.language)
        told = [*trace_lines(trace, say), *weighed_lines(trace, say)] if trace else [say.nothing_yet]
        await show(interaction, found, text_sheets(told))

    return app_commands.Command(name="why", description=_MENU["why"], callback=why)


def _settings() -> app_commands.Command[Any, ..., None]:
    async def settings(  # each is an option that Discord shows
        interaction: discord.Interaction,
        length: Literal["short", "normal"] | None = None,
        language: Literal["en", "de", "fr", "es"] | None = None,
        mention_only: bool | None = None,  # noqa: FBT001  # Discord's own type for yes and no
        channels: app_commands.Range[str, 1, 1000] | None = None,
    ) -> None:
        found = await deferred(interaction, private=True)
        if found is None:
            return
        wanted = {"length": length, "language": language, "channels": channels}
        if mention_only is not None:
            wanted["mention_only"] = "on" if mention_only else "off"
        chosen = [(name, value) for name, value in wanted.items() if value is not None]
        await show(interaction, found, await _chosen(interaction, chosen))

    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name="settings", description=_MENU["settings"], callback=settings
    )
    _describe(command, "length", "language", "mention_only", "channels")
    # A hint for Discord's menus only: who may is checked when it runs.
    return app_commands.default_permissions(manage_guild=True)(command)


async def _chosen(interaction: discord.Interaction, chosen: Sequence[tuple[str, str]]) -> tuple[Sheet, ...]:
    """Change settings if the person may and return what they are now."""
    desk, settings = service_of(interaction).desk, settings_of(interaction)
    if chosen and not _admin(interaction):
        return text_sheets([phrases(settings.language).admins_only])
    place, home = place_of(interaction.channel), home_of(interaction)
    try:
        for name, value in chosen:
            told = _channels(value, place) if name == "channels" else value
            settings = await asyncio.to_thread(desk.places.change, place, name, told, home, app_language(interaction))
    except SettingsError as error:
        return text_sheets([str(error)])
    except BotError as error:
        log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
        return text_sheets([phrases(settings.language).not_saved])
    return text_sheets(_told(settings, home))


def _channels(typed: str, place: Place) -> str:
    """Return the numbers of channels that are named by number, by a mention, or as the one that is written in."""
    return re.sub(r"\bhere\b", place.thread or place.chat, re.sub(r"[<#>]", " ", typed), flags=re.IGNORECASE)


def _admin(interaction: discord.Interaction) -> bool:
    """Tell whether a person may change the settings: of a server with its permission, of a talk with the bot alone."""
    if not installed(interaction):
        return False
    return interaction.guild_id is None or interaction.permissions.manage_guild


def _told(settings: PlaceSettings, home: str) -> list[str]:
    """Return the settings of a server as people read them; where the bot is alone with somebody, those that matter."""
    say = phrases(settings.language)
    told = [say.told("length", settings.length.value), say.told("language", settings.language)]
    if home:
        channels = ", ".join(settings.channels) or "all"
        told += [say.told("mention_only", "on" if settings.mention_only else "off"), say.told("channels", channels)]
    return told


def _privacy() -> app_commands.Command[Any, ..., None]:
    async def privacy(interaction: discord.Interaction) -> None:
        found = await deferred(interaction, private=True)
        if found is not None:
            say = phrases(settings_of(interaction).language)
            *kept, deleted = say.privacy
            await show(interaction, found, text_sheets((*kept, say.alone, deleted.format(platform="Discord"))))

    return app_commands.Command(name="privacy", description=_MENU["privacy"], callback=privacy)


def _forget() -> app_commands.Command[Any, ..., None]:
    async def forget(interaction: discord.Interaction) -> None:
        found = await deferred(interaction, private=True)
        if found is None:
            return
        say = phrases(settings_of(interaction).language)
        service, (platform, user) = service_of(interaction), user_of(interaction)
        alone = place_of(interaction.channel).chat if interaction.guild_id is None and installed(interaction) else ""
        try:
            service.languages.forget(user)
            service.hearing.forget(user)
            await asyncio.to_thread(service.desk.forget, platform, user, alone)
        except BotError as error:
            log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
            await show(interaction, found, text_sheets([say.not_forgotten]))
        else:
            await show(interaction, found, text_sheets([say.forgotten]))

    return app_commands.Command(name="forget", description=_MENU["forget"], callback=forget)


def _check() -> app_commands.ContextMenu:
    async def check(interaction: discord.Interaction, message: discord.Message) -> None:
        await ask(interaction, words_of(message), private=True)

    return app_commands.ContextMenu(name=phrases("en").check, callback=check)


async def _last(interaction: discord.Interaction) -> str:
    desk = service_of(interaction).desk
    return await asyncio.to_thread(desk.last, place_of(interaction.channel), str(interaction.user.id))
