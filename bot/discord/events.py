"""Events as the library can read them: nothing that a server sends ends the connection."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from bot.discord.unsaid import whole

log = logging.getLogger(__name__)


def readable(event: str, read: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a reader of the library for events of one kind that leaves out what it cannot read.

    The library would end the connection, and what people write until the next one stands would never be heard.
    Without the event that begins a session there is none.
    """

    def read_or_left_out(data: Any) -> None:  # noqa: ANN401  # whatever came
        try:
            read(whole(event, data))
        except Exception as error:  # whatever the library trips over, the other events must be read
            if event == "READY":
                raise
            log.warning("An event %s could not be read and is left out: %s.", event, type(error).__name__)

    return read_or_left_out
