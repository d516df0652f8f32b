"""A question that leans on the turns before it is made to stand alone; one that does not is left as it is."""

from __future__ import annotations

import pytest
from answering_knowledge import KNOWLEDGE, understood
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.followup import leans, standalone
from bot.values import Turn

STANDALONE = [
    ("how much is the quark s1", "how heavy is it", "how heavy is quark s1"),
    ("how much is the quark s1", "and how much is the other one?", "how much is the Quark G1?"),
    ("how much is the quark s1", "and galaxy xr?", "how much is the galaxy xr"),
    ("how much is the quark s1", "what about the g1", "how much is the g1"),
    ("how much is the quark s1", "and the weight?", "the weight quark s1"),
    ("how much is the quark s1", "why", "why is the quark s1"),
    ("is the oura ring 5 banned", "since when?", "since when is the oura ring 5 banned"),
    ("how much money did oura raise", "from whom", "from whom did oura raise"),
    ("samsung shipments q1 2025", "oura?", "oura shipments q1 2025"),
    ("who is the ceo of oura", "what did he say", "what did oura say"),
    ("the latest on samsung smart glasses", "when will they come out", "when will samsung smart glasses come out"),
    ("oura sales q3 2025", "and 2024", "oura sales 2024"),
    ("oura sales q3 2025", "and q4?", "oura sales q4 2025"),
    ("oura sales q3 2025", "and q4 2024?", "oura sales q4 2024"),
    ("oura sales q3 2025", "and the year before?", "oura sales Q3 2024"),
    ("oura sales q1 2025", "and the quarter before?", "oura sales Q4 2024"),
    ("oura sales 2024", "and the year after", "oura sales 2025"),
    ("oura sales", "and the year after", "the year after oura"),
]


def asked(question: str, *before: str) -> str:
    turns = [turn for text in before for turn in (Turn("user", text), Turn("bot", "Something. [1] (2025)"))]
    return standalone(question, turns, understood, KNOWLEDGE.gazetteer)


@pytest.mark.parametrize(("before", "question", "alone"), STANDALONE)
def test_a_follow_up_stands_alone(before: str, question: str, alone: str) -> None:
    assert asked(question, before) == alone


def test_the_nearest_turn_that_names_something_counts() -> None:
    assert asked("how heavy is it", "how much is the quark s1", "how much is the galaxy xr") == "how heavy is galaxy xr"
    assert asked("how heavy is it", "how much is the quark s1", "thanks a lot") == "how heavy is quark s1"


def test_he_is_the_person_of_the_last_answer() -> None:
    turns = [Turn("user", "who runs oura"), Turn("bot", "Tara Quill runs Oura. [1] (2025)")]
    assert standalone("how old is he", turns, understood, KNOWLEDGE.gazetteer).startswith("how old is Tara Quill")
    two = [turns[0], Turn("bot", "Tara Quill and Bo Hahn run Oura. [1] (2025)")]
    assert standalone("how old is he", two, understood, KNOWLEDGE.gazetteer) == "how old is oura"


def test_without_turns_a_question_stays() -> None:
    assert asked("how heavy is it") == "how heavy is it"


@pytest.mark.parametrize("question", ["how heavy is it", "and the other one?", "why", "what about the g1", "and q4?"])
def test_what_leans(question: str) -> None:
    assert leans(question, understood(question))


@pytest.mark.parametrize("question", ["how heavy is the galaxy xr", "who is the ceo of oura", "quark s1 price"])
def test_what_stands_alone(question: str) -> None:
    assert not leans(question, understood(question))


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=5))
def test_any_turns_are_read_without_an_error(question: str, before: list[str]) -> None:
    alone = asked(question, *before)
    assert alone == question or before
