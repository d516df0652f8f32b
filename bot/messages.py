"""What is said on a platform, and what is shown there: frozen values of the rooms that know places and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.values import Answer, Turn


class Length(StrEnum):
    """How much of an answer a place wants to see; corrections and disagreements are shown at every length."""

    SHORT = "short"
    NORMAL = "normal"


class Layout(StrEnum):
    """How messages are laid out, where a platform has a richer way that not every client shows."""

    AUTO = "auto"
    PLAIN = "plain"
    RICH = "rich"


@dataclass(frozen=True, slots=True)
class Place:
    """Where people talk and answers go: a chat of a platform, and a topic or thread of it that stands apart."""

    platform: str
    """"telegram", "discord" or "terminal"."""
    chat: str
    thread: str = ""


class Kind(StrEnum):
    """What a message is; only a question is looked up, the others have one sentence for an answer."""

    QUESTION = "question"
    WORDLESS = "wordless"
    """A voice message, a picture, a file or the like, without a word beside it."""
    ADDED = "added"
    """The news that the bot was added to a group or server."""


@dataclass(frozen=True, slots=True)
class Message:
    """One question as a platform delivered it."""

    id: str
    """Unique on its platform, for ever: what comes again with the same id is a duplicate."""
    place: Place
    user: str
    """The platform's number of the person, unique on the platform."""
    text: str
    """The question alone: without the mention of the bot or the name of the command."""
    sent: float
    """When it was sent, in seconds since 1970."""
    replies_to: str = ""
    """The id, within its place, of the sent message that it replies to."""
    quoted: tuple[Turn, ...] = ()
    """The chain of replies above it, as far as the platform lets one read it, oldest first."""
    direct: bool = False
    """Whether the person and the bot are alone."""
    home: str = ""
    """The id of what the settings belong to, such as a server of many channels; empty: place.chat itself."""
    language: str = ""
    """Of the person's app, as the platform tells it ("de", "pt-BR"), where nobody else reads the reply; or empty."""
    kind: Kind = Kind.QUESTION


@dataclass(frozen=True, slots=True)
class PlaceSettings:
    """What the admins of a place have chosen."""

    mention_only: bool = True
    """False: in a listed channel every message is a question."""
    channels: tuple[str, ...] = ()
    """Ids of the channels or topics in which the bot answers; empty: in all of them."""
    length: Length = Length.NORMAL
    language: str = ""
    """Of the interface: buttons, labels and apologies. Answers stay in the articles' words.

    Empty: nobody has chosen; then it is that of the person's app where they are alone with the bot, else English.
    """
    layout: Layout = Layout.AUTO


@dataclass(frozen=True, slots=True)
class Reply:
    """What an adapter renders and sends."""

    answer_id: str
    """Unguessable, 12 characters of A-Z a-z 0-9 - _; empty with an apology, which has no buttons."""
    answer: Answer
    suggestions: tuple[str, ...] = ()
    """Follow-up questions that the articles answer, each at most 80 characters."""
    apology: str = ""
    """A friendly sentence instead of an answer: too many, too long, busy, too late. answer.text says the same."""
    settings: PlaceSettings = field(default_factory=PlaceSettings)
