"""Read saved web pages: the main text that a visitor sees, and the metadata that the page states."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import UnreadableArticle
from bot.readers.asides import with_body
from bot.readers.blocks import beside, blocks, simplify
from bot.readers.files import decoded
from bot.readers.front_matter import is_web_address
from bot.readers.linked import Linked, linked
from bot.readers.published import dated
from bot.readers.stated import scripts, stated_date, stated_language
from bot.readers.unseen import remove_unseen
from bot.text.clean import clean
from bot.values import Article

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

_CHARSET = re.compile(
    rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
# What browsers read under these names (WHATWG Encoding Standard).
_AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "utf-16": "utf-8",
}
_MAX_TITLE = 300
_STUB = 300
"""Characters below which a page that leads on to another one is no article."""
_AT_ONCE = re.compile(r"\s*\d\s*[;,]\s*(?:url\s*=)?\s*\S", re.IGNORECASE)


def read_html(content: bytes, article_id: str) -> Article:
    """Return the article of a web page.

    The body is what trafilatura takes for the main text, one blank line between blocks and " | " between the
    cells of a table row, after everything that no visitor sees is removed. Title, publisher, author, language,
    canonical link and date of publication come from the page's metadata; the date also from a line of its own
    at the top of the text; none is guessed, and the day the file was saved is never used. Raises
    UnreadableArticle.
    """
    from trafilatura import html2txt

    tree = _tree(content)
    said = linked(scripts(tree), _titles(tree))
    stated, language = stated_date(tree, said.published), stated_language(tree)
    remove_unseen(tree)
    simplify(tree)
    _wrap_bare_text(tree)
    _drop_other_articles(tree)
    _keep_times(tree)
    links = beside(tree)
    found = _main_text(tree)
    texts = [block.text for block in blocks(found.body)] if found is not None and found.body is not None else []
    if not texts:
        texts = [line for line in map(clean, html2txt(tree).split("\n")) if line]
    article = _described(found, article_id, language, said.publisher)
    if texts and texts[0] == article.title:
        texts = texts[1:]
    if len("".join(texts)) < _STUB and any(map(_leads_on, tree.iter("meta"))):
        raise UnreadableArticle("The page only leads on to another address; give that one.")
    dated_article = replace(article, published=stated or dated(texts))
    return with_body(dated_article, "\n\n".join(texts), _authors(found, said), links)


def _leads_on(meta: HtmlElement) -> bool:
    """Return whether a page has itself replaced by another one within seconds."""
    is_refresh = str(meta.get("http-equiv", "")).casefold() == "refresh"
    return is_refresh and bool(_AT_ONCE.match(str(meta.get("content", ""))))


def _wrap_bare_text(tree: HtmlElement) -> None:
    """Give the page's body an article to hold its text where it has none: else only its paragraphs are found."""
    body = tree.find("body")
    if body is None or body.find("p") is None or next(tree.iter("article", "main"), None) is not None:
        return
    article = body.makeelement("article")
    article.text, body.text = body.text, None
    article.extend(list(body))
    body.append(article)


def _drop_other_articles(tree: HtmlElement) -> None:
    """Remove the articles beside the one whose heading is the page's title: the next ones of an endless page."""
    title = " ".join(tree.findtext(".//title", "").split())
    articles = list(tree.iter("article"))
    own = [one for one in articles if any(_text_of(heading) in title for heading in one.iter("h1", "h2"))]
    if len(own) != 1:
        return
    kept = {*own[0].iter("article"), *own[0].iterancestors("article")}
    for one in articles:
        if one not in kept:
            one.drop_tree()


def _titles(tree: HtmlElement) -> str:
    """Return what a page calls itself: its title and its main headings."""
    return " ".join(_text_of(part) for part in tree.iter("title", "h1"))


def _text_of(heading: HtmlElement) -> str:
    return " ".join(heading.text_content().split()) or "\n"


def _keep_times(tree: HtmlElement) -> None:
    """Make the times inside of sentences plain text, which trafilatura would drop."""
    for time in [time for time in tree.iter("time") if time.getparent().tag in ("p", "li", "td")]:
        if (time.tail or "").strip():
            time.drop_tag()


def _main_text(tree: HtmlElement) -> Document | None:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    # trafilatura makes up the day of a month and guesses from footers: our dates are read apart.
    dates = {"extensive_search": False}
    found = bare_extraction(tree, with_metadata=True, include_comments=False, date_extraction_params=dates)
    return found if isinstance(found, Document) else None


def _described(found: Document | None, article_id: str, language: str, publisher: str) -> Article:
    name = article_id.rpartition("/")[2]
    if found is None:
        return Article(id=article_id, title=name, body="", publisher=publisher, language=language)
    url = clean(found.url or "")
    site = _line(found.sitename)
    named = site and site != urlsplit(url).hostname  # a bare host is what stands where no name does
    return Article(
        id=article_id,
        title=_line(found.title) or name,
        body="",
        url=url if is_web_address(url) else "",
        publisher=site if named or not publisher else publisher,
        language=language,
    )


def _line(text: str | None) -> str:
    return " ".join(clean(text or "").split())[:_MAX_TITLE]


def _authors(found: Document | None, said: Linked) -> list[str]:
    names = map(_line, (found.author or "").split(";")) if found is not None else ()
    return list(filter(None, names)) or list(said.authors)


def _tree(content: bytes) -> HtmlElement:
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(_text(content).encode(), parser=parser)
    except ParserError:
        raise UnreadableArticle("The file holds no HTML; save the page again.") from None


def _text(content: bytes) -> str:
    """Return a page's text by its byte order mark, its declared character set, or as UTF-8; never by guessing."""
    declared = _CHARSET.search(content[:4096])
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or not declared:
        return decoded(content)
    try:
        name = codecs.lookup(declared[1].decode()).name
        text = content.decode(_AS_BROWSERS_DO.get(name, name))
    except (LookupError, UnicodeError):
        raise UnreadableArticle(
            "The page is not written in the character set that it declares; save it as UTF-8."
        ) from None
    if "\x00" in text:
        raise UnreadableArticle("The file is binary, not text; remove it or give it the suffix of its kind.")
    return text
