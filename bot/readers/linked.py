"""Who wrote and who publishes an article, as a page's linked data (JSON-LD of schema.org) states it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.text.clean import clean

_LARGEST, _NODES, _PEOPLE, _NAME = 200_000, 2000, 5, 80
_KINDS = ("Article", "Posting", "Review", "Report")
"""Ends of the types of schema.org that are articles: NewsArticle, BlogPosting and so on."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What linked data says of an article; empty where it does not."""

    authors: tuple[str, ...] = ()
    publisher: str = ""


def linked(scripts: Iterable[str]) -> Linked:
    """Return what the first article in linked data says of itself."""
    nodes = [node for script in scripts if len(script) <= _LARGEST for node in _nodes(script)][:_NODES]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    for node in nodes:
        if any(kind.endswith(_KINDS) for kind in _listed(node.get("@type")) if isinstance(kind, str)):
            authors = dict.fromkeys(filter(None, (_name(one, by_id) for one in _listed(node.get("author")))))
            publishers = (_name(one, by_id) for one in _listed(node.get("publisher")))
            return Linked(tuple(authors)[:_PEOPLE], next(filter(None, publishers), ""))
    return Linked()


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
