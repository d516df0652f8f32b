"""What was seen of each source and article, so that the next pass asks only for what is new."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.store.whole import write_whole

log = logging.getLogger(__name__)
KEPT = 1000
"""Entries of a source that are remembered: twice what a feed can hold."""


@dataclass(slots=True)
class Known:
    """An entry of a feed."""

    revised: str = ""
    tries: int = 0
    """How often it could not be read; 0 once it is done with."""


@dataclass(slots=True)
class Visited:
    """A source."""

    etag: str = ""
    last_modified: str = ""
    due: float = 0.0
    """When it is asked again, in seconds since 1970."""
    failures: int = 0
    """In a row."""
    failed: str = ""
    """Why it could not be read the last time; empty when it could."""
    entries: dict[str, Known] = field(default_factory=dict)

    def trim(self) -> None:
        """Forget the oldest entries."""
        for key in list(self.entries)[: max(0, len(self.entries) - KEPT)]:
            del self.entries[key]


@dataclass(slots=True)
class Looked:
    """The page of an article on the shelf."""

    etag: str = ""
    last_modified: str = ""
    at: float = 0.0
    gone: float = 0.0
    """Since when there is no such page, in seconds since 1970; 0: there is."""
    other: bool = False
    """Whether the page says something else now, so that the article stays as it was until a person has looked."""
    title: str = ""
    """As the page had it: another one on the shelf is a person's."""


@dataclass(slots=True)
class Seen:
    """All of it."""

    sources: dict[str, Visited] = field(default_factory=dict)
    articles: dict[str, Looked] = field(default_factory=dict)
    quiet: dict[str, float] = field(default_factory=dict)
    """Hosts that want to be left alone, and until when, in seconds since 1970."""


_SEEN = TypeAdapter(Seen)


def seen_in(data_dir: Path) -> Path:
    """Return where it is kept."""
    return data_dir / "state" / "following.json"


def read_seen(path: Path) -> Seen:
    """Return what was seen; nothing when the file is missing or damaged, so that everything is looked at anew."""
    try:
        return _SEEN.validate_json(path.read_bytes())
    except FileNotFoundError:
        return Seen()
    except (OSError, ValidationError):
        log.warning("%s cannot be read; every source is looked at anew.", path)
        return Seen()


def write_seen(path: Path, seen: Seen) -> None:
    """Keep what was seen. Raises StoreError."""
    write_whole(path, _SEEN.dump_json(seen))
