"""Read an index while others write it, and tell what was seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from index_parts import HashingModel

from bot.index.encoder import Vectors
from bot.index.lending import Library
from bot.index.report import Ready
from bot.index.snapshot import Snapshot

HANDLES = Path("/proc/self/fd")
QUESTIONS = [f"what does band {number} cost" for number in range(6)]


@dataclass
class Seen:
    """What a reader saw from start to end."""

    answers: int = 0
    builds: list[str] = field(default_factory=list)
    editions: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """What the library told of its index, each sentence once."""
    handles: int = 0
    """Files open after the last answer."""


class Reader:
    """A process that reads, as the one sees it that started it."""

    def __init__(self, pid: int, orders: Connection) -> None:
        self.pid = pid
        self._orders = orders

    def told(self) -> Seen:
        """End it and return what it saw."""
        self._orders.send("stop")
        assert self._orders.poll(60)
        seen = self._orders.recv()
        assert isinstance(seen, Seen)
        return seen


@contextmanager
def reader(processes: ForkServerContext, data_dir: Path, find: Callable[[], Ready] = HashingModel) -> Iterator[Reader]:
    ours, theirs = processes.Pipe()
    child = processes.Process(target=read_until_told, args=(str(data_dir), theirs, find))
    child.start()
    try:
        assert ours.poll(60)
        assert ours.recv() == "ready"
        yield Reader(child.pid or 0, ours)
    finally:
        child.kill()
        child.join()


def read_until_told(data_dir: str, orders: Connection, find: Callable[[], Ready] = HashingModel) -> None:
    """Answer questions from the index until an order comes, then send what was seen."""
    seen = Seen()
    model = find()
    vectors = model.open().encode(QUESTIONS)
    library = Library(Path(data_dir), model.identity, look_every=0.05)
    library.warm()
    orders.send("ready")
    while not orders.poll(0.02):  # a breath for those who write; the library looks for a new build less often
        turn = seen.answers % len(QUESTIONS)
        try:
            with library.snapshot() as snapshot:
                _answer(snapshot, QUESTIONS[turn], vectors[turn], seen)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what the test asks for
            seen.errors.append(repr(error))
        if library.status() not in ("", *seen.said):
            seen.said.append(library.status())
    seen.handles = len(list(HANDLES.iterdir())) if HANDLES.is_dir() else 0
    library.close()
    orders.send(seen)


def _answer(snapshot: Snapshot, question: str, vector: Vectors, seen: Seen) -> None:
    numbers = {number for number, _ in snapshot.nearest(vector, 20)}
    numbers |= {number for number, _ in snapshot.matching(question.split(), 20)}
    editions = set()
    for passage in snapshot.passages(sorted(numbers)):
        article = snapshot.article(passage.article_id)
        if passage.text not in article.body:
            seen.errors.append(f"{passage.number} is not verbatim")
        editions.update(re.findall(r"edition (\d+)", passage.text))
    if len(editions) != 1 or not numbers:
        seen.errors.append(f"a mixed build: {sorted(editions)}")
    if snapshot.build_id not in seen.builds:
        seen.builds.append(snapshot.build_id)
        seen.editions.append(int(min(editions)))
    seen.answers += 1
