"""A conversation over the starter corpus: it keeps nothing of a build that it outlives, and declines."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from answering_parts import opened

from bot.conversation import Conversation
from bot.index.lending import Library

QUESTION = "how much is the quark s1"


@pytest.fixture(scope="module")
def starter(starter_home: Path) -> Iterator[Conversation]:
    model, encoder = opened(starter_home)
    with closing(Library(starter_home, model.identity)) as library:
        yield Conversation(library, encoder)


def test_the_build_before_leaves_memory(starter: Conversation, starter_home: Path) -> None:
    answer, _ = starter.ask(QUESTION)
    assert "3,799" in answer.text
    with closing(Library(starter_home, opened(starter_home)[0].identity)) as then:
        conversation = Conversation(starter._library, starter._encoder)
        conversation.ask(QUESTION)
        before = weakref.ref(conversation._answerer)  # nobody else holds it
        conversation._library = then  # lends another snapshot, as after an index run
        assert conversation.ask(QUESTION)[0] == answer
        gc.collect()
        assert before() is None


@pytest.mark.parametrize(
    "question",
    [
        "who won the football world cup in 2022",
        "how do i bake sourdough bread",
        "what is the boiling point of ethanol",
        "how much is the zephyr lens 7",
        "wie ist das wetter morgen in hamburg",
    ],
)
def test_what_no_article_tells_is_declined(starter: Conversation, question: str) -> None:
    assert starter.ask(question)[0].declined


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (QUESTION, "3,799"),
        ("was kostet die quark s1", "3,799"),
        ("how heavy is the galaxy xr", "545"),
        ("when were the airpods pro 3 released", "19 September 2025"),
    ],
)
def test_what_an_article_tells_plainly_is_answered(starter: Conversation, question: str, told: str) -> None:
    answer, _ = starter.ask(question)
    assert not answer.declined
    assert told in answer.text
