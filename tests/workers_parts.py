"""What workers of the tests answer with, and an owner of workers in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import NoIndex
from bot.values import Answer, Candidate, Hit, Passage, Sentence, Trace, Turn, Wanted
from bot.workers import Crew

if TYPE_CHECKING:
    from bot.conversation import Conversation


class Scripted:
    """Does what the question says, and leaves in its folder a line of its process's number for what it did."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        self._leave("asked")
        if question == "wait":
            while not (self._folder / "go").exists():
                time.sleep(0.01)
        if question == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if question == "divide":
            raise ZeroDivisionError
        if question == "index":
            raise NoIndex("Nothing is indexed yet; run the index command.")
        said = f"{question} after {len(history)} turns"
        if question == "weigh":
            return Answer(question, said, declined=True), weighed(question, str(os.getpid()))
        return Answer(question, said, declined=True), Trace(question, question, str(os.getpid()), (), (), "")

    def warm(self) -> None:
        self._leave("warm")

    def _leave(self, name: str) -> None:
        with (self._folder / name).open("a") as file:
            file.write(f"{os.getpid()}\n")


def weighed(question: str, build: str) -> Trace:
    """Return a trace that holds something of everything."""
    sentence = Sentence("band-1", 3, 10, 21, "It is late.", 2, aside=True)
    hit = Hit(Passage(7, "band-1", 0, 4, "It is late."), 0.5, 0.25, 3.0, ("band-2",))
    candidate = Candidate(sentence, 0.75, {"names": 1.0}, "weaker")
    wanted = Wanted("price band", "Band 1", ("Banders",))
    return Trace(question, question, build, (hit,), (candidate,), "answered", wanted, 0.75, 0.5)


@contextmanager
def scripted(folder: Path) -> Iterator[Scripted]:
    yield Scripted(folder)


@contextmanager
def unable(folder: Path) -> Iterator[Scripted]:
    if folder.exists():
        raise NoIndex("Nothing is indexed yet; run the index command.")
    yield Scripted(folder)


@contextmanager
def once_able(folder: Path) -> Iterator[Scripted]:
    """Start as often as there are files called able-0, able-1 and so on in folder, each of which is used up."""
    able = next(iter(sorted(folder.glob("able-*"))), None)
    if able is None:
        raise NoIndex("Nothing is indexed yet; run the index command.")
    able.unlink()
    yield Scripted(folder)


@contextmanager
def indexed(data_dir: Path) -> Iterator[Conversation]:
    # Every worker of the tests imports this file; only these answer from an index.
    from index_parts import HashingModel

    from bot.conversation import Conversation
    from bot.index.lending import Library

    model = HashingModel()
    with closing(Library(data_dir, model.identity)) as library:
        yield Conversation(library, model)


def lines(folder: Path, name: str) -> list[int]:
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def own(folder: Path) -> None:
    """Own two workers, one of them with a question that never ends, until killed; say their numbers."""
    with closing(Crew(partial(scripted, folder), 2)) as crew:
        threading.Thread(target=crew.ask, args=("wait",), daemon=True).start()
        while not lines(folder, "asked"):
            time.sleep(0.01)
        os.write(1, (" ".join(map(str, crew.pids())) + "\n").encode())
        sys.stdin.read()


if __name__ == "__main__":
    own(Path(sys.argv[1]))
