"""A reply as Telegram messages: pure functions from values to HTML and buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.phrases import Phrases, phrases
from bot.telegram.buttons import Button, buttons
from bot.telegram.markup import SPACE, Markup, bold, inert, joined, line, link, plain
from bot.telegram.packing import Row, pack, parts
from bot.text.day import day
from bot.values import Answer, Citation, Length, Reply, Role, Statement, Status

_SIGNS = {
    Role.CORRECTION: "⚠️",
    Role.DISAGREES: "↔️",
    Role.OLDER: "🕰",
    Role.RUMOUR: "💭",
    Role.FORECAST: "🔮",
    Role.CONTEXT: "ℹ️",
}
_STATUSES = {
    Status.RUMOUR: "rumour",
    Status.FORECAST: "forecast",
    Status.SUPERSEDED: "superseded since",
    Status.CONTAINS_ERROR: "known to contain an error",
}
_MARK = re.compile(r"\[(\d{1,4})\]")
_NAME = 80
_TITLE = 200
_LINKED_MARKS = 8

Citations = Mapping[int, Citation]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send."""

    html: str
    plain: str
    """The same without markup, for a server that refuses the markup."""
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons below it."""


def reply_messages(reply: Reply) -> tuple[Outgoing, ...]:
    """Return the messages that carry a reply, in order, the buttons under the last.

    Each statement stands with its numbered, linked citations and its date; below are the sources, and folded away
    the verbatim quotes. In a place that wants short replies the quotes are left to the button.
    """
    if reply.apology:
        return notice(reply.apology)
    short = reply.settings.length is Length.SHORT
    messages = pack(_rows(reply.answer, phrases(reply.settings.language), quotes=not short))
    return tuple(
        Outgoing(m.html, inert(m.text), buttons(reply) if k == len(messages) else ()) for k, m in enumerate(messages, 1)
    )


def notice(text: str) -> tuple[Outgoing, ...]:
    """Return the messages that carry a text of our own, line by line."""
    return outgoing(Row(plain(part)) for told in text.splitlines() for part in parts(line(told)))


def source_messages(citations: Iterable[Citation]) -> tuple[Outgoing, ...]:
    """Return the full receipts: title, publisher, date and status, quote and link of each source."""
    rows = [row for k, citation in enumerate(citations) for row in _receipt(k, citation)]
    return outgoing(rows or [Row(plain("That reply has no sources."))])


def quote_messages(citations: Iterable[Citation]) -> tuple[Outgoing, ...]:
    """Return the verbatim quotes, each under its publisher and date, nothing folded away."""
    rows: list[Row] = []
    for k, citation in enumerate(citations):
        rows.append(Row(_source(citation), k))
        rows += [Row(plain(f"“{part}”"), k) for part in parts(line(citation.quote))]
    return outgoing(rows or [Row(plain("That reply has no quotes."))])


def outgoing(rows: Iterable[Row]) -> tuple[Outgoing, ...]:
    """Return rows as messages without buttons."""
    return tuple(Outgoing(m.html, inert(m.text)) for m in pack(rows))


def first_line(reply: Reply) -> str:
    """Return what a reply says first, for a title: plain text without citation marks."""
    answer = reply.answer
    told = answer.statements[0].text if answer.statements and not answer.declined else answer.text
    return line(_MARK.sub("", reply.apology or told))


def _rows(answer: Answer, say: Phrases, *, quotes: bool) -> Iterator[Row]:
    by_number = {citation.n: citation for citation in answer.citations}
    if answer.declined or not answer.statements:
        yield from _marked(answer.text, by_number)
    else:
        yield from _marked(answer.note, by_number)
        for statement in answer.statements:
            yield from _statement(statement, by_number, say)
    for citation in answer.citations:
        yield Row(_source(citation), group=1)
    for citation in answer.citations if quotes else ():
        for part in parts(line(citation.quote)):
            yield Row(plain(f"[{citation.n}] “{part}”"), group=2, folded=True)


def _marked(text: str, by_number: Citations) -> Iterator[Row]:
    """Yield a text of ours, line by line, with its citation numbers linked."""
    for told in text.splitlines():
        for part in parts(line(told)):
            run, last = Markup(), 0
            for mark in list(_MARK.finditer(part))[:_LINKED_MARKS]:
                run = run + plain(part[last : mark.start()]) + _mark(int(mark[1]), by_number)
                last = mark.end()
            yield Row(run + plain(part[last:]))


def _statement(statement: Statement, by_number: Citations, say: Phrases) -> Iterator[Row]:
    cited = [by_number[n] for n in statement.citations if n in by_number]
    when = plain(f" ({day(cited[-1].published)})") if cited else Markup()
    marks = SPACE + joined([_mark(n, by_number) for n in statement.citations[:_LINKED_MARKS]], "")
    opening = _lead(statement.role, cited, say)
    for part in parts(line(statement.text)):
        yield Row(opening + plain(part) + marks + when)
        opening = Markup()


def _lead(role: Role, cited: list[Citation], say: Phrases) -> Markup:
    labels = {
        Role.CORRECTION: say.correction,
        Role.DISAGREES: say.disagrees,
        Role.OLDER: say.older,
        Role.RUMOUR: say.rumour,
        Role.FORECAST: say.forecast,
        Role.CONTEXT: say.context,
    }
    if role not in labels:
        return Markup()
    publisher = _clipped(cited[-1].publisher, _NAME) if cited else ""
    return bold(f"{_SIGNS[role]} {labels[role]}") + plain(f" ({publisher}): " if publisher else ": ")


def _mark(number: int, by_number: Citations) -> Markup:
    citation = by_number.get(number)
    return link(f"[{number}]", citation.link) if citation else plain(f"[{number}]")


def _source(citation: Citation) -> Markup:
    """Return a source in one line: number, publisher and date, linked to the sentence, and what became of it."""
    name = _clipped(citation.publisher, _NAME) or _clipped(citation.article_id, _NAME)
    status = _STATUSES.get(citation.status, "")
    return (
        plain(f"[{citation.n}] ")
        + link(f"{name} · {day(citation.published)}", citation.link)
        + plain(f" · {status}" if status else "")
    )


def _receipt(group: int, citation: Citation) -> Iterator[Row]:
    yield Row(plain(_clipped(citation.title, _TITLE) or citation.article_id), group)
    yield Row(_source(citation), group)
    for part in parts(line(citation.quote)):
        yield Row(plain(f"“{part}”"), group, folded=True)


def _clipped(text: str, most: int) -> str:
    shown = line(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
