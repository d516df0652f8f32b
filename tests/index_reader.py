"""Read an index while others write it, and tell what was seen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from index_parts import HashingModel

from bot.index.lending import Library
from bot.index.snapshot import Snapshot

HANDLES = Path("/proc/self/fd")


@dataclass
class Seen:
    """What a reader saw from start to end."""

    answers: int = 0
    builds: list[str] = field(default_factory=list)
    editions: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    handles: int = 0
    """Files open after the last answer."""


def read_until_told(data_dir: str, orders: Connection) -> None:
    """Answer questions from the index until an order comes, then send what was seen."""
    seen = Seen()
    model = HashingModel()
    library = Library(Path(data_dir), model.identity, look_every=0.05)
    library.warm()
    orders.send("ready")
    while not orders.poll(0.01):
        try:
            with library.snapshot() as snapshot:
                _answer(snapshot, model, seen)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what the test asks for
            seen.errors.append(repr(error))
        if library.status():
            seen.errors.append(library.status())
    seen.handles = len(list(HANDLES.iterdir())) if HANDLES.is_dir() else 0
    library.close()
    orders.send(seen)


def _answer(snapshot: Snapshot, model: HashingModel, seen: Seen) -> None:
    question = f"what does band {seen.answers % 6} cost"
    (vector,) = model.encode([question])
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
