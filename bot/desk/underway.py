"""Which answers are being sent at this moment, on disk, so that no kill makes an answer arrive twice."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


class Underway:
    """Remembers questions between the first byte of their answer and the note that they are done.

    What a killed process leaves was sent as a message whose id stands beside it, or may have arrived or not. A disk
    that cannot be written costs this memory only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now: dict[str, str] = {}
        self._left: dict[str, str] = {}
        try:
            lines = path.read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            lines = []
        for question_id, _, sent in (line.partition("\t") for line in lines if line):
            self._left[question_id] = sent

    def keep(self, owed: set[str]) -> None:
        """Forget what an earlier process left of questions that are not owed any more."""
        self._left = {each: sent for each, sent in self._left.items() if each in owed}
        self._write()

    def left(self, question_id: str) -> str | None:
        """Return the message in which an earlier process answered a question; "" when nobody knows whether it did."""
        return self._left.get(question_id)

    def begin(self, question_id: str) -> None:
        """Note that an answer is about to be sent, from now on nobody knows whether it arrived."""
        self._now[question_id] = ""
        self._write()

    def refused(self, question_id: str) -> None:
        """Note that an answer surely did not arrive."""
        if self._now.pop(question_id, None) is not None:
            self._write()

    def sent(self, question_id: str, sent: str) -> None:
        """Note that an answer arrived as a message, until the desk has struck the question off."""
        if question_id in self._now:
            self._now[question_id] = sent
            self._write()

    def end(self, question_id: str) -> None:
        """Note that a question is struck off."""
        if [known.pop(question_id, None) for known in (self._now, self._left)] != [None, None]:
            self._write()

    def _write(self) -> None:
        beside = self._path.with_suffix(".new")
        try:
            beside.write_text("\n".join(f"{each}\t{sent}" for each, sent in (self._left | self._now).items()), "utf-8")
            beside.replace(self._path)
        except OSError as error:
            log.warning("What is being sent could not be noted: %s.", error.strerror)


@dataclass(frozen=True, slots=True)
class Mark:
    """The note of one question, for who sends its answer."""

    underway: Underway
    question_id: str

    def begin(self) -> None:
        """Note that a request is made now."""
        self.underway.begin(self.question_id)

    def refused(self) -> None:
        """Note that the request was surely not carried out."""
        self.underway.refused(self.question_id)
