"""What an answer was about, in words that its sources use too."""

from __future__ import annotations

from bot.text.words import runs, spelled
from bot.values import Answer


def about(question: str, answer: Answer, wanted: str = "") -> str:
    """Return what was wanted, as the bot calls it, and the words of a question that its answer's sources use, too.

    This much may be kept when the question may not: it holds nothing that the articles do not hold, and a follow-up
    finds in it what it leans on. A word counts in any of its forms (cost, costs), and one that wanted holds already
    does not stand there twice.
    """
    texts = [text for c in answer.citations for text in (c.title, c.quote)] + [s.text for s in answer.statements]
    told, said = _stems(*dict.fromkeys(texts)), _stems(wanted)
    return " ".join(
        [*wanted.split(), *(run for run in runs(question) if said.isdisjoint(found := _stems(run)) and found <= told)]
    )


def _stems(*texts: str) -> frozenset[str]:
    return frozenset(stem for text in texts for _, stem, _ in spelled(text))
