"""The sign of life of a serving process, for whoever watches over it from another one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

STALE = 60.0
"""Seconds after which a sign of life is none."""
RUNNING = "running"
_PULSE = TypeAdapter(tuple[float, dict[str, str]])


class Pulse:
    """What each platform does, in data_dir/state/pulse.json."""

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = data_dir / "state" / "pulse.json"
        self._clock = clock

    def beat(self, states: Mapping[str, str]) -> None:
        """Write what each platform does now. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(_PULSE.dump_json((self._clock(), dict(states))))
        fresh.replace(self._path)

    def trouble(self) -> str:
        """Return what is wrong, one sentence; empty when every platform is running."""
        try:
            at, states = _PULSE.validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return "No bot has served from this data folder yet: start it with the serve command."
        if self._clock() - at > STALE:
            return (
                f"The bot gave its last sign of life {self._clock() - at:.0f} seconds ago: see its log, start it again."
            )
        dead = [f"{name}: {state}" for name, state in states.items() if state != RUNNING]
        return f"Not every platform is served: {'; '.join(dead)}." if dead else ""
