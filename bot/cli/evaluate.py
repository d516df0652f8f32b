"""python -m bot eval"""

from __future__ import annotations

import json
import sys
import textwrap
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.app import answering, indexing
from bot.cli.evidence import Evidence
from bot.cli.exits import Exit
from bot.cli.lines import BadLine, fields_in, question_in, raw_lines, timed, write
from bot.cli.measures import Expected, Kind, Measures, Outcome, Question, Receipts, measure, receipts
from bot.cli.progress import progress
from bot.cli.records import answer_record
from bot.errors import SettingsError, UnusableQuestion
from bot.readers import read_corpus
from bot.settings import Settings
from bot.terminal.render import Line, Look, line
from bot.terminal.screen import screen
from bot.values import Article, Ask

T = TypeVar("T")
_EXPECTED = TypeAdapter(Expected)
_QUOTES = TypeAdapter(tuple[Evidence, ...])

SHOWN = 3
"""Missing articles that are named."""
_SAYS = {
    "pass_rate": "passed",
    "answered_right": "answerable, answered right",
    "abstained_rightly": "unanswerable, declined",
    "wrongly_declined": "answerable, declined",
    "sentence_precision": "sentences that say what the evidence says",
    "first_sentence_right": "answers whose first sentence answers",
    "parts_covered": "parts of questions that a sentence answers",
    "cites_expected_page": "answerable, an expected article cited",
    "quotes_verbatim": "quotes verbatim in their article",
    "citations_dated": "citations dated where the article is",
    "sentences_cited": "sentences with a citation",
    "numbers_supported": "sentences whose numbers stand in their quotes",
}
_HEADS = {
    "asked": "asked",
    "passed": "passed",
    "declined": "declined",
    "sentence_precision": "precision",
    "first_sentence_right": "first",
    "parts_covered": "parts",
}


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Ask every question of the file, check every receipt against the articles as they are on disk, and report."""
    questions = read_questions(arguments.questions)
    folders = [arguments.corpus] if arguments.corpus else settings.folders
    articles = {article.id: article for article in read_corpus(*folders) if isinstance(article, Article)}
    if missing := _missing(questions, articles.keys()):
        screen(sys.stderr)([line(missing, Look.ERROR)])
    if arguments.corpus:
        with progress() as hear:
            settings = indexing.index_apart(settings, arguments.corpus, hear)
    with answering.conversation(settings) as ask:
        outcomes = [_ask(ask, question) for question in questions]
    if arguments.answers:
        _keep(outcomes, arguments.answers)
    checked = [receipts(outcome.answer, articles) for outcome in outcomes]
    measures = measure(outcomes, checked)
    failed = [(o, r) for o, r in zip(outcomes, checked, strict=True) if not (o.right and r.whole)]
    if arguments.json:
        write(asdict(measures) | {"missing": missing, "failures": [_failure(*each) for each in failed]})
    else:
        screen()(_report(measures, failed))
    return Exit.PARTLY if failed else Exit.OK


def _missing(questions: Sequence[Question], known: AbstractSet[str]) -> str:
    """Return one sentence on the articles that questions name and that are not there, empty when all are.

    Raises UnusableQuestion when none of them is: the questions are about other articles.
    """
    named = {page for question in questions for page in question.pages}
    missing = sorted(named - known)
    if not missing:
        return ""
    shown = ", ".join(missing[:SHOWN]) + (", …" if len(missing) > SHOWN else "")
    if len(missing) == len(named):
        raise UnusableQuestion(
            f"None of the {len(named)} articles that the questions name is in the corpus ({shown}): "
            "give the folder that holds them with --corpus."
        )
    return (
        f"{len(missing)} of the {len(named)} articles that the questions name are not in the corpus or cannot be read, "
        f"so that nothing is found in them: {shown}."
    )


def _keep(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the answers as `ask --stdin --json` prints them."""
    records = [{"id": each.question.id, **answer_record(each.answer, each.ms)} for each in outcomes]
    try:
        path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}): name another place.") from error


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a file, one JSON object a line. Raises UnusableQuestion that names the bad line."""
    try:
        with path.open("rb") as file:
            return [_question(raw, number) for number, raw in enumerate(raw_lines(file), 1) if raw.strip()]
    except OSError as error:
        raise UnusableQuestion(f"{path} cannot be read: {error.strerror}.") from None
    except BadLine as error:
        raise UnusableQuestion(f"{path} cannot be used: {error}") from None


def _question(raw: bytes, number: int) -> Question:
    try:
        found = fields_in(raw)
        asked = question_in(found)
        expected = _valid(_EXPECTED, found, "expected", {})
        evidence, acceptable = (_valid(_QUOTES, found, name, ()) for name in ("evidence", "acceptable"))
    except BadLine as error:
        raise BadLine(f"line {number}: {error}") from None
    name = str(number) if asked.id is None else str(asked.id)
    kind = str(found.get("type", "question"))
    return Question(name, kind, asked.question, asked.history, expected, evidence, acceptable)


def _valid(adapter: TypeAdapter[T], fields: Mapping[str, Any], name: str, default: object) -> T:
    try:
        return adapter.validate_python(fields.get(name, default))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadLine(f"{'.'.join(map(str, (name, *first['loc'])))}: {first['msg']}.") from None


def _ask(ask: Ask, question: Question) -> Outcome:
    (answer, _), ms = timed(lambda: ask(question.text, question.history))
    return Outcome(question, answer, ms)


def _failure(outcome: Outcome, receipt: Receipts) -> dict[str, Any]:
    expected = outcome.question.expected
    return {
        "id": outcome.question.id,
        "type": outcome.question.kind,
        "question": outcome.question.text,
        "expected": "to decline" if expected.should_abstain else [list(each) for each in expected.must_contain],
        "answer": outcome.answer.text,
        "declined": outcome.answer.declined,
        "right": outcome.right,
        "receipts_hold": receipt.whole,
    }


def _report(measures: Measures, failed: Sequence[tuple[Outcome, Receipts]]) -> Iterator[Line]:
    yield line(f"{measures.passed} of {measures.questions} questions passed", Look.HEADING)
    yield from _shares(asdict(measures))
    if measures.median_words is not None:
        yield Line(f"{measures.median_words:g} words and {measures.median_ms:g} ms in the median", indent=2)
    yield from _table(measures.by_type)
    if failed:
        yield line("Failures", Look.HEADING)
    for outcome, receipt in failed:
        yield from _failure_lines(outcome, receipt)


def _shares(values: Mapping[str, Any]) -> Iterator[Line]:
    for name, says in _SAYS.items():
        if values[name] is not None:
            yield Line(f"{values[name]:>7.1%}  {says}", indent=2)


def _table(kinds: Mapping[str, Kind]) -> Iterator[Line]:
    """Yield a line for each type of question; what could not be counted of any type has no column."""
    rows = {kind: asdict(of) for kind, of in kinds.items()}
    heads = {name: head for name, head in _HEADS.items() if any(row[name] is not None for row in rows.values())}
    width = max(map(len, ("by type", *rows)), default=0)
    yield line(f"{'by type':<{width}}" + "".join(f"{head:>11}" for head in heads.values()), Look.HEADING)
    for kind, row in rows.items():
        yield Line(f"{kind:<{width}}" + "".join(f"{_cell(row[name]):>11}" for name in heads))


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{round(value, 2):g}"


def _failure_lines(outcome: Outcome, receipt: Receipts) -> Iterator[Line]:
    question, expected = outcome.question, outcome.question.expected
    wanted = "to decline" if expected.should_abstain else "; ".join(" or ".join(each) for each in expected.must_contain)
    yield line(f"{question.id} {question.kind}: {question.text}", indent=2)
    yield line(f"wanted {wanted}", indent=6)
    got = ("declined: " if outcome.answer.declined else "") + textwrap.shorten(
        outcome.answer.text, 300, placeholder="…"
    )
    yield line(f"got {got}", Look.QUOTE, 6)
    if not receipt.whole:
        yield line("its receipts do not hold", Look.ERROR, 6)
