"""A page or a file becomes an article: what it holds and says about itself, and what it is not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from bot.errors import UnreadableArticle
from bot.fetching import Fetched, Getter
from bot.readers import Bounded, Entry, declares_charset, kind_of
from bot.readers.asides import with_body
from bot.readers.files import MAX_PDF_BYTES
from bot.readers.writing import folded
from bot.text.clean import clean
from bot.values import Article

SHORT = 300
"""Characters of text below which a page may be a teaser or a wall."""
# What stands where an article should, with status 200.
_WALL = re.compile(
    r"access (?:to this page has been )?denied|just a moment|attention required|are you (?:a )?(?:robot|human)"
    r"|(?:please )?(?:verify|confirm) (?:that )?you(?: are|'re|’re) (?:not a robot|(?:a )?human)|security check"
    r"|request (?:blocked|rejected)|pardon our interruption|page not found|404(?: not found)?|error \d{3}|forbidden"
    r"|enable javascript.{0,40}|checking your browser.{0,40}|subscribe to (?:read|continue).{0,40}|log ?in|sign ?in",
    re.IGNORECASE,
)
_MOBILE = ("www.", "m.", "amp.", "mobile.")


def read_page(getter: Getter, bounded: Bounded, url: str) -> Article:
    """Return the article at an address, with what the page says about itself; its id is empty.

    Raises FetchError, and UnreadableArticle for what is no article.
    """
    return article_of(getter.get(url, MAX_PDF_BYTES), bounded)


def article_of(fetched: Fetched, bounded: Bounded) -> Article:
    """Return the article that was fetched. Raises UnreadableArticle.

    Its link is the canonical one when that is of the same site, else where it came from: a page must not speak in
    another one's name. Nor is it the front page of its site, as some say of all their pages.
    """
    place = urlsplit(fetched.url)
    content = _with_charset(fetched)
    found = read_bytes(content, bounded, unquote(place.path), fetched.media_type)
    canonical = bool(found.url) and _site(found.url) == _site(fetched.url)
    front = urlsplit(found.url).path in ("", "/") and not urlsplit(found.url).query
    return replace(found, url=found.url if canonical and not front else fetched.url)


def feed_of(fetched: Fetched, bounded: Bounded) -> tuple[Entry, ...]:
    """Return the entries of a feed, read as it says itself, else as its server does. Raises UnreadableArticle."""
    told = declares_charset(fetched.content)
    return bounded.feed(fetched.content if told else _with_charset(fetched), fetched.url)


def read_bytes(content: bytes, bounded: Bounded, name: str, media_type: str = "") -> Article:
    """Return the article in bytes, judged by what they hold; its id is empty. Raises UnreadableArticle."""
    kind = kind_of(content, name, media_type)
    found = bounded.read(kind, content, stem(name))
    body = folded(found.body)
    if not body or (len(body) < SHORT and _WALL.fullmatch(found.title.strip(" .!?…"))):
        raise UnreadableArticle(
            f"This is no article but a page that says {found.title[:60]!r}: save the page from a browser, add the file."
        )
    return replace(with_body(found, body), id="")


def stem(name: str) -> str:
    """Return what an article is called that says no title: the last part of its file's name or address."""
    return clean(PurePosixPath(name.replace("\\", "/")).stem).strip() or "Untitled"


def _with_charset(fetched: Fetched) -> bytes:
    """Return the bytes of a page marked as UTF-8 when they are, or else put into it by what the server says."""
    marked = b"\xef\xbb\xbf"
    content = fetched.content
    if content.startswith((marked, b"\xff\xfe", b"\xfe\xff", b"%PDF-")):
        return content
    # An escape sign means a Japanese set that looks like UTF-8.
    for charset in filter(None, ("" if b"\x1b" in content else "utf-8", fetched.charset)):
        try:
            return marked + content.decode(charset).encode()
        except (UnicodeError, LookupError):
            continue
    return content


def _site(url: str) -> str:
    host = (urlsplit(url).hostname or "").lower()
    return next((host.removeprefix(part) for part in _MOBILE if host.startswith(part)), host)
