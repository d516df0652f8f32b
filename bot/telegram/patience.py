"""How long the bot waits for what on Telegram."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    poll: int = 25
    """For news, in one request."""
    nothing: float = 0.3
    """From one request that brings nothing to the next, for a server that does not wait until there is something."""
    dripping: float = 15.0
    """For a request to end after that; then the connection counts as dead."""
    pause: float = 1.0
    """After a failed request; doubled up to longest."""
    longest: float = 30.0
    conflict: float = 60.0
    """For another process that reads the same updates to stop."""
    typing: float = 0.6
    """For the next letter of an inline question."""
    pace: float = 1.0
    """Between two messages of a chat."""
    telling: float = 10.0
    """Between two looks for notices that are due."""
    progress: float = 3.0
    """Between two looks at how far an admin's act is; each may edit a message, of which a group allows 20 a minute."""
    working: float = 0.3
    """For an answer, before people see that the bot is typing: Telegram wants that for a noticeable time only."""
    draft: float = 2.0
    """For an answer, before a person who is alone with the bot sees a draft instead of typing."""


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, less when asked to stop."""
    if seconds <= 0:
        return
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
