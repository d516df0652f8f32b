"""The reader scores every sentence of its passages, with the trained encoder and with any other."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from answering_parts import write

from bot.answering.candidates import Candidates, Finder
from bot.answering.features import NAMES
from bot.answering.reader import Floats, Read, Weights, load_weights, read
from bot.answering.selection import ADDS_NAMES, QUESTION_NAMES, adding, answer_odds, of_question, select
from bot.index.building import build
from bot.index.encoder import OnnxEncoder, TokenEncoder
from bot.index.lending import Library
from bot.index.model import Model, find_model
from bot.index.passages import in_context
from bot.index.tokens import SCALE, WIDTH, PassageTokens, own

RING = (
    "Corvo Ring: first look",
    "The Corvo Ring was shown at a fair in Oslo.",
    "It costs 279 dollars in the United States.",
    "The battery of the ring lasts nine days on one charge.",
    "Reviewers liked the matte finish.",
)
GLASSES = (
    "Pellucid Glasses recalled",
    "The Pellucid Glasses were recalled in May because a hinge could overheat.",
    "A chip from Norrgate drives their two displays.",
    "Pellucid Optics is led by Ines Marchetti.",
)
CLEAR = {
    "how much does the corvo ring cost": RING[2],
    "how long does the battery of the corvo ring last": RING[3],
    "why were the pellucid glasses recalled": GLASSES[1],
    "which chip drives the displays of the pellucid glasses": GLASSES[2],
    "who leads pellucid optics": GLASSES[3],
}
QUESTION = next(iter(CLEAR))


@pytest.fixture(scope="module", params=["", "packaged"], ids=["trained", "other"])
def model(request: pytest.FixtureRequest, model_home: Path) -> Model:
    return find_model(request.param, model_home)


@pytest.fixture(scope="module")
def encoder(model: Model) -> TokenEncoder:
    return model.open()


@pytest.fixture(scope="module")
def weights(encoder: TokenEncoder) -> Weights:
    return load_weights(encoder.trained)


@pytest.fixture(scope="module")
def passages(encoder: TokenEncoder) -> list[PassageTokens]:
    return encoded(encoder, RING, GLASSES)


@pytest.fixture(scope="module")
def candidates(
    model: Model, encoder: TokenEncoder, weights: Weights, tmp_path_factory: pytest.TempPathFactory
) -> Candidates:
    folder = tmp_path_factory.mktemp("reader")
    for number, (title, *told) in enumerate((RING, GLASSES)):
        write(folder / "corpus", f"article-{number}", " ".join(told), title=title)
    build(folder / "corpus", folder / "data", model)
    with closing(Library(folder / "data", model.identity)) as library, library.snapshot() as snapshot:
        (alone,) = Finder(snapshot, encoder, weights).find(QUESTION)
    return alone


def placed(title: str, sentences: Sequence[str]) -> tuple[str, list[int]]:
    text, at = in_context(title, "", " ".join(sentences))
    starts = []
    for sentence in sentences:
        starts.append(at)
        at += len(sentence) + 1
    return text, starts


def encoded(encoder: TokenEncoder, *articles: tuple[str, ...]) -> list[PassageTokens]:
    texts, starts = zip(*(placed(title, told) for title, *told in articles), strict=True)
    return encoder.encode_passages(texts, starts)[1]


def asked(encoder: TokenEncoder, weights: Weights, question: str, passages: Sequence[PassageTokens]) -> Read:
    queries = encoder.encode_queries([question])
    return read(weights.head, queries.tokens[0], queries.weights[0], passages)


def unrounded(encoder: TokenEncoder, article: tuple[str, ...], kept: PassageTokens) -> PassageTokens:
    """Return the tokens of an article before they were rounded to int8, on the same scale."""
    assert isinstance(encoder, OnnxEncoder)
    prompt = encoder._prompts.passage
    text, _ = placed(article[0], article[1:])
    (made,) = encoder.forward([prompt + text])
    exact: Floats = (made.tokens[own(made.piece, len(prompt))] * SCALE).astype(np.float32)
    assert exact.shape == kept.vectors.shape
    return PassageTokens(exact, kept.bounds)  # type: ignore[arg-type]


def test_the_weights_fit_what_is_counted(candidates: Candidates, weights: Weights) -> None:
    answers, declines, adds = (len(each.weights) for each in (weights.answers, weights.declines, weights.adds))
    stale = "bot/answering/weights.json was fitted to other features: run tools/fit_answers.py"
    assert candidates.features.shape[1] == len(NAMES) == answers, stale
    assert len(of_question(candidates)) == len(QUESTION_NAMES) == declines, stale
    first, second, *left = candidates.best(4)
    assert len(adding(candidates, [first], second, left)) == len(ADDS_NAMES) == adds, stale


def test_the_weights_are_numbers_and_the_right_head(weights: Weights) -> None:
    for layer in (weights.answers, weights.declines, weights.adds):
        assert np.isfinite([*layer.center, *layer.spread, *layer.weights, layer.bias]).all()
        assert (layer.spread > 0).all()
    head = weights.head
    assert all(
        each.shape == (WIDTH,) and np.isfinite(each).all() for each in (head.match, head.sentence, head.question)
    )
    assert head.scale > 0
    assert np.isfinite([weights.answer_bar, weights.add_bar]).all()


def test_every_sentence_is_read_once(encoder: TokenEncoder, weights: Weights, passages: list[PassageTokens]) -> None:
    seen = asked(encoder, weights, QUESTION, passages)
    places = list(zip(seen.passage.tolist(), seen.sentence.tolist(), strict=True))
    assert places == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2)]
    tokens = len(encoder.encode_queries([QUESTION]).tokens[0])
    assert seen.similar.shape == (tokens, 7)
    assert seen.share.shape == (tokens,)
    assert seen.share.sum() == pytest.approx(1, abs=1e-5)
    for each in (seen.score, seen.context, seen.mean):
        assert each.shape == (7,)
        assert each.dtype == np.float32
        assert np.isfinite(each).all()
    assert np.isfinite(seen.nothing)


def test_without_passages_nothing_is_read(encoder: TokenEncoder, weights: Weights) -> None:
    seen = asked(encoder, weights, QUESTION, [])
    assert seen.score.shape == seen.context.shape == seen.mean.shape == (0,)
    assert np.isfinite(seen.nothing)


def test_a_question_without_a_word_is_read(
    encoder: TokenEncoder, weights: Weights, passages: list[PassageTokens]
) -> None:
    seen = asked(encoder, weights, "", passages)
    assert seen.score.shape == (7,)
    assert np.isfinite(seen.score).all()


def test_a_sentence_without_tokens_stays_last(
    encoder: TokenEncoder, weights: Weights, passages: list[PassageTokens]
) -> None:
    ring = passages[0]
    bounds = ring.bounds.copy()
    bounds[-1] = bounds[-2]
    bare = PassageTokens(ring.vectors[: bounds[-1]], bounds)
    seen = asked(encoder, weights, QUESTION, [bare, PassageTokens(ring.vectors[:0], np.zeros(3, np.int64))])
    whole = asked(encoder, weights, QUESTION, [ring])
    assert seen.sentence.tolist() == [0, 1, 2, 3, 0]
    assert np.isfinite(seen.score).all()
    assert seen.score[3:].max() < seen.score[:3].min()
    assert seen.similar[:, :3] == pytest.approx(whole.similar[:, :3])


def test_rounding_hardly_changes_a_score(
    encoder: TokenEncoder, weights: Weights, passages: list[PassageTokens]
) -> None:
    exact = [unrounded(encoder, article, kept) for article, kept in zip((RING, GLASSES), passages, strict=True)]
    for question in CLEAR:
        change = asked(encoder, weights, question, exact).score - asked(encoder, weights, question, passages).score
        assert np.abs(change).max() < weights.head.scale / 100


def test_the_sentence_that_answers_comes_first(
    encoder: TokenEncoder, weights: Weights, passages: list[PassageTokens]
) -> None:
    sentences = [*RING[1:], *GLASSES[1:]]
    missed = []
    for question, sentence in CLEAR.items():
        order = (-asked(encoder, weights, question, passages).score).argsort().tolist()
        if order.index(sentences.index(sentence)) >= (1 if encoder.trained else 3):
            missed.append(question)
    assert missed == []


def test_what_is_read_beside_a_passage_changes_nothing(
    encoder: TokenEncoder, weights: Weights, passages: list[PassageTokens]
) -> None:
    both = asked(encoder, weights, QUESTION, passages)
    alone = asked(encoder, weights, QUESTION, encoded(encoder, RING))
    assert both.score[:4] == pytest.approx(alone.score, abs=weights.head.scale / 100)
    assert both.nothing == alone.nothing


def test_the_same_question_is_read_alike_each_time(
    encoder: TokenEncoder, weights: Weights, passages: list[PassageTokens]
) -> None:
    one, other = (asked(encoder, weights, QUESTION, passages) for _ in range(2))
    assert (one.score == other.score).all()
    assert one.nothing == other.nothing


def test_the_sentence_that_answers_is_told_first(candidates: Candidates, weights: Weights) -> None:
    rows = select(candidates, weights)
    assert rows[0] == candidates.best(1)[0]
    assert len(rows) == len(set(rows))
    assert CLEAR[QUESTION] in [candidates.sentence(row).text for row in candidates.best(2)]
    assert np.isfinite(answer_odds(candidates, weights))
