"""The starter corpus as a build: the real model, the real Chroma, every method of a snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.index.encoder import Encoder, TokenEncoder
from bot.index.lending import Library
from bot.index.model import Model, find_model
from bot.index.passages import in_context
from bot.index.snapshot import Snapshot
from bot.index.words import words
from bot.readers import read_corpus
from bot.values import Article, Passage

QUESTIONS = [
    "how much is the quark s1",
    "which ring measures heart rate",
    "智能眼镜出货量",
    "airpods with cameras release",
    "blood pressure watch",
]


@pytest.fixture(scope="module")
def model(starter_home: Path) -> Model:
    return find_model("", starter_home)


@pytest.fixture(scope="module")
def encoder(model: Model) -> TokenEncoder:
    return model.open()


@pytest.fixture(scope="module")
def snapshot(starter_home: Path, model: Model) -> Iterator[Snapshot]:
    library = Library(starter_home, model.identity)
    with library.snapshot() as snapshot:
        yield snapshot
    library.close()


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    corpus = Path(__file__).parents[1] / "corpus" / "articles"
    return {each.id: each for each in read_corpus(corpus) if isinstance(each, Article)}


def all_numbers(snapshot: Snapshot) -> range:
    return range(snapshot.manifest.counts.passages)


def test_articles_come_back_as_they_were_read(snapshot: Snapshot, articles: dict[str, Article]) -> None:
    assert {each.id for each in snapshot.cards()} == set(articles)
    for name, article in articles.items():
        assert snapshot.article(name) == article
    assert all(not card.body and card.title for card in snapshot.cards())


def test_sentences_and_passages_are_verbatim_and_cover_every_article(snapshot: Snapshot) -> None:
    covered: dict[str, Counter[int]] = {}
    for passage in snapshot.passages(all_numbers(snapshot)):
        body = snapshot.article(passage.article_id).body
        sentences = snapshot.sentences(passage.article_id)[passage.first : passage.last]
        assert passage.text == body[sentences[0].start : sentences[-1].end]
        covered.setdefault(passage.article_id, Counter()).update(each.ordinal for each in sentences)
        assert all(each.text == body[each.start : each.end] for each in sentences)
    for card in snapshot.cards():
        assert covered[card.id] == Counter(each.ordinal for each in snapshot.sentences(card.id))


def test_vectors_and_tokens_belong_to_their_passages(snapshot: Snapshot, encoder: TokenEncoder) -> None:
    numbers = list(all_numbers(snapshot))[::17]
    passages = snapshot.passages(numbers)
    told = [_told(snapshot, each) for each in passages]
    fresh, tokens = encoder.encode_passages([text for text, _ in told], [starts for _, starts in told])
    assert np.sum(fresh * snapshot.passage_vectors(numbers), axis=1).min() > 0.9999
    for passage, made, kept in zip(passages, tokens, snapshot.passage_tokens(numbers), strict=True):
        assert kept.bounds.tolist() == made.bounds.tolist()
        assert len(kept.bounds) == passage.last - passage.first + 2
        assert np.abs(kept.vectors.astype(int) - made.vectors).max() <= 1


def _told(snapshot: Snapshot, passage: Passage) -> tuple[str, list[int]]:
    article, sentences = snapshot.article(passage.article_id), snapshot.sentences(passage.article_id)
    before = sentences[passage.first - 1].text if passage.first else ""
    whole, start = in_context(article.title, before, passage.text)
    return whole, [
        start + each.start - sentences[passage.first].start for each in sentences[passage.first : passage.last]
    ]


def test_passages_of_one_article_have_one_owner(snapshot: Snapshot) -> None:
    owners = snapshot.owners(all_numbers(snapshot)).tolist()
    named = [passage.article_id for passage in snapshot.passages(all_numbers(snapshot))]
    assert len(set(owners)) == len(set(named)) == len(set(zip(owners, named, strict=True)))


def test_chroma_finds_what_exact_search_finds(snapshot: Snapshot, encoder: Encoder) -> None:
    vectors = snapshot.passage_vectors(all_numbers(snapshot))
    for question in QUESTIONS:
        (asked,) = encoder.encode([question])
        right = np.argsort(-(vectors @ asked), kind="stable")[:10].tolist()
        found = snapshot.nearest(asked, 10)
        assert len({number for number, _ in found} & set(right)) >= 9
        assert found[0][0] == right[0]
        assert [score for _, score in found] == pytest.approx([float(vectors[n] @ asked) for n, _ in found], abs=1e-3)


def test_words_find_the_article_that_is_asked_for(snapshot: Snapshot) -> None:
    (number, score), *_ = snapshot.matching(["quark", "s1", "price"], 5)
    assert "quark" in snapshot.passage(number).article_id
    assert score > 0
    assert snapshot.nearest(snapshot.passage_vectors([number])[0], 1)[0][0] == number


def test_the_vocabulary_counts_sentences(snapshot: Snapshot) -> None:
    counts = Counter(
        word for card in snapshot.cards() for each in snapshot.sentences(card.id) for word in set(words(each.text))
    )
    assert snapshot.vocabulary() == counts


def test_more_than_there_is_and_nothing_at_all(snapshot: Snapshot, encoder: Encoder) -> None:
    (asked,) = encoder.encode(["ring"])
    assert len(snapshot.nearest(asked, 10_000)) == snapshot.manifest.counts.passages
    assert snapshot.nearest(asked, 0) == []
    assert snapshot.passages([]) == []
    assert snapshot.passage_tokens([]) == []
    assert snapshot.passage_vectors([]).shape == (0, 384)
    for missing in (-1, 10_000_000):
        with pytest.raises(KeyError):
            snapshot.passage(missing)
    for method in (snapshot.article, snapshot.sentences):
        with pytest.raises(KeyError):
            method("no such article")


def test_threads_read_the_same(snapshot: Snapshot, encoder: Encoder) -> None:
    def ask(question: str) -> tuple[object, ...]:
        (asked,) = encoder.encode([question])
        near, matching = snapshot.nearest(asked, 5), snapshot.matching(question.split(), 5)
        found = snapshot.passages([number for number, _ in near + matching])
        return near, matching, found, [snapshot.sentences(each.article_id) for each in found]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, QUESTIONS * 20))
    assert answers == [ask(question) for question in QUESTIONS] * 20
