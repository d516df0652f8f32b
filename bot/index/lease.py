"""A reader's own copy of a build, so that no writer can pull it away and no reader can spoil it."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import IndexDamaged

WRITTEN = "chroma"
"""Chroma writes into the files of this folder even to read: they are copied, a link would let it change the build."""


class Lease:
    """A private folder with the files of a build, given back by close() or, after a crash, by clean().

    The files stay readable when the build is removed. On a disk that takes no copy, folder is the build itself and
    private is False: then nothing may be opened that writes. Raises IndexDamaged when the build is gone.
    """

    def __init__(self, build: Path, workspace: Path) -> None:
        self._lock: FileLock | None = None
        self.folder = Path()
        self.private = True
        try:
            self._take(build, workspace)
        except (OSError, shutil.Error):
            self.close()
            self._take_elsewhere(build)

    def _take(self, build: Path, workspace: Path) -> None:
        self._enter(workspace)
        _copy(build, self.folder)

    def _take_elsewhere(self, build: Path) -> None:
        """Copy to where temporary files go: a disk that is full or read-only can still be read from."""
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="wearables-bot-"))
            _copy(build, self.folder)
        except (OSError, shutil.Error) as error:
            self.close()
            if not build.is_dir():
                raise IndexDamaged(f"The index build {build.name} is gone; run the index command.") from error
            self.folder, self.private = build, False

    def _enter(self, workspace: Path) -> None:
        workspace.mkdir(parents=True, exist_ok=True)
        name = uuid.uuid4().hex
        with FileLock(workspace / ".lock", timeout=30):
            _sweep(workspace)
            self._lock = FileLock(workspace / f"{name}.lock", thread_local=False)
            self._lock.acquire(timeout=0)
            (workspace / name).mkdir()
        self.folder = workspace / name

    def close(self) -> None:
        """Remove the private folder."""
        if self.folder.name and self.private:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = Path()
        if self._lock is not None:
            Path(self._lock.lock_file).unlink(missing_ok=True)
            self._lock.release()
            self._lock = None


def clean(workspace: Path) -> None:
    """Remove the private folders of readers that have died."""
    if not workspace.is_dir():
        return
    with FileLock(workspace / ".lock", timeout=30):
        _sweep(workspace)


def _sweep(workspace: Path) -> None:
    for path in workspace.glob("*.lock"):
        if path.name == ".lock":
            continue
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        shutil.rmtree(path.with_suffix(""), ignore_errors=True)
        path.unlink(missing_ok=True)
        lock.release()


def _copy(build: Path, folder: Path) -> None:
    def take(source: str, target: str) -> None:
        if Path(source).relative_to(build).parts[0] != WRITTEN:
            # Another file system, or one without hard links, takes a copy.
            with suppress(OSError):
                os.link(source, target)
                return
        shutil.copyfile(source, target)

    shutil.copytree(build, folder, copy_function=take, dirs_exist_ok=True)
