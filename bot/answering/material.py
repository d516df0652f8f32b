"""What a question is held against: the articles to read, their sentences taken apart, and words close in meaning."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from bot.answering.asked import Asked
from bot.answering.concepts import Lexicon
from bot.answering.interaction import Interaction, closeness
from bot.answering.names import Gazetteer, Mention
from bot.answering.ranking import Read
from bot.answering.reading import Reading, read
from bot.answering.sought import Near
from bot.index.encoder import TokenEncoder, Vectors
from bot.index.snapshot import Snapshot
from bot.text.words import level
from bot.text.words import words as words_of
from bot.values import Hit

_NAMED_ARTICLES = 12
_MOST_ARTICLES = 30
_MOST_SENTENCES = 200
"""Sentences after which no further article is read: in a large corpus of long articles every one costs time."""
_FEWEST_ARTICLES = 6
"""Articles that are read however long they are."""
_RELATED = 0.5
"""Cosine between two words from which the one counts in part for the other."""
_READINGS = 512
_KIN = 1024
"""Frequent words whose kin are kept: most questions ask with the same ones."""


class Material:
    """Reads the articles of one build, each taken apart once; safe from several threads."""

    def __init__(self, snapshot: Snapshot, encoder: TokenEncoder, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._lexicon = lexicon
        self._gazetteer = gazetteer
        self._readings: OrderedDict[str, Reading] = OrderedDict()
        words, vectors = snapshot.word_vectors()
        self._word_vectors = np.asarray(vectors, np.float32)
        self._words = [level(w) for w in words]
        self._row = {word: row for row, word in enumerate(words)}
        self._kin_of: dict[int, dict[str, float]] = {}

    def articles(self, asked: Asked, hits: Sequence[Hit]) -> list[str]:
        """Return the articles to read by id: those of the hits, and the few that are about what is named."""
        ids = dict.fromkeys(h.passage.article_id for h in hits)
        for name in (n for m in asked.mentions for n in m.names):
            if len(name.articles) <= _NAMED_ARTICLES:
                ids.update(dict.fromkeys(sorted(name.articles)))
        able = list(ids)[:_MOST_ARTICLES]
        before = accumulate((self._snapshot.sentence_count(i) for i in able), initial=0)
        return sorted(
            i for k, (i, n) in enumerate(zip(able, before, strict=False)) if k < _FEWEST_ARTICLES or n < _MOST_SENTENCES
        )

    def read(self, asked: Asked, ids: Sequence[str], without: Sequence[Mention] = ()) -> Read:
        """Return articles with how close their sentences come to what is asked, the names in without left out of it."""
        found = words_of(asked.text)
        text = asked.text
        for m in sorted(without, key=lambda m: -m.first):
            text = text[: found[m.first].start] + text[found[m.last - 1].end :]
        named = {m.form for m in asked.mentions if m not in without}
        (vector,), (tokens,) = self._encoder.encode_tokens([text], [0])
        interaction = Interaction(text, tokens, self._lexicon.noise, {w for form in named for w in form})
        cosines = self._snapshot.sentence_vectors(*ids) @ vector
        closest = interaction.closest(*self._snapshot.sentence_tokens(*ids))
        return Read([self._reading(i) for i in ids], closeness(cosines, closest))

    def _reading(self, article_id: str) -> Reading:
        reading = self._readings.get(article_id)
        if reading is None:
            sentences = self._snapshot.sentences(article_id)
            reading = read(self._snapshot.article(article_id), sentences, self._gazetteer, self._lexicon)
            self._readings[article_id] = reading
            if len(self._readings) > _READINGS:
                self._readings.popitem(last=False)
        return reading

    def near(self, asked: Asked) -> Near:
        """Return for each word of the question the corpus words close to it in meaning."""
        if not asked.terms or not self._words:
            return {}
        new = [t.form for t in asked.terms if t.form not in self._row]
        encoded = dict(zip(new, self._encoder.encode(new) if new else (), strict=True))
        return {
            t.stem: self._kin(encoded[t.form]) if t.form in encoded else self._kept_kin(t.form) for t in asked.terms
        }

    def _kept_kin(self, form: str) -> dict[str, float]:
        row = self._row[form]
        kin = self._kin_of.get(row)
        if kin is None:
            kin = self._kin(self._word_vectors[row])
            if len(self._kin_of) < _KIN:
                self._kin_of[row] = kin
        return kin

    def _kin(self, vector: Vectors) -> dict[str, float]:
        """Return the corpus words close to one with this vector; the build keeps the vectors of frequent words."""
        similar = self._word_vectors @ vector
        return {self._words[k]: min(0.8, (float(similar[k]) - 0.3) * 1.4) for k in np.flatnonzero(similar > _RELATED)}
