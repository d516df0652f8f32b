"""What an answer must do when question or articles change in a way whose effect is known."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from answering_parts import opened, talking, write

from bot.conversation import Conversation
from bot.index.lending import Library
from bot.values import Answer

ARTICLES = {
    "Corvo Ring": (
        "Corvo Health opened orders for the Corvo Ring on Monday.",
        "The Corvo Ring costs $279 in the United States.",
        "Its battery lasts up to nine days on one charge.",
        "The company is led by Ines Marchetti, who founded it in Porto in 2021.",
        "A titanium shell keeps the weight at 2.6 grams.",
    ),
    "Halden Watch": (
        "Halden showed its first smartwatch at a fair in Oslo.",
        "The Halden Watch sells for 349 euros and ships in October.",
        "It runs for 36 hours before it has to be charged.",
        "Reviewers praised the bright screen, but found the strap stiff.",
        "The watch is waterproof to 50 metres.",
    ),
    "Pellucid Glasses": (
        "Pellucid Optics presented glasses with a display in both lenses.",
        "The Pellucid Glasses weigh 49 grams and cost $599.",
        "A chip from Norrgate drives the two displays.",
        "They were recalled in May because a hinge could overheat.",
        "About 12,000 pairs were sold in the first quarter.",
    ),
}
QUESTIONS = {
    "how much does the Corvo Ring cost": "$279",
    "how long does the battery of the Corvo Ring last": "nine days",
    "who leads Corvo Health": "Marchetti",
    "what does the Corvo Ring weigh": "2.6 grams",
    "what is the price of the Halden Watch": "349 euros",
    "how long does the Halden Watch run on a charge": "36 hours",
    "is the Halden Watch waterproof": "50 metres",
    "how heavy are the Pellucid Glasses": "49 grams",
    "which chip is in the Pellucid Glasses": "Norrgate",
    "why were the Pellucid Glasses recalled": "overheat",
}
REWORDINGS = (
    "{}?",
    "please tell me {}",
    "hi, {}",
    "I would like to know {}",
    "do you know {}",
    "quick question: {}",
)
TRANSLATED = {
    "How much does the Quark S1 cost?": (
        "Wie viel kostet die Quark S1?",
        "Quark S1多少钱？",
        "¿Cuánto cuesta el Quark S1?",
    ),
    "How heavy is the Samsung Galaxy XR?": (
        "Wie schwer ist die Samsung Galaxy XR?",
        "三星Galaxy XR有多重？",
        "¿Cuánto pesa el Samsung Galaxy XR?",
    ),
    "Who founded Bee?": ("Wer hat Bee gegründet?", "Bee是谁创立的？", "¿Quién fundó Bee?"),
    "When were the AirPods Pro 3 released?": (
        "Wann kamen die AirPods Pro 3 heraus?",
        "AirPods Pro 3什么时候发布的？",
        "¿Cuándo salieron los AirPods Pro 3?",
    ),
    "What does the Fitbit Air cost?": (
        "Was kostet das Fitbit Air?",
        "Fitbit Air的价格是多少？",
        "¿Qué precio tiene el Fitbit Air?",
    ),
    "Who is the chief executive of Ambiq?": (
        "Wer ist der Geschäftsführer von Ambiq?",
        "Ambiq的首席执行官是谁？",
        "¿Quién es el director ejecutivo de Ambiq?",
    ),
    "How much revenue did Garmin report for the third quarter of 2025?": (
        "Wie viel Umsatz meldete Garmin im dritten Quartal 2025?",
        "Garmin 2025年第三季度的营收是多少？",
        "¿Cuántos ingresos declaró Garmin en el tercer trimestre de 2025?",
    ),
}


def corpus(folder: Path, articles: Mapping[str, tuple[str, ...]], *, prefix: str = "") -> Path:
    for name, sentences in articles.items():
        title = f"{name}: what is known"
        write(
            folder,
            f"{prefix}{name.lower().replace(' ', '-')}",
            " ".join(sentences),
            title=title,
            published="2026-05-04",
        )
    return folder


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> dict[str, Answer]:
    folder = tmp_path_factory.mktemp("metamorphic")
    with talking(corpus(folder / "corpus", ARTICLES), folder / "data", model_home) as bot:
        return {question: bot.ask(question)[0] for question in QUESTIONS}


def first(answer: Answer) -> str:
    return answer.statements[0].text if answer.statements else ""


def sentences(answer: Answer) -> set[str]:
    return {statement.text for statement in answer.statements}


def asked(bot: Conversation, questions: Mapping[str, str]) -> list[str]:
    """Return the questions whose answer does not hold what it should."""
    return [question for question, value in questions.items() if value not in bot.ask(question)[0].text]


def test_most_plain_questions_are_answered(answers: Mapping[str, Answer]) -> None:
    right = [value in answers[question].text for question, value in QUESTIONS.items()]
    assert sum(right) >= 9


def test_the_answer_follows_a_name_that_is_swapped_everywhere(
    answers: Mapping[str, Answer], tmp_path: Path, model_home: Path
) -> None:
    def swapped(text: str) -> str:
        return text.replace("Corvo", "Tamsin").replace("Halden", "Quillon").replace("Pellucid", "Orrery")

    renamed = {swapped(name): tuple(map(swapped, told)) for name, told in ARTICLES.items()}
    with talking(corpus(tmp_path / "corpus", renamed), tmp_path / "data", model_home) as bot:
        same = [first(bot.ask(swapped(q))[0]) == swapped(first(answers[q])) for q in QUESTIONS]
    assert sum(same) >= 8


def test_without_its_evidence_the_answer_is_declined_or_changes(
    answers: Mapping[str, Answer], tmp_path: Path, model_home: Path
) -> None:
    wrong = []
    values = tuple(QUESTIONS.values())
    bare = {name: tuple(s for s in told if not any(v in s for v in values)) for name, told in ARTICLES.items()}
    with talking(corpus(tmp_path / "corpus", bare), tmp_path / "data", model_home) as bot:
        for question in QUESTIONS:
            answer, _ = bot.ask(question)
            if not answer.declined and first(answer) == first(answers[question]):
                wrong.append(question)
            assert all(value not in answer.text for value in values)
    assert wrong == []


def test_an_article_about_a_sibling_changes_no_answer(tmp_path: Path, model_home: Path) -> None:
    sibling: dict[str, tuple[str, ...]] = {
        "Corvo Ring Pro": (
            "Corvo Health announced a second ring, the Corvo Ring Pro.",
            "The Corvo Ring Pro costs $449.",
            "The battery of the Corvo Ring Pro lasts six days.",
            "The Corvo Ring Pro weighs 3.9 grams.",
        )
    }
    folder = corpus(tmp_path / "corpus", {**ARTICLES, **sibling})
    with talking(folder, tmp_path / "data", model_home) as bot:
        missed = asked(bot, QUESTIONS)
        assert len(missed) <= 2
        told = [first(bot.ask(question)[0]) for question in list(QUESTIONS)[:4]]
        assert sum("Pro" in each for each in told) <= 2


def test_the_order_of_articles_changes_nothing(answers: Mapping[str, Answer], tmp_path: Path, model_home: Path) -> None:
    for number, name in enumerate(reversed(ARTICLES)):
        corpus(tmp_path / "corpus", {name: ARTICLES[name]}, prefix=f"{number}-")
    with talking(tmp_path / "corpus", tmp_path / "data", model_home) as bot:
        told = {question: bot.ask(question)[0] for question in QUESTIONS}
    assert {q: first(each) for q, each in told.items()} == {q: first(each) for q, each in answers.items()}
    assert {q: sentences(each) for q, each in told.items()} == {q: sentences(each) for q, each in answers.items()}


def test_a_neutral_rewording_keeps_most_answers(
    answers: Mapping[str, Answer], tmp_path: Path, model_home: Path
) -> None:
    with talking(corpus(tmp_path / "corpus", ARTICLES), tmp_path / "data", model_home) as bot:
        same = [first(bot.ask(w.format(q))[0]) == first(answers[q]) for q in QUESTIONS for w in REWORDINGS]
    assert sum(same) / len(same) >= 0.8


def test_in_another_language_the_same_sentence_answers(starter_home: Path) -> None:
    model, encoder = opened(starter_home)
    with closing(Library(starter_home, model.identity)) as library:
        bot = Conversation(library, encoder)
        same = []
        for question, others in TRANSLATED.items():
            here = first(bot.ask(question)[0])
            same += [bool(here) and here in [s.text for s in bot.ask(other)[0].statements] for other in others]
    assert sum(same) / len(same) >= 0.8
