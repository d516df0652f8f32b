"""Two kinds of scores become one: each scaled, mixed, and seen at the level of the article too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

VECTOR_SHARE = 0.7
"""How much the cosine counts against BM25. docs/decisions.md has the measurements."""

ARTICLE_SHARE = 0.4
"""How much the article's best cosine and best BM25 count against the passage's own."""


def fuse(cosines: Scores, bm25s: Scores, articles: NDArray[np.int32]) -> Scores:
    """Return one score in 0..1 for each column of two (texts, candidates) arrays; articles numbers each column's.

    Each row is scaled to 0..1 over the candidates. A candidate's score mixes cosine and BM25, its own and the best of
    its article, which need not stand in one passage; rows are averaged.
    """
    order = np.argsort(articles, kind="stable")
    begins = np.ones(len(order), np.bool_)
    begins[1:] = articles[order[1:]] != articles[order[:-1]]
    kinds = ((VECTOR_SHARE, _scaled(cosines)), (1 - VECTOR_SHARE, _scaled(bm25s)))
    mixed = [share * (ARTICLE_SHARE * _best(rows, order, begins) + (1 - ARTICLE_SHARE) * rows) for share, rows in kinds]
    average: Scores = (mixed[0] + mixed[1]).mean(axis=0)
    return average


def _scaled(rows: Scores) -> Scores:
    low = rows.min(axis=1, keepdims=True)
    span = rows.max(axis=1, keepdims=True) - low
    scaled: Scores = (rows - low) / np.where(span > 0, span, 1)
    return scaled


def _best(rows: Scores, order: NDArray[np.intp], begins: NDArray[np.bool_]) -> Scores:
    """Return for each column the best of its article: order sorts columns by article, begins tells where one begins."""
    best = np.maximum.reduceat(rows[:, order], np.flatnonzero(begins), axis=1)
    spread = np.empty_like(rows)
    spread[:, order] = best[:, np.cumsum(begins) - 1]
    return spread
