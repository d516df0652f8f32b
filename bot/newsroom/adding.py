"""A draft of an article, compared with all that are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.errors import UnreadableArticle
from bot.index.passages import sentences_of
from bot.newsroom.drafts import Draft, draft_id
from bot.newsroom.reading import SHORT
from bot.newsroom.shelf import Shelf
from bot.newsroom.sketches import Near, Sketches
from bot.text.day import day
from bot.text.sentences import split
from bot.values import Article

_SHOWN = 3


def drafted(article: Article, given: str, by: str, shelf: Shelf, sketches: Sketches) -> Draft:
    """Return a draft of an article, compared with all that are there. Raises StoreError, UnreadableArticle."""
    sentences = _first_sentences(article)
    if not sentences:
        raise UnreadableArticle(
            "It holds no sentence to quote: give the page of the article itself, or its text as a file."
        )
    replaces = shelf.find(article.url)
    near, same = sketches.near(article.body, replaces), sketches.same(article.body, replaces)
    return Draft(
        id=draft_id(),
        article=article,
        given=given,
        sentences=sentences,
        warnings=(*_about_itself(article), *_about_others(near, replaces, same)),
        same=same,
        by=by,
    )


def _first_sentences(article: Article) -> tuple[str, ...]:
    told = (sentence.text for sentence in sentences_of(article, split(article.body)) if not sentence.aside)
    return tuple(islice(told, _SHOWN))


def _about_itself(article: Article) -> Iterator[str]:
    if not article.published:
        yield "It says nowhere when it was published: it is shown as undated until you give the date."
    elif article.published.earliest > (datetime.now(UTC) + timedelta(days=1)).date():
        yield f"It is dated {day(article.published)}, which is to come: check the date."
    if not article.publisher:
        yield "It does not say who publishes it: it is cited by its own name until you give the publisher."
    if len(article.body) < SHORT:
        yield "It is very short: if only the beginning could be read, save the whole page and add the file."


def _about_others(near: list[Near], replaces: str, same: str) -> Iterator[str]:
    if replaces:
        yield f"It takes the place of {replaces}, which came from the same address."
    if same:
        yield f"Its text is that of {same}: it cannot enter a second time. Edit that one where something is wrong."
    elif near:
        yield _told_elsewhere(near)


def _told_elsewhere(near: list[Near]) -> str:
    names = ", ".join(f"{one.article_id} ({one.share:.0%})" for one in near[:5])
    more = f" and {len(near) - 5} more" if len(near) > 5 else ""  # noqa: PLR2004  # as many as are named
    return f"It tells nearly the same story as {names}{more}: {len(near) + 1} articles, 1 origin."
