"""Fused search equals a brute-force reference, keeps its caps, and tells copies from disagreements."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.index.encoder import Vectors
from bot.retrieval.fusion import ARTICLE_SHARE, VECTOR_SHARE, fuse
from bot.retrieval.hybrid import (
    DEPTH,
    search,
    search_texts,
    search_words,
    wordings,
)
from bot.values import Article, Passage, Status, Turn

WIDTH = 16


class Hashed:
    """An encoder that is real but small: words counted into hashed places, rows of length 1."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.casefold().split():
                row[hashlib.sha256(word.encode()).digest()[0] % WIDTH] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
        return unit


class Shelf:
    """A build in memory: one passage for each paragraph, searched exactly; BM25 without tricks."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = {article.id: article for article in articles}
        bodies = [(article.id, part) for article in articles for part in article.body.split("\n\n")]
        self.all = [Passage(at, owner, 0, 1, part) for at, (owner, part) in enumerate(bodies)]
        self._vectors = Hashed().encode([passage.text for passage in self.all])
        self._words = [Counter(re.findall(r"\w+", passage.text.casefold())) for passage in self.all]

    def nearest(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        cosines = self._vectors @ vector
        return [(int(at), float(cosines[at])) for at in np.argsort(-cosines, kind="stable")[:k]]

    def matching(self, words: Sequence[str], k: int) -> list[tuple[int, float]]:
        scores = [(at, self._bm25(words, counts)) for at, counts in enumerate(self._words)]
        return sorted(((at, score) for at, score in scores if score > 0), key=lambda found: (-found[1], found[0]))[:k]

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        return [self.all[number] for number in numbers]

    def owners(self, numbers: Sequence[int]) -> NDArray[np.int32]:
        ids = list(self._articles)
        return np.array([ids.index(self.all[number].article_id) for number in numbers], np.int32)

    def passage_vectors(self, numbers: Sequence[int]) -> Vectors:
        rows: Vectors = self._vectors[list(numbers)]
        return rows

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]

    def _bm25(self, words: Sequence[str], counts: Counter[str]) -> float:
        mean = sum(each.total() for each in self._words) / len(self._words)
        total = 0.0
        for word in words:
            holding = sum(word in each for each in self._words)
            idf = math.log(1 + (len(self._words) - holding + 0.5) / (holding + 0.5))
            total += idf * counts[word] * 2.2 / (counts[word] + 1.2 * (0.25 + 0.75 * counts.total() / mean))
        return total


PRICE = "The Quark S1 glasses go on sale in China on Monday for 1,899 yuan, Alibaba said at a launch in Hangzhou."
RIVALS = "Meta leads the market for smart glasses and ships most of what Essilor makes in its plants."
WORDS = st.sampled_from("quark s1 price ring oura glasses watch sleep 399 2,195 battery hours".split())  # noqa: SIM905
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
CORPORA = st.lists(st.lists(PARAGRAPHS, min_size=1, max_size=4).map("\n\n".join), min_size=1, max_size=12).map(
    lambda bodies: Shelf([Article(f"a{at}", f"Title {at}", body) for at, body in enumerate(bodies)])
)
QUESTIONS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def reference(shelf: Shelf, texts: Sequence[str]) -> list[float]:
    """Score every passage in plain Python, as docs/decisions.md puts it."""
    totals = [0.0] * len(shelf.all)
    for text in texts:
        for share, found in (
            (VECTOR_SHARE, dict(shelf.nearest(Hashed().encode([text])[0], len(shelf.all)))),
            (1 - VECTOR_SHARE, dict(shelf.matching(search_words(text), len(shelf.all)))),
        ):
            raw = [found.get(at, 0.0) for at in range(len(shelf.all))]
            span = max(raw) - min(raw)
            scaled = [(each - min(raw)) / span if span else 0.0 for each in raw]
            for at, passage in enumerate(shelf.all):
                best = max(scaled[o.number] for o in shelf.all if o.article_id == passage.article_id)
                totals[at] += share * (ARTICLE_SHARE * best + (1 - ARTICLE_SHARE) * scaled[at]) / len(texts)
    return totals


@given(CORPORA, st.lists(QUESTIONS, min_size=1, max_size=3, unique=True))
def test_scores_equal_a_brute_force_reference(shelf: Shelf, texts: list[str]) -> None:
    assert len(shelf.all) <= DEPTH  # so that the two lists hold every passage
    expected = reference(shelf, texts)
    hits = search_texts(shelf, Hashed(), texts, k=len(shelf.all), per_article=len(shelf.all))
    assert hits
    for hit in hits:
        assert hit.score == pytest.approx(expected[hit.passage.number], abs=1e-5)
    assert hits[0].score == pytest.approx(max(expected), abs=1e-5)
    left_out = {passage.number for passage in shelf.all} - {hit.passage.number for hit in hits}
    copies = {copy for hit in hits for copy in hit.copies}
    assert {shelf.all[number].article_id for number in left_out} <= copies


@given(CORPORA, QUESTIONS, st.integers(1, 8), st.integers(1, 3))
def test_caps_hold_best_comes_first_and_nothing_comes_twice(shelf: Shelf, question: str, k: int, cap: int) -> None:
    hits = search_texts(shelf, Hashed(), (question,), k, cap)
    assert len(hits) <= k
    assert max(Counter(hit.passage.article_id for hit in hits).values()) <= cap
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.number for hit in hits}) == len(hits)
    assert all(0 <= hit.score <= 1 + 1e-6 for hit in hits)


@given(CORPORA, QUESTIONS)
def test_the_same_question_gets_the_same_hits_and_more_hits_only_follow(shelf: Shelf, question: str) -> None:
    few, many = (search(shelf, Hashed(), question, k) for k in (3, 9))
    assert [hit.passage for hit in few] == [hit.passage for hit in many[: len(few)]]
    assert search(shelf, Hashed(), question, 9) == many


def test_a_passage_is_lifted_by_a_better_one_of_its_article() -> None:
    cosines = np.array([[0.5, 0.9, 0.5, 0.1]], np.float32)
    bm25s = np.array([[2.0, 8.0, 2.0, 0.0]], np.float32)
    lifted, best, alone, other = fuse(cosines, bm25s, np.array([0, 0, 1, 2], np.int32))
    assert best > lifted > alone > other


def test_a_copy_is_named_by_the_hit_that_stays() -> None:
    shelf = Shelf([Article("first", "", PRICE), Article("again", "", f"{PRICE} More soon."), Article("c", "", RIVALS)])
    hits = search(shelf, Hashed(), "quark s1 sale", 5)
    one, other = hits
    assert {one.passage.article_id, *one.copies} == {"first", "again"}
    assert (other.passage.article_id, other.copies) == ("c", ())


@pytest.mark.parametrize(
    "other",
    [
        Article("other", "", PRICE.replace("1,899", "1,799")),
        Article("other", "", PRICE, status=Status.RUMOUR),
        Article("other", "", RIVALS),
    ],
    ids=["another figure", "another standing", "another story"],
)
def test_what_disagrees_or_stands_differently_is_no_copy(other: Article) -> None:
    shelf = Shelf([Article("first", "", PRICE), other])
    hits = search(shelf, Hashed(), "quark s1 sale", 5)
    assert {hit.passage.article_id for hit in hits} == {"first", "other"}
    assert not any(hit.copies for hit in hits)


def test_question_words_are_not_searched_for_unless_nothing_else_is_left() -> None:
    assert search_words("How much is the Quark S1?") == ["much", "quark", "s1"]
    assert search_words("who is it") == ["who", "is", "it"]
    assert search_words("sold for 1,899.50 yuan") == ["sold", "1,899.50", "yuan"]


def test_a_follow_up_is_searched_alone_and_with_what_came_before() -> None:
    history = [Turn("user", "how much is the quark s1"), Turn("bot", "It costs 1,899 yuan. " + "word " * 100)]
    alone, whole = wordings("and the g1?", history)
    assert alone == "and the g1?"
    assert whole.startswith("how much is the quark s1 and the g1? It costs 1,899 yuan.")
    assert whole.split().count("word") == 36
    assert wordings("and the g1?", ()) == ("and the g1?",)


@pytest.mark.parametrize(("texts", "k", "cap"), [((), 5, 2), (("  ",), 5, 2), (("ring",), 0, 2), (("ring",), 5, 0)])
def test_nothing_asked_finds_nothing(texts: tuple[str, ...], k: int, cap: int) -> None:
    assert search_texts(Shelf([Article("a", "", "ring")]), Hashed(), texts, k, cap) == []
