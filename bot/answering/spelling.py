"""Mistyped words, mended to words that the corpus or the art of asking knows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import groupby

import jellyfish
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.text.words import stem

_COMMON = 400
_RARE = 40
"""Occurrences in pyspellchecker's English list: above the first a word is English, below the second it is a slip."""
_QUESTION_WORDS = (
    "how what when who where why which is the much many does do did can will without with since phone "
    "cost price there about between compare difference latest tell me you and or for from on in at of to "
    "a an it has have are was"
).split()
_QUESTION_PAIRS = {
    ("how", "much"),
    ("how", "many"),
    ("how", "long"),
    ("what", "is"),
    ("when", "did"),
    ("since", "when"),
    ("how", "heavy"),
}


class Dictionary:
    """The words that a question may rightly hold, made ready once for all questions."""

    def __init__(self, vocabulary: Mapping[str, int], pairs: set[tuple[str, str]], names: set[str]) -> None:
        """Take words with how common they are, the pairs of words within names, and the names of one word."""
        self.names = names
        self.vocabulary = vocabulary
        self.pairs = pairs
        self.known = vocabulary.keys() | set(_QUESTION_WORDS)
        self.stems = {stem(w) for w in self.known}
        self._by_length: dict[int, list[str]] = {}
        for word in vocabulary:
            if word.isascii() and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def near(self, length: int, most: int) -> list[str]:
        """Return the words of plain letters that are at most so many letters longer or shorter."""
        return [w for n in range(length - most, length + most + 1) for w in self._by_length.get(n, ())]


def mend(forms: Sequence[str], dictionary: Dictionary) -> dict[int, str]:
    """Return what to read instead of which word (by place): only words that neither corpus nor English knows.

    A slip must be close in letters or in sound; among close words the one that forms a known name or a known turn
    with its neighbours wins, then the closer, then the more frequent one.
    """
    slips: dict[int, str] = {}
    forms = list(forms)
    for place, form in enumerate(forms):
        if (
            form in dictionary.known
            or stem(form) in dictionary.stems
            or common(form) >= _COMMON
            or len(form) < 3
            or not form.isalpha()
            or not form.isascii()
        ):
            continue
        before = forms[place - 1] if place else ""
        after = forms[place + 1] if place + 1 < len(forms) else ""
        meant = _best(form, before, after, dictionary)
        if meant:
            slips[place] = forms[place] = meant
    return slips


def _best(form: str, before: str, after: str, dictionary: Dictionary) -> str:
    vocabulary, pairs = dictionary.vocabulary, dictionary.pairs
    limit = 1 if len(form) <= 4 else 2 if len(form) <= 8 else 3
    candidates = dictionary.near(len(form), limit)
    close = process.extract(form, candidates + _QUESTION_WORDS, scorer=OSA.distance, score_cutoff=limit, limit=25)
    sound = _sound(form)
    alike = [w for w in candidates + _QUESTION_WORDS if w[:1] in (form[:1], "p") and _sound(w) == sound]
    if not close and not alike:
        return ""
    english = common(form)

    def rank(word: str) -> float:
        distance = OSA.distance(form, word)
        score = 1.0 - distance / max(len(word), len(form))
        score += 0.22 * (_sound(word) == sound) + 0.1 * (word[0] == form[0])
        score -= 0.15 * (word[0] != form[0] and _sound(word) != sound)
        score += 0.1 * (_single(word) == _single(form) or sorted(word) == sorted(form)) + 0.02 * (
            word in _QUESTION_WORDS
        )
        neighbours = _joins(before, word, after, pairs)
        return score + 0.35 * neighbours + min(vocabulary.get(word, 1), 50) / 2000

    best = max({w for w, _, _ in close} | set(alike), key=lambda w: (rank(w), w))
    neighbour = _joins(before, best, after, pairs)
    named = best in dictionary.names and _sound(best) == _sound(form)
    if english >= _RARE and not neighbour and not named:
        return ""
    if len(form) <= 3 and not neighbour and sorted(best) != sorted(form) and not _short_of(form, best):
        return ""
    return best if rank(best) >= 0.62 + 0.05 * (len(form) > 5 and not alike) else ""


def _short_of(form: str, best: str) -> bool:
    """Tell whether a short word is a question word with a letter left out or put in: "wat", "hoow"; "anc" is none."""
    return best in _QUESTION_WORDS and (len(best) != len(form) or _sound(best) == _sound(form))


def _single(word: str) -> str:
    """Return a word with its doubled letters written once, the commonest slip there is."""
    return "".join(letter for letter, _ in groupby(word))


@lru_cache(maxsize=65536)
def _sound(word: str) -> str:
    return jellyfish.metaphone(word)


def _joins(before: str, word: str, after: str, pairs: set[tuple[str, str]]) -> bool:
    turns = pairs | _QUESTION_PAIRS
    return (before, word) in turns or (word, after) in turns


@cache
def _english() -> dict[str, int]:
    packed = resources.files("spellchecker").joinpath("resources/en.json.gz").read_bytes()
    table: dict[str, int] = json.loads(gzip.decompress(packed))
    return table


def common(form: str) -> int:
    """Return how common a levelled word is in English, 0 when it is none."""
    return _english().get(form, 0)
