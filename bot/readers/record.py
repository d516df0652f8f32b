"""Write an article, or why there is none, as one line of JSON and read it back."""

from __future__ import annotations

import json
from dataclasses import asdict

from bot.errors import UnreadableArticle
from bot.values import Article, Published, Status


def to_line(article: Article) -> bytes:
    """Return the article as a line of JSON."""
    return json.dumps(asdict(article)).encode() + b"\n"


def refusal_line(reason: str) -> bytes:
    """Return the line that makes from_line raise UnreadableArticle with a reason."""
    return json.dumps({"refused": reason}).encode() + b"\n"


def from_line(line: bytes) -> Article:
    """Return the article of a line that to_line wrote. Raises UnreadableArticle for one of refusal_line."""
    fields = json.loads(line)
    if "refused" in fields:
        raise UnreadableArticle(fields["refused"])
    return Article(
        **fields
        | {
            "published": Published(**fields["published"]) if fields["published"] else None,
            "status": Status(fields["status"]),
            "companies": tuple(fields["companies"]),
            "products": tuple(fields["products"]),
            "asides": tuple((start, end) for start, end in fields["asides"]),
        }
    )
