"""Look again at the pages of young articles: what was corrected is corrected here, what was withdrawn goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from bot.errors import FetchError, Gone, UnreadableArticle
from bot.newsroom.following import Follower
from bot.newsroom.intake import Intake
from bot.newsroom.reading import article_of
from bot.newsroom.seen import Looked
from bot.newsroom.shelf import Shelved
from bot.readers.files import MAX_PDF_BYTES
from bot.values import Article

YOUNG, EVERY = 14 * 86_400.0, 86_400.0
"""Seconds: for how long after it entered an article is looked at, and how often."""
MOST = 50
"""Articles in one pass."""
GONE = 2
"""Times in a row that there must be no such page: one may be a site's bad day."""


@dataclass(slots=True)
class Revisited:
    """What became of the articles that were looked at."""

    looked_at: int = 0
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    """Removed from the shelf; restore brings them back."""


def revisit(follower: Follower, *, everything: bool) -> Revisited:
    """Look at the pages of articles that came from the network, as far as they are due. Raises StoreError.

    everything: what was looked at before this pass began is due.
    """
    found, intake = Revisited(), follower.intake
    for shelved in islice(list(_due(intake, follower.began, everything=everything)), MOST):
        if follower.stopped():
            break
        looked = intake.seen.articles.setdefault(shelved.article.id, Looked())
        looked.at = time.time()
        with suppress(FetchError, UnreadableArticle):  # what cannot be read now stays as it is
            _look(follower, shelved.article, looked, found)
        found.looked_at += 1
    return found


def _due(intake: Intake, began: float, *, everything: bool) -> Iterator[Shelved]:
    now, seen = time.time(), intake.seen
    on_shelf = [shelved for shelved in intake.shelf if shelved.source and shelved.article.url]
    seen.articles = {s.article.id: seen.articles[s.article.id] for s in on_shelf if s.article.id in seen.articles}
    for shelved in on_shelf:
        entered, looked = shelved.entered.timestamp(), seen.articles.get(shelved.article.id)
        last = looked.at if looked else entered
        if now - entered < YOUNG and (last < began if everything else now - last >= EVERY):
            yield shelved


def _look(follower: Follower, article: Article, looked: Looked, found: Revisited) -> None:
    try:
        fetched = follower.getter.get(article.url, MAX_PDF_BYTES, looked.etag, looked.last_modified)
    except Gone:
        looked.gone += 1
        if looked.gone >= GONE:
            follower.intake.shelf.remove(article.id)
            follower.intake.sketches.drop(article.id)
            found.withdrawn.append(article.id)
        return
    looked.gone = 0
    intake = follower.intake
    if not fetched.unchanged and intake.correct(article, article_of(fetched, intake.bounded), fetched):
        found.changed.append(article.id)
