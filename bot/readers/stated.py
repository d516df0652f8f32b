"""What a web page states about itself beside its text: when it was published, and in which language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot.readers.published import plausible, stamped
from bot.values import Published

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DATE_NAMES = (
    "article:published_time article:published og:published_time datepublished parsely-pub-date sailthru.date"  # noqa: SIM905 - a hundred quotation marks would hide the words
    " citation_publication_date citation_date dcterms.issued dc.date.issued dcterms.created pubdate publishdate"
    " publish-date publish_date publication_date dcterms.date dc.date date".split()
)
"""Names of dates of publication, those that mean nothing else first: `date` is the day of the visit on some pages."""
_LANGUAGE_NAMES = frozenset(("og:locale", "content-language", "language", "dc.language", "dcterms.language"))
_JSON_LANGUAGE = re.compile(r'"inLanguage"\s*:\s*"([A-Za-z]{2})\b')
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?=\Z|[-_, ])")
_PUBLISHED = frozenset(("published", "dt-published", "entry-date"))
"""Classes of what a theme marks as the date of publication (hAtom and its followers)."""


def stated_date(tree: HtmlElement, said: str = "") -> Published | None:
    """Return the date of publication that a page states for machines, else the one that it marks for readers.

    What the linked data says of the article comes first. Pages list other articles, too, with their dates: marks count
    inside the article that has the main heading, or else anywhere, and only when all of them say the same day.
    """
    told = next((when for text in (said, *_for_machines(tree)) if (when := plausible(stamped(text)))), None)
    return told or _only(each for part in _articles(tree) or [tree] for each in _marked(part))


def stated_language(tree: HtmlElement) -> str:
    """Return the language of a page in two small letters as the page states it; empty when it does not."""
    told = [str(tree.get("lang") or tree.get("xml:lang") or "")]
    told += [str(meta.get("content", "")) for meta in tree.iter("meta") if _names(meta) & _LANGUAGE_NAMES]
    told += [found for text in scripts(tree) for found in _JSON_LANGUAGE.findall(text)]
    return next((found[0].lower() for text in told if (found := _LANGUAGE.match(text.strip()))), "")


def _for_machines(tree: HtmlElement) -> Iterator[str]:
    metas = [(_names(meta), str(meta.get("content", ""))) for meta in tree.iter("meta")]
    return (content for name in _DATE_NAMES for names, content in metas if name in names)


def _marked(part: HtmlElement) -> Iterator[str]:
    for time in part.iter("time"):
        is_stated = time.get("pubdate") is not None or "datepublished" in str(time.get("itemprop", "")).casefold()
        if is_stated or _PUBLISHED & set(str(time.get("class", "")).casefold().split()):
            yield str(time.get("datetime") or time.text_content())


def _articles(tree: HtmlElement) -> list[HtmlElement]:
    """Return the one article that has a main heading; none when several have."""
    found = [part for part in tree.iter("article") if next(part.iter("h1"), None) is not None]
    return found if len(found) == 1 else []


def _only(texts: Iterable[str]) -> Published | None:
    days = {plausible(stamped(text)) for text in texts}
    return days.pop() if len(days) == 1 else None


def _names(meta: HtmlElement) -> set[str]:
    return {str(meta.get(key, "")).casefold() for key in ("name", "property", "itemprop", "http-equiv")}


def scripts(tree: HtmlElement) -> Iterator[str]:
    """Yield what a page says for machines in JSON."""
    for script in tree.iter("script"):
        if "json" in str(script.get("type", "")):
            yield script.text or ""
