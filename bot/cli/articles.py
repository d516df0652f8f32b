"""python -m bot remove, edit and articles"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from bot.app import newsroom, storing
from bot.cli.exits import Exit
from bot.cli.index import index_after
from bot.cli.lines import write
from bot.errors import ShelfError
from bot.newsroom.articles import Articles
from bot.newsroom.listing import Listed, listed, meant
from bot.readers.editing import FIELDS
from bot.settings import Settings
from bot.terminal.render import Line, Look, line
from bot.terminal.screen import screen
from bot.text.day import day


def run(arguments: Namespace, settings: Settings) -> Exit:
    """List, edit, remove or bring back articles; index after a change."""
    articles = newsroom.articles(settings)
    if arguments.command == "articles":
        _list(listed(articles, arguments.word), as_json=arguments.json)
        return Exit.OK
    back = arguments.command == "remove" and arguments.restore
    with storing.audited(settings, "restore" if back else arguments.command, arguments.article) as outcome:
        which = meant(articles, arguments.article, out=back)
        done = _done(articles, which, arguments)
        outcome.append(done)
    if arguments.json:
        write({"article": which, "done": done.split()[0].lower()})
    else:
        screen()([line(done)])
    index_after(arguments, settings)
    return Exit.OK


def _done(articles: Articles, which: str, arguments: Namespace) -> str:
    """Do what is wanted and return what was done."""
    if arguments.command == "edit":
        changes = {name: getattr(arguments, name) for name in FIELDS if getattr(arguments, name) is not None}
        if not changes:
            raise ShelfError(f"Say what to change, with any of --{', --'.join(FIELDS)}.")
        done = [_edited(articles, which, field, value) for field, value in changes.items()]
        return f"Changed {which}: {'; '.join(done)}."
    if arguments.restore:
        return f"Brought back {articles.restore(which).id}."
    return f"Removed {articles.remove(which).id}: remove --restore brings it back."


def _edited(articles: Articles, article_id: str, field: str, value: str) -> str:
    before = articles.edit(article_id, field, value)
    return f"{field} from {before or 'not known'} to {value or 'not known'}"


def _list(found: list[Listed], *, as_json: bool) -> None:
    if as_json:
        for each in found:
            write(_record(each))
    else:
        screen()(_lines(found))


def _record(one: Listed) -> dict[str, Any]:
    article, shelved = one.article, one.shelved
    return {
        "article": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "published": str(article.published) if article.published else None,
        "url": article.url,
        "topic": article.topic,
        "status": article.status.value,
        "brief": article.brief,
        "entered": shelved.entered.isoformat(timespec="seconds") if shelved else None,
        "source": shelved.source if shelved else None,
        "said": one.said or None,
    }


def _lines(found: list[Listed]) -> Iterator[Line]:
    if not found:
        yield line("No such article is there; python -m bot add URL adds one, and articles WORD looks through all.")
    for each in found:
        article = each.article
        yield line(article.id, Look.HEADING)
        told = f"{article.title} · {article.publisher or 'publisher not stated'} · {day(article.published)}"
        yield line(f"{told} · {each.said}" if each.said else told, indent=2)
