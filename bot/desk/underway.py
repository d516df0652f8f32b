"""Which answers are being sent at this moment, on disk, so that no kill makes an answer arrive twice."""

from __future__ import annotations

import logging
import secrets
import weakref
from dataclasses import dataclass
from hashlib import blake2b
from io import RawIOBase
from pathlib import Path

log = logging.getLogger(__name__)
_SALT = 16
_MOST = 1000
"""Lines after which the file is begun anew."""


class Underway:
    """Remembers questions between the first byte of their answer and the note that they are done.

    What a killed process leaves was sent as a message whose id stands beside it, or may have arrived or not. The file
    begins with a salt; then a line is written for each step, and the last one of a question counts: its key, a tab and
    the message, or the key alone when nothing is to be remembered any more. A key is a hash with that salt, since the
    id of a question may tell whose it is. A disk that cannot be written costs this memory only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now: dict[str, str] = {}
        self._left: dict[str, str] = {}
        self._lines = _MOST
        self._file: RawIOBase | None = None
        try:
            salt, *lines = path.read_text("utf-8").splitlines() or [""]
            self._salt = bytes.fromhex(salt)
        except (OSError, ValueError):  # what is not UTF-8 is a ValueError, too
            self._salt, lines = b"", []
        if len(self._salt) != _SALT:
            self._salt, lines = secrets.token_bytes(_SALT), []
        for line in lines:
            key, told, sent = line.partition("\t")
            self._left[key] = sent
            if not told:
                del self._left[key]

    def keep(self, owed: set[str]) -> None:
        """Forget what an earlier process left of questions that are not owed any more."""
        keys = set(map(self._key, owed))
        self._left = {key: sent for key, sent in self._left.items() if key in keys}
        self._begin_anew()

    def left(self, question_id: str) -> str | None:
        """Return the message in which an earlier process answered a question; "" when nobody knows whether it did."""
        return self._left.get(self._key(question_id))

    def begin(self, question_id: str) -> None:
        """Note that an answer is about to be sent, from now on nobody knows whether it arrived."""
        self._note(self._key(question_id), "")

    def refused(self, question_id: str) -> None:
        """Note that an answer surely did not arrive."""
        key = self._key(question_id)
        if self._now.pop(key, None) is not None:
            self._write(key)

    def sent(self, question_id: str, sent: str) -> None:
        """Note that an answer arrived as a message, until the desk has struck the question off."""
        key = self._key(question_id)
        if key in self._now:
            self._note(key, sent)

    def end(self, question_id: str) -> None:
        """Note that a question is struck off."""
        key = self._key(question_id)
        if [known.pop(key, None) for known in (self._now, self._left)] != [None, None]:
            self._write(key)

    def _key(self, question_id: str) -> str:
        return blake2b(question_id.encode(), key=self._salt, digest_size=16).hexdigest()

    def _note(self, key: str, sent: str) -> None:
        self._now[key] = sent
        self._write(f"{key}\t{sent}")

    def _write(self, line: str) -> None:
        self._lines += 1
        if self._lines > _MOST:
            self._begin_anew()
            return
        try:
            if self._file:
                self._file.write(f"{line}\n".encode())
        except OSError as error:
            log.warning("What is being sent could not be noted: %s.", error.strerror)

    def _begin_anew(self) -> None:
        """Write what is to be remembered into a file that takes the place of the old one."""
        beside, known = self._path.with_suffix(".new"), self._left | self._now
        lines = [self._salt.hex(), *(f"{key}\t{sent}" for key, sent in known.items())]
        try:
            beside.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            beside.replace(self._path)
            self._lines = len(lines)
            self._opened()
        except OSError as error:
            log.warning("What is being sent could not be noted: %s.", error.strerror)

    def _opened(self) -> None:
        """Keep the file open: opening it for each line costs ten times what writing it does."""
        if self._file:
            self._file.close()
        self._file = self._path.open("ab", buffering=0)
        weakref.finalize(self, self._file.close)


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
