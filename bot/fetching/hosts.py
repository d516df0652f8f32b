"""How we behave towards a host: one request at a time, a pause between two, and quiet when it asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import FetchError
from bot.fetching.deadline import Deadline

QUIET = 60.0
"""Seconds of quiet for a host that is overloaded and does not say for how long."""
LONGEST_QUIET = 86_400.0
LONGEST_PAUSE = 10.0
"""Seconds between two requests that a robots.txt can ask for."""
KEPT = 1000


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    next: float = 0.0
    quiet_until: float = 0.0


class Hosts:
    """What is known of each host while the process lives. Safe from several threads."""

    def __init__(self) -> None:
        self._known: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, pause: float, deadline: Deadline) -> Iterator[None]:
        """Wait until it is our turn with a host, and keep a pause after it. Raises FetchError while it wants quiet."""
        one = self._one(host)
        began = time.monotonic()
        if not one.turn.acquire(timeout=QUIET):
            raise FetchError(f"{host} is busy with other requests of ours: try again later.", retry_after=QUIET)
        try:
            quiet = one.quiet_until - time.monotonic()
            if quiet > 0:
                raise FetchError(f"{host} asked us to wait for {_spoken(quiet)}: try again then.", retry_after=quiet)
            time.sleep(max(0.0, min(one.next - time.monotonic(), LONGEST_PAUSE)))
            deadline.spare(time.monotonic() - began)
            yield
        finally:
            one.next = time.monotonic() + min(pause, LONGEST_PAUSE)
            one.turn.release()

    def quiet(self, host: str, retry_after: str) -> float:
        """Leave a host alone as long as its Retry-After says, or for a minute; return the seconds."""
        seconds = min(max(_seconds(retry_after), 1.0), LONGEST_QUIET)
        self._one(host).quiet_until = time.monotonic() + seconds
        return seconds

    def _one(self, host: str) -> _Host:
        with self._lock:
            if len(self._known) >= KEPT and host not in self._known:
                now = time.monotonic()
                idle = (name for name, one in self._known.items() if max(one.next, one.quiet_until) < now)
                self._known.pop(next(idle, next(iter(self._known))))
            return self._known.setdefault(host, _Host())


def _seconds(retry_after: str) -> float:
    """Return the seconds of a Retry-After, which is a number or a date; QUIET when it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        when = parsedate_to_datetime(retry_after)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    except (TypeError, ValueError, OverflowError):
        return QUIET


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 2 * QUIET else f"{seconds / 60:.0f} minutes"
