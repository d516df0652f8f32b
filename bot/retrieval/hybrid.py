"""Hybrid search over one build: vectors and words fused, articles capped, copies of one story collapsed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.index.encoder import Encoder, Vectors
from bot.retrieval.copies import Copies
from bot.retrieval.fusion import Scores, fuse
from bot.values import Article, Hit, Passage, Turn

DEPTH = 100
"""Passages taken from each of the two searches for each text; more changed nothing measurable."""

ANSWER_WORDS = 40
"""Words of the bot's last answer that a follow-up is searched with; longer tails lead away."""

ALIKE = 0.86
"""Cosine from which two passages are compared word by word: a copy under another title, behind another sentence, came
no lower than 0.877; of the pairs that one question finds 29% are as near."""

_QUESTIONS = (
    "a an and are as at be by did do does for from has have how in is it its of on or that the to was were what when "
    "where which who whom whose why will with this"
)
_QUESTION_WORDS = frozenset(_QUESTIONS.split())
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")


class Searchable(Protocol):
    """What retrieval needs of a build."""

    def nearest(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return up to k (passage number, cosine), best first."""
        ...

    def matching(self, words: Sequence[str], k: int) -> list[tuple[int, float]]:
        """Return up to k (passage number, BM25) that hold any of the words, best first."""
        ...

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """Return passages in the order of numbers."""
        ...

    def owners(self, numbers: Sequence[int]) -> NDArray[np.int32]:
        """Return a whole number from 0 for each passage's article, the same for the same."""
        ...

    def passage_vectors(self, numbers: Sequence[int]) -> Vectors:
        """Return one row for each number."""
        ...

    def article(self, article_id: str) -> Article:
        """Return the article of that id."""
        ...


@dataclass(frozen=True, slots=True)
class _Scored:
    """Candidates in ascending order of number, with their fused score and the best of the scores behind it."""

    numbers: list[int]
    vectors: Vectors
    score: Scores
    cosine: Scores
    bm25: Scores


def search(snapshot: Searchable, encoder: Encoder, question: str, k: int) -> list[Hit]:
    """Return up to k passages for question, best first, at most per_article of one article.

    Scores lie between 0 and 1 and compare within one search only. A passage that another article carries nearly
    word for word with the same numbers is left out; the hit that stays names that article in `copies`.
    """
    return search_texts(snapshot, encoder, (question,), k)


def search_texts(
    snapshot: Searchable, encoder: Encoder, texts: Sequence[str], k: int, per_article: int = 2
) -> list[Hit]:
    """Return up to k passages for several wordings of one question, their scores averaged; else as search."""
    wanted = [text for text in dict.fromkeys(texts) if text.strip()]
    if not wanted or k < 1 or per_article < 1:
        return []
    scored = _score(snapshot, encoder, wanted)
    return _pick(snapshot, scored, k, per_article)


def wordings(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """Return the texts to search a follow-up with: the question alone, and with the turns before it.

    These are the question, and the previous user turn with the question and the start of the bot's last answer: a
    guess which questions depend on what came before is wrong too often, so both are asked and their scores averaged.
    """
    asked = [turn.text for turn in history if turn.speaker == "user"]
    answered = [turn.text for turn in history if turn.speaker != "user"]
    if not asked:
        return (question,)
    start = answered[-1].split()[:ANSWER_WORDS] if answered else []
    return (question, " ".join([asked[-1], question, *start]))


def search_words(text: str) -> list[str]:
    """Return the words of text that a word search is asked for: without question words, unless nothing else is left."""
    words = _WORD.findall(text.casefold())
    return [word for word in words if word not in _QUESTION_WORDS] or words


def _score(snapshot: Searchable, encoder: Encoder, texts: Sequence[str]) -> _Scored:
    asked = encoder.encode(texts)
    near = [snapshot.nearest(vector, DEPTH) for vector in asked]
    worded = [dict(snapshot.matching(search_words(text), DEPTH)) for text in texts]
    numbers = sorted({number for found in near for number, _ in found}.union(*worded))
    if not numbers:
        none = np.zeros(0, np.float32)
        return _Scored([], np.zeros((0, asked.shape[1]), np.float32), none, none, none)
    vectors = snapshot.passage_vectors(numbers)
    cosines = (asked @ vectors.T).astype(np.float32)
    bm25s = np.array([_filled(found, numbers) for found in worded], np.float32)
    score = fuse(cosines, bm25s, snapshot.owners(numbers))
    return _Scored(numbers, vectors, score, cosines.max(axis=0), bm25s.max(axis=0))


def _filled(found: dict[int, float], numbers: Sequence[int]) -> list[float]:
    # A full list hides what scored below its last entry; a list that is not full hides nothing.
    floor = min(found.values()) if len(found) >= DEPTH else 0.0
    return [found.get(number, floor) for number in numbers]


def _pick(snapshot: Searchable, scored: _Scored, k: int, per_article: int) -> list[Hit]:
    copies = Copies(snapshot.article)
    kept: dict[int, Hit] = {}
    of_article: Counter[str] = Counter()
    for at, passage, alike in _best_first(snapshot, scored, at_once=2 * k):
        if len(kept) == k:
            break
        if of_article[passage.article_id] >= per_article:
            continue
        others = [other for other in kept if other in alike]
        original = next((o for o in others if copies.carries(kept[o].passage.article_id, passage)), None)
        if original is None:
            kept[at] = Hit(passage, float(scored.score[at]), float(scored.cosine[at]), float(scored.bm25[at]))
            of_article[passage.article_id] += 1
        elif passage.article_id not in kept[original].copies:
            kept[original] = replace(kept[original], copies=(*kept[original].copies, passage.article_id))
    return list(kept.values())


def _best_first(snapshot: Searchable, scored: _Scored, at_once: int) -> Iterator[tuple[int, Passage, frozenset[int]]]:
    """Yield each candidate's place, passage and the places so far of those that it is ALIKE; read when needed."""
    order = np.argsort(-scored.score, kind="stable")  # equal scores stay in order of number
    for first in range(0, len(order), at_once):
        so_far = order[: first + at_once]
        places = so_far[first:]
        passages = snapshot.passages([scored.numbers[at] for at in places])
        alike = scored.vectors[places] @ scored.vectors[so_far].T >= ALIKE
        for at, passage, row in zip(places.tolist(), passages, alike, strict=True):
            yield at, passage, frozenset(so_far[row].tolist())
