"""Numbers and negations of a text are found, and only those that stand in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.facts import negations, numbers

DENIED = [
    ("It is not sold in Europe.", 1),
    ("Oura hasn’t said and won't say.", 2),
    ("There is no date, nor a price.", 2),
    ("Prices were undisclosed and the launch unconfirmed.", 2),
    ("It works without a phone.", 1),
    ("It cannot.", 1),
    ("Nothing Ear", 1),
    ("A notable knot in the notebook", 0),
    ("It is sold in Europe.", 0),
]


@pytest.mark.parametrize(("text", "count"), DENIED)
def test_negations_are_counted(text: str, count: int) -> None:
    assert negations(text) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,799 yuan", {"1799"}),
        ("1 799 yuan", {"1799"}),
        ("1\u202f799\u00a0000", {"1799000"}),
        ("$1,799.99.", {"1799.99"}),
        ("Quark S2", {"2"}),
        ("10-12 hours, 24/7", {"10", "12", "24", "7"}),
        ("3,79", {"3,79"}),
        ("no digits", set()),
    ],
)
def test_numbers_of_a_text(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


@given(st.integers(min_value=0, max_value=10**13), st.sampled_from([",", "\u202f", "\u00a0", " "]))
def test_numbers_do_not_depend_on_the_thousands_separator(number: int, separator: str) -> None:
    grouped = f"{number:,}".replace(",", separator)
    assert numbers(f"It sold {grouped} units.") == numbers(f"It sold {number} units.") == {str(number)}


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_different_numbers_stay_different(one: int, other: int) -> None:
    assert (numbers(f"{one:,} units") == numbers(f"{other} units")) == (one == other)
