"""How time and memory grow with the corpus: made-up articles through the real build, searched and answered.

Sentences are generated and 2,000 of them really encoded; a passage's vector is the mean of its sentences'. So a build
of 100,000 passages takes minutes, while everything that reads it does what it always does.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.report import Table, show
from bot.conversation import Conversation
from bot.index.building import build
from bot.index.encoder import Queries, TokenEncoder, Vectors
from bot.index.lending import Library
from bot.index.model import Model, find_model
from bot.index.tokens import SCALE, WIDTH, Packed, PassageTokens, bounds
from bot.index.writing import CountTokens
from bot.retrieval import search

SIZES = (1_000, 10_000, 100_000)
SENTENCES = 2_000
PER_ARTICLE = 24
PER_PASSAGE = 3
"""Sentences that fit a passage; the articles are counted to come near the size wanted, the table has what came out."""

_MAKERS = ("Ambrel", "Corvia", "Dunlin", "Estrom", "Fenwick", "Galdor", "Hexham", "Ilmar", "Jorvik", "Kestrel")
_THINGS = ("ring", "watch", "band", "pair of glasses", "headset", "patch", "pair of earbuds", "shirt", "insole", "clip")
_DID = ("announced", "delayed", "began to ship", "repriced", "recalled", "showed", "patented", "certified")
_NAMED = re.compile(r"(?P<maker>\w+) (?:began to )?\w+ its (?P<product>.+ number \d+)")
_SAYING = (
    "a battery that lasts {n} hours with the display on and {m} hours with it off",
    "a price of {n} dollars in Europe, {m} dollars more than the model of the year before",
    "shipments of {n} thousand units in the quarter, against {m} thousand a year earlier",
    "a sensor that measures the pulse {n} times a minute and weighs {m} milligrams",
    "a subscription of {n} dollars a year that {m} percent of the buyers keep",
)


class Recombined:
    """An encoder that knows the generated sentences and averages them; anything else gets a vector of its own."""

    trained = False

    def __init__(self, known: dict[str, Vectors], dimension: int, count_tokens: CountTokens) -> None:
        self._known = known
        self._dimension = dimension
        self._count_tokens = count_tokens
        self._tokens = np.random.default_rng(0).integers(-30, 30, (1024, WIDTH)).astype(np.int8)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text."""
        rows = np.zeros((len(texts), self._dimension), np.float32)
        for at, text in enumerate(texts):
            for part in text.rstrip(".").replace("\n", " ").split(". "):
                vector = self._known.get(f"{part}.")
                rows[at] += self._own(part) * 0.3 if vector is None else vector
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def encode_queries(self, texts: Sequence[str]) -> Queries:
        """Return one row of length 1 for each text, and made-up rows for its words."""
        pieces = tuple(tuple(word.span() for word in re.finditer(r"\w+", text)) for text in texts)
        tokens = tuple(
            np.asarray(self._made(text, len(of)) / SCALE, np.float32) for text, of in zip(texts, pieces, strict=True)
        )
        return Queries(self.encode(texts), tokens, tuple(np.ones(len(of), np.float32) for of in pieces), pieces)

    def encode_passages(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]]
    ) -> tuple[Vectors, list[PassageTokens]]:
        """Return one row of length 1 for each text, and made-up rows for as many tokens as it has."""
        counted = zip(texts, self._count_tokens(texts, starts), strict=True)
        return self.encode(texts), [PassageTokens(self._made(text, of.sum()), bounds(of)) for text, of in counted]

    def _made(self, text: str, count: int) -> Packed:
        rows: Packed = self._tokens[(np.arange(count) * 7 + len(text)) % len(self._tokens)]
        return rows

    def _own(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        vector = np.random.default_rng(seed).standard_normal(self._dimension).astype(np.float32)
        return vector / np.linalg.norm(vector)


class Standing:
    """The packaged model's size and tokenizer with the recombining encoder behind them."""

    def __init__(self, model: Model, encoder: TokenEncoder) -> None:
        self.identity = replace(model.identity, weights="recombined")
        self.tokens = model.tokens
        self.count_tokens = model.count_tokens
        self._encoder = encoder

    def open(self, threads: int = 1) -> TokenEncoder:
        """Return the encoder, whatever the threads."""
        del threads
        return self._encoder


def growth(work: Path, sizes: Sequence[int] = SIZES) -> Table:
    """Return the table: build, question and memory at each size, each read by a process of its own.

    The articles name products and companies in their front matter, so that the names grow with them, too.
    """
    model = find_model("", work / "model")
    encoder = model.open()
    sentences = made_up(SENTENCES)
    known = dict(zip(sentences, encoder.encode(sentences), strict=True))
    standing = Standing(model, Recombined(known, model.identity.dimension, model.count_tokens))
    rows, first = [], None
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=work) as place:
            data = Path(place)
            _write(sentences, size, data / "articles")
            began = time.perf_counter()
            build(data / "articles", data, standing)
            seconds = time.perf_counter() - began
            one_more = _one_more(data, standing)
            probe = [sys.executable, "-m", "benchmarks.growth", str(data), str(work / "model")]
            found = json.loads(subprocess.run(probe, check=True, capture_output=True, text=True).stdout)
        first = first or found
        more = found["passages"] - first["passages"]
        per_passage = (found["memory"] - first["memory"]) / more if more else None
        rows.append(
            (
                f"{found['passages']:,}",
                show(seconds, 0),
                show(one_more, 1),
                f"{found['search']:.2f} ({found['search'] / first['search']:.2f})",
                f"{found['answer']:.1f} ({found['answer'] / first['answer']:.2f})",
                show(found["open"], 2),
                show(found["memory"] / 1024, 0),
                show(None if per_passage is None else per_passage, 2),
            )
        )
    head = (
        "passages",
        "build s",
        "one article more s",
        "search CPU ms (ratio)",
        "answer CPU ms (ratio)",
        "open s",
        "memory MB",
        "KB a passage more",
    )
    remark = (
        "Generated sentences, recombined vectors (see benchmarks/growth.py), real index and questions; medians of "
        "CPU time, since each size has its own moment on the machine. "
        "To reach: one article more within 60 s, ratio at most 2, 4 KB a passage. "
        f"Load average {os.getloadavg()[0]:.1f}."
    )
    return Table("Growth", head, tuple(rows), remark)


