"""Read Markdown articles: the prose that a reader of the rendered page sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from bot.readers.asides import with_body
from bot.readers.front_matter import described, front_matter, names
from bot.text.clean import clean
from bot.values import Article

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_HIDING = re.compile(
    r"<(?P<hidden>[a-z][\w-]*)\b[^>]*(?:\bhidden\b|display\s*:\s*none|aria-hidden|font-size\s*:\s*0)"
    r"|<(?P<unseen>template|noscript|script|style)\b",
    re.IGNORECASE,
)


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
    opened, marker = "", ""
    cells: list[str] = []
    for token in _seen(_parser().parse(source)):
        if token.nesting == 1:
            opened = token.type
            marker = f"{token.info}{token.markup} " if token.type == "list_item_open" and token.info else marker
        elif token.type == "tr_close":
            yield False, " | ".join(cells)
            cells = []
        elif token.type in ("inline", "fence", "code_block") and (shown := clean(_shown(token))):
            if opened in ("th_open", "td_open"):
                cells.append(shown)
            else:
                yield opened == "heading_open" and token.type == "inline", marker + shown
                marker = ""


def _shown(token: Token) -> str:
    parts = [token] if token.children is None else token.children
    return "".join(
        "\n" if part.type.endswith("break") else part.content for part in _seen(parts) if part.type != "image"
    )


def _seen(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens that are no HTML and that no HTML around them hides."""
    hidden_until = ""
    for token in tokens:
        is_html = token.type in ("html_block", "html_inline")
        if hidden_until:
            hidden_until = "" if is_html and hidden_until in token.content.casefold() else hidden_until
        elif is_html:
            hidden_until = _hides(token.content)
        else:
            yield token


def _hides(tag: str) -> str:
    """Return the closing tag up to which HTML hides what follows, "" when it hides nothing."""
    found = _HIDING.search(tag)
    closing = f"</{(found['hidden'] or found['unseen']).casefold()}" if found else ""
    return "" if closing in tag.casefold() else closing


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")
