"""How an answer came about: what was found for each thing asked, what was told of it and what was not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.asked import Asked
from bot.answering.picks import Pick
from bot.answering.ranking import Ranked
from bot.answering.wanting import wanted
from bot.values import Candidate, Hit, Trace

_SHOWN = 30
"""Sentences that a trace tells of, for each thing asked."""


@dataclass(frozen=True)
class Clause:
    """One thing asked, with everything found for it."""

    asked: Asked
    hits: tuple[Hit, ...]
    ranked: tuple[Ranked, ...]
    picks: tuple[Pick, ...]
    note: str


def traced(typed: str, rewritten: str, build_id: str, parts: Sequence[Clause], decision: str) -> Trace:
    """Return how an answer from this build came about; decision is one word or two for what was done."""
    picked = {(p.ranked.article_id, p.ranked.i) for part in parts for p in part.picks}
    shown = [r for part in parts for r in part.ranked[:_SHOWN]]
    candidates = tuple(_candidate(r, told=(r.article_id, r.i) in picked) for r in shown)
    hits = tuple(h for part in parts for h in part.hits)
    what = wanted([(part.asked, part.ranked) for part in parts])
    return Trace(typed, rewritten, build_id, hits, candidates, decision, what)


def _candidate(r: Ranked, *, told: bool) -> Candidate:
    facets = r.facets
    weighed = {
        "cosine": r.cosine,
        "words in context": r.close.telling,
        "names": facets.names,
        "property": facets.concepts,
        "words": facets.terms,
        "period": facets.periods,
        "sure": r.sure,
    }
    return Candidate(r.sentence, r.score, weighed, "" if told else r.unfit or "weaker than those told")
