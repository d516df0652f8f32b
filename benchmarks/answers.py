"""Answers: a file of questions through `bot eval`, and the news set through `bot ask` for what it declines."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.ranking import holds
from benchmarks.report import Table, show
from benchmarks.sets import Public, write_articles

REACH = {
    "answered_right": "0.85",
    "answer_rate": "0.95",
    "abstained_rightly": "0.85",
    "quotes_verbatim": "1",
    "citations_dated": "1",
    "sentences_cited": "1",
    "numbers_supported": "1",
    "median_words": "60 or fewer",
}


def evaluation(questions: Path, corpus: Path, data: Path) -> tuple[Table, Table]:
    """Return the measures of one file of questions on the corpus, and the same by type of question."""
    bot(["index", "--json"], corpus, data)
    found = json.loads(bot(["eval", str(questions), "--json"], corpus, data).splitlines()[-1])
    measures = found.get("measures", found)
    rows = tuple(
        (name, show(value, 4) if isinstance(value, float) else str(value), REACH.get(name, ""))
        for name, value in measures.items()
        if isinstance(value, int | float)
    )
    kinds = tuple((kind, _of(passed)) for kind, passed in measures["by_type"].items())
    return (
        Table(
            f"Answers: {questions.name}",
            ("measure", "reached", "to reach"),
            rows,
            "python -m bot eval, starter corpus.",
        ),
        Table(f"Answers by type: {questions.name}", ("type", "passed"), kinds),
    )


def answerability(public: Public, work: Path) -> Table:
    """Return how often the bot answers what the set's articles answer, and declines what they do not."""
    corpus, data = work / "articles", work / "data"
    if not corpus.exists():
        write_articles(public.articles, corpus)
    bot(["index", "--json"], corpus, data)
    lines = "\n".join(json.dumps({"id": each.id, "question": each.text}) for each in public.questions)
    printed = bot(["ask", "--stdin", "--json"], corpus, data, lines)
    answers: dict[str, Any] = {row["id"]: row for row in map(json.loads, printed.splitlines())}
    present = [each for each in public.questions if each.answerable]
    absent = [each for each in public.questions if not each.answerable]
    answered = [each for each in present if not answers[each.id]["declined"]]
    right = sum(holds([answers[each.id]["answer"]], each.answers) for each in answered)
    words = [len(answers[each.id]["answer"].split()) for each in answered]
    rows = (
        ("answerable, answered", _share(len(answered), len(present))),
        ("answered, the gold answer in it", _share(right, len(answered))),
        ("answerable, the gold answer in it", _share(right, len(present))),
        ("absent, declined", _share(sum(answers[each.id]["declined"] for each in absent), len(absent))),
        ("median words of an answer", show(statistics.median(words) if words else None, 0)),
    )
    remark = (
        f"{len(present)} questions that the {len(public.articles)} articles answer, {len(absent)} that they do not."
    )
    return Table(f"Answerability: {public.name}", ("", "share"), rows, remark)


def bot(arguments: Sequence[str], corpus: Path, data: Path, lines: str = "") -> str:
    """Return what `python -m bot` prints; it may end with a status that means some lines or files were refused."""
    environment: Mapping[str, str] = {**os.environ, "BOT_CORPUS_DIR": str(corpus), "BOT_DATA_DIR": str(data)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=lines,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise SystemExit(f"python -m bot {arguments[0]} printed nothing: {done.stderr.strip()[-500:]}")
    return done.stdout


def _of(passed: Sequence[int]) -> str:
    return f"{passed[0]}/{passed[1]}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "-"
