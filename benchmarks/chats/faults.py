"""What goes wrong with the network and the servers: every row of the fault tables, and a bit more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from telegram_parts import FAULTS as OF_REQUESTS

AWAY, AWAY_EARLY = "server away for 10 s", "server away at the start"


class After(Enum):
    """What has to come of a fault."""

    ANSWERED = auto()
    """The question that it hits is answered, and so is the next one."""
    SORRY = auto()
    """Nobody can know whether the answer arrived: an apology may come instead or behind it."""
    SILENT = auto()
    """The chat takes nothing from us: its question gets nothing, everybody else's is answered."""
    ENDED = auto()
    """No new try can help: the bot says why, and ends."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong."""

    platform: str
    name: str
    where: str = ""
    """Method of the Bot API, or a pattern of "METHOD /path" on Discord; else name is what is done to the server."""
    how: tuple[str, ...] = ()
    """How the next requests there fail."""
    after: After = After.ANSWERED
    early: bool = False
    """Whether it strikes while the bot starts."""


def faults() -> tuple[Fault, ...]:
    """Return all faults of both platforms."""
    return (*_of_telegram(), *_of_discord())


def _of_telegram() -> Iterator[Fault]:
    starting = ("getMe", "setMyCommands", "deleteWebhook")
    for name, (method, fails) in OF_REQUESTS.items():
        yield Fault("Telegram", name, method, tuple(fails), early=method in starting)
    more: Iterable[tuple[str, str, tuple[str, ...], After]] = (
        ("told to wait for 20 s", "sendMessage", ("429 20",), After.ANSWERED),
        ("send cut before it arrived", "sendMessage", ("drop",), After.SORRY),
        ("send cut after it arrived", "sendMessage", ("drop after",), After.SORRY),
        ("send never answered", "sendMessage", ("hang",), After.SORRY),
        ("send drips", "sendMessage", ("drip",), After.SORRY),
        ("group has moved", "sendMessage", ("migrate -100999",), After.ANSWERED),
        ("bot is blocked", "sendMessage", ("403 Forbidden: bot was blocked by the user",), After.SILENT),
        ("chat is gone", "sendMessage", ("400 Bad Request: chat not found",), After.SILENT),
        ("polling never answered", "getUpdates", ("hang",), After.ANSWERED),
        ("polling fails five times", "getUpdates", ("500 Internal Server Error",) * 5, After.ANSWERED),
        ("another process polls for good", "getUpdates", ("409 Conflict: terminated by other",) * 1000, After.ENDED),
    )
    for name, method, how, after in more:
        yield Fault("Telegram", name, method, how, after)
    yield Fault("Telegram", "token is refused", "getMe", ("401 Unauthorized",), After.ENDED, early=True)
    for name in ("unreadable update", "update comes twice", "answer edited to what it is"):
        yield Fault("Telegram", name)
    yield Fault("Telegram", AWAY, after=After.SORRY)
    yield Fault("Telegram", AWAY_EARLY, early=True)


def _of_discord() -> Iterator[Fault]:
    send, defer, edit = "POST .*/messages$", "POST .*/callback", "PATCH .*/@original"
    for where, what in ((send, "send"), (defer, "deferring"), (edit, "answering a command")):
        kinds = ("429", "cloudflare", "502", "reset", "lost")
        for kind in kinds if where != defer else kinds[:2] + kinds[3:]:
            yield Fault("Discord", f"{what}: {kind}", where, (kind,))
    yield Fault("Discord", "send: 500 five times", send, ("500",) * 5)
    yield Fault("Discord", "send: never answered", send, ("hang",))
    yield Fault("Discord", "send: forbidden", send, ("403",), After.SILENT)
    yield Fault("Discord", "start: reset three times", "GET .*/users/@me", ("reset",) * 3, early=True)
    yield Fault("Discord", "start: no gateway told", "GET .*/gateway/bot", ("502",) * 2, early=True)
    yield Fault("Discord", "commands refused", "PUT .*/commands", ("502", "reset"), early=True)
    for name in (
        *("connection cut, resumed", "connection cut, session gone", "connection falls silent", "event breaks library"),
        "frame breaks library",
        *("message comes twice", "command comes twice", "layouts unknown", AWAY),
    ):
        yield Fault("Discord", name)
    for name in ("handshake fails", AWAY_EARLY):
        yield Fault("Discord", name, early=True)
    for name in ("token is refused", "intent is not granted"):
        yield Fault("Discord", name, after=After.ENDED, early=True)
