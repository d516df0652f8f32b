"""What an answer was about, in words that its sources use too."""

from __future__ import annotations

from bot.text.words import level, runs
from bot.values import Answer


def about(question: str, answer: Answer) -> str:
    """Return the words of a question that stand in the sources of its answer, in order.

    This much may be kept when the question may not: it holds nothing that the articles do not hold, and a follow-up
    finds in it what it leans on.
    """
    texts = [text for c in answer.citations for text in (c.title, c.quote)] + [s.text for s in answer.statements]
    told = {level(run) for text in texts for run in runs(text)}
    return " ".join(run for run in runs(question) if level(run) in told)
