"""python -m bot eval"""

from __future__ import annotations

import textwrap
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.app import answering, indexing
from bot.cli.exits import Exit
from bot.cli.lines import BadLine, fields_in, question_in, raw_lines, timed, write
from bot.cli.measures import Expected, Measures, Outcome, Question, Receipts, measure, receipts
from bot.cli.progress import progress
from bot.errors import UnusableQuestion
from bot.readers import read_corpus
from bot.settings import Settings
from bot.terminal.render import Line, Look, line
from bot.terminal.screen import screen
from bot.values import Article, Ask

_EXPECTED = TypeAdapter(Expected)

_SAYS = {
    "pass_rate": "passed",
    "answered_right": "answerable, answered right",
    "answer_rate": "answerable, not declined",
    "abstained_rightly": "unanswerable, declined",
    "cites_expected_page": "answerable, an expected article cited",
    "quotes_verbatim": "quotes verbatim in their article",
    "citations_dated": "citations dated where the article is",
    "sentences_cited": "sentences with a citation",
    "numbers_supported": "sentences whose numbers stand in their quotes",
}


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Ask every question of the file, check every receipt against the articles as they are on disk, and report."""
    questions = read_questions(arguments.questions)
    if arguments.corpus:
        settings = indexing.apart(settings, arguments.corpus)
        with progress() as hear:
            indexing.index(settings, hear)
    articles = {article.id: article for article in read_corpus(*settings.folders) if isinstance(article, Article)}
    with answering.conversation(settings) as ask:
        outcomes = [_ask(ask, question) for question in questions]
    checked = [receipts(outcome.answer, articles) for outcome in outcomes]
    measures = measure(outcomes, checked)
    failed = [(o, r) for o, r in zip(outcomes, checked, strict=True) if not (o.right and r.whole)]
    if arguments.json:
        write(asdict(measures) | {"failures": [_failure(outcome, receipt) for outcome, receipt in failed]})
    else:
        screen()(_report(measures, failed))
    return Exit.PARTLY if failed else Exit.OK


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
        expected = _expected(found.get("expected", {}))
    except BadLine as error:
        raise BadLine(f"line {number}: {error}") from None
    name = str(number) if asked.id is None else str(asked.id)
    return Question(name, str(found.get("type", "question")), asked.question, asked.history, expected)


def _expected(value: object) -> Expected:
    try:
        return _EXPECTED.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadLine(f"expected: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None


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
    for kind, (passed, asked) in measures.by_type.items():
        yield Line(f"{kind:<24} {passed:>4} of {asked:<4} {passed / asked:>5.0%}", indent=2)
    yield from _shares(asdict(measures))
    if measures.median_words is not None:
        yield Line(f"{measures.median_words:g} words and {measures.median_ms:g} ms in the median", indent=2)
    if failed:
        yield line("Failures", Look.HEADING)
    for outcome, receipt in failed:
        yield from _failure_lines(outcome, receipt)


def _shares(values: Mapping[str, Any]) -> Iterator[Line]:
    for name, says in _SAYS.items():
        if values[name] is not None:
            yield Line(f"{values[name]:>7.1%}  {says}", indent=2)


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
