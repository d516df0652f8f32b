"""Read plain text: a raw news article whose first line is its title."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.readers.asides import with_body
from bot.readers.markdown import read_markdown
from bot.readers.published import dated
from bot.values import Article

_MAX_TITLE = 200
_MARKER = re.compile(r"^[^\S\n]*[-*+•●▪‣] +", re.MULTILINE)
_MARKUP = re.compile(r"^#{1,6} \S|\]\((?:https?:|/)|\\[\[\]_*.]|\*\*\w", re.MULTILINE)
_WRAPPED = 100  # typewriters and mail wrap lines before this column


def read_plain(text: str, article_id: str) -> Article:
    """Return the article that a clean plain text holds.

    The first line is the title, unless it is too long for one or all there is: then the file's name is. A line
    of its own near the top that is a date, alone, after "Published" or after a byline, dates the article. Where
    lines are paragraphs (no wrapping, or no blank lines) each becomes a block; list markers become block breaks. What
    is written in Markdown is read as that.
    """
    first, _, rest = text.partition("\n")
    if len(first) > _MAX_TITLE or not rest.strip():
        title, rest = article_id.rpartition("/")[2], text
    else:
        title = first.strip().lstrip("# ").strip() or article_id.rpartition("/")[2]
    lines = rest.split("\n")
    if not _is_wrapped(lines):
        rest = re.sub(r"\n+", "\n\n", rest)
    if _MARKUP.search(rest):
        article = read_markdown(f"# {title}\n\n{rest}", article_id)
        return replace(article, title=title, published=dated(article.body.split("\n")))
    article = Article(id=article_id, title=title, body="", published=dated(lines))
    return with_body(article, _MARKER.sub("\n", rest))


def _is_wrapped(lines: list[str]) -> bool:
    """Return whether lines were broken to fit a width: blank lines part paragraphs and no line is long."""
    inner = "\n".join(lines).strip("\n").split("\n")
    return "" in inner and max(map(len, inner)) <= _WRAPPED
