"""What was fetched comes onto the shelf, or mends what is there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from bot.errors import UnreadableArticle
from bot.fetching import Fetched
from bot.newsroom.reading import article_of, stem
from bot.newsroom.seen import Looked, Seen
from bot.newsroom.shelf import Shelf
from bot.newsroom.sketches import Sketches, alike
from bot.newsroom.sources import Source
from bot.readers import Bounded, Entry
from bot.readers.asides import with_body
from bot.readers.writing import folded
from bot.values import Article

KIN = 0.3
"""Share of the runs of words that a page has to keep to be the same article's; corrections keep more than half."""


@dataclass(slots=True)
class Outcome:
    """What a pass did with one source."""

    source: str
    entered: list[str] = field(default_factory=list)
    """Ids of articles that are new on the shelf."""
    changed: list[str] = field(default_factory=list)
    """Ids of articles whose page was corrected."""
    told_elsewhere: dict[str, int] = field(default_factory=dict)
    """Id of an article that entered -> how many others tell nearly the same story."""
    passed_over: int = 0
    """Entries without a keyword, or whose very text is there already."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(address, reason) of articles that could not be read."""
    put_off: list[tuple[str, str]] = field(default_factory=list)
    """(address, reason) of articles that were not asked for, because their site wants quiet; the next pass does."""
    failed: str = ""
    """Why the source itself could not be read; empty when it could."""
    due: float = 0.0
    """When it is asked again at the earliest, in seconds since 1970."""

    def __str__(self) -> str:
        """Return what was done, in one line."""
        return (
            f"{self.source}: {len(self.entered)} new, {len(self.changed)} corrected, {self.passed_over} passed over, "
            f"{len(self.refused)} unreadable{f', {len(self.put_off)} put off' if self.put_off else ''}"
        )


@dataclass(frozen=True, slots=True)
class Intake:
    """Puts pages on the shelf."""

    bounded: Bounded
    shelf: Shelf
    sketches: Sketches
    seen: Seen = field(default_factory=Seen)
    """What was seen before, and is noted here."""

    def take(self, source: Source, entry: Entry, fetched: Fetched, outcome: Outcome) -> None:
        """Put what was fetched on the shelf, or mend what is there. Raises UnreadableArticle, StoreError."""
        if _is_front(fetched.url) and not _is_front(entry.url):
            raise UnreadableArticle("It leads to the front page of its site: it was withdrawn or moved.")
        page = article_of(fetched, self.bounded)
        before = self.shelf.find(page.url)
        if before and source.kind == "feed" and not fits(page, self.shelf.get(before).article):
            # Some sites name one address as the canonical one of all their pages.
            page = replace(page, url=fetched.url)
            before = self.shelf.find(page.url)
        if before:
            if self.correct(self.shelf.get(before).article, page, fetched):
                outcome.changed.append(before)
            return
        article = _filled(page, entry, source)
        if self.shelf.thrown(page.url) or self.sketches.same(article.body):  # who removed it does not want it again
            outcome.passed_over += 1
            return
        near = self.sketches.near(article.body)
        article_id = self.shelf.put(article, source.name)
        self.sketches.add(article_id, article.body)
        self.seen.articles[article_id] = Looked(fetched.etag, fetched.last_modified, time.time(), title=page.title)
        outcome.entered.append(article_id)
        if near:
            outcome.told_elsewhere[article_id] = len(near)

    def correct(self, article: Article, page: Article, fetched: Fetched) -> bool:
        """Give an article on the shelf the text that its page has now; return whether that is another one.

        What people have said about it stays; the title follows when the page has a new one.
        """
        looked = self.seen.articles.setdefault(article.id, Looked())
        now = article
        if looked.title and page.title != looked.title:
            now = replace(now, title=page.title)
        if _reported(page.body) != _reported(article.body):
            now = replace(now, body=page.body, asides=page.asides)
        self.seen.articles[article.id] = Looked(fetched.etag, fetched.last_modified, time.time(), title=page.title)
        if now == article:
            return False
        self.shelf.change(now)
        self.sketches.add(article.id, now.body)
        return True


def fits(page: Article, article: Article) -> bool:
    """Return whether a page can be that of an article, corrected or not.

    A page of which hardly a sentence is left, or less than half of the text, is a teaser, a notice or another page
    altogether, to which the site leads who asks for one that it has no more.
    """
    now, before = _reported(page.body), _reported(article.body)
    return 2 * len(now) >= len(before) and alike(now, before) >= KIN


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _reported(body: str) -> str:
    """Return a text without the byline in front of it, which a feed may have given."""
    first, _, rest = body.partition("\n\n")
    return rest if first.startswith("By ") else body


def _filled(article: Article, entry: Entry, source: Source) -> Article:
    """Return an article with what its feed and the operator know of it where the page is silent.

    Publisher, topic and trust are the operator's; a date is the page's, else the feed's, else unknown.
    """
    untitled = article.title == stem(urlsplit(entry.url).path)
    authors = [entry.author] if entry.author and not article.body.startswith("By ") else []
    told = with_body(article, article.body, authors)
    return replace(
        told,
        body=folded(told.body),
        title=entry.title if untitled and entry.title else article.title,
        publisher=source.publisher,
        published=article.published or entry.published,
        topic=source.topic,
        quality=source.trust,
        language=article.language or source.language,
        status=source.status,
    )
