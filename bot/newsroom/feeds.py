"""/follow, and which sources cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.errors import SourcesError
from bot.newsroom.acts import Act, Tell, Told, say
from bot.newsroom.articles import Articles
from bot.newsroom.digest import ELSE, digest
from bot.newsroom.passes import Followed

ALL = "all"
_SHOWN, _NAMED = 40, 10


@dataclass(frozen=True, slots=True)
class Feeds:
    """Has the sources followed, and the index follow them."""

    articles: Articles
    index: Callable[[Act, Tell], Told]
    """Brings the index up to date for whoever acts, and says what came of it."""
    stopped: Callable[[], bool]
    """Whether the process is about to end, and a pass with it."""

    def run(self, act: Act, tell: Tell) -> Told:
        """Take in what is new in the sources that are due, or in ALL, and answer from it."""
        tell(say("Reading the sources …"))
        followed = self.articles.follow(
            everything=act.what.strip().casefold() == ALL,
            stopped=self.stopped,
            hear=lambda name, number, count: tell(say(f"Reading the sources: {name}, {number} of {count} …")),
        )
        lines = tuple(_lines(followed))
        if not followed.changes:
            return Told(lines, outcome=str(followed))
        tell(say(*lines))
        indexed = self.index(replace(act, what=""), lambda told: tell(say(*lines, *told.lines)))
        outcome = f"{followed} {indexed.outcome or indexed.lines[0]}"
        return Told((*lines, *indexed.lines), indexed.choices, outcome=outcome, good=indexed.good)


def _lines(followed: Followed) -> Iterator[str]:
    yield followed.idle(f"/follow {ALL}") or str(followed)
    told = [*followed.refused, *digest(followed)]
    yield from told[:_SHOWN]
    if len(told) > _SHOWN:
        yield f"… and {len(told) - _SHOWN} more."


def doubtful(articles: Articles) -> list[str]:
    """Return what an admin had better look at of what is followed, a line each; none when all is well."""
    return [*failing(articles), *(f"{each} stays as it was: {ELSE}." for each in articles.elsewhere()[:_NAMED])]


def failing(articles: Articles) -> list[str]:
    """Return which sources could not be read several times in a row and why, a line each; none when all can be."""
    try:
        found = articles.sources.failing()
    except SourcesError as error:
        return [str(error)]
    told = [f"The source {name} cannot be read: {why or f'following {ALL} tells why.'}" for name, why in found.items()]
    more = [f"Nor can {len(told) - _NAMED} more; following {ALL} names them."] if len(told) > _NAMED else []
    return [*told[:_NAMED], *more]
