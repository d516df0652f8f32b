"""The question files are sound, and answers to them stay as good as they are: floors well below what is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.answering.asked import Shape
from bot.answering.shapes import shape_of
from bot.cli.evaluate import read_questions
from bot.cli.measures import Measures, Outcome, Question, measure, receipts
from bot.conversation import Conversation
from bot.index.lending import Library
from bot.index.model import find_model
from bot.readers import read_corpus
from bot.text.matching import states
from bot.text.words import words
from bot.values import Article, Turn

TESTS = Path(__file__).parent
FILES = {path.stem: read_questions(path) for path in sorted((TESTS / "questions").glob("*.jsonl"))}
EVERY = [(name, question) for name, questions in FILES.items() for question in questions]
FLOORS = {
    "tuning": {"answered_right": 0.89, "answer_rate": 0.94, "abstained_rightly": 0.90, "cites_expected_page": 0.93},
    "unanswerable": {"abstained_rightly": 0.82},
    "sealed": {"answered_right": 0.82, "answer_rate": 0.91, "abstained_rightly": 0.77, "cites_expected_page": 0.93},
    "sealed2": {"answered_right": 0.85, "answer_rate": 0.93, "abstained_rightly": 0.9, "cites_expected_page": 0.93},
    "sealed3": {"answered_right": 0.79, "answer_rate": 0.89, "abstained_rightly": 0.86, "cites_expected_page": 0.91},
    "sealed4": {"answered_right": 0.83, "answer_rate": 0.90, "abstained_rightly": 0.91, "cites_expected_page": 0.93},
}
"""About five points below the figures of the day they were set; a few questions lost are noise, more are a fault."""
LONGEST_MEDIAN = 60


@pytest.fixture(scope="module")
def articles() -> Mapping[str, Article]:
    return {a.id: a for a in read_corpus(TESTS.parent / "corpus" / "articles") if isinstance(a, Article)}


@pytest.fixture(scope="module")
def bot(starter_home: Path) -> Iterator[Conversation]:
    model = find_model("", starter_home)
    with closing(Library(starter_home, model.identity)) as library:
        yield Conversation(library, model.open())


def test_the_files_are_there() -> None:
    assert {name: len(questions) for name, questions in FILES.items()} == {
        "heldout": 160,
        "sealed": 160,
        "sealed2": 120,
        "sealed3": 120,
        "sealed4": 160,
        "tuning": 160,
        "tuning2": 210,
        "tuning3": 160,
        "tuning4": 160,
        "tuning5": 110,
        "tuning6": 170,
        "tuning7": 120,
        "tuning8": 150,
        "tuning9": 120,
        "tuning10": 120,
        "tuning11": 140,
        "sealed5": 120,
        "unanswerable": 120,
    }


def test_every_question_has_a_name_and_words_of_its_own() -> None:
    assert len({question.id for _, question in EVERY}) == len(EVERY)
    # Whoever wrote a file after the first four saw no other: a few may be asked in both.
    others = [question for name, question in EVERY if name in ("heldout", "tuning", "tuning2", "unanswerable")]
    asked = [(q.text.casefold(), tuple(turn.text for turn in q.history)) for q in others]
    assert len(set(asked)) == len(asked)
    assert all(question.text.strip() for _, question in EVERY)


def test_an_unanswerable_question_expects_nothing() -> None:
    for name, question in EVERY:
        expected = question.expected
        assert expected.should_abstain is not bool(expected.must_contain), question.id
        assert name != "unanswerable" or expected.should_abstain, question.id


@pytest.mark.parametrize("name", FILES)
def test_what_is_expected_stands_in_an_article_named(name: str, articles: Mapping[str, Article]) -> None:
    for question in FILES[name]:
        told = [f"{articles[i].title}\n{articles[i].body}" for i in question.expected.page_ids]
        for alternatives in question.expected.must_contain:
            assert all(alternatives), question.id
            assert any(states(text, value) for text in told for value in alternatives), (question.id, alternatives)


def test_a_follow_up_has_turns_before_it() -> None:
    for _, question in EVERY:
        assert question.history or question.kind != "follow_up", question.id
        assert {turn.speaker for turn in question.history} <= {"user", "bot"}


def run(bot: Conversation, questions: list[Question], articles: Mapping[str, Article]) -> Measures:
    outcomes = [Outcome(question, bot.ask(question.text, question.history)[0], 0.0) for question in questions]
    return measure(outcomes, [receipts(outcome.answer, articles) for outcome in outcomes])


@pytest.mark.parametrize("name", FLOORS)
def test_answers_are_no_worse(bot: Conversation, articles: Mapping[str, Article], name: str) -> None:
    found = run(bot, FILES[name], articles)
    assert (found.quotes_verbatim, found.citations_dated) == (1.0, 1.0)
    assert (found.sentences_cited, found.numbers_supported) == (1.0, 1.0)
    shares = {measured: getattr(found, measured) for measured in FLOORS[name]}
    low = {measured: share for measured, share in shares.items() if share < FLOORS[name][measured]}
    assert low == {}
    assert found.median_words is not None
    assert found.median_words <= LONGEST_MEDIAN


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who is the Livis aimed at?", "existing Li Auto owners"),
        ("What are the pros of the Oakley Meta Vanguard?", "listed as a plus"),
        ("What are the drawbacks of the Oakley Meta Vanguard?", "listed as a minus"),
        ("What led to the Pebble 2 Duo setback?", "waterproofing beyond IPX8"),
        ("How large is the battery in the Jinju leak?", "155 mAh"),
        ("Change in VR headset shipments in the first half of 2025?", "down 14%"),
        ("What is the ETA for the Snap Specs?", "ship in fall 2026"),
        ("What makes a good product according to Misa Zhu?", "a great AI device"),
        ("Who manufactures the Vision Pro?", "Luxshare"),
        ("Which smart glasses have a display?", "Quark S1"),
        ("how much ram in the samsung vr headset", "16 GB"),
        ("headcount at the startup behind the Stream ring?", "15 people"),
        ("which xr headsets run android xr", "Galaxy XR"),
        ("why did the pebble 2 duo slip", "waterproofing beyond IPX8"),
        ("quest 4 in 2026 or later?", "2028"),
        ("how far did the ray-ban owners stock drop from its november peak", "about 22%"),
    ],
)
def test_a_property_is_asked_for_in_many_ways(bot: Conversation, question: str, told: str) -> None:
    assert told in bot.ask(question, ())[0].text


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("How many stars did the Hilo get?", "the score of Hilo"),
        ("Can the Livis record in 4k?", "the resolution of Livis"),
        ("who makes the display of the meta ray-ban display?", "the supplier of Meta Ray-Ban Display"),
    ],
)
def test_a_property_that_no_article_gives_is_named(bot: Conversation, question: str, what: str) -> None:
    answer = bot.ask(question, ())[0]
    assert answer.declined
    assert what in answer.text


@pytest.mark.parametrize("question", ["How did the Strava Garmin dispute unfold?", "Sequence of events around Quest 4"])
def test_what_happened_is_asked_for_in_many_ways(question: str) -> None:
    assert shape_of(question, (), words(question)) is Shape.TIMELINE


def test_what_somebody_has_is_the_thing_that_was_spoken_of(bot: Conversation) -> None:
    before = [
        Turn("user", "when did samsung bring out the watch8"),
        Turn("bot", "Samsung launched Galaxy Watch8 and Watch8 Classic on 9 July 2025. [1]"),
    ]
    assert "not compatible with older bands" in bot.ask("will my old straps still fit?", before)[0].text
