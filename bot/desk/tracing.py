"""How an answer came about, in lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.phrases import Phrases
from bot.values import Candidate, Trace

_HITS, _CANDIDATES, _LONG = 5, 10, 500


def trace_lines(trace: Trace, say: Phrases) -> Iterator[str]:
    """Yield what was asked, understood, decided and found, the best passages first."""
    why = say.why
    for label, text in (("asked", trace.asked), ("understood", trace.rewritten)):
        if text:
            yield f"{why[label]}: {textwrap.shorten(text, _LONG, placeholder='…')}"
    yield f"{why['index']}: {trace.build_id}"
    yield f"{why['decision']}: {why.get(trace.decision.replace(' ', '_'), trace.decision)}"
    yield f"{why['passages']}: {len(trace.hits)}"
    for hit in trace.hits[:_HITS]:
        yield f"{hit.score:.3f} {hit.passage.article_id}: {_short(hit.passage.text)}"


def weighed_lines(trace: Trace, say: Phrases) -> Iterator[str]:
    """Yield the sentences that were considered, best first, each with what became of it."""
    yield f"{say.why['sentences']}: {len(trace.candidates)}"
    for candidate in trace.candidates[:_CANDIDATES]:
        sentence = candidate.sentence
        yield f"{candidate.score:.3f} {sentence.article_id}: {_short(sentence.text)} ({_fate(candidate, say)})"


def _fate(candidate: Candidate, say: Phrases) -> str:
    if not candidate.dropped:
        return say.why["used"]
    reason = candidate.dropped.partition(" ")[0]  # "weaker than those told"
    return f"{say.why['dropped']}: {say.why.get(reason, candidate.dropped)}"


def _short(text: str) -> str:
    return textwrap.shorten(text, 100, placeholder="…")
