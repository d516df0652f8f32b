"""Public retrieval sets: ours, its two halves alone, rank fusion, and the peers, in one run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.ranking import Ranking, quality
from benchmarks.report import Table, show
from benchmarks.sets import Asked, Public, write_articles
from bot.index.building import build
from bot.index.encoder import Encoder
from bot.index.lending import Library
from bot.index.model import Model, find_model
from bot.index.snapshot import Snapshot
from bot.retrieval import search_texts, wordings
from bot.retrieval.hybrid import search_words

DEPTH = 50
RANK_CONSTANT = 60
"""Of reciprocal rank fusion, as first published (Cormack and others, 2009)."""
PEERS = ("LlamaIndex", "LangChain + Chroma", "txtai", "Haystack")
HEAD = ("", "hit@1", "hit@4", "MRR", "nDCG@10", "answer in 4 passages", "question ms, median", "ingest CPU s")

Search = Callable[[Snapshot, Encoder, Asked], Iterable[tuple[str, str]]]
"""What finds (article id, passage text), best first."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one system did with one set."""

    name: str
    rankings: dict[str, Ranking]
    ms: float
    ingest: float | None = None

    def row(self, public: Public) -> tuple[str, ...]:
        """Return its line of the table."""
        found = quality(self.rankings, public.relevant, public.gold)
        numbers = (found.hit1, found.hit4, found.reciprocal, found.ndcg10, found.answer4)
        return (self.name, *map(show, numbers), show(self.ms, 1), show(self.ingest, 0))


def measure(public: Public, work: Path, peers: str) -> Table:
    """Return the table of one set; work keeps the indexes, peers is the peers' Python or empty."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    corpus = work / "articles"
    if not corpus.exists():
        write_articles(public.articles, corpus)
    model = find_model("", work / "data")
    ingest = _once(work / "ours.json", lambda: _build(corpus, work / "data", model))
    # What an earlier run left in a kept folder is brought up to date with the code of today.
    build(corpus, work / "data", model)
    measured = [_ours(public, model, work / "data", name, search) for name, search in SEARCHES.items()]
    measured[0] = Measured(measured[0].name, measured[0].rankings, measured[0].ms, ingest)
    absent = ""
    if peers:
        for name in PEERS:
            try:
                measured.append(_peer(public, name, work, peers))
            except subprocess.CalledProcessError as error:
                absent += f" {name} failed: {error.stderr.strip().splitlines()[-1]}."
    else:
        absent = " Peers skipped: no --peers."
    remark = (
        f"{len(public.articles)} articles, {len(public.judged)} questions that they answer. "
        "Ours searches follow-ups with the history; all others get the previous user turn and the question. "
        f"Our ingest holds the vectors of every sentence and word too.{absent}"
    )
    return Table(f"Retrieval: {public.name}", HEAD, tuple(each.row(public) for each in measured), remark)


def one_text(asked: Asked) -> str:
    """Return the question with the user turn before it: what systems that take one text are asked."""
    before = [turn.text for turn in asked.history if turn.speaker == "user"]
    return " ".join([*before[-1:], asked.text])


def _fused(snapshot: Snapshot, encoder: Encoder, asked: Asked) -> Iterable[tuple[str, str]]:
    hits = search_texts(snapshot, encoder, wordings(asked.text, asked.history), DEPTH)
    # A copy that gave way to its original is as relevant as the original.
    return [(name, hit.passage.text) for hit in hits for name in (hit.passage.article_id, *hit.copies)]


def _near(snapshot: Snapshot, encoder: Encoder, asked: Asked) -> Iterable[tuple[str, str]]:
    return _texts(snapshot, _vector_list(snapshot, encoder, asked))


def _worded(snapshot: Snapshot, _: Encoder, asked: Asked) -> Iterable[tuple[str, str]]:
    return _texts(snapshot, _word_list(snapshot, asked))


def _ranks(snapshot: Snapshot, encoder: Encoder, asked: Asked) -> Iterable[tuple[str, str]]:
    scores: dict[int, float] = {}
    for found in (_vector_list(snapshot, encoder, asked), _word_list(snapshot, asked)):
        for rank, number in enumerate(found, 1):
            scores[number] = scores.get(number, 0.0) + 1 / (RANK_CONSTANT + rank)
    return _texts(snapshot, sorted(scores, key=lambda number: (-scores[number], number)))


SEARCHES: dict[str, Search] = {
    "ours": _fused,
    "plain vectors (ours)": _near,
    "plain BM25 (ours)": _worded,
    "reciprocal rank fusion of both": _ranks,
}


def _vector_list(snapshot: Snapshot, encoder: Encoder, asked: Asked) -> list[int]:
    return [number for number, _ in snapshot.nearest(encoder.encode([one_text(asked)])[0], 2 * DEPTH)]


def _word_list(snapshot: Snapshot, asked: Asked) -> list[int]:
    return [number for number, _ in snapshot.matching(search_words(one_text(asked)), 2 * DEPTH)]


def _texts(snapshot: Snapshot, numbers: Sequence[int]) -> list[tuple[str, str]]:
    return [(passage.article_id, passage.text) for passage in snapshot.passages(numbers)]


def _ours(public: Public, model: Model, data: Path, name: str, search: Search) -> Measured:
    library, encoder = Library(data, model.identity), model.open()
    rankings, ms = {}, []
    for asked in public.judged:
        began = time.perf_counter()
        with library.snapshot() as snapshot:
            found = list(search(snapshot, encoder, asked))
        ms.append((time.perf_counter() - began) * 1000)
        articles = tuple(dict.fromkeys(article for article, _ in found))[:10]
        texts = tuple(dict.fromkeys(text for _, text in found))[:4]
        rankings[asked.id] = Ranking(articles, texts)
    library.close()
    return Measured(name, rankings, float(np.median(ms)))


def _peer(public: Public, name: str, work: Path, python: str) -> Measured:
    folder = work / name
    articles = [{"id": a.id, "text": f"{a.title}\n\n{a.text}" if a.title else a.text} for a in public.articles]

    def index() -> float:
        shutil.rmtree(folder, ignore_errors=True)
        return float(run_peer(python, name, "index", folder, articles)[-1]["cpu"])

    ingest = _once(work / f"{name}.json", index)
    *answers, _ = run_peer(
        python, name, "search", folder, [{"id": asked.id, "text": one_text(asked)} for asked in public.judged]
    )
    rankings = {each["id"]: Ranking(tuple(each["articles"]), tuple(each["texts"])) for each in answers}
    return Measured(name, rankings, float(np.median([each["ms"] for each in answers])), ingest)


def _build(corpus: Path, data: Path, model: Model) -> float:
    began = time.process_time()
    build(corpus, data, model)
    return time.process_time() - began


def _once(path: Path, work: Callable[[], float]) -> float:
    """Return the CPU seconds that work cost when it was done, now or in an earlier run."""
    if not path.exists():
        path.write_text(json.dumps(work()), encoding="utf-8")
    return float(json.loads(path.read_text(encoding="utf-8")))


def run_peer(python: str, name: str, what: str, folder: Path, lines: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Return what benchmarks/peers.py prints. Raises CalledProcessError."""
    command = [python, str(Path(__file__).with_name("peers.py")), name, what, str(folder)]
    done = subprocess.run(command, input="\n".join(map(json.dumps, lines)), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
