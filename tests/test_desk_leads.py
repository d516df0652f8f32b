from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.leads import Lead, leads, remark, standing
from bot.phrases import LANGUAGES, phrases
from bot.values import Answer, Citation, Role, Statement, Status

SAY = phrases("en")


def answer(*statements: Statement) -> Answer:
    cited = Citation(1, "a", "Quark", "36Kr", "https://news.example", None, "It costs 299.", "https://news.example")
    return Answer("q", "text", declined=False, statements=statements, citations=(cited,))


def test_a_plain_fact_has_no_lead_and_every_other_role_one_of_its_own() -> None:
    told = leads(answer(*(Statement("It costs 299.", (1,), role) for role in Role)), SAY)
    assert told == (
        Lead(),
        Lead(Role.RUMOUR, "Rumour", "36Kr"),
        Lead(Role.FORECAST, "Forecast", "36Kr"),
        Lead(Role.CLOSEST, "The closest I have"),
    )


def test_a_publisher_that_the_sentence_names_is_not_named_twice() -> None:
    (lead,) = leads(answer(Statement("36Kr gives 299.", (1,), Role.RUMOUR)), SAY)
    assert lead == Lead(Role.RUMOUR, "Rumour")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_declined_question_is_declined_in_the_language_of_the_reader(language: str) -> None:
    declined = replace(answer(Statement("It costs 299.", (1,), Role.CLOSEST)), declined=True)
    say = phrases(language)
    assert remark(declined, say) == say.declined
    assert [lead.word for lead in leads(declined, say)] == [say.closest]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_doubtful_article_is_called_that_in_every_language(language: str) -> None:
    told = [standing(status, phrases(language)) for status in Status]
    assert told[0] == ""
    assert len(set(told)) == len(Status)
