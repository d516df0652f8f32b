"""Labelled questions from several sources as one shape, for tools/train_reader.py.

Three kinds of sources are read:

- a pool: a folder with pages.jsonl.gz (id, title, text) and questions.jsonl.gz (author, question, history,
  answerable, evidence of page and quote);
- a collection: a folder of articles and a questions.jsonl in the format of `bot eval`; where a question has no
  evidence, every sentence of its pages that holds an expected value counts as an answer;
- texts: a JSON-lines file, plain or gzipped, of question, title, sentences and answers (indexes).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.answering.query import in_conversation
from bot.index.passages import in_context, room, runs
from bot.readers import read_corpus
from bot.text.matching import states
from bot.text.sentences import split
from bot.values import Article, Turn

MODEL_TOKENS = 512
SURE = 20
"""Letters of a sentence that may be known again by its words alone, where the quote has other markup."""
_WORD = re.compile(r"\w+")
Count = Callable[[Sequence[str]], list[int]]
"""texts -> how many tokens each has"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it is encoded, and where its sentences stand in that text."""

    text: str
    start: int
    """Where its own text begins, behind the title and the sentence before."""
    page: str
    first: int
    """Ordinal of its first sentence in the page."""
    ends: tuple[int, ...]
    """Where each sentence ends in the encoded text."""
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the sentences that answer it; none for one that no page answers."""

    question: str
    source: str
    """Author or file: examples are split by it."""
    history: tuple[Turn, ...] = ()
    right: frozenset[tuple[str, int]] = frozenset()
    """(page, ordinal of the sentence)"""
    doubtful: frozenset[tuple[str, int]] = frozenset()
    """Sentences that hold an expected value elsewhere: neither right nor wrong."""
    parts: tuple[frozenset[tuple[str, int]], ...] = ()
    """The sentences that answer each part of the question."""
    pages: frozenset[str] = frozenset()
    """Pages that were looked through for this question; empty: all of its set."""
    kind: str = ""
    expected: tuple[tuple[str, ...], ...] = ()
    sure: bool = True
    """Whether each of the right sentences was marked by a person."""

    @property
    def query(self) -> str:
        """What is encoded for the question."""
        return in_conversation(self.question, self.history)


@dataclass(slots=True)
class Set:
    """One source: its passages and its examples."""

    name: str
    passages: list[Passage] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    searched: bool = True
    """Whether other passages of the set are candidates for its questions."""


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file, gzipped or not."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def read_pool(folder: Path, count: Count) -> Set:
    """Return a pool; each author's questions count as asked over the pages on which that author has evidence."""
    found = Set(folder.name)
    spans: dict[str, tuple[str, list[tuple[int, int]]]] = {}
    for row in rows(folder / "pages.jsonl.gz"):
        spans[row["id"]] = _cut(found, row["id"], row["title"], row["text"], count)
    asked = list(rows(folder / "questions.jsonl.gz"))
    pages: dict[str, set[str]] = {}
    for row in asked:
        pages.setdefault(row["author"], set()).update(e["page"] for e in row["evidence"])
    for row in asked:
        example = _evidenced(row, spans, f"{folder.name}-{row['author']}")
        if example:
            found.examples.append(replace(example, pages=frozenset(pages[row["author"]])))
    return found


def read_collection(folder: Path, questions: Sequence[Path], count: Count) -> Set:
    """Return a folder of articles and questions on it, each file a source of its own."""
    found = Set(folder.name)
    spans: dict[str, tuple[str, list[tuple[int, int]]]] = {}
    for article in read_corpus(folder):
        if isinstance(article, Article):
            spans[article.id] = _cut(found, article.id, article.title, article.body, count)
    for path in questions:
        for row in rows(path):
            example = _evidenced(row, spans, path.stem) if row.get("evidence") else _valued(row, spans, path.stem)
            if example:
                found.examples.append(example)
    return found


