"""Telegram's own parser (tdjson, offline) as the judge of what we send."""

from __future__ import annotations

import json
from dataclasses import dataclass

import tdjson

TAPPED = {"Mention", "Hashtag", "Cashtag", "BotCommand", "Url", "EmailAddress", "PhoneNumber"}
"""What Telegram finds by itself in a text and lets people tap."""
SHIELDS = {"Code", "Pre", "PreCode", "TextUrl"}
"""Inside these it finds nothing."""


class Refused(Exception):
    """Telegram does not parse the text; the message is its own."""


@dataclass(frozen=True)
class Entity:
    """A place of a parsed text that is marked up."""

    kind: str
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True)
class Parsed:
    """What Telegram makes of a text; starts and ends count UTF-16 units."""

    text: str
    entities: tuple[Entity, ...]

    @property
    def units(self) -> int:
        return len(self.text.encode("utf-16-le")) // 2

    @property
    def links(self) -> set[str]:
        return {entity.url for entity in self.entities if entity.url}

    def covered(self, entity: Entity) -> str:
        return self.text.encode("utf-16-le")[2 * entity.start : 2 * entity.end].decode("utf-16-le")


def _ask(request: dict[str, object]) -> dict[str, object]:
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    result = json.loads(answer)
    assert isinstance(result, dict)
    return result


def _entities(found: object) -> tuple[Entity, ...]:
    assert isinstance(found, list)
    return tuple(
        Entity(
            e["type"]["@type"].removeprefix("textEntityType"),
            e["offset"],
            e["offset"] + e["length"],
            e["type"].get("url", ""),
        )
        for e in found
    )


def parse(html: str) -> Parsed:
    """Return what Telegram makes of HTML, or raise Refused."""
    _ask({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
    result = _ask({"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}})
    if result["@type"] == "error":
        raise Refused(str(result["message"]))
    return Parsed(str(result["text"]), _entities(result["entities"]))


def tappable(parsed: Parsed) -> list[str]:
    """Return what Telegram would make a link, a mention, a tag or a command of by itself in a parsed text."""
    found = _entities(_ask({"@type": "getTextEntities", "text": parsed.text})["entities"])
    shields = [entity for entity in parsed.entities if entity.kind in SHIELDS]
    return [
        parsed.covered(entity)
        for entity in found
        if entity.kind in TAPPED and not any(s.start <= entity.start and entity.end <= s.end for s in shields)
    ]
