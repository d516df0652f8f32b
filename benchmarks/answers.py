"""Answers: files of questions through `python -m bot eval`, each on its own articles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Table
from benchmarks.sets import Asked, Public, write_articles

RECEIPTS = {"quotes_verbatim": "1", "citations_dated": "1", "sentences_cited": "1", "numbers_supported": "1"}
STARTER = {
    "answered_right": "0.80",
    "abstained_rightly": "0.79",
    "wrongly_declined": "0.08 or less",
    "median_words": "45 or fewer",
    **RECEIPTS,
}
"""What is to be reached on the starter corpus, of the measures of `bot eval`."""
PAGES = {
    "answered_right": "0.70",
    "abstained_rightly": "0.78",
    "wrongly_declined": "0.10 or less",
    "sentence_precision": "0.70",
    "first_sentence_right": "0.62",
    "median_words": "65 or fewer",
    **RECEIPTS,
}
"""The same on real pages, as they come from the web."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A file of questions, the articles that they are about, and what is to be reached."""

    name: str
    questions: Path
    corpus: Path
    reach: Mapping[str, str]


def evaluation(asked: QuestionSet, data: Path) -> tuple[Table, Table]:
    """Return the measures of one file of questions, and the same by type of question; data keeps the indexes."""
    found = _evaluated(asked, data)
    if found["missing"]:
        print(found["missing"], flush=True)
    rows = tuple(
        (name, _cell(value), asked.reach.get(name, ""))
        for name, value in found.items()
        if isinstance(value, int | float)
    )
    kinds: Mapping[str, Mapping[str, float | None]] = found["by_type"]
    heads = [head for head in next(iter(kinds.values()), ()) if any(row[head] is not None for row in kinds.values())]
    return (
        Table(f"Answers: {asked.name}", ("measure", "reached", "to reach"), rows, "python -m bot eval"),
        Table(
            f"Answers by type: {asked.name}",
            ("type", *(head.replace("_", " ") for head in heads)),
            tuple((kind, *(_cell(row[head]) for head in heads)) for kind, row in kinds.items()),
        ),
    )


def answerability(public: Public, work: Path) -> Table:
    """Return how often the bot answers what the set's articles answer, and declines what they do not."""
    corpus, questions = work / "articles", work / "questions.jsonl"
    if not corpus.exists():
        write_articles(public.articles, corpus)
    questions.write_text("\n".join(json.dumps(_question(each)) for each in public.questions), encoding="utf-8")
    return evaluation(QuestionSet(public.name, questions, corpus, {}), work / "data")[0]


def _question(asked: Asked) -> dict[str, Any]:
    wanted = [asked.answers] if asked.answerable else []
    expected = {"must_contain": wanted, "should_abstain": not asked.answerable}
    return {"id": asked.id, "question": asked.text, "expected": expected}


def _evaluated(asked: QuestionSet, data: Path) -> dict[str, Any]:
    """Return what `python -m bot eval` measures; it may end with a status that means some questions failed."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "eval", str(asked.questions), "--corpus", str(asked.corpus), "--json"],
        env={**os.environ, "BOT_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise SystemExit(f"python -m bot eval printed nothing: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:,}"
