"""One end for everything that one fetch does."""

from __future__ import annotations

import time

from bot.errors import Unreachable


class Deadline:
    """Seconds from now until all must be done, whatever each step allows itself."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Return the seconds that are left, more than 0. Raises Unreachable when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unreachable(f"It did not come within {self._seconds:g} seconds: try again later.")
        return left if at_most is None else min(left, at_most)

    def spare(self, seconds: float) -> None:
        """Do not count seconds that we waited out of politeness."""
        self._end += seconds
