"""How we behave towards a host: one request at a time, a pause between two, and quiet when it asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import Quiet
from bot.fetching.deadline import Deadline

QUIET = 60.0
"""Seconds of quiet for a host that is overloaded or broken and does not say for how long."""
LONGEST_QUIET = 86_400.0
LONGEST_PAUSE = 10.0
"""Seconds between two requests that a robots.txt can ask for."""
KEPT = 1000
_FEW, _MANY = 2, 120
"""Minutes from which a time is said in minutes, and from which in hours."""
OVERLOADED = (429, 503)
"""What a host answers that can take no more; the other errors of a server may be those of one page."""


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    next: float = 0.0
    quiet_until: float = 0.0
    broken: int = 0
    """Answers in a row that were an error of the server."""


class Hosts:
    """What is known of each host while the process lives. Safe from several threads."""

    def __init__(self) -> None:
        self._known: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, pause: float, deadline: Deadline) -> Iterator[None]:
        """Wait until it is our turn with a host, and keep a pause after it. Raises Quiet while it wants that."""
        one = self._one(host)
        began = time.monotonic()
        if not one.turn.acquire(timeout=QUIET):
            raise Quiet(f"{host} is busy with other requests of ours: try again later.", retry_after=QUIET)
        try:
            quiet = one.quiet_until - time.monotonic()
            if quiet > 0:
                raise Quiet(f"{host} is to be left alone for {spoken(quiet)}: try again then.", retry_after=quiet)
            time.sleep(max(0.0, min(one.next - time.monotonic(), LONGEST_PAUSE)))
            deadline.spare(time.monotonic() - began)
            yield
        finally:
            one.next = time.monotonic() + min(pause, LONGEST_PAUSE)
            one.turn.release()

    def failed(self, host: str, status: int = 0, retry_after: str = "") -> float:
        """Note that a host answers with an error, or not at all (0); return the seconds for which it is left alone.

        They are those of its Retry-After, else a minute: at once when it can take no more, else from the second error
        in a row on, so that one broken page does not keep us from the others.
        """
        one = self._one(host)
        one.broken += 1
        if not retry_after and status not in OVERLOADED and one.broken == 1:
            return 0.0
        seconds = min(max(_seconds(retry_after), 1.0), LONGEST_QUIET)
        one.quiet_until = time.monotonic() + seconds
        return seconds

    def answered(self, host: str) -> None:
        """Note that a host is well."""
        self._one(host).broken = 0

    def wanting_quiet(self) -> dict[str, float]:
        """Return the hosts that are left alone, and until when, in seconds since 1970."""
        past = time.time() - time.monotonic()
        with self._lock:
            known = dict(self._known)
        return {host: past + one.quiet_until for host, one in known.items() if one.quiet_until > time.monotonic()}

    def leave_alone(self, wanting: Mapping[str, float]) -> None:
        """Leave hosts alone that an earlier process was to leave alone: what wanting_quiet returned."""
        now, past = time.time(), time.time() - time.monotonic()
        for host, until in wanting.items():
            if until > now:
                one = self._one(host)
                one.quiet_until = max(one.quiet_until, min(until, now + LONGEST_QUIET) - past)

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


def spoken(seconds: float) -> str:
    """Return a time as people say it: 45 seconds, 20 minutes, 3 hours."""
    minutes = round(seconds / 60)
    if minutes < _FEW:
        return f"{seconds:.0f} seconds" if round(seconds) != 1 else "a second"
    return f"{minutes} minutes" if minutes < _MANY else f"{minutes / 60:.0f} hours"
