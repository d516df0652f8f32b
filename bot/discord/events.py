"""Events as the library can read them: nothing that a server sends ends the connection."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

_PRIVATE = 1
"""Discord's number for a channel of two."""
_UNSAID: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "READY": {"shard": [0, 1]},
        "INTERACTION_CREATE": {"version": 1, "attachment_size_limit": 10 * 2**20},
    }
)
"""What the library needs in an event, and servers may leave out."""

log = logging.getLogger(__name__)


def readable(event: str, read: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a reader of the library for events of one kind that leaves out what it cannot read.

    The library would end the connection, and what people write until the next one stands would never be heard.
    Without the event that begins a session there is none.
    """

    def read_or_left_out(data: Any) -> None:  # noqa: ANN401  # whatever came
        try:
            read(_whole(event, data))
        except Exception as error:  # whatever the library trips over, the other events must be read
            if event == "READY":
                raise
            log.warning("An event %s could not be read and is left out: %s.", event, type(error).__name__)

    return read_or_left_out


def _whole(event: str, data: Any) -> Any:  # noqa: ANN401  # whatever came
    """Return what came with what was left out of it."""
    if event not in _UNSAID:
        return data
    if event == "INTERACTION_CREATE" and "channel" not in data and "channel_id" in data:
        channel = {"id": data["channel_id"]} | ({} if data.get("guild_id") else {"type": _PRIVATE})
        data = {**data, "channel": channel}
    return {**_UNSAID[event], **data}
