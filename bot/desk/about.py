"""What an answer was about, in words that its sources use too."""

from __future__ import annotations

from bot.text.words import level, words
from bot.values import Answer


def about(question: str, answer: Answer) -> str:
    """Return the words of a question that stand in the sources of its answer, in order.

    This much may be kept when the question may not: it holds nothing that the articles do not hold, and a follow-up
    finds in it what it leans on.
    """
    texts = [text for c in answer.citations for text in (c.title, c.quote)] + [s.text for s in answer.statements]
    told = {level(text[word.start : word.end]) for text in texts for word in words(text)}
    spans = [question[word.start : word.end] for word in words(question)]
    return " ".join(word for word in spans if level(word) in told)
