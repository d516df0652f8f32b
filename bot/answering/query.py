"""What is asked: the text that is encoded for a question, with what was said before it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.values import Turn

BEFORE = 30
"""Words of each turn before that are encoded with a follow-up."""


def in_conversation(question: str, history: Sequence[Turn]) -> str:
    """Return the question as the reader sees it: behind the last question and the beginning of its answer.

    The reader is trained on questions in this form and learns which of the words before count.
    """
    said = (_last(history, user=True), _last(history, user=False))
    return " | ".join([*(" ".join(text.split()[:BEFORE]) for text in said if text), question])


def last_question(history: Sequence[Turn]) -> str:
    """Return what the person said last; empty when nothing was said."""
    return _last(history, user=True)


def _last(history: Sequence[Turn], *, user: bool) -> str:
    return next((turn.text for turn in reversed(history) if (turn.speaker == "user") is user), "")
