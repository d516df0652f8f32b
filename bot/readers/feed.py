"""Read a feed, RSS, Atom or JSON Feed, as its entries: what each links to and says about itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from bot.errors import UnreadableArticle
from bot.readers.files import decoded
from bot.readers.front_matter import is_web_address
from bot.readers.published import plausible, stamped
from bot.text.clean import clean
from bot.values import Published

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ENTRIES = 500
_LONGEST_LINE, _LONGEST_SUMMARY = 300, 2000
_ENCODING = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})")
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]{0,300}\?>")
_TAG = re.compile(r"</?[a-z][^<>]{0,2000}>|<!--.{0,2000}?-->", re.IGNORECASE | re.DOTALL)
# Any "&" but that of a number. Feeds carry HTML's &nbsp; and bare ones in addresses, and once libxml2 has met anything
# that is not well formed it drops every "&amp;" and "&lt;" that follows, which changes addresses; numbers it keeps.
_AMPERSAND = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#(?:\d{1,7}|x[\da-fA-F]{1,6});)(?P<name>\w{1,31};)?", re.DOTALL
)
_ROOTS = ("rss", "rdf", "feed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed: an article, before it is read."""

    key: str
    """What the feed knows it by: it stays the same when the article is corrected."""
    url: str
    title: str = ""
    summary: str = ""
    author: str = ""
    published: Published | None = None
    revised: str = ""
    """What changes when the article does: the feed's own stamp, or nothing."""


def read_feed(content: bytes, url: str) -> tuple[Entry, ...]:
    """Return the entries of the feed in bytes that came from url, in its order, MAX_ENTRIES at most.

    RSS 0.9 to 2.0, RDF, Atom or JSON Feed, judged by content. Entries without a web address are left out, and so is a
    second one of the same key. Dates are the feed's own, Atom's `updated` standing in for a missing `published`.
    Raises UnreadableArticle for whatever is no feed.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        entries = _of_json(content, url)
    else:
        entries = _of_xml(content, url)
    unique: dict[str, Entry] = {}
    for entry in entries:
        if len(unique) < MAX_ENTRIES and is_web_address(entry.url):
            unique.setdefault(entry.key, entry)
    return tuple(unique.values())


def _of_json(content: bytes, url: str) -> Iterator[Entry]:
    try:
        root = json.loads(decoded(content))
    except (ValueError, RecursionError):
        root = None
    if not (isinstance(root, dict) and isinstance(root.get("items"), list)):
        raise UnreadableArticle("This is no feed: JSON, but no JSON Feed. Give the address of a feed.")
    return (_json_entry(one, url) for one in root["items"] if isinstance(one, dict))


def _json_entry(one: dict[str, Any], base: str) -> Entry:
    def text(*names: str) -> str:
        return next((value for name in names if isinstance(value := one.get(name), str) and value.strip()), "")

    def stamp(name: str) -> str:
        value = one.get(name)
        return str(value) if isinstance(value, int | float) else text(name)

    people = one.get("authors") or [one.get("author")]
    named = (
        [one["name"] for one in people if isinstance(one, dict) and isinstance(one.get("name"), str)]
        if isinstance(people, list)
        else []
    )
    return _entry(
        key=str(one.get("id") or ""),
        link=text("url", "external_url"),
        base=base,
        title=text("title"),
        summary=text("summary", "content_text", "content_html"),
        author="; ".join(named),
        dates=(stamp("date_published"), stamp("date_modified")),
    )


def _of_xml(content: bytes, url: str) -> Iterator[Entry]:
    root = _root(content)
    kind = _name(root) if root is not None else ""
    if root is None or kind not in _ROOTS:
        shown = f" It begins: {_line(_TAG.sub(' ', _text(content)[:2000]))[:80]!r}." if kind == "html" else ""
        instead = "a web page" if shown else "something else"
        raise UnreadableArticle(f"This is no feed but {instead}: give the address of the site's feed.{shown}")
    found = (part for part in root.iter() if _name(part) in ("item", "entry"))  # also where a tag is never closed
    return (_xml_entry(part, url) for part in found)


def _root(content: bytes) -> _Element | None:
    from lxml import etree

    # No entity is resolved and nothing is fetched; what is not well formed is read as far as it can be.
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(_numbered(_text(content)).encode(), parser)
    except etree.XMLSyntaxError:
        return None


def _numbered(text: str) -> str:
    def number(found: re.Match[str]) -> str:
        name = found["name"] or ""
        meant = html5.get(name)
        return found["cdata"] or ("".join(f"&#{ord(sign)};" for sign in meant) if meant else f"&#38;{name}")

    return _AMPERSAND.sub(number, _DECLARATION.sub("", text)).strip()


def declares_charset(content: bytes) -> bool:
    """Return whether a feed says in itself in which character set it is written."""
    return _ENCODING.search(content[:1000]) is not None


def _text(content: bytes) -> str:
    """Return a feed's text: UTF-8 where it is that, since servers and programs often declare another set."""
    try:
        return decoded(content)
    except UnreadableArticle:
        declared = _ENCODING.search(content[:1000])
        try:
            return content.decode(declared[1].decode() if declared else "utf-8")
        except (LookupError, UnicodeError):
            raise UnreadableArticle(
                "The feed is not written in the character set that it declares: follow another."
            ) from None


