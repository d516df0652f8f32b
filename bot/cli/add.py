"""python -m bot add"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from bot.app import newsroom, storing
from bot.cli.exits import Exit
from bot.cli.index import index_after
from bot.cli.lines import write
from bot.errors import BotError
from bot.newsroom.articles import Articles
from bot.newsroom.attached import on_disk
from bot.newsroom.drafts import Draft
from bot.readers.editing import FIELDS
from bot.readers.files import MAX_PDF_BYTES
from bot.settings import Settings
from bot.terminal.render import Line, Look, line
from bot.terminal.screen import screen


def run(arguments: Namespace, settings: Settings) -> Exit:
    """Show what is understood of each address or file, enter what is wanted, index."""
    articles = newsroom.articles(settings)
    asks = not arguments.yes and not arguments.json and sys.stdin.isatty()
    results = []
    for given in arguments.given:
        with storing.audited(settings, "add", given) as outcome:
            results.append(_add(articles, given, arguments, asks=asks))
            outcome.append(results[-1] or "not entered")
    entered = [result.startswith(_ENTERED) for result in results]
    if any(entered):
        index_after(arguments, settings)
    return Exit.OK if all(entered) else Exit.PARTLY


_ENTERED = "entered as "


def _add(articles: Articles, given: str, arguments: Namespace, *, asks: bool) -> str:
    """Deal with one and return what came of it: _ENTERED and its id, empty when nobody wanted it, else why not."""
    try:
        draft = _amended(articles, _draft(articles, given), arguments)
        if not arguments.json:
            screen()(_lines(draft))
        wanted = not draft.same and (_agreed() if asks else arguments.yes)
        article_id = articles.enter(draft.id) if wanted else None
        if not wanted:
            articles.discard(draft.id)
    except BotError as error:
        if arguments.json:
            write({"given": given, "error": str(error)})
        else:
            screen(sys.stderr)([line(f"{given}: {error}", Look.ERROR)])
        return str(error)
    if arguments.json:
        write(_record(draft, article_id))
    else:
        unasked = "" if asks or draft.same else " Nobody is here to be asked: say --yes to enter it."
        screen()([line(f"Entered as {article_id}." if article_id else f"Not entered.{unasked}")])
    return f"{_ENTERED}{article_id}" if article_id else ""


def _draft(articles: Articles, given: str) -> Draft:
    if given.lower().startswith(("http://", "https://")):
        return articles.draft(given, by="terminal")
    file = on_disk(given)
    return articles.draft_file(file.name, file.read(MAX_PDF_BYTES), by="terminal")


def _amended(articles: Articles, draft: Draft, arguments: Namespace) -> Draft:
    """Return a draft with what the command line says of it."""
    try:
        for field in FIELDS:
            if (value := getattr(arguments, field)) is not None:
                draft = articles.amend(draft.id, field, value)
    except BotError:
        articles.discard(draft.id)
        raise
    return draft


def _agreed() -> bool:
    sys.stdout.write("Enter it? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _lines(draft: Draft) -> Iterator[Line]:
    article = draft.article
    yield line(article.title, Look.HEADING)
    yield line(draft.about, Look.SOURCE, 2)
    if article.url:
        yield line(article.url, Look.LINK, 2)
    for sentence in draft.sentences:
        yield line(sentence, Look.QUOTE, 2)
    for warning in draft.warnings:
        yield line(warning, Look.DECLINED, 2)
    if draft.warnings and not draft.same:
        yield line(f"--{', --'.join(FIELDS)} say what it does not, now or with edit later.", Look.REMARK, 2)


def _record(draft: Draft, article_id: str | None) -> dict[str, Any]:
    article = draft.article
    return {
        "given": draft.given,
        "article": article_id,
        "title": article.title,
        "publisher": article.publisher,
        "published": str(article.published) if article.published else None,
        "url": article.url,
        "language": article.language,
        "brief": article.brief,
        "sentences": list(draft.sentences),
        "warnings": list(draft.warnings),
        "entered": article_id is not None,
    }
