"""Questions of authors that the reader was not trained on, found and read as in the product; for fit_answers.py."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from reader_batches import KEPT_OUT, say
from reader_data import Example, read_collection, rows
from train_reader import HERE

from bot.answering.candidates import Candidates, Finder
from bot.answering.reader import Weights
from bot.app import indexing
from bot.index.builds import Builds
from bot.index.model import find_model
from bot.index.snapshot import Snapshot
from bot.readers.writing import written
from bot.settings import Settings
from bot.values import Article, Published

SAID = 512
"""Texts between two lines while an index is built."""


@dataclass
class Case:
    """One reading of one question."""

    example: Example
    candidates: Candidates
    right: NDArray[np.bool_]
    """(S,) whether a sentence answers."""
    judged: NDArray[np.bool_]
    """(S,) whether that is known."""


def folders(a: argparse.Namespace) -> Iterator[tuple[str, Path, list[Path]]]:
    """Yield (name, folder of articles, question files) of each collection."""
    files = [HERE / "tests/questions" / f"{name}.jsonl" for name in KEPT_OUT if not name.startswith("pool")]
    yield "articles", HERE / "corpus/articles", files
    if a.pool:
        yield "pool", a.work / "pool", _write_pool(a.pool, a.work)


def _write_pool(pool: Path, work: Path) -> list[Path]:
    """Write the pages of the authors kept out as articles, and their questions; return the files of questions."""
    folder = work / "pool"
    folder.mkdir(exist_ok=True)
    files: dict[str, list[str]] = {}
    pages: set[str] = set()
    for row in rows(pool / "questions.jsonl.gz"):
        name = f"pool-{row['author']}"
        if name in KEPT_OUT:
            files.setdefault(name, []).append(json.dumps(row | {"expected": {"should_abstain": not row["answerable"]}}))
            pages.update(mark["page"] for mark in row["evidence"])
    for row in rows(pool / "pages.jsonl.gz"):
        if row["id"] in pages:
            day = [int(part) for part in (row.get("published") or "")[:10].split("-") if part.isdigit()]
            date = Published(*day) if day else None
            article = Article(row["id"], row["title"], row["text"], row["url"], row["publisher"] or "", date)
            (folder / f"{row['id']}.md").write_text(written(article, {}))
    for name, lines in files.items():
        (work / f"{name}.jsonl").write_text("\n".join(lines))
    return [work / f"{name}.jsonl" for name in files]


def cases(name: str, folder: Path, files: Sequence[Path], a: argparse.Namespace, weights: Weights) -> list[Case]:
    """Return every question of a collection as the product reads it."""
    settings = indexing.index_apart(Settings(data_dir=a.work / "data", model=a.model), folder, _progress)
    model = find_model(settings.model, settings.data_dir)
    encoder = model.open(2)
    found = read_collection(folder, files, lambda texts: [1] * len(texts))  # how passages are cut does not matter here
    pages: dict[str, set[str]] = {}
    for e in found.examples:
        pages.setdefault(e.source, set()).update(page for page, _ in e.right)
    out = []
    builds = Builds(settings.data_dir)
    with closing(Snapshot(builds.folder(builds.current().build), builds.workspace)) as snapshot:
        finder = Finder(snapshot, encoder, weights)
        for e in found.examples:
            for reading in finder.find(e.question, e.history):
                keys = [(s.article_id, s.ordinal) for s in reading.found.sentences]
                right = np.array([key in e.right for key in keys])
                known = np.array(
                    [key not in e.doubtful and (name != "pool" or key[0] in pages[e.source]) for key in keys]
                )
                if keys:
                    out.append(Case(e, reading, right, known))
    there = np.mean([case.right.any() for case in out if case.example.right])
    say(f"{name}: {len(out)} readings, {there:.3f} of those that can be answered with an answer among the sentences")
    return out


def _progress(what: str, done: int, total: int) -> None:
    if total and done % SAID == 0:
        say(f"{what} {done} of {total}")
