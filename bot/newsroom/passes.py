"""One pass of following, one at a time: sources that are due, then young articles."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import AlreadyFollowing
from bot.newsroom.following import Follower, failures, is_due
from bot.newsroom.intake import Outcome
from bot.newsroom.revisiting import Revisited, revisit
from bot.newsroom.seen import read_seen, seen_in, write_seen
from bot.newsroom.supply import Supply
from bot.store.lock import sole


@dataclass(frozen=True, slots=True)
class Followed:
    """What a pass did."""

    outcomes: tuple[Outcome, ...] = ()
    """Of the sources that were due, in the order of sources.toml; those that failed before come last."""
    refused: tuple[str, ...] = ()
    """Entries of sources.toml that cannot be used, one sentence each."""
    enabled: int = 0
    """How many sources are."""
    revisited: Revisited = field(default_factory=Revisited)
    retired: tuple[str, ...] = ()
    """Articles that were removed because of their age."""

    def idle(self, more: str) -> str:
        """Return why no source was asked, one sentence; empty when some were. more: what asks every one."""
        if not self.enabled:
            return "No source is enabled: /feeds lists what there is, /switch NAME on (feeds NAME on) has one followed."
        return "" if self.outcomes else f"No source is due; {more} looks at every one."

    def __str__(self) -> str:
        """Return what was done, in one line."""
        new = sum(len(outcome.entered) for outcome in self.outcomes)
        failed = sum(bool(outcome.failed) for outcome in self.outcomes)
        corrected = sum(len(outcome.changed) for outcome in self.outcomes) + len(self.revisited.changed)
        return (
            f"{len(self.outcomes)} sources asked, {failed} failed: {new} articles new, {corrected} corrected, "
            f"{len(self.revisited.withdrawn)} withdrawn, {len(self.retired)} too old."
        )

    @property
    def changes(self) -> bool:
        """Whether the shelf is another one than before, so that indexing has something to do."""
        again = self.revisited
        shelved = any(outcome.entered or outcome.changed for outcome in self.outcomes)
        return bool(shelved or again.changed or again.withdrawn or self.retired)


def make_pass(follower: Follower, supply: Supply, *, everything: bool) -> Followed:
    """Follow what is due and return what was done; what is done stays done when it is killed."""
    place, sources = seen_in(supply.data_dir), supply.all()
    taken = AlreadyFollowing("The sources are being followed already: wait until that has ended.")
    with sole(place.with_suffix(".lock"), taken):
        seen = read_seen(place)
        follower = replace(follower, intake=replace(follower.intake, seen=seen))
        follower.getter.hosts.leave_alone(seen.quiet)
        outcomes = []
        listed = sorted(sources.entries, key=lambda source: failures(source, seen))
        due = [source for source in listed if is_due(source, seen, everything=everything, now=time.time())]
        for number, source in enumerate(due, 1):
            if not follower.stopped():
                follower.hear(source.name, number, len(due))
                outcomes.append(follower.follow(source))
                _keep(place, follower)
        again = revisit(follower, everything=everything)
        if outcomes or again.looked_at:
            _keep(place, follower)
    return Followed(tuple(outcomes), sources.refused, sum(source.enabled for source in sources.entries), again)


def _keep(place: Path, follower: Follower) -> None:
    seen = follower.intake.seen
    seen.quiet = follower.getter.hosts.wanting_quiet()
    write_seen(place, seen)
