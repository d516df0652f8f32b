"""What is asked: the text that is encoded for a question, with what was said before it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.values import Turn

BEFORE = 30
"""Words of the turn before that are encoded with a follow-up, from each side."""


def in_conversation(question: str, history: Sequence[Turn]) -> str:
    """Return the question as the reader sees it: behind the last question and the beginning of its answer.

    The reader is trained on questions in this form and learns which words before it count; a question that changes
    the subject is read alone as well.
    """
    said = [
        " ".join(next((t.text for t in reversed(history) if (t.speaker == "user") is user), "").split()[:BEFORE])
        for user in (True, False)
    ]
    return " | ".join(filter(None, [*said, question]))
