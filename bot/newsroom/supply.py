"""The sources of a newsroom: which there are, which of them are followed, and how each is doing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.errors import SourcesError
from bot.newsroom.seen import Visited, read_seen, seen_in
from bot.newsroom.sources import Source, Sources, read_sources
from bot.store.whole import write_whole

FAILING = 3
"""Failures in a row after which a person had better look: a site that is down for once is no news."""
_SAID = TypeAdapter(dict[str, bool])


@dataclass(frozen=True, slots=True)
class Supply:
    """What sources.toml lists, followed as it says unless admins say otherwise."""

    data_dir: Path
    path: Path | None
    """Of sources.toml, which is the operator's and never written; None: there are no sources."""

    def all(self) -> Sources:
        """Return the sources, enabled as admins have it. Raises SourcesError."""
        if self.path is None:
            return Sources((), ())
        found, said = read_sources(self.path), self._said()
        entries = (one.model_copy(update={"enabled": said.get(one.name, one.enabled)}) for one in found.entries)
        return replace(found, entries=tuple(entries))

    def one(self, name: str) -> Source:
        """Return the source of a name. Raises SourcesError when there is none."""
        for source in self.all().entries:
            if source.name == name.casefold():
                return source
        raise SourcesError(f"There is no source {name[:40]!r} in sources.toml: the command feeds lists what there is.")

    def enable(self, name: str, *, on: bool) -> Source:
        """Have a source followed, or no more, whatever its file says, and return it. Raises SourcesError, StoreError.

        Only one that the operator has listed: nobody adds an address from a chat.
        """
        source = self.one(name)
        write_whole(self._place, _SAID.dump_json(self._said() | {source.name: on}))
        return source.model_copy(update={"enabled": on})

    def visited(self) -> Mapping[str, Visited]:
        """Return what was seen of each source when it was asked."""
        return read_seen(seen_in(self.data_dir)).sources

    def failing(self) -> dict[str, str]:
        """Return the enabled sources that could not be read FAILING times in a row, and why. Raises SourcesError."""
        if self.path is None or not self.path.exists():
            return {}
        visited = self.visited()
        enabled = [source.name for source in self.all().entries if source.enabled]
        return {name: visited[name].failed for name in enabled if name in visited and visited[name].failures >= FAILING}

    def elsewhere(self) -> frozenset[str]:
        """Return the articles whose page says something else by now, so that a person had better look."""
        seen = read_seen(seen_in(self.data_dir))
        return frozenset(name for name, looked in seen.articles.items() if looked.other)

    @property
    def _place(self) -> Path:
        return self.data_dir / "state" / "feeds.json"

    def _said(self) -> dict[str, bool]:
        try:
            return _SAID.validate_json(self._place.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            # What was switched off must not be fetched because a file is damaged.
            raise SourcesError(
                f"{self._place} cannot be read: mend it, or delete it for sources.toml to hold again."
            ) from None
