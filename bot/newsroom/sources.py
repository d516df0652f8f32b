"""The feeds and pages that are followed: sources.toml, entry by entry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import AddressRefused, SourcesError
from bot.fetching.addresses import checked
from bot.values import Status

MAX_BYTES = 1_000_000


class Source(BaseModel):
    """One entry of sources.toml, which explains the keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    url: str
    publisher: str = Field(min_length=1, max_length=100)
    topic: str = Field(default="", max_length=60)
    language: str = Field(default="", pattern=r"^([a-z]{2})?$")
    kind: Literal["feed", "page"] = "feed"
    trust: Literal["high", "medium", "low"] = "medium"
    status: Status = Status.REPORTED
    every_hours: float = Field(default=6, ge=0.25, le=720)
    keywords: tuple[str, ...] = ()
    proven: str = Field(default="", max_length=300)
    enabled: bool = False

    def keeps(self, text: str) -> bool:
        """Return whether a text has one of the keywords; without keywords every text does."""
        return not self.keywords or bool(self._wanted.search(text))

    @cached_property
    def _wanted(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_word, self.keywords)), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sources:
    """What can be used of sources.toml, and one line for each entry that cannot."""

    entries: tuple[Source, ...]
    refused: tuple[str, ...]


def read_sources(path: Path) -> Sources:
    """Return the sources in a file. Raises SourcesError when it is missing or is no TOML."""
    try:
        content = path.read_bytes()[: MAX_BYTES + 1]
        if len(content) > MAX_BYTES:
            raise SourcesError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB: keep the sources that matter.")
        root = tomllib.loads(content.decode())
    except OSError as error:
        raise SourcesError(f"{path} cannot be read ({error.strerror}): create it or set BOT_SOURCES.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourcesError(f"{path} is no TOML ({error}): mend it.") from None
    found, words = root.get("source", []), root.get("words", {})
    entries: dict[str, Source] = {}
    refused = [f"{key!r} is no key of this file: write [[source]]." for key in root if key not in ("source", "words")]
    for number, fields in enumerate(found if isinstance(found, list) else [found], 1):
        try:
            source = _source(fields, words, entries)
            entries[source.name] = source
        except ValueError as error:
            named = fields.get("name", "") if isinstance(fields, dict) else ""
            refused.append(f"Source {number}{f' ({str(named)[:40]})' if named else ''} is left out: {_reason(error)}.")
    return Sources(tuple(entries.values()), tuple(refused))


def _source(fields: object, words: object, before: Mapping[str, Source]) -> Source:
    source = Source.model_validate(fields)
    source = source.model_copy(update={"keywords": tuple(_keywords(source.keywords, words))})
    if source.name in before:
        raise ValueError("its name stands twice")
    try:
        checked(source.url)
    except AddressRefused as error:
        raise ValueError(str(error).rstrip(".")) from None
    return source


def _keywords(keywords: tuple[str, ...], words: object) -> Iterator[str]:
    """Yield keywords, those of a list in place of "@" and its name."""
    for keyword in keywords:
        if not keyword.strip():
            raise ValueError("a keyword is empty")
        if not keyword.startswith("@"):
            yield keyword
            continue
        listed = words.get(keyword[1:]) if isinstance(words, dict) else None
        if not isinstance(listed, list) or not all(isinstance(word, str) and word.strip() for word in listed):
            raise ValueError(f"there is no list of words {keyword[1:40]!r} under [words]")
        yield from listed


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'it'}: {one['msg']}" for one in error.errors())
    return str(error)


def _word(keyword: str) -> str:
    """Return a pattern for a keyword: a whole word, or several of them; in scripts without spaces any part."""
    plain = re.escape(keyword.strip())
    return rf"(?<!\w){plain}(?:e?s)?(?!\w)" if keyword.isascii() else plain
