"""Files of an index that rot: found out, never a crash of who answers, never a wrong answer."""

from __future__ import annotations

import logging
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.safety.parts import PROCESSES, Home, Row, Tell, row
from bot.conversation import Conversation
from bot.errors import BotError
from bot.index.lending import Library
from bot.index.manifest import NAME, hash_files
from bot.index.report import Ready

QUESTIONS = ("what does band 3 cost?", "how long does the battery of band 2 last?", "who announced band 5?")
CURRENT = "CURRENT"
PATIENCE = 120
"""Seconds after which a process that says nothing counts as crashed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one start with a damaged index."""

    said: str = ""
    """What is wrong, as the operator reads it."""
    answers: tuple[str, ...] = ()
    crash: str = ""


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _bit(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _noise(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    length = min(len(content) - start, chance.choice((1, 16, 512, 4096)))
    # Each byte becomes another one.
    put = bytes(content[at] ^ chance.randrange(1, 256) for at in range(start, start + length))
    return content[:start] + put + content[start + length :]


def _zeros(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + bytes(len(content) - start)


WAYS: dict[str, Callable[[bytes, random.Random], bytes | None]] = {
    "deleted": lambda _, __: None,
    "cut": _cut,
    "one bit": _bit,
    "noise": _noise,
    "zeros to the end": _zeros,
}


def spoil(path: Path, way: str, chance: random.Random) -> str:
    """Damage a file and return how; one that has no byte, or none to be made zero, gets longer."""
    content = path.read_bytes()
    new = WAYS[way](content, chance) if content else content
    if new is None:
        path.unlink()
        return way
    if new == content:
        way, new = "longer", content + b"\0"
    path.write_bytes(new)
    return way


class Answering:
    """A process that starts with one damaged index after the other; another one takes its place when it dies."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._start()

    def _start(self) -> None:
        self._link, theirs = PROCESSES.Pipe()
        self._child = PROCESSES.Process(target=answer_all, args=(theirs, self._home.find))
        self._child.start()
        theirs.close()

    def told(self, data: Path) -> Told:
        """Return what came of answering from data."""
        found: object = None
        with suppress(EOFError, OSError):
            self._link.send(str(data))
            found = self._link.recv() if self._link.poll(PATIENCE) else None
        if isinstance(found, Told):
            return found
        self.close()
        code = self._child.exitcode
        self._start()
        return Told(crash=f"the process ended with {code}")

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.join()
        self._link.close()


def answer_all(link: Connection, find: Callable[[], Ready]) -> None:
    """Answer from each data folder that comes over link."""
    logging.disable()  # a line for each damaged file
    model = find()
    encoder = model.open()
    while True:
        library = Library(Path(link.recv()), model.identity)
        try:
            talk = Conversation(library, encoder)
            answers = tuple(talk.ask(question)[0].text for question in QUESTIONS)
            link.send(Told(library.status(), answers))
        except BotError as error:
            link.send(Told(str(error)))
        except BaseException as error:  # noqa: BLE001  # a panic in Rust is one; the count is what is measured
            link.send(Told(crash=repr(error)))
        finally:
            library.close()


def damage(home: Home, count: int, tell: Tell) -> Iterator[Row]:
    """Yield what came of as many starts as count, each with a file damaged, every fifth with one of each build."""
    for edition in (1, 2):
        home.index(edition)
    trying, chance = _Trying(home), random.Random(7)
    verdicts: Counter[str] = Counter()
    for number in range(count):
        name = trying.names[number % len(trying.names)]
        way = list(WAYS)[number // len(trying.names) % len(WAYS)]
        verdict, told = trying.verdict(name, way, chance, both=number % 5 == 4)
        verdicts[verdict] += 1
        if verdict:
            tell(f"{name}, {way}: {verdict}: {told}")
    trying.answering.close()
    yield row("start on an index with a damaged file: crashes", count, verdicts["crash"], "500, 0 bad")
    yield row("the same: a wrong answer", count, verdicts["wrong"], "0 bad")
    yield row("the same: the damage is not said", count, verdicts["silent"], "0 bad")
    yield row("the same: the whole build before it does not answer", count, verdicts["dark"], "0 bad")


class _Trying:
    """Copies of a home with two builds, damaged one by one."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._copy = Home(home.folder.with_name("damaged"))
        current = home.builds.current()
        self._serving = home.builds.folder(current.build)
        self._before = home.builds.folder(current.previous)
        self.names = [NAME, *hash_files(self._serving), CURRENT]
        self.answering = Answering(home)
        self._right = self.answering.told(home.data).answers
        self._fresh()
        self._copy.builds.rollback()
        self._older = self.answering.told(self._copy.data).answers
        if len({self._right, self._older, ()}) != 3:
            raise RuntimeError(f"The whole builds answer {self._right} and {self._older}.")

    def verdict(self, name: str, way: str, chance: random.Random, *, both: bool) -> tuple[str, Told]:
        """Return what is wrong with what became of a start after such damage, empty when nothing is."""
        self._fresh()
        spoil(self._there(self._home.builds.root if name == CURRENT else self._serving) / name, way, chance)
        if both:
            spoil(self._there(self._before) / chance.choice([NAME, *hash_files(self._before)]), way, chance)
        told = self.answering.told(self._copy.data)
        if told.crash:
            return "crash", told
        if told.answers not in ((), self._right, self._older):
            return "wrong", told
        if not told.said and (name != CURRENT or told.answers != self._right):
            return "silent", told
        return "dark" if not told.answers and not both and name != CURRENT else "", told

    def _fresh(self) -> None:
        shutil.rmtree(self._copy.folder, ignore_errors=True)
        shutil.copytree(self._home.folder, self._copy.folder, symlinks=True)

    def _there(self, folder: Path) -> Path:
        return self._copy.folder / folder.relative_to(self._home.folder)
