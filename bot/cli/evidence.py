"""Whether the sentences of an answer say what the evidence for its question says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from functools import lru_cache

from bot.text.matching import plain
from bot.values import Answer, Statement

RUN = 3
"""Words in a row that two texts must share for these words to count: fewer stand in both by chance."""
FEWEST = 5
"""Shared words that a sentence needs at least; all of its words where it has fewer."""
NEARLY = 0.8
"""The share of a quote that counts as the whole of it, in a sentence at most LONGER times as long."""
LONGER = 3
TELLING = 3
"""Words: a shorter sentence ("No.") is known by its quotes alone."""

_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_ADDRESS = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)\S+")
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{_CJK}]|[^\W\d_{_CJK}]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote of an article that answers a question."""

    page: str
    quote: str
    core: str = ""
    """The words of the quote that answer, where the others only make them understood; empty: all of them."""
    part: str | None = None
    """Which part of the question it answers, where the question has several."""

    @property
    def answering(self) -> str:
        """The words that answer."""
        return self.core or self.quote


@dataclass(frozen=True, slots=True)
class Judged:
    """How the sentences of answers stand to the evidence, in counts that add up."""

    answers: int = 0
    """Answers that were not declined."""
    first_right: int = 0
    """Answers whose first sentence says what answers."""
    sentences: int = 0
    precise: int = 0
    """Sentences that say what the evidence says, or what is acceptable beside it."""
    parts: int = 0
    """Parts of questions."""
    covered: int = 0
    """Parts that a sentence answers."""

    def __add__(self, other: Judged) -> Judged:
        return Judged(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Judged)))


def judge(answer: Answer, evidence: Sequence[Evidence], acceptable: Sequence[Evidence] = ()) -> Judged:
    """Return how an answer stands to the evidence for its question; acceptable quotes may be said, but answer nothing.

    A sentence counts as its own words and as those of its quotes that say the same, or as all its quotes when it is
    worded anew.
    """
    parts = {each.part for each in evidence}
    if answer.declined:
        return Judged(parts=len(parts))
    quotes = {citation.n: citation.quote for citation in answer.citations}
    told = [_wordings(statement, quotes) for statement in answer.statements]
    answered = [{each.part for each in evidence if _any_says(texts, each.answering)} for texts in told]
    beside = [any(_any_says(texts, each.quote) for each in (*evidence, *acceptable)) for texts in told]
    return Judged(
        answers=1,
        first_right=int(bool(answered and answered[0])),
        sentences=len(told),
        precise=sum(bool(found) or fits for found, fits in zip(answered, beside, strict=True)),
        parts=len(parts),
        covered=len(set().union(*answered)),
    )


def _wordings(statement: Statement, quotes: Mapping[int, str]) -> list[str]:
    cited = [quotes[n] for n in statement.citations if quotes.get(n)]
    if cited and len(_words(statement.text)) < TELLING:
        return cited
    return [statement.text, *([quote for quote in cited if says(statement.text, quote)] or cited)]


def _any_says(texts: Iterable[str], quote: str) -> bool:
    return any(says(text, quote) for text in texts)


def says(text: str, quote: str) -> bool:
    """Return whether text says in the same words what quote says.

    Half of its words, and FEWEST, must stand in quote; or it must hold nearly all of quote. Words count where they
    stand in the same order in both, RUN in a row or, in a shorter text, half of it.
    """
    ours, theirs = _words(text), _words(quote)
    if not ours or not theirs:
        return False
    run = min(RUN, (len(ours) + 1) // 2, (len(theirs) + 1) // 2)
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    shared = sum(block.size for block in blocks if block.size >= run)
    whole = len(theirs) > FEWEST and shared >= NEARLY * len(theirs) and len(ours) <= LONGER * len(theirs)
    return whole or shared >= max(len(ours) / 2, min(len(ours), FEWEST))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text without markup: of a link its words, not its address, which may repeat a headline."""
    return tuple(_WORD.findall(plain(_ADDRESS.sub(" ", _LINK.sub(r"\1", text)))))
