"""Sentences into passages: runs of whole sentences of about 100 tokens, none cut, none twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from bot.values import Article, Sentence

BUDGET = 128
"""Tokens of a passage with its title: 224 found the right article less often (docs/decisions.md)."""

TITLE_SHARE = 48
"""Tokens that a title may take from the passage; a longer one is cut in the vector, never in the text."""

CONTEXT = 160
"""Characters of the sentence before a passage that are encoded with it."""


def sentences_of(article: Article, spans: Sequence[tuple[int, int, int]]) -> tuple[Sentence, ...]:
    """Return the article's sentences at spans (start, end, block), each verbatim and marked when it is an aside."""
    return tuple(
        Sentence(
            article_id=article.id,
            ordinal=ordinal,
            start=start,
            end=end,
            text=article.body[start:end],
            block=block,
            aside=any(start < last and first < end for first, last in article.asides),
        )
        for ordinal, (start, end, block) in enumerate(spans)
    )


def runs(lengths: Sequence[int], budget: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last) runs over sentences of these lengths that cover each exactly once.

    Runs are as equal as whole sentences allow, so that no article ends in a scrap; none exceeds budget
    unless it is one sentence that does so alone.
    """
    first = used = 0
    left = sum(lengths)
    for last, length in enumerate(lengths, 1):
        used += length
        after = lengths[last] if last < len(lengths) else 0
        fair = left / max(1, ceil(left / budget))
        # Stop where the run is nearer to its fair share of what is left than with one sentence more.
        if last == len(lengths) or used + after > budget or used + after / 2 > fair:
            yield first, last
            first, used, left = last, 0, left - used


def room(title_tokens: int, max_tokens: int) -> int:
    """Return how many tokens of sentences fit beside a title of title_tokens in this model."""
    special = 2
    return max(16, min(BUDGET, max_tokens - special) - min(title_tokens, TITLE_SHARE))


def titled(title: str, text: str) -> str:
    """Return what is encoded for text: the title helps to find it and never enters a quote."""
    return f"{title}. {text}" if title else text


def in_context(title: str, before: str, text: str) -> tuple[str, int]:
    """Return what is encoded for a passage, and the character at which its own text begins.

    In front stand the title and the end of the sentence before, so that the tokens of "It costs $299" know what "it"
    is. Neither enters a quote.
    """
    end = before if len(before) <= CONTEXT else before[-CONTEXT:].partition(" ")[2]
    whole = titled(title, " ".join(filter(None, (end, text))))
    return whole, len(whole) - len(text)
