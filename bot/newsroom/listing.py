"""Which articles are there: on the shelf, changed over the operator's own folder, or in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import ShelfError
from bot.newsroom.articles import Articles
from bot.newsroom.days import date
from bot.newsroom.shelf import Shelved
from bot.values import Article

_FEW = 5
"""Names that are told when several articles may be meant."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One article of a list; its text may be left out."""

    article: Article
    said: str = ""
    """What admins say of one in the operator's own folder, or that it is removed; empty: neither."""
    shelved: Shelved | None = None
    """None for one that is not on the shelf, or no more."""
    out: bool = False
    """Whether it is removed or left out, and can be brought back."""


def listed(articles: Articles, word: str = "") -> list[Listed]:
    """Return what was added, followed or changed, the newest first, then what was removed; with a word, what has it.

    The word stands in id, title, publisher or what is said of one ("removed"). Then what the serving index holds of
    the operator's own folder is looked through, too.
    """
    wanted = word.casefold()
    return [each for each in _all(articles, everything=bool(wanted)) if wanted in _searched(each)]


def meant(articles: Articles, said: str, *, out: bool = False) -> str:
    """Return the id of the article that is meant: its id, its address, or words of id or title that only one has.

    out: of those that are removed or left out; else of all others. Raises ShelfError when several are meant; when none
    is, what was said comes back, for whoever looks for it to say so.
    """
    wanted = " ".join(said.split())
    if wanted in articles.shelf or not wanted:
        return wanted
    found = [each.article for each in listed(articles, wanted) if each.out is out]
    found = [one for one in found if wanted.casefold() in f"{one.id} {one.title}".casefold()]
    ids = [one.id for one in found]
    if wanted in ids or not ids:
        return articles.shelf.find(wanted) or wanted
    if len(ids) > 1:
        more = f" and {len(ids) - _FEW} more" if len(ids) > _FEW else ""
        raise ShelfError(f"{wanted[:80]!r} may be {', '.join(ids[:_FEW])}{more}: give more of one of these names.")
    return ids[0]


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
        yield Listed(article, "left out" if each.removed else f"changed: {', '.join(each.changes)}", out=each.removed)
    for article, until in articles.removed():
        yield Listed(article, f"removed; restore brings it back until {date(until.timestamp())}", out=True)
    if everything:
        yield from map(Listed, indexed.values())


def _searched(one: Listed) -> str:
    return f"{one.article.id} {one.article.title} {one.article.publisher} {one.said}".casefold()
