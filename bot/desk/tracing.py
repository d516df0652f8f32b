"""How an answer came about, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from bot.newsroom.why import decided, read_as, weighed
from bot.phrases import Phrases
from bot.text.clean import brief
from bot.values import Trace

_HITS, _CANDIDATES, _LONG, _SHORT = 5, 10, 500, 100


def trace_lines(trace: Trace, say: Phrases) -> Iterator[str]:
    """Yield what was asked, read, decided and found, the best passages first."""
    yield from (f"{label}: {brief(text, _LONG)}" for label, text in read_as(trace, say))
    yield f"{say.why['index']}: {trace.build_id}"
    yield f"{say.why['decision']}: {decided(trace, say)}"
    yield f"{say.why['passages']}: {len(trace.hits)}"
    for hit in trace.hits[:_HITS]:
        yield f"{hit.score:.3f} {hit.passage.article_id}: {brief(hit.passage.text, _SHORT)}"


def weighed_lines(trace: Trace, say: Phrases) -> Iterator[str]:
    """Yield the sentences that were considered, best first, each with what became of it."""
    yield f"{say.why['sentences']}: {len(trace.candidates)}"
    for candidate in trace.candidates[:_CANDIDATES]:
        yield weighed(candidate, say)
