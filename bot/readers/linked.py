"""Who wrote and who publishes an article, and when, as a page's linked data (JSON-LD of schema.org) states it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.readers.asides import folded
from bot.text.clean import clean

_LARGEST, _NODES, _PEOPLE, _NAME = 200_000, 2000, 5, 80
_KINDS = ("Article", "Posting", "Review", "Report")
"""Ends of the types of schema.org that are articles: NewsArticle, BlogPosting and so on."""
_PAGES = ("WebPage",)


@dataclass(frozen=True, slots=True)
class Linked:
    """What linked data says of an article; empty where it does not."""

    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    """The date of publication as it is written."""


def linked(scripts: Iterable[str], title: str = "") -> Linked:
    """Return what linked data says of the article of a page: the one that is headlined like it, else the first.

    A page has the data of other articles, too: teasers, comments, the posts of a live blog. The outer ones come first.
    """
    nodes = [node for script in scripts if len(script) <= _LARGEST for node in _nodes(script)][:_NODES]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    articles = [node for node in nodes if _is_a(node, _KINDS)]
    article = next((node for node in articles if _is_headlined(node, title)), articles[0] if articles else {})
    pages = (node for node in nodes if _is_a(node, _PAGES) or not node.get("@type"))
    dates = (_stamp(node.get("datePublished")) for node in (article, *pages))
    authors = dict.fromkeys(filter(None, (_name(one, by_id) for one in _listed(article.get("author")))))
    publishers = (_name(one, by_id) for one in _listed(article.get("publisher")))
    return Linked(tuple(authors)[:_PEOPLE], next(filter(None, publishers), ""), next(filter(None, dates), ""))


def _is_a(node: dict[str, Any], kinds: tuple[str, ...]) -> bool:
    return any(kind.endswith(kinds) for kind in _listed(node.get("@type")) if isinstance(kind, str))


def _is_headlined(node: dict[str, Any], title: str) -> bool:
    headline = node.get("headline")
    return isinstance(headline, str) and bool(headline.strip()) and folded(unescape(headline)) in title


def _stamp(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _nodes(script: str) -> Iterator[dict[str, Any]]:
    """Yield every object of a script, the outer ones first, without recursion."""
    try:
        level = [json.loads(script)]
    except (ValueError, RecursionError):
        return
    while level:
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                yield one
                below += one.values()
            elif isinstance(one, list):
                below += one
        level = [one for one in below if isinstance(one, dict | list)]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(value: object, by_id: dict[str, dict[str, Any]]) -> str:
    """Return the name of a person or organisation, given by itself, as an object or by its id; empty: it has none."""
    if isinstance(value, dict):
        value = value.get("name") or by_id.get(str(value.get("@id")), {}).get("name")
    name = " ".join(clean(value).split()) if isinstance(value, str) else ""
    return name if len(name) <= _NAME and not name.startswith(("http://", "https://")) else ""
