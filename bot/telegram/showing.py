"""What the bot shows of itself: what it can do, and how a place has set it up."""

from __future__ import annotations

import html
from collections.abc import Sequence

from bot.messages import Layout, Length, Place, PlaceSettings
from bot.phrases import LANGUAGES, Phrases, phrases
from bot.telegram.buttons import Button, Does, Press
from bot.telegram.markup import Markup, plain
from bot.telegram.packing import Row
from bot.telegram.rendering import Outgoing, outgoing

COMMON = ("ask", "sources", "why", "help", "privacy", "forget")
"""The commands of a group."""
PRIVATE = (*COMMON, "settings")
"""The commands of a private chat."""
_CHOSEN = "✓ "


def start_messages(say: Phrases, questions: Sequence[str]) -> tuple[Outgoing, ...]:
    """Return what a private chat begins with, with questions to tap."""
    (message,) = outgoing(Row(plain(line)) for line in say.start)
    rows = [(Button(asked, Press(Does.SUGGESTION, "start", str(number))),) for number, asked in enumerate(questions)]
    return (Outgoing(message.html, message.text, tuple(rows)),)


def help_messages(say: Phrases) -> tuple[Outgoing, ...]:
    """Return what the bot can do, and each command, which is sent at a tap."""
    told = [Row(plain(line)) for line in say.help]
    listed = [f"/{name} – {say.menu[name]}" for name in PRIVATE if name != "help"]
    return outgoing([*told, *(Row(Markup(html.escape(line), line, 1), group=1) for line in listed)])


def settings_messages(place: Place, chosen: PlaceSettings) -> tuple[Outgoing, ...]:
    """Return the settings of a place with buttons that change them; of a private chat those that mean something there.

    A group has a number below zero, a private chat that of the person.
    """
    say, group = phrases(chosen.language), place.chat.startswith("-")
    mentions = "on" if chosen.mention_only else "off"
    told = [("length", chosen.length.value), ("language", chosen.language), ("layout", chosen.layout.value)]
    told += [("mention_only", mentions), ("channels", ", ".join(chosen.channels) or "all")] if group else []
    rows = [
        tuple(_choice("length", value.value, chosen.length.value, say) for value in Length),
        tuple(_button(each.name, "language", code, chosen.language) for code, each in LANGUAGES.items()),
        tuple(_choice("layout", value.value, chosen.layout.value, say) for value in Layout),
    ]
    if group:
        rows.append(tuple(_choice("mention_only", value, mentions, say) for value in ("on", "off")))
    lines = [say.told(*each) for each in told] + ([say.settings_hint] if group else [])
    (message,) = outgoing(Row(plain(line)) for line in lines)
    return (Outgoing(message.html, message.text, tuple(rows)),)


def _choice(setting: str, value: str, chosen: str, say: Phrases) -> Button:
    return _button(say.told(setting, value), setting, value, chosen)


def _button(label: str, setting: str, value: str, chosen: str) -> Button:
    return Button(f"{_CHOSEN * (value == chosen)}{label}", Press(Does.SETTING, setting, value))
