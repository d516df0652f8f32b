"""Slips are mended to what the corpus knows; what is right, or plain English, is left alone."""

from __future__ import annotations

import unicodedata

import pytest
from answering_knowledge import respelled
from hypothesis import example, given
from hypothesis import strategies as st

MENDED = [
    ("quark s1 pirce", "quark s1 price"),
    ("snpdragon battry", "snapdragon battery"),
    ("samsng galxy xr", "samsung galaxy xr"),
    ("hwo much is teh quark s1", "how much is the quark s1"),
    ("how mcuh", "how much"),
    ("ultrahumen ring", "ultrahuman ring"),
    ("quark s1 baterry", "quark s1 battery"),
    ("oora ring", "oura ring"),
    ("wieght of galaxy xr", "weight of galaxy xr"),
    ("Galxy XR shippments", "galaxy XR shipments"),
    ("qurk s1", "quark s1"),
    ("alibabas quark", "alibaba quark"),
    ("ourra ring", "oura ring"),
    ("galxy wach8", "galaxy watch 8"),
    ("it couldnt be sold", "it couldn't be sold"),
    ("boats and rings", "boats and rings"),
    ("ouura ring", "oura ring"),
    ("how many galaxy xrs", "how many galaxy xr"),
    ("oura rings", "oura rings"),
    ("what did zuck sell", "what did Zuckerberg Meta sell"),
    ("xr9 glasses", "xr9 glasses"),
    ("s1 g1", "s1 g1"),
]


@pytest.mark.parametrize(("typed", "meant"), MENDED)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert respelled(typed) == meant


@pytest.mark.parametrize("meant", sorted({meant for _, meant in MENDED}))
def test_mending_twice_changes_nothing(meant: str) -> None:
    assert respelled(meant) == meant


@pytest.mark.parametrize(
    "question",
    [
        "how much is the quark s1",
        "what about the iphone",
        "is the walrus any good",
        "quark s2 price",
        "anx of the quark",
        "price in 2025, in €?",
        "what is the capital of france",
        "夸克 S1",
        "Ångström",
        "",
        "…",
    ],
)
def test_what_is_no_slip_is_left_alone(question: str) -> None:
    assert respelled(question) == question


@given(st.text(max_size=80))
@example("¹H")
def test_any_text_is_read_and_its_digits_stay(typed: str) -> None:
    # A raised ¹ may be written as the 1 that it is.
    assert _digits(respelled(typed)) == _digits(typed)


def _digits(text: str) -> list[str]:
    return [c for c in unicodedata.normalize("NFKC", text) if c.isdigit()]
