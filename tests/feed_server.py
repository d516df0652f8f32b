"""A real HTTP server on loopback that serves feeds and pages as sites do, well and badly.

    with FeedServer() as site:
        site.pages["/feed"] = Page(rss([Item("/a", "A ring", "Wed, 25 Nov 2026 10:00:00 +0000")], site), "text/xml")
        getter = Getter(limits=QUICK, allowed=site.allowed)

A page may be changed at any time. site.asked lists what was asked for, robots.txt too: (path, headers).
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.fetching import Limits

QUICK = Limits(seconds=10.0, pause=0.0)


@dataclass(frozen=True)
class Page:
    """What a path answers."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    """Seconds between two bytes, for ever: the length is never said."""
    etag: bool = True
    """Whether an unchanged page answers 304 to who asks for it."""


@dataclass(frozen=True)
class Item:
    """An entry of a feed."""

    link: str
    title: str
    date: str = ""
    summary: str = ""
    author: str = ""


class FeedServer:
    """Serves `pages`, a path each; every other path is 404."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        site = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with site._counted():
                    site._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._closing = threading.Event()

    @property
    def allowed(self) -> frozenset[tuple[str, int]]:
        return frozenset({("127.0.0.1", self.port)})

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return what was asked for, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            yield
        finally:
            with self.lock:
                self.at_once -= 1

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append((request.path, headers))
        page = self.pages.get(request.path, Page(b"<html><body>Not found</body></html>", status=404))
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:12]}"'
        if page.etag and page.status == 200:
            page = replace(page, headers={"ETag": tag} | page.headers)
            if headers.get("if-none-match") == tag:
                page = replace(page, status=304, body=b"")
        with contextlib.suppress(OSError):
            self._send(request, page)

    def _send(self, request: BaseHTTPRequestHandler, page: Page) -> None:
        request.send_response(page.status)
        request.send_header("Content-Type", page.media_type)
        for name, value in page.headers.items():
            request.send_header(name, value.encode().decode("latin-1"))  # as UTF-8
        request.close_connection = True
        if page.drip:
            request.end_headers()
            body = page.body or b" "
            while not self._closing.is_set():
                request.wfile.write(body[:1])
                request.wfile.flush()
                body = body[1:] + body[:1]
                time.sleep(page.drip)
            return
        request.send_header("Content-Length", str(len(page.body)))
        request.end_headers()
        request.wfile.write(page.body)


def hours_pass(data_dir: Path) -> None:
    """Let the hours pass after which a page that is not there counts as withdrawn."""
    state = data_dir / "state" / "following.json"
    seen = json.loads(state.read_text("utf-8"))
    for looked in seen["articles"].values():
        looked["gone"] -= 7 * 3600 if looked["gone"] else 0
    state.write_text(json.dumps(seen), "utf-8")


def rss(items: Sequence[Item], site: FeedServer, title: str = "Wearable Wire") -> bytes:
    entries = "".join(
        f"<item><title>{escape(one.title)}</title><link>{site.url(one.link)}</link><guid>{one.link}</guid>"
        + (f"<pubDate>{one.date}</pubDate>" if one.date else "")
        + (f"<dc:creator>{escape(one.author)}</dc:creator>" if one.author else "")
        + f"<description>{escape(one.summary)}</description></item>"
        for one in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{escape(title)}</title>{entries}</channel></rss>"
    ).encode()


def atom(items: Sequence[Item], site: FeedServer, title: str = "Wearable Wire") -> bytes:
    entries = "".join(
        f'<entry><id>tag:{one.link}</id><title type="html">{escape(escape(one.title))}</title>'
        f'<link rel="alternate" href="{site.url(one.link)}"/><updated>{one.date}</updated>'
        f"<summary>{escape(one.summary)}</summary></entry>"
        for one in items
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(title)}</title>{entries}</feed>'.encode()


def article_page(title: str, paragraphs: Sequence[str], head: str = "", publisher: str = "Wearable Wire") -> bytes:
    body = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta property="og:site_name" content="{escape(publisher)}">{head}</head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>{escape(title)}</h1>{body}</article>"
        "<footer>© 2019 Wearable Wire</footer></body></html>"
    ).encode()


def zipped(body: bytes) -> Page:
    return Page(gzip.compress(body), headers={"Content-Encoding": "gzip"})
