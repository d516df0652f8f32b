"""Receipts and long answers as rich messages of Bot API 10.1: one message where plain ones would be several.

https://core.telegram.org/bots/api#rich-message-formatting-options says which tags there are and how much fits.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from bot.desk.leads import Lead, leads, remark, standing
from bot.messages import Reply
from bot.phrases import Phrases, phrases
from bot.telegram.markup import SIGNS, line, web
from bot.text.day import day
from bot.values import Citation, Statement

MOST = 32_768
"""Characters of one rich message."""
BLOCKS = 500
"""Blocks of one rich message, nested ones counted."""
_RECEIPT = 3
"""Blocks of a receipt: what opens, the quotation, who is quoted."""


def rich_reply(reply: Reply) -> str:
    """Return a reply as the HTML of one rich message; empty when it does not fit, or is no answer."""
    answer = reply.answer
    if reply.apology or not any(line(each.text) for each in answer.statements):
        return ""
    say = phrases(reply.settings.language)
    by_number = {citation.n: citation for citation in answer.citations}
    above = remark(answer, say)
    told = [f"<p>{_plain(above)}</p>"] if line(above) else []
    told += [_stated(s, lead, by_number) for s, lead in zip(answer.statements, leads(answer, say), strict=True)]
    return _fitting([*told, *_receipts(answer.citations, say, opened=False)])


def rich_receipts(citations: Iterable[Citation], language: str) -> str:
    """Return the full receipts of an answer as the HTML of one rich message; empty when there is none, or no room."""
    return _fitting(list(_receipts(citations, phrases(language), opened=True)))


def _fitting(blocks: list[str]) -> str:
    whole = "".join(blocks)
    # Tags and addresses are counted, too: rather too much than too little.
    return whole if len(whole) <= MOST and _RECEIPT * len(blocks) <= BLOCKS else ""


def _stated(statement: Statement, lead: Lead, by_number: dict[int, Citation]) -> str:
    cited = [by_number[n] for n in statement.citations if n in by_number]
    who = f" ({_plain(lead.publisher)})" if lead.publisher else ""
    opening = f"<b>{SIGNS[lead.role]} {_plain(lead.word)}</b>{who}: " if lead.word else ""
    marks = "".join(_link(f"[{c.n}]", c.link) for c in cited)
    when = f" {marks} ({day(cited[-1].published)})" if cited else ""
    return f"<p>{opening}{_plain(statement.text)}{when}</p>"


def _receipts(citations: Iterable[Citation], say: Phrases, *, opened: bool) -> Iterator[str]:
    """Yield each source as a block that opens at a tap: what is quoted, from which title, with the link to it."""
    for citation in citations:
        status = standing(citation.status, say)
        told = " · ".join(part for part in (say.publisher(citation), day(citation.published), status) if part)
        title = _link(line(citation.title) or told, citation.link)
        yield (
            f"<details{' open' if opened else ''}><summary>[{citation.n}] {_plain(told)}</summary>"
            f"<blockquote>“{_plain(citation.quote)}”<cite>{title}</cite></blockquote></details>"
        )


def _plain(text: str) -> str:
    return html.escape(line(text))


def _link(label: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{_plain(label)}</a>' if web(url) else _plain(label)
