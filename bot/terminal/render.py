"""Answers, sources and traces as lines for a terminal; every text is cleaned of control characters here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.phrases import phrases
from bot.text.clean import clean
from bot.text.day import day
from bot.values import Answer, Article, Citation, Hit, Status

_SAY = phrases("en")


class Look(StrEnum):
    """What a line is; the screen gives each a look of its own, a pipe gets the words alone."""

    ANSWER = "answer"
    DECLINED = "declined"
    SOURCE = "source"
    QUOTE = "quote"
    LINK = "link"
    HEADING = "heading"
    REMARK = "remark"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the terminal."""

    text: str
    look: Look = Look.REMARK
    indent: int = 0
    target: str = ""
    """Where a link leads; a terminal shows text and opens target, a pipe gets target."""


def line(text: str, look: Look = Look.REMARK, indent: int = 0) -> Line:
    """Return text as one safe line: no control characters, no line breaks."""
    return Line(" ".join(part for part in clean(text).split("\n") if part), look, indent)


def answer_lines(answer: Answer) -> Iterator[Line]:
    """Yield an answer and its numbered sources; a quote that the answer shows word for word is not repeated."""
    look = Look.DECLINED if answer.declined else Look.ANSWER
    for part in answer.text.splitlines():
        yield line(part, look)
    for citation in answer.citations:
        yield Line("")
        yield from _source(citation, quote=clean(citation.quote) not in clean(answer.text))


def source_lines(answer: Answer) -> Iterator[Line]:
    """Yield the full receipts of an answer: title, publisher, date, quote and link of each source."""
    for citation in answer.citations:
        yield line(f"[{citation.n}] {citation.title}", Look.HEADING)
        yield from _source(citation, quote=True)
    if not answer.citations:
        yield line("That reply has no sources.")


def _source(citation: Citation, *, quote: bool) -> Iterator[Line]:
    status = "" if citation.status is Status.REPORTED else f" · {citation.status.value.replace('_', ' ')}"
    yield line(f"[{citation.n}] {_SAY.publisher(citation)} · {day(citation.published)}{status}", Look.SOURCE)
    if quote:
        yield line(f"“{citation.quote}”", Look.QUOTE, 4)
    if citation.url:
        shown = line(citation.url, Look.LINK, 4)
        yield replace(shown, target=line(citation.link).text or shown.text)


def search_lines(found: Sequence[tuple[Hit, Article]]) -> Iterator[Line]:
    """Yield hits, best first: rank, score, title, where it is from, and the passage."""
    for rank, (hit, article) in enumerate(found, 1):
        yield line(f"{rank}. {hit.score:.3f}  {article.title}", Look.HEADING)
        yield line(f"{_SAY.publisher(article)} · {day(article.published)}", Look.SOURCE, 4)
        yield line(hit.passage.text, Look.QUOTE, 4)
        if article.url:
            yield line(article.url, Look.LINK, 4)
    if not found:
        yield line("Nothing in the index fits.")
