"""A question as it may be asked."""

from __future__ import annotations

from bot.errors import UnusableQuestion
from bot.text.clean import clean
from bot.text.sentences import split

MAX_QUESTION = 500
"""Characters: a chat question has 60, and what is longer is a text to be pasted, not a question."""


def checked(question: str) -> str:
    """Return the question cleaned and on one line.

    Raises UnusableQuestion when nothing is left of it or it is longer than MAX_QUESTION characters.
    """
    line = " ".join(clean(question).split())
    if not line:
        raise UnusableQuestion("The question is empty: type one, for example: how much is the quark s1")
    if len(line) > MAX_QUESTION:
        raise UnusableQuestion(f"The question has {len(line)} characters: ask it in {MAX_QUESTION} or fewer.")
    return line


def excerpt(text: str) -> str:
    """Return as many whole sentences of a text as a question may hold, at least the beginning of the first."""
    line = " ".join(clean(text).split())
    ends = [end for _, end, _ in split(line) if end <= MAX_QUESTION]
    return line if len(line) <= MAX_QUESTION else line[: ends[-1] if ends else MAX_QUESTION]
