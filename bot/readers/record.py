"""Write an article or a feed, or why there is none, as one line of JSON and read it back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.errors import UnreadableArticle
from bot.readers.feed import Entry, Feed
from bot.values import Article, Published, Status


def to_line(read: Article | Feed) -> bytes:
    """Return an article or a feed as a line of JSON."""
    return json.dumps(asdict(read)).encode() + b"\n"


def refusal_line(reason: str) -> bytes:
    """Return the line that makes from_line and feed_from_line raise UnreadableArticle with a reason."""
    return json.dumps({"refused": reason}).encode() + b"\n"


def from_line(line: bytes) -> Article:
    """Return the article of a line that to_line wrote. Raises UnreadableArticle for one of refusal_line."""
    fields = _fields(line)
    return Article(
        **fields
        | {
            "published": _published(fields),
            "status": Status(fields["status"]),
            "companies": tuple(fields["companies"]),
            "products": tuple(fields["products"]),
            "asides": tuple((start, end) for start, end in fields["asides"]),
        }
    )


def feed_from_line(line: bytes) -> Feed:
    """Return the feed of a line that to_line wrote. Raises UnreadableArticle for one of refusal_line."""
    fields = _fields(line)
    entries = (Entry(**entry | {"published": _published(entry)}) for entry in fields["entries"])
    return Feed(fields["title"], tuple(entries))


def _fields(line: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(line)
    if "refused" in fields:
        raise UnreadableArticle(fields["refused"])
    return fields


def _published(fields: dict[str, Any]) -> Published | None:
    return Published(**fields["published"]) if fields["published"] else None
