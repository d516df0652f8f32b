"""One pass over the sources that are due: what is new comes onto the shelf."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import CorpusError, FetchError, Quiet, StoreError, UnreadableArticle
from bot.fetching import Getter
from bot.newsroom.days import HOUR
from bot.newsroom.intake import Intake, Outcome
from bot.newsroom.reading import feed_of
from bot.newsroom.seen import Known, Seen, Visited
from bot.newsroom.sources import Source
from bot.readers import Entry
from bot.readers.files import MAX_PDF_BYTES

log = logging.getLogger(__name__)
MOST_NEW = 20
"""Articles that one pass takes from one source; the rest comes with the next."""
MOST_TRIES = 3
MAX_FEED_BYTES = 5_000_000
LONGEST_PAUSE = 24 * HOUR
"""Between two tries of a source that fails; doubled from its own pause on."""
LEEWAY = 60.0
"""Seconds by which a source is due early, so that one who follows every six hours finds due what is due then."""


Hear = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Follower:
    """Reads sources onto the shelf."""

    getter: Getter
    intake: Intake
    stopped: Callable[[], bool]
    hear: Hear = lambda *_: None
    """Is told which source is read, its number among those that are due, and how many they are."""
    began: float = field(default_factory=time.time)
    """When the pass began, in seconds since 1970."""

    def follow(self, source: Source) -> Outcome:
        """Take in what is new in a source. Raises StoreError."""
        visited = self.intake.seen.sources.setdefault(source.name, Visited())
        outcome = Outcome(source.name)
        try:
            self._visit(source, visited, outcome)
            visited.failures, visited.failed = 0, ""
            visited.due = self.began + source.every_hours * HOUR - LEEWAY
        except Quiet as error:
            outcome.failed = str(error)
            visited.due = time.time() + error.retry_after
        except (FetchError, CorpusError) as error:
            outcome.failed = visited.failed = str(error)
            _wait(source, visited, getattr(error, "retry_after", 0.0))
        except StoreError:
            raise
        except Exception:
            # Whatever a stranger's feed has set off, the other sources go on.
            log.exception("Following %s failed.", source.name)
            outcome.failed = visited.failed = "That failed for a reason that only the log of the bot tells: look there."
            _wait(source, visited)
        visited.trim()
        outcome.due = visited.due
        return outcome

    def _visit(self, source: Source, visited: Visited, outcome: Outcome) -> None:
        fetched = self.getter.get(source.url, MAX_FEED_BYTES, visited.etag, visited.last_modified)
        if fetched.unchanged:
            return
        if source.kind == "page":
            self.intake.take(source, Entry(source.url, source.url), fetched, outcome)
            done = True
        else:
            entries = feed_of(fetched, self.intake.bounded)
            if not entries:
                raise UnreadableArticle("The feed has no entries: check its address.")
            done = self._entries(source, visited, entries, outcome)
        # With work left over the feed is wanted whole the next time, changed or not.
        visited.etag, visited.last_modified = (fetched.etag, fetched.last_modified) if done else ("", "")

    def _entries(self, source: Source, visited: Visited, entries: tuple[Entry, ...], outcome: Outcome) -> bool:
        """Take in the entries that are new or revised; return whether none is left for the next pass."""
        done, taken = True, 0
        # What failed before comes last, so that one that fails again keeps nobody waiting.
        for entry in sorted(entries, key=lambda entry: _tries(visited, entry) or 0):
            tries = _tries(visited, entry)
            if tries is not None and not 0 < tries < MOST_TRIES:
                continue
            if taken >= MOST_NEW or self.stopped():
                return False
            now: int | None = 0
            if source.keeps(f"{entry.title}\n{entry.summary}"):
                now = self._read(source, entry, tries or 0, outcome)
                taken += now is not None
            else:
                outcome.passed_over += 1
            if now is not None:
                visited.entries[entry.key] = Known(entry.revised, now)
            done = done and now is not None and not 0 < now < MOST_TRIES
        return done

    def _read(self, source: Source, entry: Entry, tries: int, outcome: Outcome) -> int | None:
        """Read an entry that failed so many times; return the number now, 0 when it is done with, None: not asked for.

        A site that can take no more at the moment is no fault of the entry, which is tried again for as long as the
        feed has it.
        """
        try:
            self.intake.take(source, entry, self.getter.get(entry.url, MAX_PDF_BYTES), outcome)
        except Quiet as error:
            outcome.put_off.append((entry.url, str(error)))
            return None
        except (FetchError, UnreadableArticle) as error:
            outcome.refused.append((entry.url, str(error)))
            return max(tries, 1) if getattr(error, "retry_after", 0.0) else tries + 1
        return 0


def _tries(visited: Visited, entry: Entry) -> int | None:
    """Return how often an entry could not be read as it is now; None when it was never asked for."""
    known = visited.entries.get(entry.key)
    return known.tries if known and known.revised == entry.revised else None


def _wait(source: Source, visited: Visited, at_least: float = 0.0) -> None:
    pause = min(source.every_hours * HOUR * 2**visited.failures, LONGEST_PAUSE)
    visited.failures = min(visited.failures + 1, 10)
    visited.due = time.time() + max(pause, at_least)


def failures(source: Source, seen: Seen) -> int:
    """Return how often in a row a source could not be read: who fails again must keep no other of its site waiting."""
    visited = seen.sources.get(source.name)
    return visited.failures if visited else 0


def is_due(source: Source, seen: Seen, *, everything: bool, now: float) -> bool:
    """Return whether a source is to be looked at now."""
    visited = seen.sources.get(source.name)
    return source.enabled and (everything or visited is None or visited.due <= now)
