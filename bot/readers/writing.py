"""Write an article as the Markdown file that reads back as the same article."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bot.readers.asides import asides, blocks_of
from bot.readers.asides import folded as line
from bot.readers.front_matter import BRIEF
from bot.values import Article

# What Markdown would take for markup, at the head of a line and anywhere.
_AT_HEAD = re.compile(r"^(?:(?=[#+\-=~:|>])|(?P<number>\d{1,9})(?=[.)](?:\s|$)))", re.MULTILINE)
_ANYWHERE = re.compile(
    r"[\\`*\[^~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w{1,40};)|%(?=%)|\{(?=[{%:])|=(?==)"
)
_BETWEEN = re.compile(r"\n\s*\n")


def folded(body: str) -> str:
    """Return a clean text as written() keeps it: blocks with one blank line between, single spaces inside lines."""
    lines = ((" ".join(line.split()) for line in block.split("\n")) for block in _BETWEEN.split(body.strip()))
    blocks = ("\n".join(filter(None, block)) for block in lines)
    return "\n\n".join(filter(None, blocks))


def written(article: Article, notes: Mapping[str, str]) -> str:
    """Return Markdown with front matter from which read_markdown() makes the same article, its body folded().

    notes are further keys of the front matter, which readers pass over. The text of the article is escaped where
    Markdown would take it for markup: what a stranger wrote stays a text.
    """
    fields: dict[str, str | list[str]] = {
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "published": str(article.published or ""),
        "source_language": article.language,
        "text": BRIEF if article.brief else "",
        "status": article.status.value,
        "source_quality": article.quality,
        "topic": article.topic,
        "companies": list(article.companies),
        "products": list(article.products),
        **notes,
    }
    # JSON is YAML; quoted, `no` stays "no" and a date stays text.
    head = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items() if value)
    return f"---\n{head}---\n{_marked(folded(article.body), article)}\n"


def _marked(body: str, article: Article) -> str:
    """Return a body as Markdown, with the asides that its text does not show to be such marked as HTML marks them."""
    known, plain = {line(article.body[start:end]) for start, end in article.asides}, set(asides(body))
    return "\n\n".join(
        f"<aside>\n\n{_escaped(text)}\n\n</aside>" if line(text) in known and span not in plain else _escaped(text)
        for span, text in ((span, body[slice(*span)]) for span in blocks_of(body))
    )


def _escaped(body: str) -> str:
    marked = _ANYWHERE.sub(lambda found: f"\\{found[0]}", body)
    return _AT_HEAD.sub(lambda found: f"{found['number'] or ''}\\", marked)
