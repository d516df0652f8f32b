"""Read the bytes of one file as an article, by its kind."""

from __future__ import annotations

import re

from bot.errors import UnreadableArticle
from bot.readers.files import decoded
from bot.text.clean import clean
from bot.values import Article

SMALL = 64_000
"""Bytes of text up to which no input can keep a reader busy for more than about a second."""
_TAG = re.compile(rb"<\x00{0,3}[A-Za-z/!?]")
"""In any of the encodings that are read."""


def is_light(kind: str, content: bytes) -> bool:
    """Return whether a file is a short text without HTML: one that may be read without limits on time and memory."""
    return kind in ("markdown", "plain") and len(content) <= SMALL and not _TAG.search(content)


def read_content(kind: str, content: bytes, article_id: str) -> Article:
    """Return the article that bytes of a kind (see files.KINDS) hold. Raises UnreadableArticle."""
    article = _read(kind, content, article_id)
    if not any(map(str.isalnum, article.body)):
        raise UnreadableArticle("The file holds no text beyond its title; write the article or remove the file.")
    return article


def _read(kind: str, content: bytes, article_id: str) -> Article:
    if kind == "html":
        from bot.readers.html import read_html

        return read_html(content, article_id)
    if kind == "pdf":
        from bot.readers.pdf import read_pdf

        return read_pdf(content, article_id)
    if kind == "markdown":
        from bot.readers.markdown import read_markdown

        return read_markdown(clean(decoded(content)), article_id)
    from bot.readers.plain import read_plain

    return read_plain(clean(decoded(content)), article_id)
