"""How far back an admin wants to look."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.errors import SettingsError

HOUR, DAY = 3600.0, 86400.0
USUAL = 30
MOST = 366


def days(typed: str, most: int = MOST) -> int:
    """Return the number of days that was typed, USUAL for nothing. Raises SettingsError."""
    if not typed.strip():
        return USUAL
    if not typed.strip().isascii() or not typed.strip().isdecimal() or not 1 <= int(typed.strip()[:6]) <= most:
        raise SettingsError(f"Give a number of days from 1 to {most}.")
    return int(typed.strip())


def date(at: float) -> str:
    """Return the day of a moment, in UTC, as people write it: 7 Nov 2026."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when.day} {when:%b %Y}"


def moment(at: float) -> str:
    """Return a moment in UTC to the minute: 7 Nov 2026 14:03 UTC."""
    return f"{date(at)} {datetime.fromtimestamp(at, UTC):%H:%M} UTC"
