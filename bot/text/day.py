"""Dates as people write them."""

from __future__ import annotations

import calendar

from bot.values import Published


def day(published: Published | None) -> str:
    """Return a date as exact as it is known: 28 Nov 2025, Nov 2025, 2025, undated."""
    if published is None:
        return "undated"
    parts = [str(published.day)] if published.day else []
    if published.month:
        parts.append(calendar.month_abbr[published.month])
    return " ".join([*parts, str(published.year)])
