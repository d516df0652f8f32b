"""Planted tokens and questions, and the search for them in all that a bot leaves behind but its store."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

import telegram_server
from discord_server import TOKEN

from bot.logs import HIDDEN, begin

QUESTION = "how heavy is ring"
"""How every question begins that is asked here; no log line may tell one."""
WRONG = "wrong.planted.token"
_SECRETS = (telegram_server.TOKEN, telegram_server.TOKEN.partition(":")[2], TOKEN, WRONG)
_PLANTED = re.compile("|".join([*(re.escape(each) for each in _SECRETS), r"token-\d+-aW50"]).encode())
"""The tokens of the bots, and those that Discord sends along with interactions."""
_LEFT = ("log", "reprs", "state/pulse.json")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, in so many bytes."""

    searched: int = 0
    secrets: int = 0
    questions: int = 0
    hidden: int = 0
    """Places where a secret would have stood."""

    def __add__(self, other: Found) -> Found:
        return Found(
            self.searched + other.searched,
            self.secrets + other.secrets,
            self.questions + other.questions,
            self.hidden + other.hidden,
        )

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the lines of a table."""
        where = f"{self.searched / 1e6:,.0f} MB of logs at DEBUG, errors, repr and status of all kills and faults"
        return (
            (f"secrets in {where}; count: places where one was hidden", f"{self.hidden:,}", f"{self.secrets:,}", "0"),
            ("questions' texts in the same", "-", f"{self.questions:,}", "0"),
        )


def begin_log(folder: Path) -> None:
    """Write all that this process logs and prints into a file of a folder, as much as there is, as the product would.

    Whoever reads standard error sees the same.
    """
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    begin("DEBUG", [telegram_server.TOKEN, TOKEN, WRONG])
    logging.captureWarnings(capture=True)


def note(folder: Path, *things: object) -> None:
    """Write down how things show themselves to whoever prints them."""
    with (folder / "reprs").open("a", encoding="utf-8") as file:
        file.writelines(f"{thing!r} {thing}\n" for thing in things)


def found_in(folder: Path) -> Found:
    """Search what a bot left in a folder."""
    left = [path.read_bytes() for name in _LEFT if (path := folder / name).exists()]
    return Found(
        sum(map(len, left)),
        sum(len(_PLANTED.findall(each)) for each in left),
        sum(each.count(QUESTION.encode()) for each in left),
        sum(each.count(HIDDEN.encode()) for each in left),
    )
