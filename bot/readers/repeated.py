"""Find what publishers print under many articles: the same block in several otherwise different ones."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.readers.asides import blocks_of, folded, with_body
from bot.values import Article

_FEWEST, _SHARE = 3, 0.05
"""In so many articles, and in such a share of those of their publishers, a block stands for the sake of the page."""
_OWN = 0.25
"""Share of its text that an article has for itself; one with less is a copy, and what copies share is a story."""
_FIGURE = re.compile(r".* \| .*|[^:]{2,40}: .*\d.*", re.DOTALL)
"""A table row or a figure with its name: two products may well have the same."""


def mark_repeated(articles: Sequence[Article]) -> Iterator[Article]:
    """Yield the articles with the blocks that several of them share among their asides."""
    texts = [_texts(article) for article in articles]
    everywhere = Counter(text for found in texts for text in found)
    originals = [n for n, found in enumerate(texts) if _is_original(found, everywhere)]
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for n in originals:
        for text in texts[n]:
            if everywhere[text] >= _FEWEST and not _FIGURE.fullmatch(text):
                holders[text].append(articles[n].publisher)
    published = Counter(articles[n].publisher for n in originals)
    repeated = {text for text, publishers in holders.items() if _is_furniture(publishers, published)}
    for article, found in zip(articles, texts, strict=True):
        shared = repeated & found
        yield with_body(article, article.body, beside=shared) if shared else article


def _texts(article: Article) -> set[str]:
    return {folded(article.body[start:end]) for start, end in blocks_of(article.body)}


def _is_original(found: Iterable[str], everywhere: Mapping[str, int]) -> bool:
    sizes = {text: len(text) for text in found}
    return sum(size for text, size in sizes.items() if everywhere[text] == 1) >= _OWN * sum(sizes.values())


def _is_furniture(holders: Sequence[str], published: Mapping[str, int]) -> bool:
    printed = sum(published[publisher] for publisher in set(holders))
    return len(holders) >= max(_FEWEST, _SHARE * printed)
