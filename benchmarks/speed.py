"""Speed as ratios of things measured in turns in one run; seconds are for scale only."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.report import Table, show
from benchmarks.retrieval import PEERS, run_peer
from bot.app import answering, indexing
from bot.index.building import build
from bot.index.encoder import TokenEncoder
from bot.index.gathering import cut, gather
from bot.index.lending import Library
from bot.index.model import Model, find_model
from bot.index.passages import titled
from bot.index.report import Options, Ready
from bot.retrieval import search
from bot.retrieval.hybrid import DEPTH, search_words
from bot.settings import Settings, load
from bot.values import Ask

QUESTION = "how much is the quark s1"
ROUNDS = 5
BUILDS = 4
"""Full builds, each between two raw encodings."""
SCORED = "encode 60 sentences"
ASKERS = (1, 8, 32)
ALONE = 150
"""Questions that are asked one by one; many askers need more, to be at it for longer than a moment."""
HEAD = ("what", "measured", "against", "ratio", "to reach")

_PARTS = """
import numpy, onnxruntime, tokenizers, chromadb_rust_bindings, tantivy, Stemmer, rapidfuzz, pydantic_settings
from bot.index.lending import Library
from bot.index.model import find_model
from bot.settings import load
settings = load()
model = find_model(settings.model, settings.data_dir)
encoder = model.open()
library = Library(settings.data_dir, model.identity)
library.warm()
"""


def settings_for(corpus: Path, data: Path) -> Settings:
    """Return the settings of a bot that lives in data and answers from corpus."""
    return load().model_copy(update={"corpus_dir": corpus, "data_dir": data})


def cold(settings: Settings) -> tuple[float, float]:
    """Return the seconds to a first answer from nothing, and to importing, loading and opening what it needs."""
    environment = {**os.environ, "BOT_DATA_DIR": str(settings.data_dir), "BOT_CORPUS_DIR": str(settings.corpus_dir)}
    commands = ([sys.executable, "-m", "bot", "ask", QUESTION, "--json"], [sys.executable, "-c", _PARTS])
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for command, into in zip(commands, times, strict=True):
            began = time.perf_counter()
            subprocess.run(command, env=environment, check=True, capture_output=True)
            into.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])


def warm(settings: Settings, questions: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of one warm question, searched and answered, against its parts measured alone."""
    model = find_model(settings.model, settings.data_dir)
    encoder = model.open()
    library = Library(settings.data_dir, model.identity)
    with closing(library), library.snapshot() as snapshot, answering.conversation(settings) as ask:
        hits = search(snapshot, encoder, QUESTION, 20)
        near = [sentence.text for hit in hits for sentence in snapshot.sentences(hit.passage.article_id)]
        vectors = {question: encoder.encode([question])[0] for question in questions}
        parts: dict[str, Callable[[str], object]] = {
            "encode the question": lambda q: encoder.encode([q]),
            "vector search": lambda q: snapshot.nearest(vectors[q], DEPTH),
            "word search": lambda q: snapshot.matching(search_words(q), DEPTH),
            "whole search": lambda q: search(snapshot, encoder, q, 10),
            "whole answer": lambda q: ask(q, ()),
        }
        ms = in_turns(parts, questions)
        scored = in_turns({SCORED: lambda _: encoder.encode(near[:60])}, questions[:5])
    ms |= scored
    searched = ms["encode the question"] + ms["vector search"] + ms["word search"]
    return [
        _row("one warm search", ms["whole search"], searched, "at most 1.3", "ms"),
        _row("one warm answer, sentences' vectors kept", ms["whole answer"], searched, "-", "ms"),
        _row(
            "one warm answer, if 60 sentences were encoded",
            ms["whole answer"], searched + ms[SCORED], "at most 1.3", "ms",
        ),
        *((name, f"{each:.2f} ms", "", "", "") for name, each in ms.items()),
    ]  # fmt: skip


