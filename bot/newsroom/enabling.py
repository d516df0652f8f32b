"""Which sources are followed: sources.toml says it of each, and admins may say otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.errors import SourcesError
from bot.newsroom.sources import Source, Sources, read_sources
from bot.store.whole import write_whole

_SAID = TypeAdapter(dict[str, bool])


def known_sources(data_dir: Path, path: Path) -> Sources:
    """Return the sources of a file, enabled as admins have it. Raises SourcesError."""
    found, said = read_sources(path), _said(data_dir)
    return replace(found, entries=tuple(_as_said(source, said) for source in found.entries))


def enable(data_dir: Path, path: Path, name: str, *, on: bool) -> Source:
    """Have a source followed, or no more, whatever its file says, and return it. Raises SourcesError, StoreError.

    What admins say is kept beside the file, which is the operator's: nobody adds an address from a chat.
    """
    source = find_source(known_sources(data_dir, path), name)
    write_whole(_place(data_dir), _SAID.dump_json(_said(data_dir) | {source.name: on}))
    return source.model_copy(update={"enabled": on})


def find_source(sources: Sources, name: str) -> Source:
    """Return the source of a name. Raises SourcesError when there is none."""
    for source in sources.entries:
        if source.name == name.casefold():
            return source
    raise SourcesError(f"There is no source {name[:40]!r} in sources.toml: the command feeds lists what there is.")


def _as_said(source: Source, said: dict[str, bool]) -> Source:
    return source.model_copy(update={"enabled": said.get(source.name, source.enabled)})


def _place(data_dir: Path) -> Path:
    return data_dir / "state" / "feeds.json"


def _said(data_dir: Path) -> dict[str, bool]:
    place = _place(data_dir)
    try:
        return _SAID.validate_json(place.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError):
        # What was switched off must not be fetched because a file is damaged.
        raise SourcesError(f"{place} cannot be read: mend it, or delete it for sources.toml to hold again.") from None