def _xml_entry(part: _Element, base: str) -> Entry:
    return _entry(
        key=_first(part, "guid", "id"),
        link=_link(part),
        base=_base(part, base),
        title=_first(part, "title"),
        summary=_first(part, "description", "summary", "encoded", "content"),
        author=_first(part, "creator", "author"),
        dates=(_first(part, "pubdate", "published", "date", "issued"), _first(part, "updated", "modified")),
    )


def _entry(*, key: str, link: str, base: str, title: str, summary: str, author: str, dates: tuple[str, str]) -> Entry:  # noqa: PLR0913  # the fields of three formats
    try:
        url = urljoin(base, clean(link).strip())
    except ValueError:
        url = ""
    stated, revised = dates
    return Entry(
        key=clean(key)[:_LONGEST_LINE] or url,
        url=url if link.strip() else "",
        title=_line(title),
        summary=_line(summary, _LONGEST_SUMMARY),
        author=_line(author),
        published=plausible(stamped(stated)) or plausible(stamped(revised)),
        revised=clean(revised)[:_LONGEST_LINE],
    )


def _base(part: _Element, url: str) -> str:
    """Return what addresses of an entry are relative to: what xml:base says, itself relative to the feed's address."""
    try:
        return urljoin(url, str(part.base or ""))
    except ValueError:
        return url


def _link(part: _Element) -> str:
    """Return the address of the article itself: Atom's alternate link, RSS's link, else a guid that is one."""
    links = [one for one in part if _name(one) == "link"]
    for one in links:
        if one.get("href") and one.get("rel", "alternate") == "alternate":
            return str(one.get("href"))
    written = next((one.text for one in links if one.text and one.text.strip()), "")
    guid = _first(part, "guid", "id")
    return written or (guid if is_web_address(guid.strip()) else "")


def _first(part: _Element, *names: str) -> str:
    """Return the text of the first child of any of these names that has one, in the order of names."""
    for name in names:
        for child in part:
            if _name(child) == name and (text := "".join(child.itertext()).strip()):
                return text
    return ""


def _name(part: _Element) -> str:
    return part.tag.rpartition("}")[2].lower() if isinstance(part.tag, str) else ""


def _line(text: str, longest: int = _LONGEST_LINE) -> str:
    """Return what a text shows, on one line, whether it was HTML or not."""
    shown = unescape(_TAG.sub(" ", unescape(text[: 4 * longest + 2000]) if "&" in text else text[: 4 * longest + 2000]))
    return " ".join(clean(shown).split())[:longest]
