"""A question that no article answers is told so in words of ours, with what is nearest."""

from __future__ import annotations

import pytest
from answering_knowledge import CARDS, understood

from bot.answering.compose import Receipts
from bot.answering.declining import missing, nearest, words_of_decline
from bot.values import Article


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("how heavy is the quark s1", "the weight of Quark S1"),
        ("how much is the galaxy xr in euros", "the price of Galaxy XR in euro"),
        ("oura units sold in q3 2025", "for Q3 2025"),
        ("who is the ceo of samsung", "the chief executive of Samsung"),
        ("galaxy xr field of view", "the field of view of Galaxy XR"),
        ("battery life of the quark s2", "the battery life of Quark S2"),
        ("tell me a joke", ""),
    ],
)
def test_what_is_missing_is_named(question: str, what: str) -> None:
    told = missing(understood(question), [])
    assert told.endswith(what)
    assert bool(told) is bool(what)


def test_nothing_near_names_the_topics() -> None:
    cards = [
        *(Article(f"r{n}", "", "", topic="rings") for n in range(3)),
        Article("w", "", "", topic="watches"),
        *CARDS,
    ]
    receipts = Receipts()
    text, note = words_of_decline(understood("tell me a joke"), [], receipts, cards)
    assert text == "I don't know: no article answers that. The articles cover rings, watches."
    assert note == "The articles cover rings, watches."
    assert receipts.citations == []
    assert nearest(understood("tell me a joke"), []) is None


def test_an_empty_corpus_is_no_reason_to_fail() -> None:
    text, note = words_of_decline(understood("how heavy is it"), [], Receipts(), [])
    assert (text, note) == ("I don't know: no article answers that.", "")


def test_the_same_quote_is_numbered_once() -> None:
    receipts = Receipts()
    one = Article("a", "t", "One. Two.", url="https://a.example/x", publisher="P")
    other = Article("b", "t", "One. Two.")
    assert [receipts.cite(one, "One."), receipts.cite(one, "Two."), receipts.cite(one, "One.")] == [1, 2, 1]
    assert receipts.cite(other, "One.") == 3
    assert [c.publisher for c in receipts.citations] == ["P", "P", "b"]
    assert [c.link for c in receipts.citations] == [
        "https://a.example/x#:~:text=One.",
        "https://a.example/x#:~:text=Two.",
        "",
    ]
