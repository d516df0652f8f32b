"""The words that set a sentence apart from plain facts, the same on every platform."""

from __future__ import annotations

from dataclasses import dataclass

from bot.phrases import Phrases
from bot.values import Answer, Citation, Role, Status

_ATTRIBUTED = (Role.DISAGREES, Role.OLDER, Role.RUMOUR, Role.FORECAST)
"""Roles whose sentence is worth as much as its publisher, which is therefore named before it."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a sentence; no word before a plain fact."""

    role: Role = Role.ANSWER
    word: str = ""
    publisher: str = ""
    """Empty where the sentence names it itself, or where who says it matters no more than for a plain fact."""


def remark(answer: Answer, say: Phrases) -> Lead:
    """Return what stands before the note of an answer: a correction is one, a remark about the corpus is plain."""
    corrects = any(statement.role is Role.CORRECTION for statement in answer.statements)
    return Lead(Role.CORRECTION, say.correction) if answer.note and corrects else Lead()


def leads(answer: Answer, say: Phrases) -> tuple[Lead, ...]:
    """Return what stands before each statement of an answer, in their order."""
    by_number = {citation.n: citation for citation in answer.citations}
    found = []
    for k, statement in enumerate(answer.statements):
        cited = [by_number[n] for n in statement.citations if n in by_number]
        role = statement.role
        # A note says that something is corrected; saying it again before the sentence would be noise.
        word = "" if role is Role.CORRECTION and answer.note else _word(role, say, first=k == 0)
        who = _who(cited[-1]) if word and cited and role in _ATTRIBUTED else ""
        found.append(Lead(role if word else Role.ANSWER, word, "" if who and who in statement.text else who))
    return tuple(found)


def standing(status: Status, say: Phrases) -> str:
    """Return how far an article may be trusted, in a few words; empty for a plain report."""
    return {
        Status.RUMOUR: say.rumour,
        Status.FORECAST: say.forecast,
        Status.SUPERSEDED: say.superseded,
        Status.CONTAINS_ERROR: say.contains_error,
    }.get(status, "")


def _who(citation: Citation) -> str:
    return citation.publisher or citation.article_id


def _word(role: Role, say: Phrases, *, first: bool) -> str:
    """Return the word for a role; what opens an answer disagrees with nothing above it, and is no earlier than it."""
    return {
        Role.CORRECTION: say.correction,
        Role.DISAGREES: say.disputed if first else say.disagrees,
        Role.OLDER: say.as_it_stood if first else say.older,
        Role.RUMOUR: say.rumour,
        Role.FORECAST: say.forecast,
        Role.CONTEXT: say.context,
    }.get(role, "")
