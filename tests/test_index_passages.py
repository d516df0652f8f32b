"""Passages are whole sentences, cover the article once, and are verbatim."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.index.passages import BUDGET, room, runs, sentences_of, titled
from bot.index.texts import Cut
from bot.text.sentences import split
from bot.values import Article


@given(st.lists(st.integers(1, 400), max_size=60), st.integers(16, 300))
def test_runs_cover_every_sentence_once_and_keep_to_the_budget(lengths: list[int], budget: int) -> None:
    found = list(runs(lengths, budget))
    assert [each for first, last in found for each in range(first, last)] == list(range(len(lengths)))
    for first, last in found:
        assert last == first + 1 or sum(lengths[first:last]) <= budget


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_runs_are_few_and_none_is_a_scrap(lengths: list[int]) -> None:
    found = list(runs(lengths, 200))
    sums = [sum(lengths[first:last]) for first, last in found]
    assert all(one + other > 200 - 40 for one, other in pairwise(sums))
    assert len(sums) == 1 or min(sums) >= 200 // 2 - 40 // 2


@given(st.text(st.sampled_from("ab .!?\n甲。🙂é"), max_size=300), st.text(max_size=20))
def test_a_cut_article_is_verbatim_in_every_part(body: str, title: str) -> None:
    article = Article("a", title, body, asides=((0, 3),))
    sentences = sentences_of(article, split(body))
    cut = Cut(article, sentences, tuple(runs([len(each.text) for each in sentences], 40)))
    for each in sentences:
        assert each.text == body[each.start : each.end]
        assert each.aside == (each.start < 3)
    assert all(one.end <= other.start for one, other in pairwise(sentences))
    for (first, last), text in zip(cut.runs, cut.texts(), strict=True):
        assert text in body
        assert text.startswith(sentences[first].text)
        assert text.endswith(sentences[last - 1].text)


def test_a_title_takes_its_share_of_the_model_and_no_more() -> None:
    assert room(10, 256) == BUDGET - 10
    assert room(500, 256) == BUDGET - 48
    assert room(10, 100) == 88
    assert room(500, 32) == 16
    assert titled("", "Text.") == "Text."
    assert titled("Title", "Text.") == "Title. Text."
