"""Fetch one page or feed: checked, bounded, polite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from ssl import SSLContext

import httpx

from bot import __version__
from bot.errors import FetchError, Gone, Unreachable
from bot.fetching.addresses import LONGEST, Allowed, Resolve, checked, system_resolver
from bot.fetching.answer import Answer, ask
from bot.fetching.deadline import Deadline
from bot.fetching.hosts import OVERLOADED, Hosts, spoken
from bot.fetching.robots import AGENT, CAP, Robots
from bot.fetching.wire import Wire

_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)
_REFUSED = (401, 402, 403, 451)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one fetch may take."""

    seconds: float = 30.0
    """For all of it: names, connections, redirects, robots.txt, every byte."""
    redirects: int = 5
    pause: float = 1.0
    """Seconds between two requests to one host, at the least."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came."""

    url: str
    """Where it came from, after redirects."""
    content: bytes
    media_type: str = ""
    charset: str = ""
    """As the server says; empty when it does not."""
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False
    """Whether it is still what etag and last_modified stand for; content is empty then."""


class Getter:
    """Fetches from the open network only, as robots.txt allows. Safe from several threads.

    contact is an address or a mail that site owners find in our User-Agent; allowed and resolve are for tests.
    """

    def __init__(
        self,
        contact: str = "",
        limits: Limits | None = None,
        allowed: Allowed = frozenset(),
        resolve: Resolve = system_resolver,
    ) -> None:
        about = f"; {contact}" if contact else ""
        self._agent = f"{AGENT}/{__version__} (follows feeds, keeps to robots.txt{about})"
        self._limits, self._allowed, self._resolve = limits or Limits(), allowed, resolve
        self.hosts = Hosts()
        self._robots = Robots(self._robots_of)

    def get(self, url: str, cap: int, etag: str = "", last_modified: str = "") -> Fetched:
        """Return what stands at an address, cap bytes at most; with etag or last_modified only if it has changed.

        Raises AddressRefused for what is not on the open network, Gone for a page that is no more, FetchError
        for everything else: str(error) says what to do, retry_after for how long the site wants quiet.
        """
        deadline = Deadline(self._limits.seconds)
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        here = checked(url)
        for _ in range(self._limits.redirects + 1):
            if not self._robots.allow(here):
                raise FetchError(
                    f"{here.host} asks programs not to fetch this (robots.txt): save the page, add the file."
                )
            answer = self._ask(here, {k: v for k, v in asked.items() if v}, cap, deadline, self._robots.pause(here))
            if answer.status not in _REDIRECTS:
                return _judged(here, answer, conditional=bool(etag or last_modified))
            here = checked(answer.headers.get("location", ""), here)
        raise FetchError(f"The address is redirected more than {self._limits.redirects} times: give its final one.")

    def _ask(
        self, url: httpx.URL, headers: Mapping[str, str], cap: int, deadline: Deadline, pause: float = 0.0
    ) -> Answer:
        with self.hosts.turn(url.host, max(pause, self._limits.pause), deadline):
            wire = Wire(self._allowed, self._resolve, deadline)
            try:
                answer = ask(url, {"User-Agent": self._agent, "Accept": "*/*", **headers}, cap, wire, self._trust)
            except Unreachable as error:
                raise Unreachable(str(error), self.hosts.failed(url.host)) from None
        if answer.status in OVERLOADED or answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise self._failed(url.host, answer)
        self.hosts.answered(url.host)
        return answer

    def _failed(self, host: str, answer: Answer) -> FetchError:
        asked = answer.headers.get("retry-after", "")
        seconds = self.hosts.failed(host, answer.status, asked)
        until = f" and asks us to wait for {spoken(seconds)}: try again then." if asked else ": try again later."
        return FetchError(f"{host} is overloaded or broken (status {answer.status}){until}", retry_after=seconds)

    def _robots_of(self, url: httpx.URL) -> bytes:
        """Return a robots.txt, b"" where there is none."""
        deadline = Deadline(self._limits.seconds)
        for _ in range(self._limits.redirects + 1):
            answer = self._ask(url, {}, CAP, deadline)
            if answer.status not in _REDIRECTS:
                return answer.content
            url = checked(answer.headers.get("location", ""), url)
        return b""

    @cached_property
    def _trust(self) -> SSLContext:
        return httpx.create_ssl_context()


def _judged(url: httpx.URL, answer: Answer, *, conditional: bool) -> Fetched:
    if answer.status in _GONE:
        raise Gone(f"There is no such page at {url.host} (status {answer.status}): check the address.")
    if answer.status in _REFUSED:
        raise FetchError(f"{url.host} does not let us read this (status {answer.status}): save the page, add the file.")
    if answer.status != httpx.codes.OK and not (conditional and answer.status == httpx.codes.NOT_MODIFIED):
        raise FetchError(f"{url.host} answers with status {answer.status}: check the address.")
    media = Message()
    media["content-type"] = answer.headers.get("content-type", "")
    return Fetched(
        url=str(url),
        content=answer.content,
        media_type=media.get_content_type() if answer.headers.get("content-type") else "",
        charset=str(media.get_content_charset() or ""),
        etag=_stamp(answer.headers.get("etag", "")),
        last_modified=_stamp(answer.headers.get("last-modified", "")),
        unchanged=answer.status == httpx.codes.NOT_MODIFIED,
    )


def _stamp(value: str) -> str:
    """Return what can be sent back as it came, else nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= LONGEST else ""
