from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.evaluate import read_questions
from bot.cli.evidence import Evidence
from bot.cli.measures import Expected, Kind, Outcome, Question, Receipts, measure, receipts
from bot.errors import UnusableQuestion
from bot.text.matching import numbers, plain, states
from bot.values import Answer, Article, Citation, Published, Statement, Turn

BODY = "The Quark S1 costs 3,799 yuan. It is not sold in the US."
ARTICLE = Article("quark", "Quark S1 launch", BODY, published=Published(2025, 11))


def answer(text: str, quote: str = "The Quark S1 costs 3,799 yuan.", published: Published | None = None) -> Answer:
    citation = Citation(1, "quark", "Quark S1 launch", "Paper", "", published or Published(2025, 11), quote, "")
    return Answer("?", text, declined=False, statements=(Statement(text, (1,)),), citations=(citation,))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("costs 1,799 dollars", "1799"),
        ("costs 1.799 euros", "1,799"),
        ("costs 1 799 euros", "1.799"),
        ("costs 1\u202f799 €", "1,799"),
        ("grew 7 percent", "7%"),
        ("grew 7 %", "7%"),
        ("um 7 Prozent", "7 percent"),
        ("It is not sold", "not"),
        ("in the U.S. and the US.", "US"),
        ("the device’s “eye”", 'device\'s "eye"'),
        ("15 people", "15"),
        ("28,491 million", "28,491"),
    ],
)
def test_a_value_is_found_however_it_is_written(text: str, value: str) -> None:
    assert states(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("grew 17%", "7%"),
        ("grew 1.7%", "7%"),
        ("another one", "not"),
        ("a plus", "US"),
        ("version 1.15", "15"),
        ("2,195.50", "2,195.5"),
        ("2,195.5", "2,195"),
        ("151", "15"),
    ],
)
def test_a_part_of_something_else_is_not_the_value(text: str, value: str) -> None:
    assert not states(text, value)


@given(st.integers(1000, 10**9))
def test_grouping_never_matters(number: int) -> None:
    forms = [str(number), f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " ")]
    assert {plain(form) for form in forms} == {str(number)}
    assert all(states(f"It costs {one} yuan.", other) for one in forms for other in forms)
    assert not states(f"It costs {number}0 yuan.", str(number))


def test_reference_marks_are_no_numbers() -> None:
    assert numbers("It costs 3,799 yuan [1][12] or 4.5%") == {"3799", "4.5"}


def test_an_answer_is_right_when_it_holds_all_and_nothing_forbidden() -> None:
    expected = Expected((("3,799", "3799"), ("yuan", "RMB")), ("1,899",))
    assert expected.met_by(answer("It costs 3799 RMB."))
    assert not expected.met_by(answer("It costs 3799."))
    assert not expected.met_by(answer("It costs 3799 or 1899 RMB."))
    assert not expected.met_by(Answer("?", "3799 yuan", declined=True))


def test_declining_is_right_only_where_expected() -> None:
    assert Expected(should_abstain=True).met_by(Answer("?", "Not in the articles.", declined=True))
    assert not Expected(should_abstain=True).met_by(answer("It costs 3,799 yuan."))
    assert not Expected(should_abstain=True, must_not_contain=("3,799",)).met_by(Answer("?", "3.799?", declined=True))


def test_receipts_that_hold() -> None:
    found = receipts(answer("The Quark S1 costs 3,799 yuan. [1]"), {"quark": ARTICLE})
    assert found == Receipts(1, 1, 1, 1, 1, 1, 1)
    assert found.whole


@pytest.mark.parametrize(
    "bad",
    [
        answer("The Quark S1 costs 3,799 yuan.", quote="The Quark S1 costs 3799 yuan."),
        answer("The Quark S1 costs 3,798 yuan."),
        answer("The Quark S1 costs 3,799 yuan.", published=Published(2024)),
        Answer("?", "So.", declined=False, statements=(Statement("So.", (2,)),)),
        Answer("?", "So.", declined=False, statements=(Statement("So.", ()),)),
    ],
)
def test_receipts_that_do_not_hold(bad: Answer) -> None:
    assert not receipts(bad, {"quark": ARTICLE}).whole


