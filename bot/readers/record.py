"""Write an article or a feed, or why there is none, as one line of JSON and read it back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.errors import UnreadableArticle
from bot.readers.feed import Entry
from bot.values import Article, Published, Status


def to_line(read: Article | tuple[Entry, ...]) -> bytes:
    """Return an article or the entries of a feed as a line of JSON."""
    fields = asdict(read) if isinstance(read, Article) else {"entries": [asdict(entry) for entry in read]}
    return json.dumps(fields).encode() + b"\n"


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


def feed_from_line(line: bytes) -> tuple[Entry, ...]:
    """Return the entries of a feed from a line that to_line wrote. Raises UnreadableArticle for one of refusal_line."""
    fields = _fields(line)
    return tuple(Entry(**entry | {"published": _published(entry)}) for entry in fields["entries"])


def _fields(line: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(line)
    if "refused" in fields:
        raise UnreadableArticle(fields["refused"])
    return fields


def _published(fields: dict[str, Any]) -> Published | None:
    return Published(**fields["published"]) if fields["published"] else None
