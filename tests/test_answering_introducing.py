"""What a thing is, when it came, and a message that asks two things: shown on a made-up corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answering_parts import broken, talking, write

from bot.conversation import Conversation
from bot.readers import read_corpus
from bot.values import Answer, Article

BRIEFS: dict[str, tuple[str, str, list[str], list[str]]] = {
    "lumo": (
        "Lumo S1 tested",
        (
            "The case of the Lumo S1 is blue. The Lumo S1 hinge creaks. "
            "The Lumo S1 are standalone AR glasses by Brightwell. The Lumo S1 costs $599. "
            "Heron expects 4 million AI glasses shipped worldwide in 2026. "
            "Brightwell's cloud revenue grew 34% in fiscal Q2 2026, against 26% the quarter before."
        ),
        ["Brightwell"],
        ["Lumo S1"],
    ),
    "family": (
        "Lumo glasses come to shops",
        "Brightwell launched the Lumo AI Glasses on 27 November 2025. 2 million people pay for Brightwell.",
        ["Brightwell"],
        ["Lumo AI Glasses"],
    ),
    "marten": (
        "Marten in the news",
        (
            "Marten Wear got a warning letter on 14 July 2025. Marten Wear was sued over a strap. "
            "The Marten Watch 3 was tested in May 2025. "
            "The Marten Watch 3 reaches a peak brightness of 3,000 nits."
        ),
        ["Marten Wear"],
        ["Marten Watch 3"],
    ),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("introducing") / "articles"
    for stem, (title, body, companies, products) in BRIEFS.items():
        write(
            folder, stem, body, title=title, publisher="Wearable Week", published="2026-05", companies=companies,
            products=products,
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def bot(corpus: Path, tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Iterator[Conversation]:
    with talking(corpus, tmp_path_factory.mktemp("introducing-data"), model_home) as talk:
        yield talk


def asked(bot: Conversation, corpus: Path, question: str) -> Answer:
    answer, _ = bot.ask(question)
    assert not broken(answer, {each.id: each for each in read_corpus(corpus) if isinstance(each, Article)})
    return answer


@pytest.mark.parametrize("question", ["what is the lumo s1", "what are lumo s1", "tell me about the lumo s1"])
def test_what_a_thing_is_begins_with_what_says_so(bot: Conversation, corpus: Path, question: str) -> None:
    told = [s.text for s in asked(bot, corpus, question).statements]
    assert told[:2] == ["The Lumo S1 are standalone AR glasses by Brightwell.", "The Lumo S1 costs $599."]


def test_who_asks_for_a_property_is_not_told_what_the_thing_is(bot: Conversation, corpus: Path) -> None:
    told = [s.text for s in asked(bot, corpus, "what is the price of the lumo s1").statements]
    assert told[0] == "The Lumo S1 costs $599."


def test_when_an_edition_came_is_told_by_when_its_family_did(bot: Conversation, corpus: Path) -> None:
    """No other date answers: not that of a forecast, not that of the maker's revenue."""
    answer = asked(bot, corpus, "when did the lumo s1 launch")
    assert [s.text for s in answer.statements] == ["Brightwell launched the Lumo AI Glasses on 27 November 2025."]


def test_when_a_thing_came_is_not_told_by_another_date(bot: Conversation, corpus: Path) -> None:
    assert asked(bot, corpus, "when was the marten watch 3 released").declined


NOTHING = "I found no answer to the second part of the question."
WEIGHT = "No article gives the weight of Lumo S1."


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("how much is the lumo s1 and who is the president of france", NOTHING),
        ("how much is the lumo s1 + who is the president of france", NOTHING),
        ("how much is the lumo s1 and does it weigh more than 40 grams", WEIGHT),
        ("how much is the lumo s1 and then tell me the weight of the lumo s1", WEIGHT),
    ],
)
def test_a_second_thing_is_looked_up_by_itself_and_said_to_be_missing(
    bot: Conversation, corpus: Path, question: str, note: str
) -> None:
    answer = asked(bot, corpus, question)
    assert answer.note == note
    assert [s.text for s in answer.statements] == ["The Lumo S1 costs $599."]


def test_the_most_that_a_thing_reaches_is_no_edition_of_it(bot: Conversation, corpus: Path) -> None:
    assert "3,000 nits" in asked(bot, corpus, "marten watch 3 max brightness").text
    assert asked(bot, corpus, "marten watch 3 max price").declined


def test_which_of_two_is_bigger_is_not_told_by_a_word_on_one(bot: Conversation, corpus: Path) -> None:
    assert asked(bot, corpus, "is brightwell bigger than marten wear").declined


def test_what_stands_beside_the_answer_to_whether_is_about_that(bot: Conversation, corpus: Path) -> None:
    told = [s.text for s in asked(bot, corpus, "are the lumo s1 standalone ar glasses").statements]
    assert told == ["The Lumo S1 are standalone AR glasses by Brightwell."]


@pytest.mark.parametrize(
    "question",
    [
        "did marten wear sue brightwell",
        "how do i reset the lumo s1",
        "how many people work at brightwell",
    ],
)
def test_a_sentence_on_one_of_two_or_on_something_else_is_no_answer(
    bot: Conversation, corpus: Path, question: str
) -> None:
    assert asked(bot, corpus, question).declined
