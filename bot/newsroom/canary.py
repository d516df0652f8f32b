"""Notices an index that answers nothing: every article is found by its own title, or something is badly wrong."""

from __future__ import annotations

from collections.abc import Sequence

from bot.values import Ask

PROBES = 12
"""Articles whose titles are asked; of the starter articles none is declined."""
FEWEST = 3
"""Articles below which nothing is said: so few may all have titles that ask nothing."""


def probes(titles: Sequence[str]) -> tuple[str, ...]:
    """Return as many titles as are asked, spread over all."""
    named = [title for title in titles if title.strip()]
    step = max(1, len(named) // PROBES)
    return tuple(named[::step][:PROBES])


def silent(ask: Ask, titles: Sequence[str]) -> bool:
    """Tell whether an index answers nothing, not even the titles of its own articles."""
    return len(probes(titles)) >= FEWEST and not speaks(ask, titles)


def speaks(ask: Ask, titles: Sequence[str]) -> bool:
    """Tell whether an index answers the title of any of its articles."""
    return any(not _mute(ask, title) for title in probes(titles))


def _mute(ask: Ask, title: str) -> bool:
    try:
        return ask(title, ())[0].declined
    except Exception:  # noqa: BLE001  # an index that makes answering fail answers nothing, whatever the reason
        return True
