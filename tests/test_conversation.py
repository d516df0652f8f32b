"""A conversation over the starter corpus: it keeps nothing of a build that it outlives, and declines."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.index.lending import Library
from bot.index.model import find_model

QUESTION = "how much is the quark s1"


def test_the_build_before_leaves_memory_though_the_collector_was_told_to_spare_it(starter_home: Path) -> None:
    model = find_model("", starter_home)
    with (
        closing(Library(starter_home, model.identity)) as first,
        closing(Library(starter_home, model.identity)) as then,
    ):
        conversation = Conversation(first, model.open())
        answer, _ = conversation.ask(QUESTION)
        before = weakref.ref(conversation._answerer)  # nobody else holds it
        assert before() is not None
        assert gc.get_freeze_count() > 0
        conversation._library = then  # lends another snapshot, as after an index run
        assert conversation.ask(QUESTION)[0] == answer
        assert before() is None


@pytest.fixture
def starter(starter_home: Path) -> Iterator[Conversation]:
    model = find_model("", starter_home)
    with closing(Library(starter_home, model.identity)) as library:
        yield Conversation(library, model.open())


def test_what_names_nothing_is_declined_with_the_nearest_of_its_kind(starter: Conversation) -> None:
    answer, _ = starter.ask("which smart ring has the longest battery life")
    assert answer.declined
    assert "ring" in answer.citations[0].quote


def test_who_invented_something_is_not_told_by_who_sued_over_a_patent(starter: Conversation) -> None:
    assert starter.ask("who invented the smart ring")[0].declined
