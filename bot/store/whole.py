"""A file that is written wholly or not at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from bot.errors import StoreError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a kill, a full disk or a power cut leaves the old one or the new one. Raises StoreError."""
    beside = path.with_name(f".tmp-{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}): see that its folder can be, and that there is space."
        ) from error
