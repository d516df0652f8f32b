"""The words that set a sentence apart from plain facts, the same on every platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.phrases import Phrases
from bot.values import Answer, Citation, Role, Statement, Status


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a sentence; no word before a plain fact."""

    role: Role = Role.ANSWER
    word: str = ""
    publisher: str = ""
    """Empty where the sentence names it itself, or where who says it matters no more than for a plain fact."""


def remark(answer: Answer, say: Phrases) -> str:
    """Return what stands above the sentences of an answer: that nothing was found, or why it comes; mostly nothing."""
    return say.declined if answer.declined else answer.note


def leads(answer: Answer, say: Phrases) -> tuple[Lead, ...]:
    """Return what stands before each statement of an answer, in their order."""
    by_number = {citation.n: citation for citation in answer.citations}
    return tuple(_lead(statement, by_number, say) for statement in answer.statements)


def standing(status: Status, say: Phrases) -> str:
    """Return how far an article may be trusted, in a few words; empty for a plain report."""
    return {
        Status.RUMOUR: say.rumour,
        Status.FORECAST: say.forecast,
        Status.SUPERSEDED: say.superseded,
        Status.CONTAINS_ERROR: say.contains_error,
    }.get(status, "")


def _lead(statement: Statement, by_number: Mapping[int, Citation], say: Phrases) -> Lead:
    role = statement.role
    word = {Role.RUMOUR: say.rumour, Role.FORECAST: say.forecast, Role.CLOSEST: say.closest}.get(role, "")
    cited = [by_number[n] for n in statement.citations if n in by_number]
    # A rumour and a forecast are worth as much as their publisher, who is therefore named before them.
    who = (cited[-1].publisher or cited[-1].article_id) if cited and role in (Role.RUMOUR, Role.FORECAST) else ""
    return Lead(role, word, "" if who in statement.text else who)
