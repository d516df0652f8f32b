"""Read Markdown articles: the prose that a reader of the rendered page sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from bot.readers.asides import with_body
from bot.readers.front_matter import described, front_matter, names
from bot.text.clean import clean
from bot.values import Article

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_HIDDEN = re.compile(r"<(?P<tag>[a-z][\w-]*)\b[^>]*(?:\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden|aria-hidden|font-size\s*:\s*0)", re.I)
_UNSEEN_TAG = re.compile(r"<(?P<tag>template|noscript|script|style)\b", re.I)


def read_markdown(text: str, article_id: str) -> Article:
    """Return the article that a clean Markdown text holds, with or without front matter.

    The body is the prose in reading order, one blank line between blocks: plain prose is the file's own text,
    markup leaves only what it shows. Link targets, images, comments, HTML tags and hidden HTML are no prose. A
    title that the front matter does not give is the first heading, then the file's name. An `author` in the
    front matter that the body does not name becomes a byline, an aside. Raises UnreadableArticle.
    """
    head = front_matter(text)
    blocks = list(_blocks(text[head.body_start :]))
    heading = next((shown for is_heading, shown in blocks if is_heading), "")
    article = described(head.values, article_id, " ".join(heading.split()) or article_id.rpartition("/")[2])
    if blocks and blocks[0] == (True, article.title):
        blocks = blocks[1:]  # the title, and titles never leak into quotes
    return with_body(article, "\n\n".join(shown for _, shown in blocks), names(head.values, "author"))


def _blocks(source: str) -> Iterator[tuple[bool, str]]:
    """Yield (is a heading, visible text) for every block that shows text; a table row is one block."""
    is_heading, marker, hidden_until = False, "", ""
    row: list[str] | None = None
    for token in _parser().parse(source):
        if hidden_until:
            hidden_until = "" if token.type == "html_block" and hidden_until in token.content.casefold() else hidden_until
        elif token.type == "html_block":
            hidden_until = _hides(token.content)
        elif token.type == "heading_open":
            is_heading = True
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield False, " | ".join(filter(None, row or []))
            row = None
        elif token.type in ("inline", "fence", "code_block"):
            shown = clean(_shown(token))
            if row is not None:
                row.append(shown)
            elif shown:
                yield is_heading, marker + shown
                is_heading, marker = False, ""


def _hides(tag: str) -> str:
    """Return the closing tag up to which HTML hides what follows, "" when it hides nothing."""
    found = _HIDDEN.search(tag) or _UNSEEN_TAG.search(tag)
    closing = f"</{found['tag'].casefold()}" if found else ""
    return "" if closing in tag.casefold() else closing


def _shown(token: Token) -> str:
    shown: list[str] = []
    hidden_until = ""
    for part in token.children if token.children is not None else [token]:
        if hidden_until:
            if part.type == "html_inline" and part.content.casefold().startswith(hidden_until):
                hidden_until = ""
        elif part.type == "html_inline":
            hidden_until = _hides(part.content)
        elif part.type in ("softbreak", "hardbreak"):
            shown.append("\n")
        elif part.type != "image":
            shown.append(part.content)
    return "".join(shown)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")
