"""The newsroom in the terminal: whoever sits at the keyboard is an admin, what is told are lines.

Commands are not written here: bot.newsroom.newsroom says how to add one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.newsroom.acts import Act, Document, Person, Told
from bot.newsroom.newsroom import Command, Newsroom
from bot.newsroom.roles import Role
from bot.terminal.render import Line, Look, line
from bot.terminal.screen import Show

_EVERY = 5.0
"""Seconds between two lines that tell of the same step."""
_LINKS = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Admin:
    """Lets who sits at the keyboard do what admins do in the chats."""

    room: Callable[[], Newsroom]
    """Opened by the first command that needs it, so that a chat which needs none starts as fast."""
    who: Person
    show: Show
    """Where lines about how far an act is go at once."""

    def offered(self) -> Iterator[Line]:
        """Yield a line for each command that can be typed."""
        for each in self.room().offered(Role.ADMIN):
            takes = _lowered(each.takes) + (", or the path of a file" if each.documents else "")
            yield line(f"/{each.name:<9} {_lowered(each.says)}{f' ({takes})' if takes else ''}")

    def command(self, name: str) -> Command | None:
        """Return the command of a name, None when there is none."""
        return self.room().command(name)

    def carry_out(self, command: Command, rest: str) -> Iterator[Line]:
        """Yield what comes of a command with what was typed behind it, after how far it is was shown."""
        progress = _Progress(self.show)
        act = Act(self.who, command.name, rest, _document(command, rest))
        told = self.room().act(act, progress.tell)
        look = Look.REMARK if told.good else Look.ERROR
        yield from (line(each, look) for each in told.lines if each not in progress.shown)
        yield from (line(f"{each.label}: /{each.name} {each.what}", Look.HEADING) for each in told.choices)
        if told.picture:
            yield line(f"python -m bot {command.name} --chart FILE.png draws it.")


@dataclass(slots=True)
class _Progress:
    """Shows each step once, and again when it takes long: a terminal has no message to edit."""

    show: Show
    shown: set[str] = field(default_factory=set)
    _steps: dict[str, float] = field(default_factory=dict)

    def tell(self, told: Told) -> None:
        now = time.monotonic()
        for text in told.lines:
            step = text.partition(":")[0]
            if text not in self.shown and now - self._steps.get(step, -_EVERY) >= _EVERY:
                self._steps[step] = now
                self.shown.add(text)
                self.show([line(text)])


def _document(command: Command, rest: str) -> Document | None:
    if not command.documents or not rest or rest.lower().startswith(_LINKS):
        return None
    from bot.newsroom.attached import on_disk  # brings an HTTP client, for which no chat is to wait

    return on_disk(rest)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
