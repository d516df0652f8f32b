"""/audit: what admins did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.newsroom.acts import Act, Tell, Told
from bot.store.audit import Audit, Entry

_SHOWN, _MOST = 10, 100


@dataclass(frozen=True, slots=True)
class Auditing:
    """Shows the audit log."""

    audit: Audit

    def run(self, act: Act, _: Tell) -> Told:
        """Return the last acts, the newest first: ten, or as many as are asked for."""
        wanted = int(act.what) if act.what.isdecimal() else _SHOWN
        return Told(tuple(entry_lines(self.audit.newest(min(max(wanted, 1), _MOST)))))


def entry_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield acts, one a line: when, who, what, and what came of it."""
    none = True
    for entry in entries:
        none = False
        at = datetime.fromtimestamp(entry.at, UTC)
        yield f"{at:%Y-%m-%d %H:%M} UTC · {entry.who} · {f'{entry.act} {entry.what}'.strip()} · {entry.outcome}"
    if none:
        yield "No admin has done anything yet."
