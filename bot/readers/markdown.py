"""Read Markdown articles: the prose that a reader of the rendered page sees."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from bot.readers.asides import with_body
from bot.readers.blocks import beside, blocks, simplify
from bot.readers.front_matter import described, front_matter, names
from bot.readers.unseen import remove_unseen
from bot.values import Article

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# Tags that would end the page before its text does.
_SHELL = re.compile(r"</?(?:html|head|body|plaintext)\b[^>]*>|<!doctype\b[^>]*>", re.IGNORECASE)
_FURNITURE = ("button", "figcaption", "form", "menu", "nav")
# What note programs and site generators write beside CommonMark: callouts, comments, embedded files, links between
# notes, marked text, tags and names of blocks, footnote marks, template calls, and what is left of
# broken links and emphasis.
_DIALECTS = (
    (re.compile(r"%%(?:(?!%%).)*%%|!\[\[[^\[\]\n]*\]\]|\{\{(?:(?!\}\}).)*\}\}|\{%(?:(?!%\}).)*%\}"), ""),
    (re.compile(r"^\[![\w-]+\][+-]?|^\{:[^{}]*\}$|^\[[ xX]\](?= )|\[\^[^\[\]\s]+\]:?"), ""),
    (re.compile(r"\s\^[\w-]+$"), ""),
    (re.compile(r"^#[\w/-]+(?: #[\w/-]+)*$"), ""),
    (re.compile(r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]+)\]\]"), r"\1"),
    (re.compile(r"\]\(https?://[^\s()]*\)?"), ""),
    (re.compile(r"(?<![^\W_])[*_]++(?=\S)|(?<=\S)[*_]++(?![^\W_])|\s[*_]++$"), ""),
    (re.compile(r"(?<!=)==(?=[^\s=])([^=\n]+)(?<=\S)==(?!=)"), r"\1"),
)
# The line under the heads of a table, whose cells editors often miscount.
_RULER = re.compile(r"^(\|.*\|)[^\S\n]*\n\|(?:[^\S\n]*:?-+:?[^\S\n]*\|)+[^\S\n]*$", re.MULTILINE)
_CELL_EDGE = re.compile(r"(?<!\\)\|")


def read_markdown(text: str, article_id: str) -> Article:
    """Return the article that a clean Markdown text holds, with or without front matter.

    The body is the prose in reading order, one blank line between blocks: plain prose is the file's own text,
    markup leaves only what it shows. HTML shows what a browser would show of it: link targets, images and their
    captions, comments and hidden text are no prose. A title that the front matter does not give is the first heading,
    then the file's name. An `author` in the front matter that the body does not name becomes a byline, an aside.
    Raises UnreadableArticle.
    """
    from lxml.etree import strip_tags

    head = front_matter(text)
    page = _page(text[head.body_start :])
    notes = beside(page)
    strip_tags(page, "code", "head")  # inside a line for HTML, blocks for trafilatura
    shown = list(blocks(page))
    heading = next((block.text for block in shown if block.is_heading), "")
    article = described(head.values, article_id, " ".join(heading.split()) or article_id.rpartition("/")[2])
    while shown and shown[0].is_heading and shown[0].text == article.title:
        shown = shown[1:]  # the title, and titles never leak into quotes
    body = "\n\n".join(block.text for block in shown)
    return with_body(article, body, names(head.values, "author"), notes)


def _page(source: str) -> HtmlElement:
    """Return the page that a Markdown text makes, without what its visitors do not see."""
    from lxml.etree import strip_elements
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    rendered = f"<!doctype html><html><body>{_parser().render(_RULER.sub(_ruled, source))}</body></html>"
    tree = document_fromstring(rendered.encode(), parser=parser)
    remove_unseen(tree)
    strip_elements(tree, *_FURNITURE, with_tail=False)
    simplify(tree)
    return tree


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # What is indented is code for CommonMark, but prose on most pages.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")
    # Before escaped signs are joined with the text around them: what is escaped is meant as it stands.
    parser.core.ruler.before("text_join", "dialects", _as_shown)
    return parser


def _as_shown(state: StateCore) -> None:
    """Write list numbers into the text, drop the tags of a page's shell and the marks of dialects."""
    number = ""
    for token in state.tokens:
        if token.type in ("list_item_open", "list_item_close"):
            number = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "fence":
            token.content, number = number + token.content, ""
        elif token.type == "html_block":
            token.content = _SHELL.sub("", token.content)
        elif token.type == "inline":
            _mend(token.children or ())
            token.children = [*_text(number), *(token.children or ())]
            number = ""


def _text(content: str) -> Iterable[Token]:
    from markdown_it.token import Token

    return [Token("text", "", 0, content=content)] if content else []


def _mend(parts: Iterable[Token]) -> None:
    for part in parts:
        if part.type == "html_inline":
            part.content = _SHELL.sub("", part.content)
        elif part.type == "text":
            for pattern, shown in _DIALECTS:
                part.content = pattern.sub(shown, part.content)


def _ruled(found: re.Match[str]) -> str:
    """Return the head of a table over a line that has as many cells."""
    return f"{found[1]}\n{'|---' * (len(_CELL_EDGE.findall(found[1])) - 1)}|"
