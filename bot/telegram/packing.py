"""Lines into messages: as few as Telegram's limits allow, cut at the ends of sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.telegram.markup import Markup, folded, joined, units
from bot.text.sentences import split

MESSAGE = 4096
"""The longest message, in UTF-16 units, https://core.telegram.org/bots/api#sendmessage."""
ENTITIES = 100
"""What is marked up beyond so many places of one message is dropped, https://limits.tginfo.me."""
MARKED = 9000
"""The most bytes that tags and addresses take in one message; Telegram refuses more as ENTITIES_TOO_LONG."""
PART = 3000
"""The longest text that stands in one line, so that its citations, its date and its mark-up still fit."""
# A place where a text without spaces may be cut: before a character that begins a letter as people see it.
_LETTER = re.compile(r"[^\u0300-\u036f\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a reply: which group it stands in, and whether it is folded away."""

    markup: Markup
    group: int = 0
    folded: bool = False


def pack(rows: Iterable[Row]) -> list[Markup]:
    """Return rows as messages within the limits: an empty line between groups, folded rows in quotations."""
    shown = [row for row in rows if row.markup.text.strip()]
    if shown and _fits(whole := _message(shown)):  # as nearly all do; row by row it takes ten times as long
        return [whole]
    messages: list[Markup] = []
    kept: list[Row] = []
    for row in shown:
        if kept and not _fits(_message([*kept, row])):
            messages.append(_message(kept))
            kept = []
        kept.append(row)
    return [*messages, _message(kept)] if kept else messages


def _fits(message: Markup) -> bool:
    marked = len(message.html.encode()) - len(message.text.encode())
    return message.units <= MESSAGE and message.entities <= ENTITIES and marked <= MARKED


def _message(rows: Sequence[Row]) -> Markup:
    groups = []
    for (_, hidden), members in groupby(rows, key=lambda row: (row.group, row.folded)):
        lines = [row.markup for row in members]
        groups.append(folded(lines) if hidden else joined(lines))
    return joined(groups, "\n\n")


def parts(text: str, room: int = PART) -> list[str]:
    """Return text in parts of at most room UTF-16 units, cut between sentences, else between words, else letters."""
    if units(text) <= room:
        return [text]
    spans: list[tuple[int, int]] = []
    for start, end in _pieces(text, room):
        if spans and units(text[spans[-1][0] : end]) <= room:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [text[start:end] for start, end in spans]


def _pieces(text: str, room: int) -> Iterator[tuple[int, int]]:
    for first, end, _ in split(text):
        start = first
        while units(text[start:end]) > room:
            at = start + _cut(text[start:end], room)
            yield start, at
            start = at + (text[at] == " ")
        yield start, end


def _cut(text: str, room: int) -> int:
    at = len(text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore"))
    space = text.rfind(" ", 0, at + 1)
    if space > 0:
        return space
    letter = at
    while letter > 1 and not (_LETTER.match(text[letter]) and text[letter - 1] != "\u200d"):
        letter -= 1
    return letter if letter > 1 else at
