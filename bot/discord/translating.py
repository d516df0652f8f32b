"""Descriptions of the commands in the languages of the interface; Discord shows those of a person's own client."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as At
from discord.app_commands import TranslationContextTypes, locale_str

from bot.phrases import LANGUAGES, Phrases, phrases


class Translator(app_commands.Translator):
    """Says what stands in the menus; names stay, since people tell each other what to type."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """Return a text in the language of a client, None where it stays as it is."""
        language = locale.value[:2]
        if language == "en" or language not in LANGUAGES:
            return None
        typed = context.location is At.command_name and not isinstance(context.data, app_commands.ContextMenu)
        if typed or context.location in (At.parameter_name, At.choice_name, At.group_name):
            return None
        return _same(phrases("en"), LANGUAGES[language]).get(string.message)


def _same(english: Phrases, other: Phrases) -> dict[str, str]:
    menu = {text: other.menu[name] for name, text in english.menu.items()}
    options = {text: other.options[name] for name, text in english.options.items()}
    return menu | options | {english.check: other.check}
