"""Declining in plain words, with the closest sentence when it is about the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answering.candidates import Candidates
from bot.answering.compose import Receipts, tell
from bot.answering.features import NAMES
from bot.phrases import phrases
from bot.values import Answer, Role, Statement

_NEAR = -3.0
"""Log-odds from which a sentence may be shown as the closest."""
_MISSED = NAMES.index("rarest word missed with the title")
_RARE = 0.5
"""How rare the rarest word may be that the closest sentence and its title do not hold."""


def decline(question: str, near: Sequence[Statement], receipts: Receipts) -> Answer:
    """Return a declined answer with what comes closest, if anything does; its text is the English one."""
    statements = tuple(replace(statement, role=Role.CLOSEST) for statement in near)
    text = "\n".join(filter(None, (phrases("en").declined, tell(statements, receipts))))
    citations = tuple(receipts.citations) if statements else ()
    return Answer(question, text, declined=True, statements=statements, citations=citations)


def closest(candidates: Candidates) -> list[int]:
    """Return the row of the sentence that comes closest; none when no sentence is about the same thing."""
    for row in candidates.best(3):
        missed = candidates.features[row][_MISSED]
        if candidates.odds[row] >= _NEAR and missed <= _RARE and not candidates.sentence(row).aside:
            return [row]
    return []
