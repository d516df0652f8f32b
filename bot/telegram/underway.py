"""Which answers are being sent at this moment, on disk, so that no kill makes an answer arrive twice."""

from __future__ import annotations

import logging
from pathlib import Path

log = logging.getLogger(__name__)


class Underway:
    """Remembers the ids of questions between the first byte of their answer and the note that it was sent.

    What a killed process leaves may have arrived or not. A disk that cannot be written costs this memory only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids: set[str] = set()
        try:
            self.left = frozenset(path.read_text("utf-8").split("\n")) - {""}
        except OSError:
            self.left = frozenset()

    def keep(self, owed: set[str]) -> None:
        """Forget what an earlier process left of questions that are not owed any more."""
        self.left &= owed
        self._write()

    def begin(self, question_id: str) -> None:
        """Note that an answer is about to be sent."""
        self._ids.add(question_id)
        self._write()

    def end(self, question_id: str) -> None:
        """Note that it was sent and struck off, or never will be."""
        self._ids.discard(question_id)
        self.left -= {question_id}
        self._write()

    def _write(self) -> None:
        beside = self._path.with_suffix(".new")
        try:
            beside.write_text("\n".join(self._ids | self.left), "utf-8")
            beside.replace(self._path)
        except OSError as error:
            log.warning("What is being sent could not be noted: %s.", error.strerror)
