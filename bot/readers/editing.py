"""What is said about an article can be changed; its text cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.errors import ShelfError
from bot.readers.front_matter import BRIEF, ORIGINAL, TEXTS, is_web_address
from bot.readers.published import published
from bot.text.clean import clean
from bot.values import Article, Status


def changed(article: Article, field: str, value: str) -> Article:
    """Return an article with another value in one of FIELDS; an empty one says that it is not known.

    Raises ShelfError for a value that the field cannot have.
    """
    if field not in _CHANGES:
        raise ShelfError(f"Only these can be changed: {', '.join(FIELDS)}.")
    return _CHANGES[field](article, " ".join(clean(value).split()))


def said(article: Article, field: str) -> str:
    """Return what is said about an article in one of FIELDS, as changed takes it; empty when it is not known."""
    if field == "text":
        return BRIEF if article.brief else ORIGINAL
    return str(getattr(article, field) or "")


def _title(article: Article, value: str) -> Article:
    if not value:
        raise ShelfError("An article has a title: give one.")
    return replace(article, title=value)


def _published(article: Article, value: str) -> Article:
    when = published(value)
    if value and not when:
        raise ShelfError("The date must be like 2026-11-25, 2026-11 or 2026; empty where nobody says it.")
    return replace(article, published=when)


def _url(article: Article, value: str) -> Article:
    if value and not is_web_address(value):
        raise ShelfError("The url must be a whole web address, with https://.")
    return replace(article, url=value)


def _status(article: Article, value: str) -> Article:
    try:
        return replace(article, status=Status(value or "reported"))
    except ValueError:
        raise ShelfError(f"The status must be one of {', '.join(Status)}.") from None


def _text(article: Article, value: str) -> Article:
    if value not in ("", *TEXTS):
        raise ShelfError(
            f"The text must be one of {', '.join(TEXTS)}: whether it is the publisher's or a brief of ours."
        )
    return replace(article, brief=value == BRIEF)


_CHANGES: Mapping[str, Callable[[Article, str], Article]] = {
    "title": _title,
    "publisher": lambda article, value: replace(article, publisher=value),
    "published": _published,
    "topic": lambda article, value: replace(article, topic=value),
    "url": _url,
    "status": _status,
    "text": _text,
    "language": lambda article, value: replace(article, language=value),
    "quality": lambda article, value: replace(article, quality=value),
}
FIELDS = tuple(_CHANGES)
"""What can be changed."""
