"""What is counted of a sentence beside the reader's score: words met and missed, place, form and age."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bot.answering.reader import Floats, Read
from bot.text.words import spelled
from bot.values import Article, Hit, Sentence, Status

NAMES = (
    "reader against no answer",
    "reader's share",
    "question's words, token by token",
    "the same over the passage",
    "meaning as a whole",
    "one half of the question",
    "reader against the next best",
    "rank by the reader",
    "passage score",
    "passage cosine",
    "rank of the passage",
    "words met in the sentence",
    "words met with the title",
    "rarest word missed by the sentence",
    "rarest word missed with the title",
    "words no article has",
    "another, longer name",
    "model marks missed by the sentence and title",
    "place in the article",
    "length",
    "opens with a pronoun",
    "ends with a question mark",
    "ends without a stop",
    "holds a number",
    "holds money",
    "holds a name",
    "age against the newest",
    "repeats the title",
    "no reporting",
    "rumour or forecast",
    "question in the corpus's words",
)
Word = tuple[str, str, bool]
"""Form, stem, and whether it has a capital."""
_PRONOUNS = frozenset("it its they their them this that these those he she his her we our i you".split())
_MODEL = re.compile(r"[a-z]{1,2}\d{1,3}")
_FOLLOWS = 0.5
"""How much a word of the question before counts against one of the question."""
_EDGE = 0.3
"""The share of a question, by weight, that a half of it has at least."""
_UNSURE = (Status.RUMOUR, Status.FORECAST)
_NEAR = 4.0
"""Scores within which a sentence counts for which date is the newest."""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that one question is read against."""

    hits: Sequence[Hit]
    sentences: Sequence[Sentence]
    """One for each row of read."""
    articles: Mapping[str, Article]
    read: Read


