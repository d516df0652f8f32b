"""What a finished build says about itself, and the check that it still is what it says."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import IndexDamaged
from bot.index.model import Identity

SCHEMA = 3
"""Of the build folder. The next index run replaces a build of another schema."""
OLDER = (2,)
"""Schemas whose texts and words can still be read, until there is a new build."""

NAME = "MANIFEST.json"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a build holds."""

    articles: int
    sentences: int
    passages: int
    words: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A build's own description, written last: a folder without one is no build."""

    build_id: str
    created: str
    """UTC, ISO 8601, to the second."""
    identity: Identity
    chroma: str
    """Version of chromadb that wrote it."""
    corpus: str
    """Hash over the corpus folder's files and the code that reads them: equal means nothing to do."""
    counts: Counts
    refused: tuple[tuple[str, str], ...]
    """(path, reason) of files that were not taken."""
    files: Mapping[str, str]
    """Path below the build -> SHA-256."""
    schema: int = SCHEMA


def write_manifest(manifest: Manifest, build: Path) -> None:
    """Write the manifest into the build's folder."""
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
    own = hashlib.sha256(text.encode()).hexdigest()
    (build / NAME).write_text(f"{text}\n{own}\n", encoding="utf-8")


def read_manifest(build: Path, *, older: bool = False) -> Manifest:
    """Return the manifest of a build. Raises IndexDamaged when it is missing, changed or of another schema.

    older: take one of OLDER as well.
    """
    damaged = IndexDamaged(f"The index build {build.name} is not whole; run the index command to make a new one.")
    try:
        text, own, rest = (build / NAME).read_text(encoding="utf-8").rsplit("\n", 2)
        if rest or hashlib.sha256(text.encode()).hexdigest() != own:
            raise damaged
        fields = json.loads(text)
        if fields["schema"] not in (SCHEMA, *(OLDER if older else ())):
            raise IndexDamaged(
                f"The index build {build.name} was written by another version; run the index command to make a new one."
            )
        fields["identity"] = Identity(**fields["identity"])
        fields["counts"] = Counts(**fields["counts"])
        fields["refused"] = tuple((path, reason) for path, reason in fields["refused"])
        return Manifest(**fields)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise damaged from error


def hash_files(build: Path) -> dict[str, str]:
    """Return path -> SHA-256 of every file below build but the manifest, sorted."""
    files = sorted(path for path in build.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(build).as_posix(): _sha256(path) for path in files}


def check_files(build: Path, manifest: Manifest) -> None:
    """Raise IndexDamaged unless every file of the build is there and unchanged."""
    for name, expected in manifest.files.items():
        try:
            same = _sha256(build / name) == expected
        except OSError:
            same = False
        if not same:
            raise IndexDamaged(
                f"The file {name} of the index build {manifest.build_id} is damaged; "
                "run the index command to make a new one."
            )


def sync(folder: Path) -> None:
    """Make every file and folder below folder survive a power cut."""
    for path in [*sorted(folder.rglob("*")), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