def in_turns(parts: dict[str, Callable[[str], object]], questions: Sequence[str]) -> dict[str, float]:
    """Return the median milliseconds of each part, all parts asked each question one after the other."""
    ms: dict[str, list[float]] = {name: [] for name in parts}
    for question in questions[:3]:
        for part in parts.values():
            part(question)
    for question in questions:
        for name, part in parts.items():
            began = time.perf_counter()
            part(question)
            ms[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(each) for name, each in ms.items()}


class Opened:
    """A model whose encoder is there already, so that loading it stands on neither side of a comparison."""

    def __init__(self, model: Model) -> None:
        self.identity = model.identity
        self.tokens = model.tokens
        self.count_tokens = model.count_tokens
        self._encoder = model.open()

    def open(self, threads: int = 1) -> TokenEncoder:
        """Return the encoder, which has one thread."""
        del threads
        return self._encoder


def ingest(settings: Settings) -> list[tuple[str, ...]]:
    """Return the rows of a full build against raw encoding of the same texts, and of an unchanged run against it.

    Both are done in turns and the least of each counts: a core's speed drifts by a tenth between two looks at it with
    what else the machine does, which can only make a round slower.
    """
    model = Opened(find_model(settings.model, settings.data_dir))
    passages, everything = _texts(settings, model)
    raw, alone, built, texts = [_raw(model, everything)], [_raw(model, passages)], [], 0
    for _ in range(BUILDS):
        began = time.process_time()
        texts = build(settings.corpus_dir, settings.data_dir, model, options=Options(rebuild=True)).encoded
        built.append(time.process_time() - began)
        raw.append(_raw(model, everything))
        alone.append(_raw(model, passages))
    began = time.process_time()
    again = build(settings.corpus_dir, settings.data_dir, model)
    unchanged = time.process_time() - began
    if again.encoded or again.new_build:
        raise SystemExit("An unchanged corpus was encoded again.")
    full = min(built)
    return [
        _row("raw encoding of all texts of a build / full build", min(raw), full, "at least 0.95", "CPU s"),
        _row("raw encoding of the passages alone / full build", min(alone), full, "-", "CPU s"),
        _row(f"unchanged run ({texts} texts kept) / full build", unchanged, full, "at most 0.01", "CPU s"),
    ]


