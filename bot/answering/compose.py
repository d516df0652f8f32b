"""Statements with their receipts, and the text that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.answering.candidates import Candidates
from bot.answering.features import opens_with_pronoun
from bot.answering.links import link_to
from bot.phrases import phrases
from bot.text.day import day
from bot.values import Article, Citation, Role, Sentence, Statement, Status

_ROLES = {Status.RUMOUR: Role.RUMOUR, Status.FORECAST: Role.FORECAST}
_SAY = phrases("en")
_LEAD = {Role.RUMOUR: _SAY.rumour, Role.FORECAST: _SAY.forecast, Role.CLOSEST: _SAY.closest}


@dataclass
class Receipts:
    """The numbered citations of one answer; the same quote is numbered once."""

    citations: list[Citation] = field(default_factory=list)

    def cite(self, article: Article, quoted: str) -> int:
        """Return the number of a quote, adding it to the list when it is new."""
        for known in self.citations:
            if known.article_id == article.id and known.quote == quoted:
                return known.n
        n = len(self.citations) + 1
        self.citations.append(
            Citation(
                n,
                article.id,
                article.title,
                article.publisher or article.id,
                article.url,
                article.published,
                quoted,
                link_to(article.url, quoted, brief=article.brief),
                article.status,
                article.brief,
            )
        )
        return n


def state(sentences: Sequence[Sentence], article: Article, receipts: Receipts) -> Statement:
    """Return consecutive sentences of an article as one statement: verbatim, with the article's status."""
    quoted = article.body[sentences[0].start : sentences[-1].end]
    role = _ROLES.get(article.status, Role.ANSWER)
    return Statement(" ".join(s.text for s in sentences), (receipts.cite(article, quoted),), role)


def quoted_with(row: int, candidates: Candidates, told: Sequence[Sentence]) -> list[Sentence]:
    """Return a sentence and, when it opens with a pronoun, the one before it that says who or what is meant.

    told: all sentences of its article in order.
    """
    sentence = candidates.sentence(row)
    before = told[sentence.ordinal - 1] if sentence.ordinal else None
    if before and before.block == sentence.block and opens_with_pronoun(sentence.text):
        return [before, sentence]
    return [sentence]


def tell(statements: Sequence[Statement], receipts: Receipts) -> str:
    """Return what a person reads: a line a statement, each with its citation numbers and how old it is."""
    by_number = {c.n: c for c in receipts.citations}
    lines = []
    for statement in statements:
        source = by_number[statement.citations[-1]]
        marks = "".join(f"[{n}]" for n in statement.citations)
        lead = _LEAD.get(statement.role, "")
        who = f" ({source.publisher})" if statement.role is not Role.CLOSEST else ""
        lines.append(f"{f'{lead}{who}: ' if lead else ''}{statement.text} {marks} ({day(source.published)})")
    return "\n".join(lines)