class _Texts(NamedTuple):
    """The words of sentences and titles, taken apart once."""

    sentences: Sequence[Sequence[Word]]
    titles: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question with how rare each is, 0 to 1."""

    weights: Mapping[str, float]
    marks: frozenset[str]
    """Words with a digit."""
    unknown: float
    """The share of the words, by weight, that no article has."""
    strange: float
    """The share of the model marks ("s3") that no article has."""
    known: float
    """The share of the words that articles have: low for a question in another language."""
    follows: bool
    """Whether it is read behind a question before it."""


def asked(question: str, before: str, vocabulary: Mapping[str, int], sentences: int) -> Asked:
    """Return the words of a question and, counting less, of the one before it; vocabulary counts sentences by word."""
    rarest = math.log(1 + max(1, sentences))

    def rarity(form: str) -> float:
        return math.log((1 + sentences) / (1 + vocabulary.get(form, 0))) / rarest

    weights: dict[str, float] = {}
    forms = spelled(question)
    for form, stem, _ in spelled(before):
        weights[stem] = max(weights.get(stem, 0.0), _FOLLOWS * rarity(form))
    for form, stem, _ in forms:
        weights[stem] = max(weights.get(stem, 0.0), rarity(form))
    total = sum(rarity(form) for form, _, _ in forms) or 1.0
    there = [form in vocabulary for form, _, _ in forms]
    unknown = sum(rarity(form) for form, _, _ in forms if form not in vocabulary) / total
    marks = frozenset(stem for form, stem, _ in forms if any(c.isdigit() for c in form))
    models = [form for form, _, _ in forms if _MODEL.fullmatch(form)]
    strange = sum(form not in vocabulary for form in models) / max(1, len(models))
    return Asked(weights, marks, unknown, strange, sum(there) / max(1, len(there)), bool(before))


def features(question: Asked, found: Found) -> Floats:
    """Return (S, len(NAMES)) features, one row for each sentence that was read."""
    read, count = found.read, len(found.sentences)
    if not count:
        return np.zeros((0, len(NAMES)), np.float32)
    texts = _Texts(
        [spelled(each.text) for each in found.sentences],
        {key: frozenset(stem for _, stem, _ in spelled(each.title)) for key, each in found.articles.items()},
    )
    columns = [*_of_reader(read), *_of_passages(read, found.hits)]
    columns += [*_of_words(question, found, texts), *_of_form(found, texts)]
    columns.append(np.full(count, question.known, np.float32))
    return np.stack(columns, axis=1).astype(np.float32)


def _of_reader(read: Read) -> list[Floats]:
    score = read.score
    order = np.argsort(-score, kind="stable")
    rank = np.empty(len(score), np.float32)
    rank[order] = np.arange(1, len(score) + 1)
    top, second = score[order[0]], score[order[min(1, len(score) - 1)]]
    against = np.where(np.arange(len(score)) == order[0], score - second, score - top)
    peak = max(float(top), read.nothing)
    total = np.exp(score - peak).sum() + math.exp(read.nothing - peak)
    share = np.maximum(score - peak - math.log(total), -20)
    close = read.share @ read.similar
    odds = np.clip(score - read.nothing, -20, 20)
    return [odds, share, close, read.context, read.mean, _half(read) - close, np.clip(against, -20, 20), 1 / rank]


def _half(read: Read) -> Floats:
    """Return how close each sentence comes to that half of the question, first or second, that suits it best.

    The question may be cut anywhere in its middle: a sentence that answers one of two parts meets one half well.
    """
    met = np.cumsum(read.share[:, None] * read.similar, axis=0)
    weight = np.cumsum(read.share)[:, None]
    inner = (weight[:, 0] >= _EDGE) & (weight[:, 0] <= 1 - _EDGE)
    if not inner.any():
        return met[-1] if len(met) else np.zeros(len(read.score), np.float32)
    first, second = met[inner] / weight[inner], (met[-1] - met[inner]) / (1 - weight[inner])
    found: Floats = np.maximum(first, second).max(axis=0)
    return found


def _of_passages(read: Read, hits: Sequence[Hit]) -> list[Floats]:
    score = np.array([hit.score for hit in hits], np.float32)
    cosine = np.array([hit.cosine for hit in hits], np.float32)
    rank = 1 / np.arange(1, len(hits) + 1, dtype=np.float32)
    return [score[read.passage], (cosine - cosine.max())[read.passage], rank[read.passage]]


def _of_words(question: Asked, found: Found, texts: _Texts) -> list[Floats]:
    rows = []
    for order, each in zip(texts.sentences, found.sentences, strict=True):
        words = frozenset(stem for _, stem, _ in order)
        titled = words | texts.titles[each.article_id]
        met = [_met(question, some) for some in (words, titled)]
        missed = [_rarest_missed(question, some) for some in (words, titled)]
        longer = _longer_name(question, order)
        lexical = (*met, *missed, question.unknown, longer)
        marks = _share_missed(question.marks, titled)
        rows.append([*(value * question.known for value in lexical), marks])
    return list(np.array(rows, np.float32).T)


def _met(question: Asked, words: frozenset[str]) -> float:
    total = sum(question.weights.values())
    return sum(weight for word, weight in question.weights.items() if word in words) / total if total else 0.0


def _rarest_missed(question: Asked, words: frozenset[str]) -> float:
    return max((weight for word, weight in question.weights.items() if word not in words), default=0.0)


def _share_missed(marks: frozenset[str], words: frozenset[str]) -> float:
    return sum(mark not in words for mark in marks) / len(marks) if marks else 0.0


def _longer_name(question: Asked, order: Sequence[Word]) -> float:
    """Return how rare the words are behind which the sentence goes on with a capital or mark that was not asked for.

    "Sage Pro" is another thing than the "Sage" of the question.
    """
    found = 0.0
    for (_, stem, capital), (form, after, next_capital) in pairwise(order):
        marked = next_capital or any(c.isdigit() for c in form)
        if capital and marked and stem in question.weights and after not in question.weights:
            found = max(found, question.weights[stem])
    return found


def opens_with_pronoun(text: str) -> bool:
    """Tell whether a sentence begins with a word that stands for something named before."""
    return _is_pronoun(spelled(text)[:1])


def _is_pronoun(opening: Sequence[Word]) -> bool:
    return bool(opening) and opening[0][0] in _PRONOUNS


def _of_form(found: Found, texts: _Texts) -> list[Floats]:
    rows = []
    for words, each, age in zip(texts.sentences, found.sentences, _ages(found), strict=True):
        own = {stem for _, stem, _ in words}
        title = texts.titles[each.article_id]
        same = len(own & title) / max(1, len(own | title))
        capitals = [capital for _, _, capital in words[1:]]
        rows.append(
            [
                math.log1p(each.ordinal),
                math.log1p(len(words)),
                _is_pronoun(words[:1]),
                each.text.rstrip("”\"') ").endswith(("?", "？")),
                not each.text.rstrip("”\"') ").endswith((".", "!", "?", "。", "！", "？")),
                any(c.isdigit() for c in each.text),
                any(unicodedata.category(c) == "Sc" for c in each.text),
                any(a and b for a, b in pairwise(capitals)),
                age,
                same,
                each.aside,
                found.articles[each.article_id].status in _UNSURE,
            ]
        )
    return list(np.array(rows, np.float32).T)


def _ages(found: Found) -> list[float]:
    """Return by how many years each sentence is older than the newest one that the reader finds nearly as good."""
    dates = [found.articles[each.article_id].published for each in found.sentences]
    days = [date.earliest.toordinal() if date else 0 for date in dates]
    bar = float(found.read.score.max()) - _NEAR
    newest = max((day for day, score in zip(days, found.read.score, strict=True) if score >= bar), default=0)
    return [min(5.0, max(0.0, (newest - day) / 365)) if day else 0.5 for day in days]