def askers(settings: Settings, questions: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of many askers at once, answered by a worker a core, against one thread times the cores.

    Every row begins with fresh processes that have answered the first half of the questions and is measured on the
    second: a question that was asked before is encoded already, in one of the processes or in all.
    """
    cores = os.cpu_count() or 1
    known, new = questions[::2], questions[1::2]
    before = _alone(settings, known, new)
    apart = _apart(settings, known, new, cores)
    crews = {many: _crew(settings, known, new, many, cores) for many in ASKERS}
    # Alone before and after: a core's speed drifts with what else the machine does.
    one = (before + _alone(settings, known, new)) / 2
    rows = [
        _row("1 asker, no worker", one, one, "-", "answers/s"),
        _row(f"{cores} processes that know nothing of each other", apart, one * cores, "the limit here", "answers/s"),
    ]
    for many, rate in crews.items():
        target = "at least 0.9" if many > 1 else "-"
        rows.append(_row(f"{many} at once, {cores} workers", rate, one * min(many, cores), target, "answers/s"))
    return rows


def _alone(settings: Settings, known: Sequence[str], new: Sequence[str]) -> float:
    """Return the answers a second of this process, which asks itself."""
    with answering.conversation(settings) as ask:
        _rate(ask, known, 1)
        return _rate(ask, new, 1)


def _crew(settings: Settings, known: Sequence[str], new: Sequence[str], many: int, cores: int) -> float:
    """Return the answers a second that so many askers get from a worker a core."""
    with answering.asking(settings.model_copy(update={"workers": cores})) as (ask, _):
        _rate(ask, [*known] * cores, 1)
        return _rate(ask, new, many)


def _apart(settings: Settings, known: Sequence[str], new: Sequence[str], cores: int) -> float:
    """Return the answers a second of a process a core, each with its share of the questions: what the cores can give.

    Two processes at once are slower than one alone wherever they share caches and memory. Raises SystemExit when one
    of them fails.
    """
    spawning = multiprocessing.get_context("spawn")
    together, rates = spawning.Barrier(cores), spawning.SimpleQueue()
    given = [(settings, known, new[k::cores], together, rates) for k in range(cores)]
    processes = [spawning.Process(target=_share, args=each, daemon=True) for each in given]
    for process in processes:
        process.start()
    for process in processes:
        process.join(600)
    if any(process.exitcode != 0 for process in processes):
        raise SystemExit("A process of those that answer side by side failed.")
    found: list[float] = [rates.get() for _ in processes]
    return sum(found)


def _share(
    settings: Settings, known: Sequence[str], new: Sequence[str], together: Barrier, rates: SimpleQueue[float]
) -> None:
    with answering.conversation(settings) as ask:
        for question in known:
            ask(question, ())
        together.wait(120)
        rates.put(_rate(ask, new, 1))


def _rate(ask: Ask, questions: Sequence[str], many: int) -> float:
    with ThreadPoolExecutor(many) as pool:
        began = time.perf_counter()
        list(pool.map(lambda question: ask(question, ()), questions))
        return len(questions) / (time.perf_counter() - began)


def cold_peers(settings: Settings, ours: float, python: str, work: Path) -> list[tuple[str, ...]]:
    """Return the rows of our cold start against each peer's over the same articles."""
    articles = gather([settings.corpus_dir], lambda _: None).articles
    lines = [{"id": each.id, "text": f"{each.title}\n\n{each.body}"} for each in articles]
    asked = [{"id": "1", "text": QUESTION}]
    rows: list[tuple[str, ...]] = []
    for name in PEERS if python else ():
        try:
            run_peer(python, name, "index", work / name, lines)
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                run_peer(python, name, "search", work / name, asked)
                times.append(time.perf_counter() - began)
        except subprocess.CalledProcessError as error:
            rows.append((f"cold start against {name}", "failed", str(error.stderr).strip()[-80:], "-", "-"))
            continue
        rows.append(_row(f"cold start against {name}", ours, statistics.median(times), "at most 0.33", "s"))
    return rows


def speed(corpus: Path, data: Path, questions: Sequence[str], peers: str = "") -> Table:
    """Return the table of ratios on the starter corpus; peers is their Python, empty to leave them out."""
    settings = settings_for(corpus, data)
    indexing.index(settings)
    first, alone = cold(settings)
    rows = [
        _row("cold start to the first answer", first, alone, "at most 1.5", "s"),
        *cold_peers(settings, first, peers, data / "peers"),
        *warm(settings, questions[:ALONE]),
        *ingest(settings),
        *askers(settings, questions),
    ]
    remark = f"Medians; one thread in the model; load average at the end {os.getloadavg()[0]:.1f}."
    return Table("Speed", HEAD, tuple(rows), remark)


def _row(what: str, measured: float, against: float, target: str, unit: str) -> tuple[str, ...]:
    return (what, f"{show(measured, 2)} {unit}", f"{show(against, 2)} {unit}", show(measured / against, 3), target)


def _texts(settings: Settings, model: Ready) -> tuple[list[str], list[str]]:
    articles = gather([settings.corpus_dir], lambda _: None).articles
    cuts = cut(articles, model.tokens, model.identity.max_tokens)
    passages = [titled(each.article.title, text) for each in cuts for text in each.texts()]
    sentences = [titled(each.article.title, sentence.text) for each in cuts for sentence in each.sentences]
    with closing(Library(settings.data_dir, model.identity)) as library, library.snapshot() as snapshot:
        words, _ = snapshot.word_vectors()
    return passages, list(dict.fromkeys([*passages, *sentences, *words]))


def _raw(model: Ready, texts: Sequence[str]) -> float:
    encoder = model.open()
    ordered = sorted(texts, key=len)
    began = time.process_time()
    for start in range(0, len(ordered), 128):
        encoder.encode(ordered[start : start + 128])
    return time.process_time() - began
