"""The build that serves, followed while it changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import IndexDamaged, IndexingError, NoIndex
from bot.index.builds import Builds, Current
from bot.index.model import Identity
from bot.index.snapshot import Snapshot

log = logging.getLogger(__name__)

LOOK_EVERY = 3.0
"""Seconds between two looks at CURRENT."""


class Library:
    """Lends snapshots of the build that serves; one question sees one build from first to last.

    Opens nothing before the first question or warm(). A build that is missing, damaged or made with another
    model is passed over for the one before it, and status() says so.
    """

    def __init__(self, data_dir: Path, identity: Identity, look_every: float = LOOK_EVERY) -> None:
        self._builds = Builds(data_dir)
        self._identity = identity
        self._look_every = look_every
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._looked = -look_every
        self._seen = Current()
        self._loan: _Loan | None = None
        self._trouble = ""

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Lend the newest build for one question. Raises NoIndex, IndexDamaged."""
        self._look()
        with self._lock:
            loan = self._loan
            if loan is None:
                raise NoIndex("Nothing has been indexed yet; run the index command.")
            loan.readers += 1
        try:
            yield loan.snapshot
        finally:
            self._give_back(loan)

    def warm(self) -> None:
        """Open the build that serves and what it opens late. Raises NoIndex, IndexDamaged."""
        with self.snapshot():
            pass

    def status(self) -> str:
        """Return what is wrong with the index that answers now, one sentence; empty when all is well."""
        with self._lock:
            degraded = self._loan.snapshot.degraded if self._loan else ""
            return self._trouble or degraded

    def close(self) -> None:
        """Close the build when its last question is done; the library is not to be used afterwards."""
        self._lend(None, Current())

    def _look(self) -> None:
        """Open what CURRENT names, when it is time; one thread does it while the others go on with what they have."""
        if time.monotonic() - self._looked < self._look_every and self._loan is not None:
            return
        # Without a build everybody waits for the first one.
        if not self._looking.acquire(blocking=self._loan is None):
            return
        try:
            if time.monotonic() - self._looked >= self._look_every or self._loan is None:
                self._follow()
                self._looked = time.monotonic()
        finally:
            self._looking.release()

    def _follow(self) -> None:
        try:
            current = self._builds.current()
        except IndexingError as error:
            if self._loan is None:
                raise
            self._trouble = str(error)
            return
        if current.build == self._seen.build and self._loan is not None:
            return
        try:
            self._lend(self._open(current), current)
        except IndexingError as error:
            if self._loan is None:
                raise
            log.warning("%s", error)
            self._seen = current
            self._trouble = str(error)

    def _open(self, current: Current) -> Snapshot:
        """Return the build that serves, or the one before when it cannot be opened."""
        trouble = ""
        try:
            snapshot = self._open_build(current.build)
        except IndexDamaged as error:
            if not current.previous or (self._loan and self._loan.snapshot.build_id == current.previous):
                raise
            if self._builds.serving() != current:
                return self._open(self._builds.current())
            log.warning("%s", error)
            snapshot = self._open_build(current.previous)
            trouble = f"{error} Until then the index before it answers."
        self._trouble = trouble
        return snapshot

    def _open_build(self, build_id: str) -> Snapshot:
        snapshot = Snapshot(self._builds.folder(build_id), self._builds.workspace)
        try:
            self._check(snapshot)
            snapshot.warm()
        except BaseException:
            snapshot.close()
            raise
        return snapshot

    def _check(self, snapshot: Snapshot) -> None:
        if snapshot.manifest.identity != self._identity:
            raise IndexDamaged("The index was made with another embedding model; run the index command.")

    def _lend(self, snapshot: Snapshot | None, current: Current) -> None:
        with self._lock:
            old, self._loan = self._loan, _Loan(snapshot) if snapshot else None
            self._seen = current
            idle = old is not None and old.readers == 0
            if old is not None:
                old.replaced = True
        if old is not None and idle:
            old.snapshot.close()

    def _give_back(self, loan: _Loan) -> None:
        with self._lock:
            loan.readers -= 1
            last = loan.replaced and loan.readers == 0
        if last:
            loan.snapshot.close()


class _Loan:
    """A snapshot and how many questions are reading it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.readers = 0
        self.replaced = False
