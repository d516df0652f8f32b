"""Late interaction against the slow way of computing it, and on the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.interaction import Interaction, closeness
from bot.index.model import find_model
from bot.index.tokens import SCALE, WIDTH, Tokens, behind, packed


def _tokens(seed: int, count: int) -> np.ndarray:
    return packed(np.random.default_rng(seed).standard_normal((count, 64)).astype(np.float32))


@given(st.integers(0, 10_000), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_whole_is_the_mean_of_the_best_cosines_as_a_loop_finds_them(seed: int, lengths: list[int]) -> None:
    text = "how heavy is the ring"
    spans = ((0, 3), (4, 9), (10, 12), (13, 16), (17, 21))
    asked = _tokens(seed, len(spans))
    sentences = [_tokens(seed + 1 + k, length) for k, length in enumerate(lengths)]
    places = np.cumsum([0, *lengths[:-1]])
    found = Interaction(text, Tokens(spans, asked), {"how", "is", "the"}, {"ring"}).closest(
        np.concatenate(sentences), places
    )
    for row, sentence in zip(found, sentences, strict=True):
        best = [max(float(q.astype(float) @ t.astype(float)) / SCALE**2 for t in sentence) for q in asked]
        assert row[0] == pytest.approx(np.mean(best), abs=1e-4)
        # "heavy" alone is asked about: "ring" is a name here, the rest the art of asking.
        assert row[1] == pytest.approx(best[1], abs=1e-4)
        assert row[2] == pytest.approx(best[1], abs=1e-4)


@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([8, 128, 384]))
def test_packed_rows_have_length_one_and_keep_angles(seed: int, count: int, dimension: int) -> None:
    states = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    rows = packed(states).astype(float) / SCALE
    assert rows.shape == (count, WIDTH)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=0.05)
    twice = packed(states * 3).astype(float) / SCALE
    assert np.abs(rows - twice).max() <= 1.01 / SCALE


def test_a_text_without_tokens_keeps_one() -> None:
    assert behind([(0, 0), (0, 0)]) == [0]
    assert behind([(0, 0), (0, 3), (4, 8), (0, 0)], 4) == [2]


def test_the_closest_of_all_is_behind_by_nothing() -> None:
    found = closeness(np.array([0.5, 0.4], np.float32), np.array([[0.9, 0.8, 0.7], [0.6, 0.5, 0.4]], np.float32))
    one, two = found.behind
    assert one == 0
    assert two == pytest.approx(-0.3)


def test_the_words_of_a_question_find_the_sentence_that_means_them(model_home: Path) -> None:
    encoder = find_model("", model_home).open()
    title = "Stream ring. "
    told = ("The ring costs $249.", "The ring is splash-proof but not waterproof.", "The team has 15 people.")
    _, sentences = encoder.encode_tokens([title + each for each in told], [len(title)] * len(told))
    places = np.cumsum([0, *(len(each.vectors) for each in sentences[:-1])])
    every = np.concatenate([each.vectors for each in sentences])
    for question, right in (("can i swim with it", 1), ("what is its price", 0), ("size of the staff", 2)):
        _, (asked,) = encoder.encode_tokens([question], [0])
        assert int(np.argmax(Interaction(question, asked, frozenset(), ()).closest(every, places)[:, 0])) == right
