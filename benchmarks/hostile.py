"""What strangers may send: addresses, feeds, pages and PDFs made to harm; nothing gets out and nothing takes long."""

from __future__ import annotations

import base64
import gzip
import random
import socket
import sys
import tempfile
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.report import Table
from bot.errors import AddressRefused, BotError, FetchError, Quiet
from bot.fetching import Getter
from bot.fetching.addresses import PORTS
from bot.newsroom.reading import read_bytes
from bot.readers import Bounded
from bot.readers.bounded import STRANGERS_MEMORY

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # the servers and files that the tests are made with

SECRET = "planted-4711-secret"  # noqa: S105  # planted, so that an escape is found
HEAD = ("what", "tried", "escapes", "crashes", "read, refused, too long", "slowest, s", "most memory, MB")
HOSTS = """
127.0.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 127.1 127.0.1 localhost LOCALHOST localhost.
①②⑦.⓪.⓪.① １２７.0.0.1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ 127。0。0。1 0 0.0.0.0 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1]
[::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::1] user:pass@127.0.0.1
example.org@127.0.0.1 127.0.0.1%2f@example.org 127.0.0.1%00.example.org 127.0.0.1#.example.org 127.0.0.1?.example.org
""".split()  # noqa: SIM905  # forty hosts read best as lines
OTHERS = """
169.254.169.254 [fd00:ec2::254] 100.100.100.200 192.0.0.192 168.63.129.16 10.0.0.1 192.168.0.1 172.17.0.1 [fe80::1]
""".split()  # noqa: SIM905  # forty hosts read best as lines
SCHEMES = ("http", "https", "HTTP", "ftp", "file", "gopher", "dict", "ldap", "tftp", "jar", "javascript", "data")


@dataclass(slots=True)
class Tally:
    """What came of many tries."""

    what: str
    tried: int = 0
    escapes: int = 0
    crashes: int = 0
    read: int = 0
    refused: int = 0
    late: int = 0
    slowest: float = 0.0
    memory: float = 0.0
    worst: str = field(default="", repr=False)

    def row(self) -> tuple[str, ...]:
        """Return the line of a table."""
        came = f"{self.read:,}, {self.refused:,}, {self.late:,}"
        memory = f"{self.memory:,.0f}" if self.memory else "-"
        return (self.what, f"{self.tried:,}", str(self.escapes), str(self.crashes), came, f"{self.slowest:.1f}", memory)

    def run(self, name: str, act: Callable[[], object]) -> None:
        """Try once: a BotError is a refusal, anything else that is raised a crash, the secret in a result an escape."""
        self.tried += 1
        began = time.perf_counter()
        try:
            self.escapes += SECRET in repr(act())
            self.read += 1
        except BotError as error:
            self.refused += 1
            self.escapes += isinstance(error, FetchError) and not _unconnected(error)
            self.late += "could not be read within" in str(error)
        except Exception as error:  # noqa: BLE001  # the count is what is measured
            self.crashes += 1
            print(f"crash: {name}: {error!r}", flush=True)
        took = time.perf_counter() - began
        if took > self.slowest:
            self.slowest, self.worst = took, name


def _unconnected(error: FetchError) -> bool:
    """Return whether an address was refused before anything was connected to it."""
    return isinstance(error, AddressRefused | Quiet) or "no answer for the name" in str(error)


