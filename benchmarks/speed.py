"""Speed as ratios of things measured in turns in one run; seconds are for scale only."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.report import Table, show
from benchmarks.retrieval import PEERS, run_peer
from bot.app import answering, indexing
from bot.index.building import build
from bot.index.encoder import TokenEncoder
from bot.index.gathering import cut, gather
from bot.index.lending import Library
from bot.index.model import Model, find_model
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
WARMING = 150
"""Questions that are asked before anything is measured, or one by one."""
TURNS, TURN = 16, 70
"""Of many askers, and questions in each: many enough that the last ones, which wait for one worker, do not count."""
HEAD = ("what", "measured", "against", "ratio", "to reach")

_PARTS = """
import numpy, onnxruntime, tokenizers, chromadb_rust_bindings, tantivy, Stemmer, pydantic_settings
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
    passages = _texts(settings, model)
    raw, built, texts = [_raw(model, passages)], [], 0
    for _ in range(BUILDS):
        began = time.process_time()
        texts = build(settings.corpus_dir, settings.data_dir, model, options=Options(rebuild=True)).encoded
        built.append(time.process_time() - began)
        raw.append(_raw(model, passages))
    began = time.process_time()
    again = build(settings.corpus_dir, settings.data_dir, model)
    unchanged = time.process_time() - began
    if again.encoded or again.new_build:
        raise SystemExit("An unchanged corpus was encoded again.")
    full = min(built)
    return [
        _row("raw encoding of the passages / full build", min(raw), full, "at least 0.5", "CPU s"),
        _row(f"unchanged run ({texts} texts kept) / full build", unchanged, full, "at most 0.01", "CPU s"),
    ]


def askers(settings: Settings, questions: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of many askers at once, answered by a worker a core, against one thread times the cores.

    All who answer are open at once and take turns: a few dozen questions to one, the same to the next. What the
    machine does beside slows all of them, and each turn is compared with its own only. A question that was asked
    before is encoded already, so every turn has others; what all rows need once is made ready by the first ones.
    """
    cores = os.cpu_count() or 1
    known, new = questions[:WARMING], questions[WARMING:][: TURNS * TURN]
    alone = "1 asker, no worker"
    with ExitStack() as opened:
        apart = f"{cores} processes that know nothing of each other"
        rates: dict[str, Rate] = {
            alone: _alone(opened.enter_context(answering.conversation(settings)), known),
            apart: _apart(settings, known, cores, opened),
        }
        together = {alone: 1, apart: cores}
        crew = settings.model_copy(update={"workers": cores})
        for many in ASKERS:
            ask, _ = opened.enter_context(answering.asking(crew))
            row = f"{many} at once, {cores} workers"
            rates[row], together[row] = _crew(ask, known, many, cores), min(many, cores)
        turns = _turns(rates, new)
    rows = []
    for row, share in together.items():
        target = {alone: "-", apart: "the limit here"}.get(row, "at least 0.9" if share == cores else "-")
        rows.append(_of_turns(row, turns[row], [share * rate for rate in turns[alone]], target))
    return rows


Rate = Callable[[Sequence[str]], float]
"""Asks these questions and returns the answers a second."""


def _turns(rates: Mapping[str, Rate], questions: Sequence[str]) -> dict[str, list[float]]:
    """Return the answers a second of each in every turn; who begins changes."""
    found: dict[str, list[float]] = {row: [] for row in rates}
    order = list(rates)
    for turn in range(TURNS):
        for row in order:
            found[row].append(rates[row](questions[turn::TURNS]))
        order.append(order.pop(0))
    return found


def _of_turns(what: str, measured: Sequence[float], against: Sequence[float], target: str) -> tuple[str, ...]:
    """Return a row of medians; its ratio is the median of the ratios, not their ratio."""
    ratio = statistics.median(one / other for one, other in zip(measured, against, strict=True))
    rate, limit = statistics.median(measured), statistics.median(against)
    return (what, f"{rate:.2f} answers/s", f"{limit:.2f} answers/s", f"{ratio:.3f}", target)


def _alone(ask: Ask, known: Sequence[str]) -> Rate:
    """Return the rate of this process, which asks itself."""
    _rate(ask, known, 1)
    return lambda questions: _rate(ask, questions, 1)


def _crew(ask: Ask, known: Sequence[str], many: int, cores: int) -> Rate:
    """Return the rate that so many askers get from a worker a core."""
    _rate(ask, [*known] * cores, 1)
    return lambda questions: _rate(ask, questions, many)


def _apart(settings: Settings, known: Sequence[str], cores: int, opened: ExitStack) -> Rate:
    """Return the rate of a process a core, each with its share of the questions: what the cores can give.

    Two processes at once are slower than one alone wherever they share caches and memory.
    """
    spawning = multiprocessing.get_context("spawn")
    links = []
    for _ in range(cores):
        ours, theirs = spawning.Pipe()
        spawning.Process(target=_share, args=(theirs, settings, known), daemon=True).start()
        theirs.close()
        links.append(opened.enter_context(closing(ours)))
    for link in links:
        link.recv()

    def rate(questions: Sequence[str]) -> float:
        began = time.perf_counter()
        for place, link in enumerate(links):
            link.send(questions[place::cores])
        for link in links:
            link.recv()
        return len(questions) / (time.perf_counter() - began)

    return rate


def _share(link: Connection, settings: Settings, known: Sequence[str]) -> None:
    """Answer what comes over link until it closes; its owner's end with EOFError when this fails."""
    with answering.conversation(settings) as ask, suppress(EOFError):
        questions = known
        while True:
            _rate(ask, questions, 1)
            link.send(None)
            questions = link.recv()


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
        *warm(settings, questions[:WARMING]),
        *ingest(settings),
        *askers(settings, questions),
    ]
    remark = f"Medians; one thread in the model; load average at the end {os.getloadavg()[0]:.1f}."
    return Table("Speed", HEAD, tuple(rows), remark)


def _row(what: str, measured: float, against: float, target: str, unit: str) -> tuple[str, ...]:
    return (what, f"{show(measured, 2)} {unit}", f"{show(against, 2)} {unit}", show(measured / against, 3), target)


def _texts(settings: Settings, model: Ready) -> list[str]:
    articles = gather([settings.corpus_dir], lambda _: None).articles
    return [text for each in cut(articles, model.tokens, model.identity.max_tokens) for text, _ in each.in_context()]


def _raw(model: Ready, texts: Sequence[str]) -> float:
    encoder = model.open()
    ordered = sorted(texts, key=len)
    began = time.process_time()
    for start in range(0, len(ordered), 128):
        some = ordered[start : start + 128]
        encoder.encode_passages(some, [[0]] * len(some))
    return time.process_time() - began
