"""Using the store without depending on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from bot.errors import StoreError

log = logging.getLogger(__name__)
T = TypeVar("T")


def spared(use: Callable[[], T], otherwise: T) -> T:
    """Return what the store gives; when it refuses, log that and go on: answering matters more than remembering."""
    try:
        return use()
    except StoreError as error:
        log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
        return otherwise
