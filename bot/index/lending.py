"""The build that serves, followed while it changes."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bot.errors import IndexDamaged, IndexingError, NoIndex
from bot.index.builds import Builds, Current
from bot.index.encoder import TokenEncoder
from bot.index.model import Identity
from bot.index.snapshot import Now, Snapshot

log = logging.getLogger(__name__)

LOOK_EVERY = 3.0
"""Seconds between two looks at CURRENT."""
FILES, MEMORY = 40, 32_000_000
"""Open files and bytes that opening one more build may take, with some to spare."""
AGAIN_AFTER = 20
"""Looks after which a build that could not be opened is tried again: what was short then may be there now."""


class Library:
    """Lends snapshots of the build that serves; one question sees one build from first to last.

    Opens nothing before the first question or warm(). A build that is missing or damaged is passed over for the one
    before it, and status() says so. One that was made with another model is as well, unless open_encoder gives what
    its passages are encoded with anew.
    """

    def __init__(
        self,
        data_dir: Path,
        identity: Identity,
        look_every: float = LOOK_EVERY,
        open_encoder: Callable[[], TokenEncoder] | None = None,
    ) -> None:
        self._builds = Builds(data_dir)
        self._now = Now(identity, open_encoder)
        self._look_every = look_every
        self._lock = threading.Lock()
        """Held for moments: who reads what."""
        self._following = threading.Lock()
        """Held while a build is opened: one thread does that."""
        self._looked = time.monotonic()
        self._seen = Current()
        self._loan: _Loan | None = None
        self._closed = False
        self._unreadable = ""
        self._trouble = ""
        self._patience = AGAIN_AFTER

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Lend the newest build for one question. Raises NoIndex, IndexDamaged."""
        self._look()
        with self._lock:
            loan = self._loan
            if loan is None:
                raise NoIndex("The index is closed; start the bot again.")
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
            return self._unreadable or self._trouble or degraded

    def close(self) -> None:
        """Close the build when its last question is done; the library is not to be used afterwards."""
        self._closed = True
        self._lend(None)

    def _look(self) -> None:
        """Follow CURRENT when it is time; questions go on with the build that they have while a new one is opened."""
        if self._loan is None and not self._closed:
            with self._following:
                if self._loan is None:
                    self._lend(self._open(self._builds.current()))
        elif time.monotonic() - self._looked >= self._look_every and self._following.acquire(blocking=False):
            try:
                threading.Thread(target=self._follow, name="index-follower", daemon=True).start()
            except RuntimeError:  # no memory for a thread: the question that is asked goes first
                self._followed()

    def _follow(self) -> None:
        try:
            current = self._current()
            if current.build != self._seen.build or self._tries_again():
                self._lend(self._open(current))
        except IndexingError as error:
            log.warning("%s", error)
            self._trouble = str(error)
        except Exception as error:  # too little memory, too few files: whatever it is, the build that is lent answers
            log.exception("Another index cannot be opened now.")
            self._trouble = f"The new index cannot be opened now ({type(error).__name__}); the one before it answers."
        finally:
            self._followed()

    def _followed(self) -> None:
        self._looked = time.monotonic()
        self._following.release()

    def _tries_again(self) -> bool:
        """Return whether it is time to try a build again that could not be opened."""
        self._patience = self._patience - 1 if self._trouble else AGAIN_AFTER
        if self._patience > 0:
            return False
        self._patience = AGAIN_AFTER
        return True

    def _current(self) -> Current:
        """Return what CURRENT says, what it said before when it cannot be read."""
        try:
            current = self._builds.current()
        except IndexingError as error:
            self._unreadable = str(error)
            return self._seen
        self._unreadable = ""
        return current

    def _open(self, current: Current) -> Snapshot:
        """Return the build that serves, or the one before when it cannot be opened."""
        self._seen = current
        try:
            snapshot = self._open_build(current.build)
        except IndexDamaged as error:
            now = self._builds.current()
            if now.build != current.build:
                return self._open(now)
            if not current.previous or (self._loan and self._loan.snapshot.build_id == current.previous):
                raise
            log.warning("%s", error)
            snapshot = self._open_build(current.previous)
            self._trouble = f"{error} Until then the index before it answers."
        else:
            self._trouble = ""
        return snapshot

    def _open_build(self, build_id: str) -> Snapshot:
        _need_room()
        snapshot = Snapshot(self._builds.folder(build_id), self._builds.workspace, self._now)
        try:
            snapshot.warm()
        except BaseException:
            snapshot.close()
            raise
        return snapshot

    def _lend(self, snapshot: Snapshot | None) -> None:
        """Let questions from now on read snapshot, and close the one before when nobody reads it."""
        with self._lock:
            old = self._loan
            self._loan = _Loan(snapshot) if snapshot and not self._closed else None
            if old is not None:
                old.replaced = True
            idle = old is not None and old.readers == 0
        if old is not None and idle:
            old.snapshot.close()
        if snapshot is not None and self._closed:
            snapshot.close()

    def _give_back(self, loan: _Loan) -> None:
        with self._lock:
            loan.readers -= 1
            last = loan.replaced and loan.readers == 0
        if last:
            loan.snapshot.close()


def _need_room() -> None:
    """Raise IndexingError, MemoryError unless there is room to open a build: Chroma's engine aborts without it."""
    np.empty(MEMORY, dtype=np.uint8)  # memory that nobody touches costs nothing
    handles: list[int] = []
    try:
        for _ in range(FILES):
            handles.append(os.open(os.devnull, os.O_RDONLY))  # noqa: PERF401  # those before the one that fails, too
    except OSError as error:
        raise IndexingError("Too few files may be open to read an index; raise the limit (ulimit -n).") from error
    finally:
        for handle in handles:
            os.close(handle)


class _Loan:
    """A snapshot and how many questions are reading it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.readers = 0
        self.replaced = False
