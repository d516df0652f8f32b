"""A reply as Telegram messages: pure functions from values to HTML and buttons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.desk.leads import Lead, leads, remark, standing
from bot.messages import Layout, Length, PlaceSettings, Reply
from bot.phrases import Phrases, phrases
from bot.telegram.buttons import Button, buttons
from bot.telegram.markup import SIGNS, SPACE, Markup, bold, inert, joined, line, link, plain, web
from bot.telegram.packing import Row, pack, parts
from bot.telegram.rich import rich_receipts, rich_reply
from bot.text.day import day
from bot.values import Answer, Citation, Statement

_NAME = 80
_TITLE = 200
_LINKED_MARKS = 8

Citations = Mapping[int, Citation]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send."""

    html: str
    text: str
    """The same without markup."""
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons below it."""
    rich: str = ""
    """On the first of several: all of them as one rich message, for a server that knows such."""

    @property
    def plain(self) -> str:
        """The text with nothing alive in it, for a server that refuses the markup."""
        return inert(self.text)


def reply_messages(reply: Reply) -> tuple[Outgoing, ...]:
    """Return the messages that carry a reply, in order, the buttons under the last.

    Each statement stands with its numbered, linked citations and its date; below are the sources, and folded away
    the verbatim quotes. In a place that wants short replies the quotes are left to the button.
    """
    if reply.apology:
        return notice(reply.apology)
    short = reply.settings.length is Length.SHORT
    say = phrases(reply.settings.language)
    messages = outgoing(_rows(reply.answer, say, quotes=not short))
    if not messages:  # whoever asked must not wait for ever
        return notice(say.unavailable)
    # A bot does not see which client people have, and an old one shows no rich message at all: so only where it
    # spares people several messages, unless the place has chosen.
    chosen = reply.settings.layout is Layout.RICH or (reply.settings.layout is Layout.AUTO and len(messages) > 1)
    *before, last = messages
    return _or_rich((*before, replace(last, buttons=buttons(reply))), rich_reply(reply) if chosen else "")


def _or_rich(messages: tuple[Outgoing, ...], rich: str) -> tuple[Outgoing, ...]:
    return (replace(messages[0], rich=rich), *messages[1:])


def notice(text: str) -> tuple[Outgoing, ...]:
    """Return the messages that carry a text of our own, line by line."""
    return outgoing(Row(plain(part)) for told in text.splitlines() for part in parts(line(told)))


def source_messages(citations: Sequence[Citation], settings: PlaceSettings) -> tuple[Outgoing, ...]:
    """Return the full receipts: title, publisher, date and status, quote and link of each source."""
    say = phrases(settings.language)
    rows = [row for k, citation in enumerate(citations) for row in _receipt(k, citation, say)]
    return _or_rich(outgoing(rows or [Row(plain(say.no_sources))]), _rich_receipts(citations, settings))


def quote_messages(citations: Sequence[Citation], settings: PlaceSettings) -> tuple[Outgoing, ...]:
    """Return the verbatim quotes, each under its publisher and date, nothing folded away."""
    say = phrases(settings.language)
    rows: list[Row] = []
    for k, citation in enumerate(citations):
        rows.append(Row(_source(citation, say), k))
        rows += [Row(plain(f"“{part}”"), k) for part in parts(line(citation.quote))]
    return _or_rich(outgoing(rows or [Row(plain(say.no_sources))]), _rich_receipts(citations, settings))


def _rich_receipts(citations: Sequence[Citation], settings: PlaceSettings) -> str:
    return "" if settings.layout is Layout.PLAIN else rich_receipts(citations, settings.language)


def outgoing(rows: Iterable[Row]) -> tuple[Outgoing, ...]:
    """Return rows as messages without buttons."""
    return tuple(Outgoing(m.html, m.text) for m in pack(rows))


def first_line(reply: Reply) -> str:
    """Return what a reply says first, for a title: plain text without citation marks."""
    answer, say = reply.answer, phrases(reply.settings.language)
    told = [reply.apology or remark(answer, say), *(statement.text for statement in answer.statements)]
    return next(filter(None, map(line, told)), "")


def _rows(answer: Answer, say: Phrases, *, quotes: bool) -> Iterator[Row]:
    by_number = {citation.n: citation for citation in answer.citations}
    yield from (Row(plain(part)) for part in parts(line(remark(answer, say))))
    for statement, lead in zip(answer.statements, leads(answer, say), strict=True):
        yield from _statement(statement, by_number, _opening(lead))
    for citation in answer.citations:
        yield Row(_source(citation, say), group=1)
    for citation in answer.citations if quotes else ():
        for part in parts(line(citation.quote)):
            yield Row(plain(f"[{citation.n}] “{part}”"), group=2, folded=True)


def _statement(statement: Statement, by_number: Citations, opening: Markup) -> Iterator[Row]:
    cited = [by_number[n] for n in statement.citations if n in by_number]
    when = plain(f" ({day(cited[-1].published)})") if cited else Markup()
    marks = SPACE + joined([_mark(n, by_number) for n in statement.citations[:_LINKED_MARKS]], "")
    for part in parts(line(statement.text)):
        yield Row(opening + plain(part) + marks + when)
        opening = Markup()


def _opening(lead: Lead) -> Markup:
    if not lead.word:
        return Markup()
    who = _clipped(lead.publisher, _NAME)
    return bold(f"{SIGNS[lead.role]} {lead.word}") + plain(f" ({who}): " if who else ": ")


def _mark(number: int, by_number: Citations) -> Markup:
    citation = by_number.get(number)
    return link(f"[{number}]", _target(citation)) if citation else plain(f"[{number}]")


def _target(citation: Citation) -> str:
    """Return where a citation leads: to its sentence or page, to the page when Telegram takes no link that long."""
    return citation.link if web(citation.link) else citation.url


def _source(citation: Citation, say: Phrases) -> Markup:
    """Return a source in one line: number, publisher and date, linked to what is quoted, and what became of it."""
    name = _clipped(say.publisher(citation), _NAME) or _clipped(citation.article_id, _NAME)
    status = standing(citation.status, say)
    return (
        plain(f"[{citation.n}] ")
        + link(f"{name} · {day(citation.published)}", _target(citation))
        + plain(f" · {status}" if status else "")
    )


def _receipt(group: int, citation: Citation, say: Phrases) -> Iterator[Row]:
    yield Row(plain(_clipped(citation.title, _TITLE) or citation.article_id), group)
    yield Row(_source(citation, say), group)
    for part in parts(line(citation.quote)):
        yield Row(plain(f"“{part}”"), group, folded=True)


def _clipped(text: str, most: int) -> str:
    shown = line(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
