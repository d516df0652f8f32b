"""Replies as messages for Discord: pure functions from values to sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.desk.leads import Lead, leads, remark, standing
from bot.discord.markdown import address, escaped, length, linked, one_line, pieces
from bot.discord.sheets import MOST_LABEL, MOST_PLAIN, MOST_TEXT, Link, Press, Row, Sheet, Tone, labels, pack, rows
from bot.messages import Reply
from bot.phrases import Phrases, phrases
from bot.text.day import day
from bot.values import Answer, Citation, Role, Statement

_PARAGRAPH = 1900
"""Characters of a paragraph at most, so that plain content holds it too."""
_PIECE = 1200
_LINKS = 10
_SUGGESTIONS = 3
_NAME = 40
_CAREFUL = (Role.RUMOUR, Role.FORECAST)


def answer_sheets(reply: Reply, *, private: bool = False, asked: str = "") -> tuple[Sheet, ...]:
    """Return a reply as messages, the buttons under the last.

    private adds the button that shares it; asked is shown above when the reader cannot see the question.
    """
    say = phrases(reply.settings.language)
    if reply.apology:
        return text_sheets([reply.apology])
    shown = tuple(_answer_rows(reply, say, private=private))
    packed = pack(_blocks(reply, say, asked), MOST_TEXT - labels(shown))
    tone = _tone(reply.answer)
    return (*(Sheet(blocks, (), tone) for blocks in packed[:-1]), Sheet(packed[-1], shown, tone))


def plain(reply: Reply) -> tuple[str, ...]:
    """Return a reply as plain contents without buttons, for when Discord refuses the layout."""
    say = phrases(reply.settings.language)
    blocks = [list(pieces(reply.apology, _PARAGRAPH))] if reply.apology else _blocks(reply, say, "")
    return tuple("\n\n".join(message) for message in pack(blocks, MOST_PLAIN - 2 * len(blocks)))


def text_sheets(paragraphs: Iterable[str], shown: Sequence[Row] = ()) -> tuple[Sheet, ...]:
    """Return plain paragraphs as messages, rows of buttons under the last."""
    block = [piece for paragraph in paragraphs for piece in pieces(paragraph, _PARAGRAPH)]
    packed = pack([block], MOST_TEXT - labels(shown))
    return (*(Sheet(blocks) for blocks in packed[:-1]), Sheet(packed[-1], tuple(shown)))


def quote_sheets(citations: Sequence[Citation], language: str) -> tuple[Sheet, ...]:
    """Return the receipts in full: title, publisher, date, the verbatim quote, the link to it."""
    if not citations:
        return text_sheets([phrases(language).no_sources])
    blocks = [list(_receipt(citation, language)) for citation in citations]
    # A block costs three components with its line; a message holds 40.
    groups = [blocks[start : start + 10] for start in range(0, len(blocks), 10)]
    return tuple(Sheet(message) for group in groups for message in pack(group, MOST_TEXT))


def _blocks(reply: Reply, say: Phrases, asked: str) -> list[list[str]]:
    answer = reply.answer
    lines = [f"-# {piece}" for piece in pieces(asked, _PIECE)] if asked else []
    by_number = {citation.n: citation for citation in answer.citations}
    lines += filter(None, pieces(remark(answer, say), _PIECE))
    for statement, lead in zip(answer.statements, leads(answer, say), strict=True):
        lines += _joined(_statement(statement, by_number, lead))
    sources = [f"-# {piece}" for citation in answer.citations for piece in pieces(_source(citation, say), _PIECE)]
    return [lines, sources] if sources else [lines]


def _statement(statement: Statement, by_number: dict[int, Citation], lead: Lead) -> list[str]:
    """Return a sentence in parts that may stand on lines of their own: words, citation numbers, date."""
    cited = [by_number[n] for n in statement.citations if n in by_number]
    marks = [linked(f"[{citation.n}]", _target(citation)) for citation in cited]
    return [*_led(lead, statement.text), *marks, *([f"({day(cited[-1].published)})"] if cited else [])]


def _led(lead: Lead, text: str) -> list[str]:
    """Return a text in parts, in bold before it the word that sets it apart from plain facts."""
    first, *rest = pieces(text, _PIECE)
    who = f" ({escaped(_clipped(one_line(lead.publisher), _NAME))})" if lead.publisher else ""
    return [f"**{lead.word}{who}:** {first}" if lead.word else first, *rest]


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """Yield parts joined by spaces, in paragraphs that keep the limit."""
    line = parts[0]
    for part in parts[1:]:
        if length(line) + 1 + length(part) > _PARAGRAPH:
            yield line
            line = part
        else:
            line = f"{line} {part}"
    yield line


def _source(citation: Citation, say: Phrases) -> str:
    status = standing(citation.status, say)
    name = one_line(say.publisher(citation))
    return f"[{citation.n}] {name} · {day(citation.published)}{f' · {status}' if status else ''}"


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _receipt(citation: Citation, language: str) -> Iterator[str]:
    say = phrases(language)
    yield from (f"**{piece}**" for piece in pieces(f"[{citation.n}] {citation.title}", _PIECE))
    yield from (f"> {piece}" for piece in pieces(f"“{citation.quote}”", _PIECE))
    *before, last = pieces(_source(citation, say).partition("] ")[2], _PIECE)
    target = _target(citation)
    opened = f" · {linked(say.open_page if citation.brief else say.open_it, target)}" if target else ""
    yield from (f"-# {piece}" for piece in before)
    yield f"-# {last}{opened}"


def _answer_rows(reply: Reply, say: Phrases, *, private: bool) -> Iterator[Row]:
    yield from rows([link for citation in reply.answer.citations[:_LINKS] for link in _link(citation)])
    answer_id = reply.answer_id
    if not answer_id:
        return
    pressed = [Press(say.quotes, f"quotes:{answer_id}")] if reply.answer.citations else []
    pressed += [Press(say.useful, f"useful:{answer_id}"), Press(say.not_useful, f"poor:{answer_id}")]
    if reply.answer.declined:
        pressed.append(Press(say.file_gap, f"gap:{answer_id}"))
    if private:
        pressed.append(Press(phrases(reply.settings.language).share, f"share:{answer_id}", quiet=False))
    yield from rows(pressed)
    asked = [one_line(suggestion) for suggestion in reply.suggestions]
    fitting = list(dict.fromkeys(text for text in asked if text and length(text) <= MOST_LABEL))[:_SUGGESTIONS]
    yield from rows([Press(text, f"ask:{answer_id}:{k}", quiet=False) for k, text in enumerate(fitting)])


def _target(citation: Citation) -> str:
    """Return where a citation leads: to its sentence or page, to that when Discord takes no link so long; or ""."""
    return address(citation.link) or address(citation.url)


def _link(citation: Citation) -> Iterator[Link]:
    target = _target(citation)
    if target:
        yield Link(f"[{citation.n}] {_clipped(one_line(citation.publisher or citation.article_id), _NAME)}", target)


def _tone(answer: Answer) -> Tone:
    if answer.declined:
        return Tone.UNKNOWN
    careful = any(statement.role in _CAREFUL for statement in answer.statements)
    return Tone.CAUTION if careful else Tone.PLAIN
