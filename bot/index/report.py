"""What goes into an index run and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.index.encoder import TokenEncoder
from bot.index.manifest import Manifest
from bot.index.model import Identity

Progress = Callable[[str, int, int], None]
"""Hears (stage, done, total), total 0 when unknown; the stages are prepare (a new model only), read,
encode, verify, judge, in this order."""

STAGES = MappingProxyType({
    "prepare": "Preparing the model",
    "read": "Reading articles",
    "encode": "Embedding texts",
    "verify": "Checking",
    "judge": "Asking known questions",
})  # fmt: skip
"""What people are told of each stage."""

Judge = Callable[[Path, Path], tuple[str, ...]]
"""(folder of a whole new build, folder of the build that serves) -> why the new one answers worse, a reason for each
question; empty: it does not."""


def quiet(stage: str, done: int, total: int) -> None:
    """Hear progress and say nothing."""


class Ready(Protocol):
    """An embedding model that is ready to be opened: bot.index.model.Model."""

    identity: Identity

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text costs."""

    def count_tokens(self, texts: Sequence[str], starts: Sequence[Sequence[int]]) -> list[NDArray[np.int64]]:
        """Return how many tokens the context and each sentence of a passage have once it is cut."""

    def open(self, threads: int = 1) -> TokenEncoder:
        """Return an encoder."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to index."""

    rebuild: bool = False
    """Encode and write everything again, also when nothing has changed."""
    force: bool = False
    """Switch even when many articles are lost or known questions are answered worse."""
    keep_rollback: bool = False
    """Let a rollback stand until the articles or the program change."""
    threads: int = 1
    """Threads inside the encoder."""
    also: tuple[Path, ...] = ()
    """Further folders of articles, such as the shelf; one that is not there holds none."""
    judge: Judge | None = None
    """What a new build must pass before it serves; None: nothing but its own checks."""
    who: str = ""
    """Who is told to index, for whoever finds the index busy."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an index run did. Articles are counted against the build that served before."""

    build_id: str
    articles: int
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: tuple[tuple[str, str], ...]
    """(path, reason) of files that are not in the index."""
    encoded: int
    """Passages that had to be encoded."""
    new_build: bool
    """False when there was nothing to do."""
    seconds: float
    rolled_back: bool = False
    """True when there was nothing to do because a rollback stands."""
    worse: tuple[str, ...] = ()
    """Known questions that the new build answers worse, with why; it serves because of force."""

    def __str__(self) -> str:
        """Return what was done in one line."""
        if self.rolled_back:
            return "An earlier index serves since the rollback; python -m bot index brings it up to date."
        return (
            f"{self.articles:,} articles: {self.added:,} added, {self.changed:,} changed, {self.removed:,} removed, "
            f"{self.unchanged:,} unchanged, {len(self.refused):,} refused, in {self.seconds:.1f} seconds."
        )


def unchanged(serving: Manifest, seconds: float, *, rolled_back: bool) -> Report:
    """Return the report of a run that had nothing to do."""
    count = serving.counts.articles
    return Report(
        build_id=serving.build_id,
        articles=count,
        added=0,
        changed=0,
        removed=0,
        unchanged=count,
        refused=serving.refused,
        encoded=0,
        new_build=False,
        seconds=seconds,
        rolled_back=rolled_back,
    )


def compared(
    manifest: Manifest, before: Mapping[str, str], after: Mapping[str, str], encoded: int, seconds: float
) -> Report:
    """Return the report of a new build; before and after are article id -> hash."""
    same = sum(before.get(name) == content for name, content in after.items())
    added = len(after.keys() - before.keys())
    return Report(
        build_id=manifest.build_id,
        articles=len(after),
        added=added,
        changed=len(after) - added - same,
        removed=len(before.keys() - after.keys()),
        unchanged=same,
        refused=manifest.refused,
        encoded=encoded,
        new_build=True,
        seconds=seconds,
    )
