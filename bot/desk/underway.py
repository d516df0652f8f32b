"""Which answers are being sent at this moment, on disk, so that no kill makes an answer arrive twice."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)
_MOST = 1000
"""Lines after which the file is begun anew."""


class Underway:
    """Remembers questions between the first byte of their answer and the note that they are done.

    What a killed process leaves was sent as a message whose id stands beside it, or may have arrived or not. A line is
    written for each step, for the last line of a question counts: "id, tab, message", or "id" alone when nothing is to
    be remembered of it any more. A disk that cannot be written costs this memory only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now: dict[str, str] = {}
        self._left: dict[str, str] = {}
        self._lines = 0
        try:
            lines = path.read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            lines = []
        for line in filter(None, lines):
            question_id, told, sent = line.partition("\t")
            self._left[question_id] = sent
            if not told:
                del self._left[question_id]

    def keep(self, owed: set[str]) -> None:
        """Forget what an earlier process left of questions that are not owed any more."""
        self._left = {each: sent for each, sent in self._left.items() if each in owed}
        self._begin_anew()

    def left(self, question_id: str) -> str | None:
        """Return the message in which an earlier process answered a question; "" when nobody knows whether it did."""
        return self._left.get(question_id)

    def begin(self, question_id: str) -> None:
        """Note that an answer is about to be sent, from now on nobody knows whether it arrived."""
        self._now[question_id] = ""
        self._write(f"{question_id}\t")

    def refused(self, question_id: str) -> None:
        """Note that an answer surely did not arrive."""
        if self._now.pop(question_id, None) is not None:
            self._write(question_id)

    def sent(self, question_id: str, sent: str) -> None:
        """Note that an answer arrived as a message, until the desk has struck the question off."""
        if question_id in self._now:
            self._now[question_id] = sent
            self._write(f"{question_id}\t{sent}")

    def end(self, question_id: str) -> None:
        """Note that a question is struck off."""
        if [known.pop(question_id, None) for known in (self._now, self._left)] != [None, None]:
            self._write(question_id)

    def _write(self, line: str) -> None:
        self._lines += 1
        if self._lines > _MOST:
            self._begin_anew()
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            log.warning("What is being sent could not be noted: %s.", error.strerror)

    def _begin_anew(self) -> None:
        """Write what is to be remembered into a file that takes the place of the old one."""
        beside = self._path.with_suffix(".new")
        lines = [f"{each}\t{sent}\n" for each, sent in (self._left | self._now).items()]
        self._lines = len(lines)
        try:
            beside.write_text("".join(lines), "utf-8")
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
