"""The words of "I don't know", with the nearest quote when it is about the same thing."""

from __future__ import annotations

from bot.answering.candidates import Candidates
from bot.answering.compose import Receipts
from bot.answering.features import NAMES
from bot.text.day import day

SORRY = "I couldn't find that in the articles."
_NEAR = -3.0
"""Log-odds from which a sentence may be shown as the closest."""
_MISSED = NAMES.index("rarest word missed with the title")
_RARE = 0.5
"""How rare the rarest word may be that the closest sentence and its title do not hold."""


def decline(candidates: Candidates, receipts: Receipts) -> tuple[str, str]:
    """Return the text of a declined answer and its note: the closest quote, cited, or nothing."""
    row = closest(candidates)
    if row is None:
        return SORRY, ""
    sentence = candidates.sentence(row)
    n = receipts.cite(candidates.found.articles[sentence.article_id], sentence.text)
    note = f"The closest I have: {sentence.text} [{n}] ({day(receipts.citations[n - 1].published)})"
    return f"{SORRY} {note}", note


def closest(candidates: Candidates) -> int | None:
    """Return the row of the sentence that comes nearest, None when none is about the same thing."""
    for row in candidates.best(3):
        missed = candidates.features[row][_MISSED]
        if candidates.odds[row] >= _NEAR and missed <= _RARE and not candidates.sentence(row).aside:
            return row
    return None
