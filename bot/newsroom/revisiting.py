"""Look again at the pages of young articles: what was corrected is corrected here, what was withdrawn goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bot.errors import FetchError, Gone, Quiet, UnreadableArticle
from bot.newsroom.following import Follower
from bot.newsroom.intake import Intake, fits
from bot.newsroom.reading import article_of
from bot.newsroom.seen import Looked
from bot.newsroom.shelf import Shelved
from bot.readers.files import MAX_PDF_BYTES
from bot.values import Article

YOUNG, EVERY = 14 * 86_400.0, 86_400.0
"""Seconds: for how long after it entered an article is looked at, and how often."""
MOST = 50
"""Articles in one pass."""
GONE = 6 * 3600.0
"""Seconds for which there must be no such page: it may be a site's bad hour."""


@dataclass(slots=True)
class Revisited:
    """What became of the articles that were looked at."""

    looked_at: int = 0
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    """Removed from the shelf; restore brings them back."""
    other: list[str] = field(default_factory=list)
    """Left as they were, since their page has begun to say something else."""


def revisit(follower: Follower, *, everything: bool) -> Revisited:
    """Look at the pages of articles that came from the network, as far as they are due. Raises StoreError.

    everything: what was looked at before this pass began is due.
    """
    found, intake = Revisited(), follower.intake
    for shelved in islice(list(_due(intake, follower.began, everything=everything)), MOST):
        if follower.stopped():
            break
        looked = intake.seen.articles.setdefault(shelved.article.id, Looked())
        before, looked.at = looked.at, time.time()
        try:
            _look(follower, shelved.article, looked, found)
        except Quiet:  # it is looked at with the next pass
            looked.at = before
        except (FetchError, UnreadableArticle):  # what cannot be read now stays as it is
            pass
        found.looked_at += 1
    return found


def _due(intake: Intake, began: float, *, everything: bool) -> Iterator[Shelved]:
    now, seen = time.time(), intake.seen
    on_shelf = [shelved for shelved in intake.shelf if shelved.source and shelved.article.url]
    seen.articles = {s.article.id: seen.articles[s.article.id] for s in on_shelf if s.article.id in seen.articles}
    last = {s.article.id: looked.at for s in on_shelf if (looked := seen.articles.get(s.article.id))}
    for shelved in sorted(on_shelf, key=lambda shelved: last.get(shelved.article.id, 0.0)):
        entered = shelved.entered.timestamp()
        seen_at = last.get(shelved.article.id, entered)
        if now - entered < YOUNG and (seen_at < began if everything else now - seen_at >= EVERY):
            yield shelved


def _look(follower: Follower, article: Article, looked: Looked, found: Revisited) -> None:
    try:
        fetched = follower.getter.get(article.url, MAX_PDF_BYTES, looked.etag, looked.last_modified)
    except Gone:
        looked.gone = looked.gone or looked.at
        if looked.at - looked.gone >= GONE:
            follower.intake.shelf.remove(article.id)
            follower.intake.sketches.drop(article.id)
            found.withdrawn.append(article.id)
        return
    looked.gone = 0.0
    if fetched.unchanged:  # since it was that of the article
        looked.other = False
        return
    page, intake = article_of(fetched, follower.intake.bounded), follower.intake
    if not fits(page, article):
        if not looked.other:
            found.other.append(article.id)
        looked.other = True
    elif intake.correct(article, page, fetched):
        found.changed.append(article.id)
