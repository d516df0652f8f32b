from __future__ import annotations

import pytest

from bot.desk.leads import Lead, leads, remark, standing
from bot.phrases import LANGUAGES, phrases
from bot.values import Answer, Citation, Role, Statement, Status

SAY = phrases("en")


def answer(*statements: Statement, note: str = "") -> Answer:
    cited = Citation(1, "a", "Quark", "36Kr", "https://news.example", None, "It costs 299.", "https://news.example")
    return Answer("q", "text", declined=False, statements=statements, citations=(cited,), note=note)


def test_a_plain_fact_has_no_lead_and_every_other_role_one_of_its_own() -> None:
    told = leads(answer(*(Statement("It costs 299.", (1,), role) for role in Role)), SAY)
    assert told[0] == Lead()
    assert len({lead.word for lead in told}) == len(Role)
    assert [lead.publisher for lead in told if lead.role in (Role.CORRECTION, Role.CONTEXT)] == ["", ""]
    assert {lead.publisher for lead in told if lead.role in (Role.DISAGREES, Role.OLDER, Role.RUMOUR)} == {"36Kr"}


@pytest.mark.parametrize(
    ("role", "first", "later"),
    [(Role.DISAGREES, "Disputed", "Sources disagree"), (Role.OLDER, "As it stood then", "Earlier")],
)
def test_what_opens_an_answer_disagrees_with_nothing_above_it(role: Role, first: str, later: str) -> None:
    told = leads(answer(Statement("It costs 299.", (1,), role), Statement("It costs 399.", (1,), role)), SAY)
    assert [lead.word for lead in told] == [first, later]


def test_a_publisher_that_the_sentence_names_is_not_named_twice() -> None:
    (lead,) = leads(answer(Statement("36Kr gives 299.", (1,), Role.RUMOUR)), SAY)
    assert lead == Lead(Role.RUMOUR, "Rumour")


def test_a_correction_is_said_once_before_the_note_when_there_is_one() -> None:
    corrected = answer(Statement("Alibaba sells it.", (1,), Role.CORRECTION), note="No article ties Apple to it.")
    assert remark(corrected, SAY).word == "Correction"
    assert leads(corrected, SAY) == (Lead(),)
    plain = answer(Statement("It costs 299.", (1,)), note="The articles cover 2025.")
    assert remark(plain, SAY) == Lead()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_doubtful_article_is_called_that_in_every_language(language: str) -> None:
    told = [standing(status, phrases(language)) for status in Status]
    assert told[0] == ""
    assert len(set(told)) == len(Status)
