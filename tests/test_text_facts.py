"""Quantities, periods, numbers and negations of a text are found, and only those that stand in it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.facts import Kind, negations, numbers, quantities
from bot.text.periods import periods

QUANTITIES = [
    ("$1,799.99", Kind.MONEY, "1799.99"),
    ("3,799 yuan", Kind.MONEY, "3799"),
    ("€399", Kind.MONEY, "399"),
    ("US$ 25", Kind.MONEY, "25"),
    ("₹9,999", Kind.MONEY, "9999"),
    ("1995 dollars", Kind.MONEY, "1995"),
    ("$1.2 billion", Kind.MONEY, "1.2 billion"),
    ("900 million euros", Kind.MONEY, "900 million"),
    ("$299 to $379", Kind.MONEY, "299-379"),
    ("15%", Kind.PERCENT, "15"),
    ("7.5 percent", Kind.PERCENT, "7.5"),
    ("5 percentage points", Kind.PERCENT, "5"),
    ("545 g", Kind.WEIGHT, "545"),
    ("4 ounces", Kind.WEIGHT, "4"),
    ("270 mAh", Kind.CHARGE, "270"),
    ("42 mm", Kind.LENGTH, "42"),
    ("0.47-inch", Kind.LENGTH, "0.47"),
    ("40 degrees", Kind.ANGLE, "40"),
    ("2,000 nits", Kind.BRIGHTNESS, "2000"),
    ("32GB", Kind.STORAGE, "32"),
    ("90 Hz", Kind.FREQUENCY, "90"),
    ("12-megapixel", Kind.PIXELS, "12"),
    ("640 x 480", Kind.PIXELS, "640-480"),
    ("5-day", Kind.DURATION, "5"),
    ("two full days", Kind.DURATION, "two"),
    ("60-70 hours", Kind.DURATION, "60-70"),
    ("IP68", Kind.RATING, "68"),
    ("IPX8", Kind.RATING, "8"),
    ("2.84 million", Kind.NUMBER, "2.84 million"),
    ("17", Kind.NUMBER, "17"),
]

PERIODS = [
    ("27 Nov 2025", (2025, "11", 27)),
    ("November 27, 2025", (2025, "11", 27)),
    ("27th November 2025", (2025, "11", 27)),
    ("Nov. 27", (0, "11", 27)),
    ("may 2026", (2026, "5", 0)),
    ("Sept 2025", (2025, "9", 0)),
    ("Q3 2025", (2025, "q3", 0)),
    ("Q3 of 2025", (2025, "q3", 0)),
    ("Q4’25", (2025, "q4", 0)),
    ("h2 25", (2025, "h2", 0)),
    ("second half of 25", (2025, "h2", 0)),
    ("oct ’25", (2025, "10", 0)),
    ("q1", (0, "q1", 0)),
    ("third quarter of 2025", (2025, "q3", 0)),
    ("fourth quarter of fiscal 2026", (2026, "q4", 0)),
    ("first half of 2025", (2025, "h1", 0)),
    ("H2 2026", (2026, "h2", 0)),
    ("Q1-Q3 2025", (2025, "q1-q3", 0)),
    ("first nine months of 2025", (2025, "q1-q3", 0)),
    ("holiday quarter 2025", (2025, "q4", 0)),
    ("fall 2026", (2026, "autumn", 0)),
    ("spring of 2026", (2026, "spring", 0)),
    ("late 2026", (2026, "late", 0)),
    ("early-2026", (2026, "early", 0)),
    ("in 2025", (2025, "", 0)),
    ("the 2025 model", (2025, "", 0)),
    ("2025年", (2025, "", 0)),
]

NO_PERIOD = [
    "it may cost more",
    "a free fall",
    "spring loaded",
    "2025 units",
    "2,025",
    "$2025",
    "20255",
    "1.2025",
    "2000 nits",
    "2064 x 2208 pixels",
    "2000 mAh",
    "1920x1080",
    "a decent march8",
]

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

CALENDAR = ("Q{q} {y}", "{d} March {y}", "March {d}, {y}", "H1 {y}", "in {y}", "late {y}", "summer {y}")
JOINTS = ("and", "the band", ".", ",", "$", "to", "-")
PROSE = st.lists(
    st.sampled_from([*(text for text, _, _ in QUANTITIES), *(text for text, _ in PERIODS), *NO_PERIOD, *JOINTS]),
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize(("text", "kind", "digits"), QUANTITIES)
def test_a_quantity_has_its_kind_and_digits(text: str, kind: Kind, digits: str) -> None:
    found = quantities(f"It has {text}, they say.")
    assert [(q.kind, q.digits) for q in found] == [(kind, digits)]


@pytest.mark.parametrize(
    ("text", "relative"),
    [
        ("100 grams lighter than before", True),
        ("It costs $80 more", True),
        ("a $50 discount", True),
        ("20% higher", True),
        ("It weighs 100 grams", False),
        ("It costs $80, more than planned", False),
    ],
)
def test_differences_are_no_values(text: str, relative: bool) -> None:  # noqa: FBT001 - one column of a table
    assert [q.relative for q in quantities(text)] == [relative]


@pytest.mark.parametrize("text", ["v2.0", "the G2", "10.5.2026x", "3.5x"])
def test_a_part_of_a_number_is_no_quantity(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(("text", "expected"), PERIODS)
def test_a_period_is_found(text: str, expected: tuple[int, str, int]) -> None:
    assert [(p.year, p.part, p.day) for p in periods(f"It came {text}, they say.")] == [expected]


@pytest.mark.parametrize("text", NO_PERIOD)
def test_what_only_looks_like_a_period_is_none(text: str) -> None:
    assert periods(text) == []


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


@given(st.integers(1990, 2099), st.integers(1, 4), st.integers(1, 28), st.sampled_from(CALENDAR))
def test_the_year_of_a_period_is_read(year: int, quarter: int, day: int, pattern: str) -> None:
    (found,) = periods(f"it sold well {pattern.format(y=year, q=quarter, d=day)}.")
    assert found.year == year


@given(st.one_of(st.text(), PROSE))
def test_places_lie_inside_the_text_and_in_order(text: str) -> None:
    for places in ([(p.start, p.end) for p in periods(text)], [(q.start, q.end) for q in quantities(text)]):
        assert all(0 <= start < end <= len(text) for start, end in places)
        assert all(a[1] <= b[0] for a, b in pairwise(places))


@given(PROSE)
def test_a_bare_number_is_no_part_of_a_date(text: str) -> None:
    dates = periods(text)
    for number in (q for q in quantities(text) if q.kind is Kind.NUMBER):
        assert not any(p.start < number.end and number.start < p.end for p in dates)


@given(st.one_of(st.text(), PROSE))
def test_the_digits_of_a_quantity_stand_where_it_stands(text: str) -> None:
    for q in quantities(text):
        told = {part.split(" ")[0] for part in q.digits.split("-")}
        said = text[q.start : q.end]
        spelled = not any(c.isdigit() for c in q.digits)
        assert told == ({re.split(r"[\s-]", said)[0].lower()} if spelled else numbers(said))
        assert told


def test_spelled_numbers_of_a_duration_count() -> None:
    found = quantities("The battery lasts up to nine days, a week in use and two in saving; $5.99 a month.")
    assert [(q.kind.value, q.digits) for q in found if q.kind.value == "duration"] == [
        ("duration", "nine"),
        ("duration", "a"),
    ]


@pytest.mark.parametrize(
    ("text", "year", "part"),
    [
        ("fourth quarter 2025 sales", 2025, "q4"),
        ("q3 25", 2025, "q3"),
        ("q3 25% up", 0, "q3"),
        ("Q1 20 units", 0, "q1"),
    ],
)
def test_a_quarter_takes_the_year_behind_it(text: str, year: int, part: str) -> None:
    (found,) = periods(text)[:1]
    assert (found.year, found.part) == (year, part)


def test_a_generation_of_radio_weighs_nothing() -> None:
    assert [q.kind for q in quantities("It gained 5G and weighs 5g.")] == [Kind.WEIGHT]
