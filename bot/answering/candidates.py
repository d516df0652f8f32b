"""The sentences that might answer: those of the best passages, each with how likely it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.answering.features import Asked, Found, asked, features
from bot.answering.query import in_conversation, last_question
from bot.answering.reader import Floats, Weights, read
from bot.index.encoder import Queries, TokenEncoder
from bot.index.snapshot import Snapshot
from bot.retrieval import search_texts
from bot.values import Hit, Sentence, Status, Turn

PASSAGES = 16
"""Passages whose sentences are read."""
PER_ARTICLE = 8
"""Passages of one article: a long page may hold several parts of an answer."""
DOUBTED = (Status.SUPERSEDED, Status.CONTAINS_ERROR)
"""What an article's metadata may say against it."""
DOUBT = 2.0
"""Log-odds that a sentence of such an article loses."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """One reading of a question and every sentence considered for it."""

    query: str
    """The text that was encoded."""
    asked: Asked
    found: Found
    features: Floats
    """(S, f)"""
    odds: Floats
    """(S,) log-odds that a sentence answers, by the reader."""
    reranked: Floats | None = None
    """(S,) what another model adds to them (bot.answering.reranker); None where none was asked."""

    @property
    def hits(self) -> Sequence[Hit]:
        """The passages, best first."""
        return self.found.hits

    @property
    def likely(self) -> Floats:
        """(S,) log-odds that a sentence answers, by all that were asked."""
        return self.odds if self.reranked is None else self.odds + self.reranked

    def best(self, count: int) -> list[int]:
        """Return the rows of the likeliest sentences, the likeliest first."""
        rows: list[int] = (-self.likely).argsort(kind="stable")[:count].tolist()
        return rows

    def sentence(self, row: int) -> Sentence:
        """Return the sentence of a row."""
        return self.found.sentences[row]


class Finder:
    """Finds and reads candidates in one build."""

    def __init__(self, snapshot: Snapshot, encoder: TokenEncoder, weights: Weights) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._weights = weights
        self._vocabulary = snapshot.vocabulary()
        self._sentences = snapshot.manifest.counts.sentences

    def find(self, question: str, history: Sequence[Turn] = ()) -> list[Candidates]:
        """Return the readings of a question: alone and, when something was said before, behind that.

        Both are read against the same passages, those that either of them finds.
        """
        texts = list(dict.fromkeys([question, in_conversation(question, history)]))
        hits = search_texts(self._snapshot, self._encoder, texts, PASSAGES, PER_ARTICLE)
        queries = self._encoder.encode_queries(texts)
        before = last_question(history)
        return [self._read(queries, n, text, hits, question, before if n else "") for n, text in enumerate(texts)]

    def _read(self, queries: Queries, n: int, text: str, hits: Sequence[Hit], question: str, before: str) -> Candidates:
        passages = [hit.passage for hit in hits]
        tokens = self._snapshot.passage_tokens([passage.number for passage in passages])
        seen = read(self._weights.head, queries.tokens[n], queries.weights[n], tokens)
        ids = dict.fromkeys(passage.article_id for passage in passages)
        told = {article_id: self._snapshot.sentences(article_id) for article_id in ids}
        places = zip(seen.passage.tolist(), seen.sentence.tolist(), strict=True)
        sentences = [told[passages[p].article_id][passages[p].first + s] for p, s in places]
        found = Found(hits, sentences, {key: self._snapshot.article(key) for key in ids}, seen)
        words = asked(question, before, self._vocabulary, self._sentences)
        counted = features(words, found)
        doubted = np.array([found.articles[each.article_id].status in DOUBTED for each in sentences], np.float32)
        odds = self._weights.answers.odds(counted) - DOUBT * doubted
        return Candidates(text, words, found, counted, odds)
