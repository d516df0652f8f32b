"""A made-up corpus, a conversation over it, and the law that every answer obeys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from bot.conversation import Conversation
from bot.index.building import build
from bot.index.lending import Library
from bot.index.model import find_model
from bot.text.day import day
from bot.values import Answer, Article, Citation, Role, Statement

MARKS = re.compile(r" (?P<marks>(?:\[\d+\])+) \((?P<day>[^()]+)\)$")
LEADS = {
    Role.OLDER: ("Earlier", "As it stood then"),
    Role.DISAGREES: ("Another source", "Disputed"),
    Role.RUMOUR: ("Rumour",),
    Role.FORECAST: ("Forecast",),
}
_MISSING = (
    r"(?:No article gives [^.\n]{1,120}|I found no answer to the (?:first|second|third|last) part of the question)\."
)
NOTES = (
    re.compile(rf"{_MISSING}(?: {_MISSING})*"),
    re.compile(r"No article says that as asked; this is what they say\."),
    re.compile(r"No article ties (?P<wrong>.+) to (?:the )?(?P<about>.+?)(?:; they name (?P<maker>.+))?\."),
)
DECLINED = re.compile(
    r"I don't know: no (?:article gives (?P<what>.+?)|article answers that|sentence of the articles passes the check)\."
    r"(?: Nearest: (?P<publisher>.+?)(?: on (?P<subject>.+?))? \[1\] \((?P<day>[^()]+)\)\."
    r"| The articles cover (?P<topics>.+)\.)?"
)


def write(corpus: Path, name: str, body: str, **front: str | list[str]) -> None:
    """Write an article into a folder; front is its front matter."""
    corpus.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{key}: {_yaml(value)}\n" for key, value in front.items())
    (corpus / f"{name}.md").write_text(f"---\n{lines}---\n{body}\n", encoding="utf-8")


def _yaml(value: str | list[str]) -> str:
    return f"[{', '.join(map(_yaml, value))}]" if isinstance(value, list) else f'"{value}"'


@contextmanager
def talking(corpus: Path, data: Path, model_home: Path) -> Iterator[Conversation]:
    """Index a folder with the default model and lend a conversation over it."""
    model = find_model("", model_home)
    build(corpus, data, model)
    with closing(Library(data, model.identity, look_every=0.0)) as library:
        yield Conversation(library, model.open())


def broken(answer: Answer, articles: Mapping[str, Article]) -> list[str]:
    """Return how an answer breaks the promise of receipts, judged from its text and the articles alone."""
    wrong = [w for citation in answer.citations for w in _untrue(citation, articles)]
    by_n = {c.n: c for c in answer.citations}
    if answer.declined:
        found = DECLINED.fullmatch(answer.text)
        if not found or answer.statements:
            wrong.append(f"a declined answer says {answer.text!r}")
        return wrong
    if not answer.statements:
        return [*wrong, "an answer without a sentence"]
    lines = answer.text.split("\n") if not answer.note else answer.text.removeprefix(f"{answer.note}\n").split("\n")
    if answer.note and not any(n.fullmatch(answer.note) for n in NOTES):
        wrong.append(f"the note {answer.note!r} is none of ours")
    told = [_line(line, statement, by_n) for line, statement in zip(lines, answer.statements, strict=False)]
    if len(lines) != len(answer.statements):
        wrong.append("lines and sentences differ")
    return [*wrong, *(w for each in told for w in each)]


def _untrue(citation: Citation, articles: Mapping[str, Article]) -> list[str]:
    article = articles[citation.article_id]
    held = {
        "quote": bool(citation.quote.strip()) and citation.quote in article.body,
        "date": citation.published == article.published,
        "title": citation.title == article.title,
        "publisher": citation.publisher == (article.publisher or article.id),
        "url": citation.url == article.url,
        "link": citation.link.startswith(article.url) if article.url else not citation.link,
        "fragment": (":~:text=" in citation.link) is (bool(article.url) and not article.brief),
        "brief": citation.brief is article.brief,
        "status": citation.status is article.status,
    }
    return [f"the {name} of {citation.article_id} is not its own" for name, holds in held.items() if not holds]


def _line(line: str, statement: Statement, by_n: Mapping[int, Citation]) -> list[str]:
    """Return what is wrong with one line: it is a lead, words of the quotes, marks and the date, nothing else."""
    found = MARKS.search(line)
    cited = [by_n[n] for n in statement.citations if n in by_n]
    if not found or not cited or len(cited) != len(statement.citations):
        return [f"{line!r} cites nothing"]
    wrong = []
    if [f"[{c.n}]" for c in cited] != re.findall(r"\[\d+\]", found["marks"]):
        wrong.append("marks and citations differ")
    if found["day"] not in {day(c.published) for c in cited}:
        wrong.append(f"{line!r} is not dated")
    said = line[: found.start()]
    for lead in LEADS.get(statement.role, ()):
        for citation in cited:
            # A sentence that names its publisher itself is not told twice who says so.
            named = citation.publisher in statement.text
            said = said.removeprefix(f"{lead}: " if named else f"{lead} ({citation.publisher}): ")
    if said != statement.text:
        wrong.append(f"{said!r} is not the sentence {statement.text!r}")
    return wrong if _verbatim(said, [c.quote for c in cited]) else [*wrong, f"{said!r} is in no quote"]


def _verbatim(said: str, quotes: list[str]) -> bool:
    """Tell whether a text stands in one quote, or is a name from a quote, a colon and a part of a quote."""
    if any(said in q or said.removesuffix(".") in q for q in quotes):
        return True
    name, _, part = said.partition(": ")
    return bool(part) and any(name in q for q in quotes) and any(part.removesuffix(".") in q for q in quotes)
