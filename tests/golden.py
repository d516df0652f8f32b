"""One conversation as each platform shows it, brought to one form: what is said, which sources, where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from discord_server import Json as DiscordMessage
from discord_server import text_blocks
from telegram_parser import parse

from bot.desk.leads import standing
from bot.phrases import phrases
from bot.values import Status

SAY = phrases("en")
_LEADS = (SAY.rumour, SAY.forecast, SAY.closest)
_LEAD = re.compile(rf"^(?:\S{{1,2}} )?({'|'.join(map(re.escape, _LEADS))})(?: \([^)]*\))?: ")
_SOURCE = re.compile(r"\[(\d+)\] (.+)")
_STATUS = {status.value.replace("_", " "): standing(status, SAY) for status in Status}
_LINKED = re.compile(r"\[\[(\d+)\]\]\(<([^>]+)>\)")


@dataclass
class Told:
    """One answer, whatever it was shown on."""

    said: list[str] = field(default_factory=list)
    """Sentences with their numbers and dates, before them what sets them apart from plain facts."""
    sources: list[str] = field(default_factory=list)
    links: dict[int, str] = field(default_factory=dict)

    def say(self, line: str) -> None:
        """Add a sentence."""
        found = _LEAD.match(line)
        self.said.append(f"{found[1]}: {line[found.end() :]}" if found else line)

    def source(self, line: str) -> None:
        """Add a source: number, publisher, date, and what became of it."""
        told, _, status = line.rpartition(" · ")
        self.sources.append(f"{told} · {_STATUS[status]}" if status in _STATUS else line)

    def link(self, number: int, url: str) -> None:
        """Add where the number of a source leads; platforms may percent-encode more or less of it."""
        assert self.links.setdefault(number, unquote(url)) == unquote(url)


def in_terminal(lines: Iterable[str]) -> Iterator[Told]:
    """Yield the answers of a chat in the terminal, from what it printed."""
    told, number, typed = Told(), 0, 0
    for line in lines:
        if line.startswith("> "):
            if typed:
                yield told
            told, number, typed = Told(), 0, typed + 1
        elif found := _SOURCE.fullmatch(line):
            number = int(found[1])
            told.source(line)
        elif line.startswith("    http"):
            told.link(number, line.strip())
        elif line.strip() and not line.startswith(" ") and not number:
            told.say(line)


def in_telegram(htmls: Iterable[str]) -> Told:
    """Return the answer that the messages of one reply are, as Telegram's own parser reads them."""
    told = Told()
    for parsed in map(parse, htmls):
        said, sources, *_ = (*parsed.text.split("\n\n"), "")
        for line in said.split("\n"):
            told.say(line)
        for line in sources.splitlines():
            told.source(line)
        for entity in parsed.entities:
            if found := re.fullmatch(r"\[(\d+)\]", parsed.covered(entity)):
                told.link(int(found[1]), entity.url)
    return told


def in_discord(message: DiscordMessage) -> Told:
    """Return the answer that a message is."""
    told = Told()
    said, *sources = text_blocks(message)
    for number, url in _LINKED.findall(said):
        told.link(int(number), url)
    for line in _LINKED.sub(r"[\1]", said).split("\n"):
        told.say(_plain(line))
    for line in "\n".join(sources).splitlines():
        told.source(_plain(line))
    return told


def _plain(line: str) -> str:
    bare = re.sub(r"^-# ", "", line).replace("**", "")
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", bare)
