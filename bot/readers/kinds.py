"""Tell what came by what it holds, since an address has no suffix and a server's word is not to be relied on."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from bot.errors import UnreadableArticle
from bot.readers.files import KINDS, MAX_PDF_BYTES, MAX_TEXT_BYTES

_HTML = re.compile(rb"<!doctype html|<(?:html|head|body|meta|article|div|p|h1|title)\b", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|rdf:RDF|feed)\b")
_HEAD = 2000


def kind_of(content: bytes, name: str = "", media_type: str = "") -> str:
    """Return which kind (see files.KINDS) bytes are, by what they hold; the name and the type tell texts apart.

    name is a file's name or the path of an address. Raises UnreadableArticle for what is empty, too large, a feed
    or of another kind.
    """
    head = content[:_HEAD]
    if not content.strip():
        raise UnreadableArticle("There is nothing in it: give one with text.")
    if head.lstrip().startswith(b"%PDF-"):
        return _capped(content, "pdf", MAX_PDF_BYTES)
    if _FEED.search(head):
        raise UnreadableArticle("This is a feed, not an article: put it into sources.toml to follow it.")
    by_name = KINDS.get(PurePosixPath(name.lower()).suffix, "")
    by_type = {"text/markdown": "markdown", "text/plain": "plain"}.get(media_type, "")
    kind = next((kind for kind in (by_name, by_type) if kind in ("markdown", "plain")), "")
    if not kind and _HTML.search(head):
        kind = "html"
    if not kind:
        raise UnreadableArticle("This is no article that can be read: only web pages, PDF, Markdown and plain text.")
    return _capped(content, kind, MAX_TEXT_BYTES)


def _capped(content: bytes, kind: str, cap: int) -> str:
    if len(content) > cap:
        raise UnreadableArticle(f"It is larger than {cap // 1_000_000} MB; give the part that matters.")
    return kind
