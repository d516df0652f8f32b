"""A made-up corpus, a conversation over it, and the law that every answer obeys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from bot.conversation import Conversation
from bot.index.building import build
from bot.index.encoder import TokenEncoder
from bot.index.lending import Library
from bot.index.model import Model, find_model
from bot.phrases import phrases
from bot.text.day import day
from bot.values import Answer, Article, Citation, Role, Statement, Status

SAY = phrases("en")
LEADS = {
    Role.RUMOUR: f"{SAY.rumour} ({{}}): ",
    Role.FORECAST: f"{SAY.forecast} ({{}}): ",
    Role.CLOSEST: f"{SAY.closest}: ",
}
ROLES = {Status.RUMOUR: Role.RUMOUR, Status.FORECAST: Role.FORECAST}


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
    model, encoder = opened(model_home)
    build(corpus, data, model)
    with closing(Library(data, model.identity, look_every=0.0)) as library:
        yield Conversation(library, encoder)


@cache
def opened(model_home: Path) -> tuple[Model, TokenEncoder]:
    """Return the default model, opened once for all tests of a process."""
    model = find_model("", model_home)
    return model, model.open()


def broken(answer: Answer, articles: Mapping[str, Article]) -> list[str]:
    """Return how an answer breaks the promise of receipts, judged from its text and the articles alone."""
    wrong = [w for citation in answer.citations for w in _untrue(citation, articles)]
    by_n = {c.n: c for c in answer.citations}
    if [*by_n] != [*range(1, len(by_n) + 1)]:
        wrong.append(f"the numbers {[*by_n]} have a gap")
    lines = answer.text.split("\n")
    if answer.declined and lines.pop(0) != SAY.declined:
        wrong.append(f"a declined answer says {answer.text!r}")
    if answer.note or len(lines) != len(answer.statements):
        wrong.append("something is said beside the sentences")
    if answer.declined and len(answer.statements) > 1:
        wrong.append("several sentences are the closest")
    told = zip(lines, answer.statements, strict=False)
    return [*wrong, *(w for line, said in told for w in _line(line, said, by_n, declined=answer.declined))]


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


def _line(line: str, statement: Statement, by_n: Mapping[int, Citation], *, declined: bool) -> list[str]:
    """Return what is wrong with one line: it is a lead, words of the quotes, marks and the date, nothing else."""
    cited = [by_n[n] for n in statement.citations if n in by_n]
    if not cited or len(cited) != len(statement.citations):
        return [f"{line!r} cites nothing"]
    source = cited[-1]
    marks = "".join(f"[{n}]" for n in statement.citations)
    lead = LEADS.get(statement.role, "").format(source.publisher)
    held = {
        "line": line == f"{lead}{statement.text} {marks} ({day(source.published)})",
        "quote": any(_words(statement.text) in _words(c.quote) for c in cited),
        "role": statement.role is (Role.CLOSEST if declined else ROLES.get(source.status, Role.ANSWER)),
    }
    return [f"the {name} of {statement.text!r} is not its own" for name, holds in held.items() if not holds]


def _words(text: str) -> str:
    return " ".join(text.split())
