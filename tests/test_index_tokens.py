"""Tokens belong to the sentence that they stand in."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.index.head import load_head
from bot.index.tokens import SCALE, WIDTH, bounds, counts, packed


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20), st.data())
def test_every_token_is_counted_in_the_part_that_it_ends_in(lengths: list[int], data: st.DataObject) -> None:
    ends = np.cumsum(lengths).tolist()
    spans = [(end - length, end) for end, length in zip(ends, lengths, strict=True)]
    starts = sorted(data.draw(st.sets(st.integers(0, ends[-1] + 5), min_size=1, max_size=5)))
    found = counts(spans, starts)
    parts = list(zip([0, *starts], [*starts, 1_000], strict=True))
    assert found.tolist() == [sum(first <= end - 1 < last for end in ends) for first, last in parts]
    assert bounds(found).tolist() == [0, *np.cumsum(found).tolist()]


def test_without_a_trained_reader_tokens_keep_angles_and_all_count_the_same() -> None:
    states = np.random.default_rng(0).normal(size=(30, 384)).astype(np.float32)
    head = load_head(None, 384)
    tokens = packed(head.tokens(states)).astype(np.float32) / SCALE
    assert tokens.shape == (30, WIDTH)
    whole = states / np.linalg.norm(states, axis=1, keepdims=True)
    assert np.abs(tokens @ tokens.T - whole @ whole.T).mean() < 0.1
    assert np.allclose(head.weights(states), np.log(2))
