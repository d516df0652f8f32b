"""One message for Discord as a value: texts, links and buttons inside Discord's limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.discord.markdown import length

MOST_TEXT = 4000
"""Characters over all texts of a message with Components V2; labels are counted too, to be safe."""
MOST_PLAIN = 2000
"""Characters of a message's plain content."""
MOST_COMPONENTS = 40
"""Components of a message, nested ones counted."""
MOST_LABEL = 80
"""Characters of a button's label."""
ROW = 5
"""Buttons of a row."""


class Tone(IntEnum):
    """The colour of the bar beside a message; the words say the same, for who sees no colours."""

    PLAIN = 0x3B82F6
    CAUTION = 0xF59E0B
    UNKNOWN = 0x9CA3AF


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a web address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button that comes back to us with its id, also after a restart."""

    label: str
    id: str
    quiet: bool = True


Row = tuple[Link | Press, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message: blocks of text with a line between them, then rows of buttons."""

    blocks: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    tone: Tone = Tone.PLAIN


def rows(buttons: Sequence[Link] | Sequence[Press]) -> Iterator[Row]:
    """Yield buttons in rows of at most five."""
    for start in range(0, len(buttons), ROW):
        yield tuple(buttons[start : start + ROW])


def pack(blocks: Sequence[Sequence[str]], room: int = MOST_TEXT) -> list[tuple[str, ...]]:
    """Return blocks of paragraphs as messages of at most room characters; no paragraph is cut.

    A paragraph must fit by itself. At least one message comes back.
    """
    messages: list[list[list[str]]] = [[]]
    used = 0
    for block in blocks:
        fresh = True
        for paragraph in block:
            size = length(paragraph) + 1
            if used + size > room + 1 and messages[-1]:
                messages.append([])
                used, fresh = 0, True
            if fresh:
                messages[-1].append([])
            messages[-1][-1].append(paragraph)
            used, fresh = used + size, False
    return [tuple("\n".join(part) for part in message) for message in messages]


def labels(shown: Sequence[Row]) -> int:
    """Return how many characters the labels of rows have together."""
    return sum(length(button.label) for row in shown for button in row)


def bounded(sheet: Sheet) -> bool:
    """Tell whether a sheet keeps Discord's limits."""
    texts = sum(length(block) for block in sheet.blocks) + labels(sheet.rows)
    parts = 1 + 2 * len(sheet.blocks) + sum(1 + len(row) for row in sheet.rows)
    return texts <= MOST_TEXT and parts <= MOST_COMPONENTS
