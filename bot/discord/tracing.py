"""How an answer came about, in lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.values import Trace

_HITS, _CANDIDATES = 5, 10


def trace_lines(trace: Trace) -> Iterator[str]:
    """Yield what was asked, found and dropped, best first."""
    if trace.rewritten:
        yield f"Understood as: {trace.rewritten}"
    yield f"Index: {trace.build_id} · decision: {trace.decision}"
    yield f"Passages found: {len(trace.hits)}"
    for hit in trace.hits[:_HITS]:
        passage = hit.passage
        yield f"{hit.score:.3f} {passage.article_id}: {_short(passage.text)}"
    yield f"Sentences considered: {len(trace.candidates)}"
    for candidate in trace.candidates[:_CANDIDATES]:
        fate = f"dropped: {candidate.dropped}" if candidate.dropped else "used"
        sentence = candidate.sentence
        yield f"{candidate.score:.3f} {sentence.article_id}: {_short(sentence.text)} ({fate})"


def _short(text: str) -> str:
    return textwrap.shorten(text, 100, placeholder="…")
