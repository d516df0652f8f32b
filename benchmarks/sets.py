"""Public sets on disk: articles, questions with their history, and which articles are relevant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.ranking import Graded
from bot.values import Turn


@dataclass(frozen=True, slots=True)
class Source:
    """An article of a set."""

    id: str
    title: str
    text: str
    url: str
    published: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set; answers are empty where the set has none."""

    id: str
    text: str
    history: tuple[Turn, ...]
    answers: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Public:
    """A retrieval set; relevant holds only questions that some article answers."""

    name: str
    articles: tuple[Source, ...]
    questions: tuple[Asked, ...]
    relevant: Mapping[str, Graded]

    @property
    def gold(self) -> dict[str, Sequence[str]]:
        """Question id -> the strings that answer it."""
        return {each.id: each.answers for each in self.questions}

    @property
    def judged(self) -> list[Asked]:
        """The questions that some article answers."""
        return [each for each in self.questions if each.id in self.relevant]


def read(folder: Path) -> Public:
    """Return the set in folder: corpus.jsonl, queries.jsonl and qrels.tsv (question, 0, article, grade).

    Articles with the same text are one, for everybody: which of them is found says nothing.
    """
    articles = [
        Source(each["id"], each["title"], each["text"], each.get("url", ""), each.get("published", ""))
        for each in rows(folder / "corpus.jsonl")
    ]
    first = _first(articles)
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        question, _, article, grade = line.split("\t")
        if grade.isdigit() and int(grade) and article in first:
            grades = relevant.setdefault(question, {})
            grades[first[article]] = max(int(grade), grades.get(first[article], 0))
    questions = tuple(map(_asked, rows(folder / "queries.jsonl")))
    asked = {each.id for each in questions}
    judged = {name: grades for name, grades in relevant.items() if name in asked}
    return Public(folder.name, tuple(a for a in articles if first[a.id] == a.id), questions, judged)


def _first(articles: Sequence[Source]) -> dict[str, str]:
    """Return article id -> id of the first article with that text."""
    holders: dict[str, str] = {}
    for each in sorted(articles, key=lambda article: article.id):
        holders.setdefault(" ".join(each.text.split()), each.id)
    return {each.id: holders[" ".join(each.text.split())] for each in articles}


def write_articles(articles: Sequence[Source], folder: Path) -> None:
    """Write the articles as the Markdown files that the bot reads, named by their ids."""
    folder.mkdir(parents=True)
    for each in articles:
        # JSON strings are YAML strings.
        head = {"title": each.title, "url": each.url, "published": each.published.replace("/", "-")}
        lines = [f"{name}: {json.dumps(value)}" for name, value in head.items() if value]
        (folder / f"{each.id}.md").write_text("\n".join(["---", *lines, "---", "", each.text, ""]), encoding="utf-8")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _asked(row: dict[str, Any]) -> Asked:
    turns = [Turn("user" if each["speaker"] == "user" else "bot", each["text"]) for each in row.get("history", [])]
    answerable = row.get("answerable", True) is True
    return Asked(row["id"], row["text"], tuple(turns), tuple(row.get("answers", [])), answerable)
