"""Whether the folders of articles have changed since they were indexed, without reading them as articles."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import bot

LARGE = 64_000_000
"""Bytes above which a file counts as unchanged when size and time are; no article is that large."""

READS = ("readers", "text", "index")


def fingerprint(*folders: Path) -> str:
    """Return a hash over the names and contents of all files below folders and over the code that reads them."""
    whole = hashlib.sha256()
    parts = [(f"{number}/{name}", content) for number, folder in enumerate(folders) for name, content in _walk(folder)]
    for name, content in [*parts, *_code()]:
        whole.update(f"{name!r} {content}\n".encode(errors="surrogateescape"))
    return whole.hexdigest()


def _code() -> list[tuple[str, str]]:
    home = Path(bot.__file__).parent
    files = [path for part in READS for path in sorted((home / part).rglob("*.py"))]
    return [(path.relative_to(home).as_posix(), _content(path)) for path in files]


def _walk(folder: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for place, folders, files in os.walk(folder):
        for name in [*files, *folders]:
            path = Path(place, name)
            if name in files or path.is_symlink():
                found.append((path.relative_to(folder).as_posix(), _content(path)))
    return sorted(found)


def _content(path: Path) -> str:
    try:
        if path.is_symlink():
            return f"link {path.readlink()}"
        about = path.stat()
        if not path.is_file() or about.st_size > LARGE:
            return f"{about.st_mode} {about.st_size} {about.st_mtime_ns}"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable {error.errno}"
