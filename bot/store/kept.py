"""What is kept of an answer, and of what people said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.store.traces import trace_bytes, trace_from
from bot.values import Answer, Trace

COLUMNS = "id, at, question, about, answer, trace, suggestions, ms"
Row = tuple[str, float, str, str, bytes, bytes, str, float]
_ANSWER = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept."""

    id: str
    at: float
    """Seconds since 1970."""
    question: str
    """Empty unless the operator keeps questions; so are the questions inside answer and trace."""
    about: str
    """The words of the question that its sources use, too: what a follow-up leans on."""
    answer: Answer
    trace: Trace
    suggestions: tuple[str, ...] = ()
    ms: float = 0.0
    """Milliseconds that making it took."""
    asked: bool = True
    """Whether it was asked for; False for one that the bot gave by itself, to someone who had wished to be told."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person said of an answer."""

    answer_id: str
    at: float
    useful: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the articles do not tell, filed by a person who had asked."""

    answer_id: str
    at: float
    missing: str
    """The text of the declined answer."""


def packed(kept: Kept) -> tuple[bytes, bytes, str, float]:
    """Return the last four of COLUMNS for an answer."""
    return _ANSWER.dump_json(kept.answer), trace_bytes(kept.trace), json.dumps(kept.suggestions), kept.ms


def kept_from(row: Row) -> Kept:
    """Return the answer that a row of COLUMNS holds."""
    answer_id, at, question, about, answer, trace, suggestions, ms = row
    return Kept(
        answer_id,
        at,
        question,
        about,
        _ANSWER.validate_json(answer),
        trace_from(trace),
        tuple(json.loads(suggestions)),
        ms,
    )
