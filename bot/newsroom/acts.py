"""The words of the newsroom: who does what, and what is told about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.messages import Place


@dataclass(frozen=True, slots=True)
class Person:
    """An account of a platform, known for sure: it speaks for itself and for nobody else."""

    platform: str
    id: str

    def __str__(self) -> str:
        """Return how settings and the audit log name it: telegram:12345, or schedule for nobody in particular."""
        return f"{self.platform}:{self.id}" if self.id else self.platform


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was sent in a chat, or lies on the disk of who sits at the keyboard."""

    name: str
    read: Callable[[int], bytes]
    """Returns its content when that has at most so many bytes. Raises FetchError."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants done."""

    who: Person | None
    """None when the platform cannot say for sure: such an act is refused."""
    name: str
    """Of the command."""
    what: str = ""
    """What was typed behind it, or what its button carries."""
    document: Document | None = None
    place: Place | None = None
    """Where it was said; None on the command line."""
    replies_to: str = ""
    """The id, within the place, of the message that it replies to."""
    language: str = ""
    """Of the person's app, in which they are refused."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: pressing it is the act name with what, checked again like one that is typed."""

    label: str
    """At most 30 characters."""
    name: str
    """At most 20 characters."""
    what: str = ""
    """At most 24 of A-Z a-z 0-9 _ -, as a button holds little."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about an act, shown in one message that later ones replace."""

    lines: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    picture: bytes = b""
    """A PNG, shown with the lines."""
    outcome: str = ""
    """For the audit log; empty: the first line."""
    good: bool = True
    """False when nothing was done and a person must decide or mend something."""


Tell = Callable[[Told], None]
"""Takes how far an act is, as often as one likes; returns at once."""


def say(*lines: str, choices: tuple[Choice, ...] = ()) -> Told:
    """Return lines as what is told."""
    return Told(lines, choices)
