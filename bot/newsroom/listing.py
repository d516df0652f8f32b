"""Which articles are there: on the shelf, changed over the operator's own folder, or in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.newsroom.articles import Articles
from bot.newsroom.days import date
from bot.newsroom.shelf import Shelved
from bot.values import Article


@dataclass(frozen=True, slots=True)
class Listed:
    """One article of a list; its text may be left out."""

    article: Article
    said: str = ""
    """What admins say of one in the operator's own folder, or that it is removed; empty: neither."""
    shelved: Shelved | None = None
    """None for one that is not on the shelf, or no more."""


def listed(articles: Articles, word: str = "") -> list[Listed]:
    """Return what was added, followed or changed, the newest first, then what was removed; with a word, what has it.

    The word stands in id, title, publisher or what is said of one ("removed"). Then what the serving index holds of
    the operator's own folder is looked through, too.
    """
    wanted = word.casefold()
    return [each for each in _all(articles, everything=bool(wanted)) if wanted in _searched(each)]


def overlaid(articles: Articles) -> str:
    """Return how many articles of the operator's own folder are not as their files have them; empty: all are."""
    overlays = list(articles.folder)
    out = sum(each.removed for each in overlays)
    if not overlays:
        return ""
    return f"Of the folder of articles {out} left out, {len(overlays) - out} with other metadata; articles lists which."


def _all(articles: Articles, *, everything: bool) -> Iterator[Listed]:
    shelf = sorted(articles.all(), key=lambda shelved: shelved.entered, reverse=True)
    yield from (Listed(shelved.article, shelved=shelved) for shelved in shelf)
    overlays = list(articles.folder)
    indexed = {article.id: article for article in articles.indexed()} if overlays or everything else {}
    for each in overlays:
        article = indexed.pop(each.article, None) or Article(each.article, each.title, "", each.url)
        yield Listed(article, "left out" if each.removed else f"changed: {', '.join(each.changes)}")
    for article, until in articles.removed():
        yield Listed(article, f"removed; restore brings it back until {date(until.timestamp())}")
    if everything:
        yield from map(Listed, indexed.values())


def _searched(one: Listed) -> str:
    return f"{one.article.id} {one.article.title} {one.article.publisher} {one.said}".casefold()
