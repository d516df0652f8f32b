"""/feeds and /switch: which sources are followed, how each is doing, and one more or one less of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.errors import SourcesError
from bot.newsroom.acts import Act, Tell, Told, say
from bot.newsroom.articles import Articles
from bot.newsroom.days import moment
from bot.newsroom.seen import Visited
from bot.newsroom.sources import Source, Sources

ON, OFF = "on", "off"
_WORDS = 12
"""Keywords that are shown."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """Shows sources and has them followed or not."""

    articles: Articles

    def show(self, act: Act, _: Tell) -> Told:
        """List the sources, or tell all of the one that is named."""
        return say(*shown(self.articles, act.what.strip()))

    def switch(self, act: Act, _: Tell) -> Told:
        """Have a source followed ("NAME on"), or no more ("NAME off")."""
        name, wanted = [*act.what.split(), "", ""][:2]
        return say(switched(self.articles, name, wanted.casefold()))


def shown(articles: Articles, name: str) -> Iterator[str]:
    """Yield how the sources are doing, or with a name everything about one. Raises SourcesError."""
    if not name:
        return _overview(articles.sources.all(), articles.sources.visited())
    source = articles.sources.one(name)
    return _about(source, articles.sources.visited().get(source.name))


def switched(articles: Articles, name: str, wanted: str) -> str:
    """Have a source followed, or no more, and return what was done, one sentence. Raises SourcesError, StoreError."""
    if wanted not in (ON, OFF):
        raise SourcesError(f"Give the name of a source, and {ON} or {OFF} behind it.")
    source = articles.sources.enable(name, on=wanted == ON)
    if not source.enabled:
        return f"{source.name} is not followed any more; what came from it stays."
    return f"{source.name} is followed from now on ({source.url}); following tells whether it can be read."


def _overview(sources: Sources, visited: Mapping[str, Visited]) -> Iterator[str]:
    followed = [source for source in sources.entries if source.enabled]
    others = [source.name for source in sources.entries if not source.enabled]
    yield f"{len(followed)} sources are followed." if followed else "No source is followed."
    yield from (f"{source.name} · {source.publisher} · {_state(visited.get(source.name))}" for source in followed)
    if others:
        yield f"Not followed: {', '.join(others)}. /feeds NAME tells more of one, /switch NAME {ON} has it followed."
    yield from sources.refused


def _about(source: Source, visited: Visited | None) -> Iterator[str]:
    yield f"{source.name} · {source.publisher}: {'followed' if source.enabled else 'not followed'}"
    yield source.url
    yield (
        f"{source.kind} · topic {source.topic or 'not stated'} · trust {source.trust} · status {source.status} · "
        f"asked at most every {source.every_hours:g} h"
    )
    more = f" and {len(source.keywords) - _WORDS} more" if len(source.keywords) > _WORDS else ""
    words = ", ".join(source.keywords[:_WORDS])
    yield f"Keeps what has one of: {words}{more}" if words else "Keeps everything."
    if source.proven:
        yield f"Proven: {source.proven}"
    yield f"{_state(visited)[:1].upper()}{_state(visited)[1:]}"
    yield f"/switch {source.name} {OFF if source.enabled else ON} {'ends' if source.enabled else 'begins'} that."


def _state(visited: Visited | None) -> str:
    if visited is None:
        return "never asked yet"
    due = f"due {'now' if visited.due <= time.time() else f'on {moment(visited.due)}'}"
    if visited.failures:
        often = f", {visited.failures} times in a row" if visited.failures > 1 else ""
        return f"could not be read{often}, {due}: {visited.failed}"
    return f"read well, {due}"