class Trap:
    """A server on loopback, at a port that the bot may use; it counts who comes and has a secret."""

    def __init__(self) -> None:
        self.hits = 0
        trap = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                trap.hits += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(f"<p>{SECRET} is what this page says to everybody who comes here.</p>".encode())

            def log_message(self, *_: object) -> None:
                pass

        class Both(ThreadingHTTPServer):
            address_family = socket.AF_INET6  # ::1 and, mapped, 127.0.0.1
            daemon_threads = True

        for port in PORTS[:1:-1]:
            with suppress(OSError):
                self.server = Both(("::", port), Answers)
                self.port = port
                break
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def hostile(count: int) -> Table:
    """Return what came of addresses that lead home, and of as many damaged feeds and pages as count."""
    chance = random.Random(7)
    trap = Trap()
    with tempfile.TemporaryDirectory() as work:
        secret = Path(work) / "secret"
        secret.write_text(SECRET, "utf-8")
        parts = list(_addresses(trap, chance, count))
        came = trap.hits
        parts += [
            _children("feeds made to harm", ((name, "feed", feed) for name, feed in _bad_feeds(secret, trap))),
            _children("damaged feeds", (("mutant", "feed", one) for one in _mutants(_feeds(), chance, count))),
            _children("pages made to harm", ((name, "page", page) for name, page in _bad_pages(secret, trap))),
            _children("damaged pages", (("mutant", "page", one) for one in _mutants(_pages(), chance, count))),
            _children("PDFs made to harm", ((name, "page", page) for name, page in _bad_pdfs())),
            _children("damaged PDFs", (("mutant", "page", one) for one in _mutants(_pdfs(), chance, count // 4))),
        ]
    parts[-1].escapes += trap.hits - came  # while reading
    remark = (
        "Aim: 0 escapes, at most 300 MB and 30 s each. An escape reaches a server on loopback or a secret file. "
        f"Slowest: {'; '.join(f'{part.what}: {part.worst}' for part in parts if part.slowest > 1)}."
    )
    return Table("Hostile addresses, feeds and pages", HEAD, tuple(part.row() for part in parts), remark)


def _addresses(trap: Trap, chance: random.Random, count: int) -> Iterator[Tally]:
    from feed_server import QUICK, FeedServer, Page

    urls = [f"{scheme}://{host}:{trap.port}/" for scheme in SCHEMES for host in HOSTS + OTHERS]
    naive = sum(_reaches(f"http://{host}:{trap.port}/") for host in HOSTS)
    trap.hits = 0
    plain = Tally(f"addresses that lead home ({naive} of {len(HOSTS)} reach it with urllib)")
    getter = Getter(limits=QUICK)
    for url in urls:
        plain.run(url, partial(getter.get, url, 10**6))
    plain.escapes += trap.hits
    yield plain
    with FeedServer() as site:
        tally, before = Tally("the same, as a redirect of a page and of robots.txt"), trap.hits
        for url in urls:
            for path in ("/page", "/robots.txt"):
                site.pages = {"/page": Page(b"x"), path: Page(status=302, headers={"Location": url})}
                fresh = Getter(limits=QUICK, allowed=site.allowed)
                tally.run(url, partial(fresh.get, site.url("/page"), 10**6))
        tally.escapes += trap.hits - before
    yield tally
    ours = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "10.0.0.1", "169.254.169.254"]
    rebound, before = Tally("names that resolve anew each time"), trap.hits
    for _ in range(count):
        fresh = Getter(limits=QUICK, resolve=lambda *_: chance.sample(ours, 3))
        rebound.run("rebinding", partial(fresh.get, f"http://rebind.test:{trap.port}/", 10**6))
    rebound.escapes += trap.hits - before
    yield rebound


def _reaches(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as answer:
            return SECRET.encode() in answer.read(1000)
    except (OSError, ValueError, HTTPException):
        return False


def _children(what: str, given: Iterable[tuple[str, str, bytes]]) -> Tally:
    """Return what came of reading each in the child process that reads everything."""
    tally = Tally(what)
    with Bounded(memory=STRANGERS_MEMORY) as bounded:
        for name, kind, content in given:
            if kind == "feed":
                tally.run(name, partial(bounded.feed, content, "https://wire.example/feed"))
            else:
                tally.run(name, partial(read_bytes, content, bounded, "page"))
            tally.memory = max(tally.memory, _memory(bounded))
    return tally


def _memory(bounded: Bounded) -> float:
    """Return the most that the child has held so far, in MB; 0 where that cannot be told."""
    child = bounded._child  # noqa: SLF001  # a measurement may look inside
    with suppress(OSError, AttributeError, IndexError):
        status = Path(f"/proc/{child.process.pid}/status").read_text("utf-8")  # type: ignore[union-attr]
        return int(status.partition("VmHWM:")[2].split()[0]) / 1000
    return 0.0


_MARKUP = (
    *(b"<", b">", b"&", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&#0;", b"&#x110000;", b'"'),
    *(b"<svg>", b"<template>", b"<table>", b"<p>", b"</div>", b"<script>", b"<item>", b"%PDF-"),
)
_NO_TEXT = (b"\x00", b"\xff\xfe", b"\xed\xa0\x80")
"""Bytes that no text holds."""


def _mutants(seeds: Sequence[bytes], chance: random.Random, count: int) -> Iterator[bytes]:
    """Yield damaged copies of seeds: bytes changed, cut, repeated, moved between seeds, markup put in.

    One in ten gets bytes that no text holds: more, and most mutants would be turned away before a parser saw them.
    """
    for _ in range(count):
        found = bytearray(chance.choice(seeds))
        is_text = chance.random() > 0.1  # one in ten, as promised above
        for _ in range(chance.randint(1, 12)):
            at, length = chance.randrange(len(found) + 1), chance.choice((0, 1, 8, 200, 5000))
            put = chance.choice(
                (
                    _noise(chance, is_text=is_text),
                    chance.choice(_MARKUP if is_text else _MARKUP + _NO_TEXT) * chance.choice((1, 1, 1, 50, 2000)),
                    bytes(found[at : at + 300]) * chance.choice((1, 3, 100)),
                    chance.choice(seeds)[: chance.randint(0, 3000)],
                )
            )
            found[at : at + length] = put
        yield bytes(found[:1_900_000])


def _noise(chance: random.Random, *, is_text: bool) -> bytes:
    length = chance.randint(0, 8)
    return bytes(chance.choices(range(0x20, 0x7F), k=length)) if is_text else chance.randbytes(length)


def _feeds() -> list[bytes]:
    from test_readers_feed import ATOM, JSON, RDF, RSS

    return [RSS, ATOM, RDF, JSON]


def _pages() -> list[bytes]:
    from feed_server import article_page

    told = [
        f"The band {n} weighs {n} grams, and its maker said on Tuesday that it costs {n}9 dollars." for n in range(30)
    ]
    table = b"<table><tr><td>Band<td>9 g</table><ul><li>One<li>Two</ul><div style='display:none'>x</div></article>"
    plain = article_page("A band", told, '<meta property="article:published_time" content="2026-11-24">')
    return [plain, plain.replace(b"</article>", table), article_page("Kurz", told[:3]).decode().encode("utf-16")]


def _pdfs() -> list[bytes]:
    from test_readers_pdf import pdf, raw_pdf

    packed = zlib.compress(b"BT /F1 10 Tf 50 800 Td (A band weighs 9 grams.) Tj ET")
    return [
        pdf([["A band", "It weighs 9 grams, says its maker."]] * 3, "Band"),
        raw_pdf([packed], "x", "/Filter/FlateDecode"),
    ]


def _bad_feeds(secret: Path, trap: Trap) -> Iterator[tuple[str, bytes]]:
    def rss(inside: str, doctype: str = "") -> bytes:
        return (
            f"<?xml version='1.0'?>{doctype}<rss><channel><item>{inside}<link>http://a.example/</link></item>".encode()
        )

    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 20 if n else "ha" * 20}">' for n in range(12))
    for target in (secret.as_uri(), str(secret), f"http://127.0.0.1:{trap.port}/"):
        yield "external entity", rss("<title>&x;</title>", f'<!DOCTYPE r [<!ENTITY x SYSTEM "{target}">]>')
        yield "external DTD", rss("<title>&x;</title>", f'<!DOCTYPE r SYSTEM "{target}">')
        include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{target}" parse="text"/>'
        yield "XInclude", rss(f"<title>{include}</title>")
        yield "style sheet", f'<?xml-stylesheet href="{target}"?>'.encode() + rss("")
        yield "parameter entity", rss("", f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{target}"> %p; ]>')
    yield "laughs", rss("<title>&l11;</title>", f"<!DOCTYPE r [{laughs}]>")
    yield "blow-up", rss(f"<title>{'&a;' * 100_000}</title>", f'<!DOCTYPE r [<!ENTITY a "{"a" * 100_000}">]>')
    for n, name in ((5_000_000, "5 MB of "), (100_000, "100,000 of ")):
        for part in (
            "<a>",
            "<![CDATA[",
            "&",
            "&lt;",
            "<!--",
            "<item>",
            "<item><link>http://a/",
            "&#38;",
            "x",
            "<a b='",
            "[",
            "{",
        ):
            yield (
                f"{name}{part}",
                (b"<rss><channel>" + part.encode() * (n // len(part) if n > 10**6 else n))[:5_000_000],
            )
    yield "5 MB in one title", rss(f"<title>{'<b>' * 1_600_000}</title>")
    yield "many attributes", b"<rss " + b" ".join(b"a%d='x'" % n for n in range(300_000)) + b"/>"
    yield "deep JSON", b'{"items":' + b"[" * 4_000_000
    yield "long JSON number", b'{"items":[{"id":' + b"9" * 4_000_000 + b"}]}"
    yield "UTF-16 of half a sign", b"\xff\xfe" + b"\x00\xd8" * 1_000_000
    yield "a bomb inside gzip", gzip.compress(b"<rss>" + b"\0" * 64_000_000)


def _bad_pages(secret: Path, trap: Trap) -> Iterator[tuple[str, bytes]]:
    text = "<p>" + "The band weighs nine grams and costs ninety dollars. " * 20 + "</p>"
    for target in (secret.as_uri(), f"http://127.0.0.1:{trap.port}/"):
        for tag in (
            "iframe src",
            "object data",
            "embed src",
            "img src",
            "link rel=stylesheet href",
            "script src",
            "base href",
        ):
            yield tag, f"<html><head><title>A</title></head><body><{tag}='{target}'></{tag.split()[0]}>{text}".encode()
        yield "refresh", f"<html><meta http-equiv=refresh content='0;url={target}'>{text}".encode()
        yield "entity", f'<!DOCTYPE html [<!ENTITY x SYSTEM "{target}">]><html><body>&x;{text}'.encode()
    parts: tuple[str, ...] = (
        "<div>",
        "<p>",
        "<a",
        "<table>",
        "<b>x",
        "<span style='display:none'>",
        "<li>a",
        "&",
        "&lt;",
        "<!--",
        "((((",
    )
    parts += (
        "<td>x",
        "<font>",
        "<svg>",
        "<template>",
        "<style>a{",
        "<p>a b. ",
        '"',
        "¶",
        "- ",
        "<h1>x",
        "<br>",
        "<select>",
    )
    for part in parts:
        yield f"2 MB of {part}", b"<html><body>" + (part.encode() * (2_000_000 // len(part)))[:1_990_000]
    yield "a long attribute", b"<html><body><p class='" + b"a " * 900_000 + b"'>x</p>" + text.encode()
    yield "a style sheet of 2 MB", b"<html><style>" + b".a{color:red}" * 140_000 + b"</style><body>" + text.encode()
    yield (
        "a style sheet that never closes",
        b"<html><style>" + b"@media x{.a{" * 150_000 + b"</style><body>" + text.encode(),
    )
    yield (
        "JSON-LD that never closes",
        b"<script type='application/ld+json'>" + b'{"a":[' * 300_000 + b"</script>" + text.encode(),
    )
    yield "many meta", b"<html><head>" + b"<meta name=date content=x>" * 70_000 + b"</head>" + text.encode()
    yield "one word of 1.9 MB", b"<html><body><p>" + b"a" * 1_900_000
    yield "one sentence of 1.9 MB", b"<html><body><p>" + b"ab " * 630_000
    yield "quotes that never close", b"<html><body><p>" + "“a ".encode() * 380_000
    yield (
        "base64 picture",
        b"<html><body><img src='data:;base64," + base64.b64encode(bytes(1_400_000)) + b"'>" + text.encode(),
    )


def _bad_pdfs() -> Iterator[tuple[str, bytes]]:
    from test_readers_pdf import pdf, raw_pdf

    flate = "/Filter/FlateDecode"
    yield "a flate bomb", raw_pdf([zlib.compress(b"BT (x) Tj " * 20_000_000, 9)], "x", flate)
    yield (
        "a double flate bomb",
        raw_pdf([zlib.compress(zlib.compress(b"\0" * 500_000_000, 9), 9)], "x", "/Filter[/FlateDecode/FlateDecode]"),
    )
    yield "many operators", raw_pdf([zlib.compress(b"BT /F1 1 Tf (a) Tj ET " * 600_000)], "x", flate)
    yield "1,000 pages", pdf([["A page."]] * 1000, "x")
    yield "10,000 pages", pdf([["A page."]] * 10_000, "x")
    yield "deep arrays", raw_pdf([b"[" * 1_000_000], "x")
    yield "a loop of pages", pdf([["x"]], "x").replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]")
    yield "a stream of itself", pdf([["x"]], "x").replace(b"/Length", b"/Length 5 0 R/X")
    yield "no end", pdf([["x"]], "x")[:300]
    yield "only a head", b"%PDF-1.7\n" + b"\0" * 1_000_000
    yield "a million objects", b"%PDF-1.4\n" + b"".join(b"%d 0 obj<<>>endobj\n" % n for n in range(900_000))
