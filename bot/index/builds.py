"""The folder of builds: which one serves, which one served before, and one writer at a time.

index/CURRENT          the id of the build that serves, the id of the one before it, "rolled back" while that is newer
index/builds/<id>/     never written again once it has this name
index/builds/.tmp-*    unfinished, removed by the next writer
index/open/            private copies of readers (bot.index.lease)
index/write.lock       held by the writer, freed by the kernel when it dies
index/WRITER           who wrote last, since when
index/state.sqlite     vectors that need not be encoded again
"""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import IndexBusy, IndexDamaged, IndexingError, NoIndex
from bot.index.lease import clean
from bot.index.manifest import Manifest, check_files, read_manifest

ROLLED_BACK = "rolled back"
_NAME = re.compile(r"\w[\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Current:
    """Which build serves and which one served before it; empty when there is none."""

    build: str = ""
    previous: str = ""
    rolled_back: bool = False
    """Whether a person went back to build, so that previous is the newer one."""


@dataclass(frozen=True, slots=True)
class BuildStatus:
    """What is known about one build."""

    build_id: str
    manifest: Manifest | None
    """None when it cannot be read."""
    damage: str
    """What is wrong with it, one sentence; empty when it is whole."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the index folder holds."""

    current: BuildStatus
    previous: BuildStatus | None
    writing: bool
    """Whether a process is indexing at this moment."""
    rolled_back: bool
    """Whether previous is the newer build, taken back by a person."""


class Builds:
    """The builds under one data folder. Constructing it touches nothing."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "index"
        self.workspace = self.root / "open"
        self.state = self.root / "state.sqlite"
        self._builds = self.root / "builds"

    def folder(self, build_id: str) -> Path:
        """Return where a build stands."""
        return self._builds / build_id

    def current(self) -> Current:
        """Return which build serves. Raises NoIndex when nothing has been indexed."""
        try:
            lines = (self.root / "CURRENT").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError as error:
            raise NoIndex("Nothing has been indexed yet; run the index command.") from error
        except (OSError, UnicodeError) as error:
            raise IndexDamaged("The file CURRENT of the index cannot be read; run the index command.") from error
        build, previous, rolled_back = [*lines, "", "", ""][:3]
        if not _NAME.fullmatch(build) or (previous and not _NAME.fullmatch(previous)):
            raise IndexDamaged("The file CURRENT of the index names no build; run the index command.")
        return Current(build, previous, rolled_back == ROLLED_BACK)

    def serving(self) -> Current:
        """Return which build serves, an empty one when there is none or CURRENT is damaged."""
        try:
            return self.current()
        except (NoIndex, IndexDamaged):
            return Current()

    @contextmanager
    def writing(self, who: str = "") -> Iterator[None]:
        """Be the only writer, the leftovers of dead ones removed. Raises IndexBusy at once when there is another.

        who: what others are told to wait for.
        """
        try:
            self._builds.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / "write.lock")
            lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexBusy(f"{self._writer()}; wait until it has finished.") from error
        except OSError as error:
            raise IndexingError(f"The index folder {self.root} cannot be written: {error.strerror}.") from error
        try:
            self._sign(who)
            self._tidy()
            yield
        finally:
            lock.release()

    def _sign(self, who: str) -> None:
        """Note who writes, and since when; a full disk costs others that knowledge only."""
        with suppress(OSError):
            (self.root / "WRITER").write_text(f"{who}\n{datetime.now(UTC):%H:%M}\n", encoding="utf-8")

    def _writer(self) -> str:
        try:
            who, since, _ = (self.root / "WRITER").read_text(encoding="utf-8").split("\n")
        except (OSError, ValueError):
            return "Another process is indexing"
        return f"{who or 'Another process'} has been indexing since {since} UTC"

    def new(self) -> Path:
        """Return a new unfinished build's folder."""
        folder = self._builds / f".tmp-{uuid.uuid4().hex}"
        folder.mkdir()
        return folder

    def finish(self, unfinished: Path, build_id: str) -> None:
        """Give a whole build its name; it does not serve yet."""
        unfinished.rename(self.folder(build_id))
        _sync_folder(self._builds)

    def switch(self, current: Current) -> None:
        """Let current serve, by one atomic step that survives a power cut."""
        beside = self.root / ".tmp-CURRENT"
        with beside.open("w", encoding="utf-8") as file:
            file.write(f"{current.build}\n{current.previous}\n{ROLLED_BACK if current.rolled_back else ''}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.root / "CURRENT")
        _sync_folder(self.root)

    def prune(self) -> None:
        """Remove every build but the serving one and the one before it."""
        current = self.current()
        for folder in self._builds.iterdir():
            if folder.name not in (current.build, current.previous):
                shutil.rmtree(folder, ignore_errors=True)

    def rollback(self) -> Current:
        """Let the build before the serving one serve; doing it twice returns to where one began.

        Raises NoIndex when there is none, IndexDamaged when it is not whole, IndexBusy.
        """
        with self.writing():
            current = self.current()
            if not current.previous:
                raise NoIndex("There is no earlier index to return to.")
            folder = self.folder(current.previous)
            check_files(folder, read_manifest(folder))
            back = Current(current.previous, current.build, not current.rolled_back)
            self.switch(back)
            return back

    def status(self) -> IndexStatus:
        """Return what the index holds, every file of it checked. Raises NoIndex."""
        current = self.current()
        previous = self._check(current.previous) if current.previous else None
        return IndexStatus(self._check(current.build), previous, self._busy(), current.rolled_back)

    def _check(self, build_id: str) -> BuildStatus:
        manifest = None
        try:
            manifest = read_manifest(self.folder(build_id))
            check_files(self.folder(build_id), manifest)
        except IndexDamaged as error:
            return BuildStatus(build_id, manifest, str(error))
        return BuildStatus(build_id, manifest, "")

    def _busy(self) -> bool:
        try:
            with FileLock(self.root / "write.lock", timeout=0):
                return False
        except Timeout:
            return True
        except OSError:
            return False  # nobody writes to a disk that cannot be written

    def _tidy(self) -> None:
        for folder in self._builds.glob(".tmp-*"):
            shutil.rmtree(folder, ignore_errors=True)
        clean(self.workspace)
        if self.serving().build:
            self.prune()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