def _one_more(data: Path, standing: Standing) -> float:
    """Return the seconds until an article that came to a corpus is answered from by whoever opens the index."""
    text = '---\ntitle: "The last bulletin"\n---\n\nAmbrel showed its ring number 1000 and named 99 dollars.\n'
    (data / "articles" / "last.md").write_text(text, encoding="utf-8")
    began = time.perf_counter()
    build(data / "articles", data, standing)
    with closing(Library(data, standing.identity)) as library:
        library.warm()
    return time.perf_counter() - began


def made_up(count: int) -> list[str]:
    """Return count different sentences about things that do not exist."""
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < count:
        maker, thing, did = chance.choice(_MAKERS), chance.choice(_THINGS), chance.choice(_DID)
        saying = chance.choice(_SAYING).format(n=chance.randrange(5, 900), m=chance.randrange(5, 90))
        found[f"{maker} {did} its {thing} number {chance.randrange(100, 999)} and named {saying}."] = None
    return list(found)


def questions(sentences: Sequence[str], count: int) -> list[str]:
    """Return questions about some of the sentences."""
    chance = random.Random(11)
    return [f"what did {' '.join(s.split()[:8])} name" for s in chance.sample(list(sentences), count)]


def probe(data: Path, models: Path) -> dict[str, float]:
    """Return what a process of its own sees of the build in data: passages, seconds, CPU milliseconds, KB of memory."""
    model = find_model("", models)
    encoder = model.open()
    began = time.perf_counter()
    with closing(Library(data, replace(model.identity, weights="recombined"))) as library:
        library.warm()
        opened = time.perf_counter() - began
        conversation = Conversation(library, encoder)
        asked = questions(made_up(SENTENCES), 60)
        searched, answered = [], []
        for question in asked:
            began = time.process_time()
            with library.snapshot() as snapshot:
                search(snapshot, encoder, question, 10)
            searched.append(time.process_time() - began)
            began = time.process_time()
            conversation.ask(question)
            answered.append(time.process_time() - began)
        memory = _resident()
        with library.snapshot() as snapshot:
            passages = snapshot.manifest.counts.passages
    return {
        "passages": passages,
        "open": opened,
        "search": statistics.median(searched[10:]) * 1000,
        "answer": statistics.median(answered[10:]) * 1000,
        "memory": memory,
    }


def _resident() -> float:
    """Return KB of memory that are this process's own; pages of mapped files are the system's to take back."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return float(next(line.split()[1] for line in status if line.startswith("RssAnon")))


def _write(sentences: Sequence[str], size: int, folder: Path) -> None:
    chance = random.Random(size)
    folder.mkdir()
    for number in range(max(1, size * PER_PASSAGE // PER_ARTICLE)):
        told = chance.choices(sentences, k=PER_ARTICLE)
        body = " ".join(told)
        about = [_NAMED.match(sentence) for sentence in told[:2]]
        companies = ", ".join(dict.fromkeys(found["maker"] for found in about if found))
        products = ", ".join(dict.fromkeys(f"{found['maker']} {found['product']}" for found in about if found))
        head = (
            f'---\ntitle: "Bulletin {number} of the wearables desk"\npublished: "2026-01-02"\n'
            f"companies: [{companies}]\nproducts: [{products}]\n---\n\n"
        )
        (folder / f"bulletin-{number}.md").write_text(f"{head}{body}\n", encoding="utf-8")


if __name__ == "__main__":
    print(json.dumps(probe(Path(sys.argv[1]), Path(sys.argv[2]))))
