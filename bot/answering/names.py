"""The products and companies that the articles' metadata names, and which of them a question is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.text.words import spelled
from bot.values import Article, Wanted

Form = tuple[str, ...]
_USUAL = 0.3
"""How often, against the most frequent word, a word may stand in articles to say what is wanted."""
_FEW = 8
"""Words of a question that are kept as what was wanted."""


class Names:
    """Names by the words that people use for them."""

    def __init__(self, cards: Sequence[Article]) -> None:
        self._spelled: dict[Form, str] = {}
        self._makers: dict[str, Counter[str]] = {}
        for card in cards:
            for name in (*card.companies, *card.products):
                self._spelled.setdefault(_form(name), name)
            for product in card.products:
                self._makers.setdefault(product, Counter()).update(card.companies[:1])
        self._companies = frozenset(name for card in cards for name in card.companies)
        self._longest = max(map(len, self._spelled), default=0)

    def in_text(self, text: str) -> list[str]:
        """Return the names that stand in a text, the longest at each place, as the articles spell them."""
        form, found, at = _form(text), [], 0
        while at < len(form):
            lengths = range(min(self._longest, len(form) - at), 0, -1)
            known = next((n for n in lengths if form[at : at + n] in self._spelled), 0)
            if known:
                found.append(self._spelled[form[at : at + known]])
            at += known or 1
        return list(dict.fromkeys(found))

    def wanted(self, query: str, vocabulary: Mapping[str, int]) -> Wanted:
        """Return what a question wants, in words that stand in articles: nothing else that was typed is kept."""
        names = self.in_text(query)
        usual = _USUAL * max(vocabulary.values(), default=0)
        words = [form for form, _, _ in spelled(query) if 0 < vocabulary.get(form, 0) <= max(1, usual)]
        rare = sorted(dict.fromkeys(words), key=lambda form: vocabulary[form])[:_FEW]
        makers = (top for name in names for top, _ in self._makers.get(name, Counter()).most_common(1))
        companies = dict.fromkeys([*(name for name in names if name in self._companies), *makers])
        products = [name for name in names if name not in self._companies]
        said = " ".join(form for form in dict.fromkeys(words) if form in rare)
        return Wanted(said, next(iter([*products, *names]), ""), tuple(companies))


def _form(text: str) -> Form:
    return tuple(form for form, _, _ in spelled(text))
