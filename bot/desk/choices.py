"""Settings of a place, changed with words that admins type or press."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import SettingsError
from bot.messages import Layout, Length, PlaceSettings
from bot.phrases import LANGUAGES, Phrases
from bot.text.clean import clean

MAX_CHANNELS = 100
_SWITCH = {"on": True, "off": False}


def changed(settings: PlaceSettings, setting: str, value: str, say: Phrases) -> PlaceSettings:
    """Return settings with one of them changed. Raises SettingsError with a sentence that names what is possible."""
    value = clean(value)
    match setting:
        case "mention_only" if value.lower() in _SWITCH:
            return replace(settings, mention_only=_SWITCH[value.lower()])
        case "channels":
            return replace(settings, channels=_channels(value, say))
        case "length" if value.lower() in set(Length):
            return replace(settings, length=Length(value.lower()))
        case "layout" if value.lower() in set(Layout):
            return replace(settings, layout=Layout(value.lower()))
        case "language" if value.lower() in LANGUAGES:
            return replace(settings, language=value.lower())
    raise SettingsError(say.choose.format(languages=", ".join(LANGUAGES)))


def _channels(value: str, say: Phrases) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(value.replace(",", " ").split()))
    if ids in ((), ("all",)):
        return ()
    if len(ids) > MAX_CHANNELS or not all(i.lstrip("-").isdecimal() for i in ids):
        raise SettingsError(say.choose_channels.format(most=MAX_CHANNELS))
    return ids
