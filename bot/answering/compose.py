"""Statements with their receipts, and the text that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.answering.asked import Asked
from bot.answering.links import link_to
from bot.answering.names import Form, Mention
from bot.answering.picks import Pick
from bot.answering.reading import Reading
from bot.text.day import day
from bot.text.words import words
from bot.values import Article, Citation, Role, Statement

_WATCH = 110
_LEAD = {
    Role.OLDER: "Earlier",
    Role.DISAGREES: "Another source",
    Role.RUMOUR: "Rumour",
    Role.FORECAST: "Forecast",
}


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


def state(asked: Asked, pick: Pick, receipts: Receipts) -> Statement:
    """Return a pick as a statement: the sentence as it stands, with its subject in front when it does not name it.

    The subject is a name that stands in an earlier sentence of the article, which is then quoted too.
    """
    reading, i = pick.ranked.reading, pick.ranked.i
    sentence = reading.sentences[i]
    article = reading.article
    text = _part(sentence.text, asked, reading, i)
    named = _antecedent(asked, reading, i)
    if named is None:
        return Statement(text, (receipts.cite(article, sentence.text),), pick.role)
    j, name = named
    earlier = reading.sentences[j]
    if i - j == 1 and earlier.block == sentence.block:
        return Statement(
            f"{name}: {text}", (receipts.cite(article, article.body[earlier.start : sentence.end]),), pick.role
        )
    numbers = (receipts.cite(article, earlier.text), receipts.cite(article, sentence.text))
    return Statement(f"{name}: {text}", numbers, pick.role)


def _part(text: str, asked: Asked, reading: Reading, i: int) -> str:
    """Return the first half of a long sentence when the half behind the semicolon adds nothing that was asked."""
    head, joint, _ = text.partition("; ")
    if not joint or len(text) <= _WATCH or len(head) < 30:
        return text
    wanted = {t.stem for t in asked.terms} | {w.stem for m in asked.mentions for w in words(" ".join(m.form))}
    wanted |= {s for a in asked.askings for p in (*a.concept.both, *a.concept.seen) for s in p}
    stated = reading.stated[i]
    cut = reading.sentences[i].text.find("; ")
    before = {w.stem for w in stated.words if w.start < cut} & wanted
    after = {w.stem for w in stated.words if w.start > cut} & wanted
    valued = {k for a in asked.askings for k in a.concept.values}
    behind = any(q.kind.value in valued for q in stated.quantities if q.start > cut)
    return text if after - before or behind or not before else f"{head}."


def _antecedent(asked: Asked, reading: Reading, i: int) -> tuple[int, str] | None:
    """Return the earlier sentence that names what sentence i leaves unnamed, and the name as it stands there."""
    named = any(_spot(m, reading, i) for m in asked.mentions)
    if not asked.mentions or named or reading.sentences[i].aside:
        return None
    if reading.products[i] or reading.companies[i] or reading.stated[i].general:
        return None
    for j in range(i - 1, -1, -1):
        for mention in asked.mentions:
            name = _spot(mention, reading, j)
            if name:
                return j, name
    return None


def _spot(mention: Mention, reading: Reading, i: int) -> str:
    """Return the mention as it stands in sentence i, the longest known form of it, or ""."""
    held = reading.stated[i].forms
    forms: list[Form] = sorted({mention.form, *(n.form for n in mention.names)}, key=len, reverse=True)
    text = reading.sentences[i].text
    for form in forms:
        for k in range(len(held) - len(form) + 1):
            if held[k : k + len(form)] == form:
                found = reading.stated[i].words
                spotted = text[found[k].start : found[k + len(form) - 1].end]
                return spotted.removesuffix("'s").removesuffix("’s").removesuffix("'")
    return ""


def tell(statements: Sequence[Statement], receipts: Receipts, note: str) -> str:
    """Return what a person reads: a line a statement, each with its citation numbers and how old it is."""
    by_number = {c.n: c for c in receipts.citations}
    lines = [note] if note else []
    for k, statement in enumerate(statements):
        source = by_number[statement.citations[-1]]
        marks = "".join(f"[{n}]" for n in statement.citations)
        lead = _LEAD.get(statement.role, "")
        if lead and statement.role in (Role.OLDER, Role.DISAGREES) and k == 0:
            lead = "Disputed" if statement.role is Role.DISAGREES else "As it stood then"
        named = source.publisher in statement.text
        who = f"{lead}: " if lead and named else f"{lead} ({source.publisher}): " if lead else ""
        lines.append(f"{who}{statement.text} {marks} ({day(source.published)})")
    return "\n".join(lines)
