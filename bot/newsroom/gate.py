"""What a new index must pass before it serves: it answers known questions no worse, and answers anything at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.newsroom.canary import silent, speaks
from bot.newsroom.golden import Golden, worse
from bot.values import Ask


@dataclass(frozen=True, slots=True)
class Opened:
    """An index that can be asked, whether it serves or not."""

    ask: Ask
    titles: tuple[str, ...]
    """Of its articles."""


def judged(golden: Sequence[Golden], new: Opened, serving: Opened) -> tuple[str, ...]:
    """Return why the new index is worse than the serving one, a reason for each question; empty: it is not."""
    found = worse(golden, new.ask, serving.ask)
    if silent(new.ask, new.titles) and speaks(serving.ask, serving.titles):
        return ("it answers nothing, not even the titles of its own articles", *found)
    return found
