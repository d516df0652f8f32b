"""An article as evidence is read from it: taken apart once, and asked by many questions.

Which sentences hold a word is kept as one whole number, bit i for sentence i: a question asks for all sentences of an
article at once, and most articles hold few of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.answering.concepts import Concept, Lexicon, Phrase, holds
from bot.answering.fitting import Cues, cued, fit
from bot.answering.names import Form, Gazetteer, Mention
from bot.answering.stated import Stated
from bot.text.words import words
from bot.values import Article, Sentence


@dataclass(frozen=True)
class Reading:
    """An article with its sentences taken apart."""

    article: Article
    sentences: tuple[Sentence, ...]
    stated: tuple[Stated, ...]
    title: Stated
    lexicon: Lexicon = field(repr=False, compare=False)
    _fits: dict[str, tuple[float, ...]] = field(default_factory=dict, repr=False, compare=False)
    _titled: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def stems_at(self) -> dict[str, int]:
        """Stem -> the sentences that hold it."""
        return _places(st.stems for st in self.stated)

    @cached_property
    def forms_at(self) -> dict[str, int]:
        """Levelled word -> the sentences that hold it."""
        return _places(st.forms for st in self.stated)

    @cached_property
    def proper(self) -> frozenset[str]:
        """Stems that it writes with a capital inside a sentence: names of people and things."""
        return frozenset(s for st in self.stated for s in st.proper)

    @cached_property
    def products(self) -> tuple[frozenset[str], ...]:
        """The products that each sentence names."""
        return tuple(st.named(product=True) for st in self.stated)

    @cached_property
    def companies(self) -> tuple[frozenset[str], ...]:
        """The companies that each sentence names."""
        return tuple(st.named(product=False) for st in self.stated)

    @cached_property
    def subjects(self) -> str:
        """The names of front matter, levelled, for looking up variants."""
        return " ".join(w.form for name in (*self.article.products, *self.article.companies) for w in words(name))

    def naming(self, form: Form) -> int:
        """Return the sentences in which the words of form stand one behind the other."""
        found = -1
        for word in form:
            found &= self.forms_at.get(word, 0)
        return found if len(form) == 1 else sum(1 << i for i in ones(found) if self.stated[i].names(form))

    def phrased(self, phrases: Sequence[Phrase]) -> int:
        """Return the sentences in which any of phrases stands word for word."""
        found = 0
        for phrase in phrases:
            held = -1
            for stem in phrase:
                held &= self.stems_at.get(stem, 0)
            if len(phrase) > 1:
                held = sum(1 << i for i in ones(held) if _stands(phrase, self.stated[i].stems))
            found |= held
        return found

    def fits(self, concept: Concept) -> tuple[float, ...]:
        """Return how well each sentence answers a concept, 0 to 1; worked out once for all questions."""
        found = self._fits.get(concept.name)
        if found is None:
            both, seen = self._stating(concept), self.phrased(concept.seen)
            avoid, ask = self.phrased(concept.avoid), 0 if concept.values else self.phrased(concept.ask)
            cues = (Cues(bool(both >> i & 1), bool(seen >> i & 1), bool(avoid >> i & 1), bool(ask >> i & 1))
                    for i in range(len(self.stated)))  # fmt: skip
            found = tuple(fit(concept, st, c, self.lexicon) for st, c in zip(self.stated, cues, strict=True))
            self._fits[concept.name] = found
        return found

    def _stating(self, concept: Concept) -> int:
        """Return the sentences that have a phrase of a concept itself, not only a name that holds such a word."""
        both = self.phrased(concept.both)
        for i in ones(both & self.phrased(concept.apart)):
            rest = f" {' '.join(self.stated[i].stems)} "
            for name in concept.apart:
                rest = rest.replace(f" {' '.join(name)} ", " ")
            if not holds(concept.both, rest.split()):
                both &= ~(1 << i)
        return both

    def titled(self, concept: Concept) -> bool:
        """Tell whether the title has a phrase of a concept; worked out once for all questions."""
        found = self._titled.get(concept.name)
        if found is None:
            found = self._titled[concept.name] = cued(concept, self.title)
        return found


def read(article: Article, sentences: Sequence[Sentence], gazetteer: Gazetteer, lexicon: Lexicon) -> Reading:
    """Return an article taken apart."""
    stated = tuple(Stated(s.text, gazetteer, lexicon) for s in sentences)
    return Reading(article, tuple(sentences), stated, Stated(article.title, gazetteer, lexicon), lexicon)


def names(mention: Mention, reading: Reading, i: int) -> bool:
    """Tell whether sentence i itself names what a question mentions."""
    return bool(reading.naming(mention.form) >> i & 1)


def ones(places: int) -> Iterator[int]:
    """Yield the numbers of the sentences that places stands for."""
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def _places(sentences: Iterable[Sequence[str]]) -> dict[str, int]:
    at: dict[str, int] = {}
    get = at.get
    for i, held in enumerate(sentences):
        bit = 1 << i
        for word in held:
            at[word] = get(word, 0) | bit
    return at


def _stands(phrase: Phrase, stems: Sequence[str]) -> bool:
    n = len(phrase)
    return any(stems[k : k + n] == phrase for k in range(len(stems) - n + 1))
