"""What there is of a kind: one sentence for each product, or for each maker, and nothing where more is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answering_parts import broken, talking, write

from bot.answering.catalogue import Wanted, wanted_kind
from bot.answering.concepts import load
from bot.conversation import Conversation
from bot.readers import read_corpus
from bot.values import Article, Role, Turn

BRIEFS: dict[str, tuple[str, str, str, list[str], list[str]]] = {
    "nimbus": (
        "Nimbus Ring 2 on sale",
        "rings",
        "The Nimbus Ring 2 costs $299. Nimbus Labs hired 40 people. The Nimbus Ring 2 comes in three colours.",
        ["Nimbus Labs"],
        ["Nimbus Ring 2"],
    ),
    "nimbus-1": ("Nimbus Ring 1", "rings", "The Nimbus Ring 1 costs $199.", ["Nimbus Labs"], ["Nimbus Ring 1"]),
    "orbit": (
        "Orbit Halo shown",
        "rings",
        "Orbit Optics launched the Orbit Halo in Paris.",
        ["Orbit Optics"],
        ["Orbit Halo"],
    ),
    "leak": ("Pelican ring", "rings", "Pelican may show a Pelican Ring.", ["Pelican"], ["Pelican Ring"]),
    "market": (
        "Rings in 2025",
        "market",
        "4 million smart rings shipped in 2025. The Nimbus Ring 2 and the Orbit Halo are named as rivals.",
        ["Nimbus Labs", "Orbit Optics"],
        ["smart rings"],
    ),
    "watch": (
        "Heron Watch",
        "watch",
        "The Heron Watch costs $90. The Heron Watch reaches help by satellite. The Heron Watch runs Plume OS.",
        ["Heron"],
        ["Heron Watch", "Plume OS"],
    ),
    "stork": (
        "Stork Watch",
        "watch",
        "The Stork Watch has dual-frequency GNSS. The Stork Watch has a cellular edition.",
        ["Stork"],
        ["Stork Watch"],
    ),
    "egret": (
        "Egret Watch",
        "watch",
        "The Egret Watch can call for help by satellite without a phone.",
        ["Egret"],
        ["Egret Watch"],
    ),
    "crane": ("Crane Watch", "watch", "The Crane Watch has no satellite link.", ["Crane"], ["Crane Watch"]),
    "plume": ("Plume OS", "software", "Ada Finch leads the work on Plume OS at Plume.", ["Plume"], ["Plume OS"]),
    "chip": ("Chips for the Heron Watch", "watch", "The K2 chip is made by Ferrum.", ["Ferrum"], ["K2"]),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kinds") / "articles"
    for name, (title, topic, body, companies, products) in BRIEFS.items():
        write(
            folder, name, body, title=title, topic=topic, publisher="Ring Weekly", companies=companies,
            products=products, published="2024-03" if name == "nimbus-1" else "2026-02",
            status="rumour" if name == "leak" else "reported",
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def conversation(corpus: Path, model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    with talking(corpus, tmp_path_factory.mktemp("kinds-data"), model_home) as talk:
        yield talk


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("which smart rings are there", Wanted("ring", makers=False)),
        ("What smart rings can I buy?", Wanted("ring", makers=False)),
        ("list all the smart watches", Wanted("watch", makers=False)),
        ("are there any ai pins or pendants", Wanted("pendant", makers=False)),
        ("which companies make smart glasses", Wanted("glasses", makers=True)),
        ("smart ring makers", Wanted("ring", makers=True)),
        ("which smart rings are waterproof", None),
        ("which rings did oura launch", None),
        ("how many smart rings are there", None),
        ("what is a smart ring", None),
        ("who makes the oura ring", None),
        ("rings", None),
    ],
)
def test_only_a_question_that_asks_for_nothing_else_lists_a_kind(question: str, wanted: Wanted | None) -> None:
    assert wanted_kind(question, load()) == wanted


def test_each_line_of_products_is_told_once_reported_before_rumoured(conversation: Conversation, corpus: Path) -> None:
    answer, _ = conversation.ask("which smart rings are there?")
    told = [s.text for s in answer.statements]
    assert told == [
        "The Nimbus Ring 2 costs $299.",
        "Orbit Optics launched the Orbit Halo in Paris.",
        "Pelican may show a Pelican Ring.",
    ]
    assert [s.role for s in answer.statements] == [Role.ANSWER, Role.ANSWER, Role.RUMOUR]
    articles = {each.id: each for each in read_corpus(corpus) if isinstance(each, Article)}
    assert not broken(answer, articles)


def test_a_chip_in_an_article_on_watches_is_no_watch(conversation: Conversation) -> None:
    answer, _ = conversation.ask("list all watches")
    assert answer.statements[0].text == "The Heron Watch costs $90."
    assert "K2" not in answer.text


def test_which_ones_have_something_is_told_of_those_that_have_just_that(conversation: Conversation) -> None:
    """A watch that finds its way by satellites, one with cellular and one that has no link at all are none."""
    answer, _ = conversation.ask("which watches have satellite")
    assert {s.text for s in answer.statements} == {
        "The Heron Watch reaches help by satellite.",
        "The Egret Watch can call for help by satellite without a phone.",
    }


def test_which_ones_run_something_is_told_by_a_sentence_that_names_one(conversation: Conversation) -> None:
    answer, _ = conversation.ask("which watches run plume os")
    assert [s.text for s in answer.statements] == ["The Heron Watch runs Plume OS."]


@pytest.mark.parametrize("question", ["what is the most expensive smart ring", "cheapest smart ring"])
def test_what_no_article_calls_the_most_or_the_least_of_all_is_declined(
    conversation: Conversation, question: str
) -> None:
    assert conversation.ask(question)[0].declined


def test_makers_are_named_by_a_sentence_that_begins_with_them(conversation: Conversation) -> None:
    answer, _ = conversation.ask("which companies make smart rings")
    assert "Orbit Optics launched the Orbit Halo in Paris." in answer.text
    assert "Nimbus Labs hired" not in answer.text


def test_a_list_leans_on_nothing_that_was_said_before(conversation: Conversation) -> None:
    before = [Turn("user", "how much is the heron watch"), Turn("bot", "The Heron Watch costs $90. [1]")]
    told, _ = conversation.ask("which smart rings are there", before)
    assert "The Nimbus Ring 2 costs $299." in told.text


def test_of_a_kind_that_no_article_has_nothing_is_listed(conversation: Conversation) -> None:
    assert conversation.ask("which headsets are there")[0].declined


@pytest.mark.parametrize(
    "question", ["how much is the withings scanwatch", "ringconn price", "heron wf-1000xm6 price", "heron l330 price"]
)
def test_a_name_that_nobody_knows_is_not_answered_with_another_product(
    conversation: Conversation, question: str
) -> None:
    assert conversation.ask(question)[0].declined
