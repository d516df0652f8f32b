"""What a sentence states that can be checked letter by letter: numbers and negations."""

from __future__ import annotations

import re

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot"
    r"|un(?:likely|confirmed|disclosed|available|audited|released|changed)"
    r"|(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|wo|ca)n[’']t)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPS = re.compile(r"(?<=\d)[,\u202f\u00a0 ](?=\d{3}(?!\d))")


def numbers(text: str) -> frozenset[str]:
    """Return the digits of every number in text without thousands separators: "1,799" gives "1799"."""
    return frozenset(_DIGITS.findall(_GROUPS.sub("", text)))


def negations(text: str) -> int:
    """Return how many words of text deny something."""
    return len(_NEGATION.findall(text))
