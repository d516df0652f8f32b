"""/follow, and which sources cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.errors import SourcesError
from bot.newsroom.acts import Act, Tell, Told, say
from bot.newsroom.articles import Articles
from bot.newsroom.passes import Followed

ALL = "all"
_SHOWN, _NAMED = 15, 5


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
        followed = self.articles.follow(everything=act.what.strip().casefold() == ALL, stopped=self.stopped)
        lines = tuple(_lines(followed))
        if not followed.changes:
            return Told(lines, outcome=str(followed))
        tell(say(*lines))
        indexed = self.index(replace(act, what=""), lambda told: tell(say(*lines, *told.lines)))
        outcome = f"{followed} {indexed.outcome or indexed.lines[0]}"
        return Told((*lines, *indexed.lines), indexed.choices, outcome=outcome, good=indexed.good)


def _lines(followed: Followed) -> Iterator[str]:
    yield followed.idle(f"/follow {ALL}") or str(followed)
    told = [f"{each.source}: {each.failed}" if each.failed else str(each) for each in followed.outcomes]
    told += followed.refused
    yield from told[:_SHOWN]
    if len(told) > _SHOWN:
        yield f"… and {len(told) - _SHOWN} more."


def failing(articles: Articles) -> str:
    """Return which sources could not be read several times in a row, one sentence; empty when all can be."""
    try:
        names = articles.failing()
    except SourcesError as error:
        return str(error)
    shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"These sources cannot be read: {shown}; following {ALL} of them tells why." if names else ""
