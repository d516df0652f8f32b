"""One pass over the sources that are due: what is new comes onto the shelf."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import CorpusError, FetchError, StoreError, UnreadableArticle
from bot.fetching import Getter
from bot.newsroom.intake import Intake, Outcome
from bot.newsroom.seen import Known, Seen, Visited
from bot.newsroom.sources import Source
from bot.readers import Entry
from bot.readers.files import MAX_PDF_BYTES

log = logging.getLogger(__name__)
MOST_NEW = 20
"""Articles that one pass takes from one source; the rest comes with the next."""
MOST_TRIES = 3
MAX_FEED_BYTES = 5_000_000
HOUR = 3600.0
LONGEST_PAUSE = 24 * HOUR
"""Between two tries of a source that fails; doubled from its own pause on."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Reads sources onto the shelf."""

    getter: Getter
    intake: Intake
    stopped: Callable[[], bool]

    def follow(self, source: Source) -> Outcome:
        """Take in what is new in a source. Raises StoreError."""
        visited = self.intake.seen.sources.setdefault(source.name, Visited())
        outcome = Outcome(source.name)
        try:
            self._visit(source, visited, outcome)
            visited.failures = 0
            visited.due = time.time() + source.every_hours * HOUR
        except (FetchError, CorpusError) as error:
            outcome.failed = str(error)
            _wait(source, visited, getattr(error, "retry_after", 0.0))
        except StoreError:
            raise
        except Exception:
            # Whatever a stranger's feed has set off, the other sources go on.
            log.exception("Following %s failed.", source.name)
            outcome.failed = "That failed for a reason that only the log tells."
            _wait(source, visited)
        visited.trim()
        return outcome

    def _visit(self, source: Source, visited: Visited, outcome: Outcome) -> None:
        fetched = self.getter.get(source.url, MAX_FEED_BYTES, visited.etag, visited.last_modified)
        if fetched.unchanged:
            return
        if source.kind == "page":
            self.intake.take(source, Entry(source.url, source.url), fetched, outcome)
            done = True
        else:
            entries = self.intake.bounded.feed(fetched.content, fetched.url).entries
            if not entries:
                raise UnreadableArticle("The feed has no entries: check its address.")
            done = self._entries(source, visited, entries, outcome)
        # With work left over the feed is wanted whole the next time, changed or not.
        visited.etag, visited.last_modified = (fetched.etag, fetched.last_modified) if done else ("", "")

    def _entries(self, source: Source, visited: Visited, entries: tuple[Entry, ...], outcome: Outcome) -> bool:
        """Take in the entries that are new or revised; return whether none is left for the next pass."""
        done, taken = True, 0
        for entry in entries:
            known = visited.entries.get(entry.key)
            if known and known.revised == entry.revised and not 0 < known.tries < MOST_TRIES:
                continue
            if taken >= MOST_NEW or self.stopped():
                return False
            tries = known.tries if known and known.revised == entry.revised else 0
            if source.keeps(f"{entry.title}\n{entry.summary}"):
                taken += 1
                tries = 0 if self._read(source, entry, outcome) else tries + 1
            else:
                outcome.passed_over += 1
                tries = 0
            visited.entries[entry.key] = Known(entry.revised, tries)
            done = done and not 0 < tries < MOST_TRIES
        return done

    def _read(self, source: Source, entry: Entry, outcome: Outcome) -> bool:
        """Return whether an entry is done with; False: it is to be tried again."""
        try:
            self.intake.take(source, entry, self.getter.get(entry.url, MAX_PDF_BYTES), outcome)
        except (FetchError, UnreadableArticle) as error:
            outcome.refused.append((entry.url, str(error)))
            return False
        return True


def _wait(source: Source, visited: Visited, at_least: float = 0.0) -> None:
    pause = min(source.every_hours * HOUR * 2**visited.failures, LONGEST_PAUSE)
    visited.failures = min(visited.failures + 1, 10)
    visited.due = time.time() + max(pause, at_least)


def is_due(source: Source, seen: Seen, *, everything: bool, now: float) -> bool:
    """Return whether a source is to be looked at now."""
    visited = seen.sources.get(source.name)
    return source.enabled and (everything or visited is None or visited.due <= now)
