"""What outlives the process: the store, the log of what admins did, the sign of life."""

from __future__ import annotations

import getpass
import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from bot.errors import BotError, NewerStore, StoreError
from bot.newsroom.acts import Person
from bot.newsroom.roles import TERMINAL
from bot.settings import Settings
from bot.store import Pulse, Store
from bot.store.audit import Entry
from bot.store.spared import spared

log = logging.getLogger(__name__)


def stored(settings: Settings) -> Store:
    """Return the store; one in memory when its file cannot be used, for a full disk is no reason to be silent.

    Raises NewerStore: what people say to a bot that was set back would be lost for the one that knows the file.
    """
    try:
        return Store(settings.data_dir)
    except NewerStore:
        raise
    except StoreError as error:
        log.error("%s Until then a crash loses the questions in hand.", error)  # noqa: TRY400  # the sentence is all
        return Store(None)


def keyboard() -> Person:
    """Return who sits at the keyboard."""
    try:
        return Person(TERMINAL, getpass.getuser())
    except (OSError, KeyError, ImportError):  # a container's user without a name
        return Person(TERMINAL, "somebody")


@contextmanager
def audited(settings: Settings, act: str, what: str = "") -> Iterator[list[str]]:
    """Write an act from the command line into the audit log, with the outcome that is appended or the error raised."""
    outcome: list[str] = []
    try:
        yield outcome
    except BotError as error:
        outcome.append(str(error))
        raise
    finally:
        with closing(stored(settings)) as store:
            spared(partial(store.audit.add, Entry(time.time(), str(keyboard()), act, what, " ".join(outcome))), None)


def audit(settings: Settings, most: int) -> list[Entry]:
    """Return what admins did, the newest first. Raises StoreError."""
    with closing(Store(settings.data_dir)) as store:
        return store.audit.newest(most)


def pulse(settings: Settings) -> Pulse:
    """Return where a serving process leaves its sign of life."""
    return Pulse(settings.data_dir)
