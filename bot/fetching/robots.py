"""What a site's robots.txt lets us fetch (RFC 9309)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from protego import Protego

AGENT = "wearables-bot"
"""The name that a robots.txt calls us by."""
CAP = 500_000
KEPT_FOR, KEPT = 86_400.0, 500
"""Seconds that the rules of a site are kept, and of how many sites."""


class Robots:
    """The rules of sites, each fetched once a day by what is given: it returns the bytes, b"" for none.

    What fetching raises is passed on: who cannot tell what is allowed does not fetch.
    """

    def __init__(self, fetch: Callable[[httpx.URL], bytes]) -> None:
        self._fetch = fetch
        self._known: dict[str, tuple[float, Protego]] = {}

    def allow(self, url: httpx.URL) -> bool:
        """Return whether we may fetch an address."""
        return bool(self._rules(url).can_fetch(str(url), AGENT))

    def pause(self, url: httpx.URL) -> float:
        """Return the seconds that a site wants between two requests, 0 when it does not say."""
        return float(self._rules(url).crawl_delay(AGENT) or 0)

    def _rules(self, url: httpx.URL) -> Protego:
        from protego import Protego

        site = str(url.copy_with(raw_path=b"/robots.txt"))
        kept, rules = self._known.get(site, (0.0, None))
        if rules is None or time.monotonic() - kept > KEPT_FOR:
            text = self._fetch(httpx.URL(site)).decode("utf-8-sig", "replace")
            rules = Protego.parse(text)
            while len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[site] = (time.monotonic(), rules)
        return rules
