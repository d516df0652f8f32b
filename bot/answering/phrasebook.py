"""Phrase files of our own: what the words of a question in another language are in English."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

Known = Callable[[str], bool]
"""Whether the corpus knows a casefolded word."""

WORD = re.compile(r"[\w\u0300-\u036f\u064b-\u0652\u0900-\u0963\u0966-\u097f]+")
"""A word, with the vowel signs that Python does not count as letters."""

FOLDER = Path(__file__).with_name("phrases")
SECTIONS = ("questions", "words", "phrases", "names")
SHORTEST_STEM, LONGEST_STEM = 3, 24
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a phrase is in English; "" where it is dropped."""

    english: str
    always: bool
    """Function words and names are rewritten even when the corpus knows the word."""
    asks: bool
    """Moved to the front in a language that asks at the end."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """One language: folded phrases and word stems with their English."""

    language: str
    spaced: bool
    """Whether the script separates words with spaces."""
    question_last: bool
    """Whether the language asks at the end of a sentence, where English asks at its start."""
    exact: Mapping[str, Rendering]
    stems: Mapping[str, Rendering]
    longest: int
    """Length of the longest phrase, in words (spaced) or characters."""
    words: frozenset[str]
    """The words that its phrases consist of, accents removed."""
    characters: Mapping[int, int]
    """Variant characters and the ones that the phrases are written with."""

    def phrase(self, phrase: str) -> Rendering | None:
        """Return the rendering of one folded phrase, or None when the book does not hold it."""
        for form in self._forms(phrase):
            if form in self.exact:
                return self.exact[form]
        return None

    def stem(self, word: str) -> Rendering | None:
        """Return the rendering of the longest stem that one folded word begins with."""
        for form in self._forms(word):
            for length in range(min(len(form), LONGEST_STEM), SHORTEST_STEM - 1, -1):
                if form[:length] in self.stems:
                    return self.stems[form[:length]]
        return None

    def _forms(self, phrase: str) -> Iterator[str]:
        yield phrase
        yield (bare := plain(phrase))
        if self.language == "de":
            for typed, meant in (("ae", "a"), ("oe", "o"), ("ue", "u")):
                bare = bare.replace(typed, meant)
            yield bare


def fold(text: str) -> str:
    """Return text as phrases are compared: NFC, casefolded, one kind of apostrophe."""
    lowered = unicodedata.normalize("NFC", text).casefold()
    return unicodedata.normalize("NFC", lowered).replace("\u2019", "'").replace("i\u0307", "i")


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Return folded text without accents, as people type on a keyboard that lacks them."""
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f")).translate(_PLAIN)


@cache
def marks() -> Mapping[str, frozenset[str]]:
    """Return for each language in Latin letters the words that give it away, accents removed."""
    with (FOLDER / "marks.toml").open("rb") as file:
        return {code: frozenset(words.split()) for code, words in tomllib.load(file).items()}


@cache
def load(language: str) -> Phrasebook:
    """Return the phrase book of an ISO 639-1 code that has a file in FOLDER."""
    with (FOLDER / f"{language}.toml").open("rb") as file:
        tables = tomllib.load(file)
    spaced = tables.get("spaced", True)
    exact: dict[str, Rendering] = {}
    stems: dict[str, Rendering] = {}
    for section in SECTIONS:
        for english, listed in tables.get(section, {}).items():
            rendering = Rendering(english, section != "phrases", section == "questions")
            for phrase in _listed(listed, spaced=spaced):
                if phrase.endswith("*"):
                    stems.setdefault(phrase[:-1], rendering)
                else:
                    exact.setdefault(phrase, rendering)
    _add_plain(exact)
    _add_plain(stems)
    return Phrasebook(
        language=language,
        spaced=spaced,
        question_last=tables.get("question_last", False),
        exact=exact,
        stems=stems,
        longest=max(len(phrase.split()) if spaced else len(phrase) for phrase in exact),
        words=frozenset(word for phrase in exact for word in plain(phrase).split()),
        characters=str.maketrans(tables.get("variant", ""), tables.get("standard", "")),
    )


def _add_plain(renderings: dict[str, Rendering]) -> None:
    for phrase, rendering in list(renderings.items()):
        renderings.setdefault(plain(phrase), rendering)


def _listed(listed: str, *, spaced: bool) -> Iterator[str]:
    """Yield the folded phrases of one entry; hyphens and apostrophes part words like spaces do."""
    for phrase in listed.split(","):
        folded = fold(phrase).strip()
        if spaced:
            folded = " ".join(folded.replace("'", " ").replace("-", " ").split())
        if folded:
            yield folded