def read_texts(path: Path, sources: Mapping[str, int], count: Count, seed: int = 0) -> Set:
    """Return up to so many texts of each source, each a page of its own with one window around the answer."""
    found = Set(path.name, searched=False)
    by_source: dict[str, list[dict[str, Any]]] = {name: [] for name in sources}
    for row in rows(path):
        if row["source"] in by_source and not row["id"].endswith(":moved"):
            by_source[row["source"]].append(row)
    for name, most in sources.items():
        random.Random(seed).shuffle(by_source[name])
        for row in by_source[name][:most]:
            lengths = count([row["title"], *row["sentences"]])
            at = row["answers"][0] if row["answers"] else 0
            for first, last in runs(lengths[1:], room(lengths[0], MODEL_TOKENS)):
                if first <= at < last:
                    found.passages.append(_passage(row["id"], row["title"], row["sentences"], (first, last)))
            right = frozenset((row["id"], n) for n in row["answers"])
            found.examples.append(Example(row["question"], name, right=right, parts=(right,) if right else ()))
    return found


def _cut(found: Set, page: str, title: str, body: str, count: Count) -> tuple[str, list[tuple[int, int]]]:
    spans = [(start, end) for start, end, _ in split(body)]
    sentences = [body[start:end] for start, end in spans]
    length, *lengths = count([title, *sentences])
    for run in runs(lengths, room(length, MODEL_TOKENS)):
        found.passages.append(_passage(page, title, sentences, run))
    return body, spans


def _passage(page: str, title: str, sentences: Sequence[str], run: tuple[int, int]) -> Passage:
    first, last = run
    text, start = in_context(title, sentences[first - 1] if first else "", " ".join(sentences[first:last]))
    ends, at = [], start
    for sentence in sentences[first:last]:
        at += len(sentence) + 1
        ends.append(at)
    return Passage(text, start, page, first, tuple(ends), tuple(sentences[first:last]))


def _evidenced(row: Mapping[str, Any], spans: Mapping[str, Any], source: str) -> Example | None:
    """Return a question whose evidence was marked; None when no mark is found in its page."""
    parts: dict[str, set[tuple[str, int]]] = {}
    for mark in row["evidence"]:
        if mark["page"] in spans:
            body, places = spans[mark["page"]]
            hit = {(mark["page"], n) for n in _overlapping(body, places, mark.get("core", mark["quote"]))}
            parts.setdefault(mark.get("part", ""), set()).update(hit)
    right = frozenset().union(*parts.values())
    if row["evidence"] and not right:
        return None
    return Example(
        row["question"],
        source,
        tuple(Turn("user" if who == "user" else "bot", text) for who, text in row.get("history") or ()),
        right,
        parts=tuple(frozenset(each) for each in parts.values() if each),
        kind=row.get("type", ""),
        expected=tuple(map(tuple, row.get("expected", {}).get("must_contain", ()))),
    )


def _overlapping(body: str, places: Iterable[tuple[int, int]], quote: str) -> Iterator[int]:
    """Yield the sentences of which at least half stands in the quote."""
    at = body.find(quote)
    if at >= 0:
        first, last = at, at + len(quote)
        for n, (start, end) in enumerate(places):
            if min(end, last) - max(start, first) >= (end - start) / 2:
                yield n
        return
    told = " ".join(_WORD.findall(quote.casefold()))
    for n, (start, end) in enumerate(places):
        words = " ".join(_WORD.findall(body[start:end].casefold()))
        if len(words) > SURE and (words in told or told in words):
            yield n


def _valued(row: Mapping[str, Any], spans: Mapping[str, Any], source: str) -> Example | None:
    """Return a question of which only the values of a right answer are known."""
    expected = row["expected"]
    groups = [tuple(each) for each in expected.get("must_contain", ())]
    history = tuple(Turn("user" if who == "user" else "bot", text) for who, text in row.get("history") or ())
    if expected.get("should_abstain") or not groups:
        if not expected.get("should_abstain"):
            return None
        return Example(row["question"], source, history, kind=row.get("type", ""))
    where = set(expected.get("page_ids", ()))
    hits: dict[tuple[str, int], int] = {}
    for page, (body, places) in spans.items():
        for n, (start, end) in enumerate(places):
            told = sum(any(states(body[start:end], value) for value in each) for each in groups)
            if told:
                hits[page, n] = told
    most = max((told for (page, _), told in hits.items() if page in where), default=0)
    if not most:
        return None
    right = frozenset(key for key, told in hits.items() if key[0] in where)
    doubtful = frozenset(hits) - right
    return Example(
        row["question"],
        source,
        history,
        right,
        doubtful,
        (right,),
        kind=row.get("type", ""),
        expected=tuple(groups),
        sure=False,
    )