def test_an_article_that_is_gone_holds_no_receipt() -> None:
    assert receipts(answer("So."), {}).verbatim == 0


def test_the_measures_count_what_they_say() -> None:
    ask = Expected((("3,799",),), page_ids=("quark",))
    rows = [
        (Question("1", "lookup", "?", (), ask), answer("The Quark S1 costs 3,799 yuan.")),
        (Question("2", "lookup", "?", (), ask), answer("The Quark S1 costs 3,798 yuan.")),
        (Question("3", "lookup", "?", (), ask), Answer("?", "No.", declined=True)),
        (Question("4", "absent", "?", (), Expected(should_abstain=True)), Answer("?", "No.", declined=True)),
    ]
    outcomes = [Outcome(question, given, float(ms)) for ms, (question, given) in enumerate(rows)]
    found = measure(outcomes, [receipts(given, {"quark": ARTICLE}) for _, given in rows])
    assert (found.questions, found.passed, found.pass_rate) == (4, 2, 0.5)
    assert (found.answered_right, found.answer_rate, found.abstained_rightly) == (0.3333, 0.6667, 1.0)
    assert (found.cites_expected_page, found.quotes_verbatim, found.citations_dated) == (0.6667, 1.0, 1.0)
    assert (found.sentences_cited, found.numbers_supported) == (1.0, 0.5)
    assert (found.median_words, found.median_ms) == (6, 1.5)
    assert found.wrongly_declined == 0.3333
    assert found.by_type == {"absent": Kind(1, 1, 1, None, None, None), "lookup": Kind(3, 1, 1, None, None, None)}


def test_only_answerable_questions_with_evidence_are_judged_by_it() -> None:
    quote = Evidence("quark", "The Quark S1 costs 3,799 yuan.")
    right, absent = answer("The Quark S1 costs 3,799 yuan."), Expected(should_abstain=True)
    rows = [
        (Question("1", "lookup", "?", (), Expected(), (quote,)), right),
        (Question("2", "lookup", "?", (), Expected(), (quote,)), Answer("?", "No.", declined=True)),
        (Question("3", "absent", "?", (), absent, (quote,)), right),
        (Question("4", "plain", "?", (), Expected()), right),
    ]
    found = measure([Outcome(question, given, 1.0) for question, given in rows], [])
    assert (found.sentence_precision, found.first_sentence_right, found.parts_covered) == (1.0, 1.0, 0.5)
    assert found.by_type == {
        "absent": Kind(1, 0, 0, None, None, None),
        "lookup": Kind(2, 1, 1, 1.0, 1.0, 0.5),
        "plain": Kind(1, 1, 0, None, None, None),
    }


def test_nothing_to_count_is_not_zero() -> None:
    assert measure([], []).pass_rate is None


def test_a_question_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"id": "a", "question": "and the other?", "type": "follow_up", "history": [["user", "x"]], '
        '"expected": {"must_contain": [["1", "one"]], "near_miss": ["2"], "page_ids": ["p"]}}\n'
        '\n{"question": "plain"}\n'
        '{"question": "both?", "evidence": [{"page": "a", "quote": "It costs.", "core": "costs", "part": "price"}], '
        '"acceptable": [{"page": "b", "quote": "So."}]}\n'
    )
    told = (Evidence("a", "It costs.", "costs", "price"),)
    assert read_questions(file) == [
        Question("a", "follow_up", "and the other?", (Turn("user", "x"),), Expected((("1", "one"),), page_ids=("p",))),
        Question("3", "question", "plain", (), Expected()),
        Question("4", "question", "both?", (), Expected(), told, (Evidence("b", "So."),)),
    ]
    assert read_questions(file)[2].pages == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1: The line is not valid JSON"),
        ('{"question": "x", "expected": 5}', "line 1: expected"),
        ('{"question": "x", "evidence": [{"page": "p"}]}', "line 1: evidence.0.quote"),
    ],
)
def test_a_bad_question_file_names_the_line(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(text)
    with pytest.raises(UnusableQuestion, match=says):
        read_questions(file)


def test_a_missing_question_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnusableQuestion, match="cannot be read: No such file"):
        read_questions(tmp_path / "none.jsonl")
