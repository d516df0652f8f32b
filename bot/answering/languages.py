"""Questions in other languages, rewritten to English word for word; names stay as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answering.phrasebook import WORD, Known, fold, load, marks, plain
from bot.answering.rewording import reword

_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_RIVALS = {"zh": ["zh", "ja"]}
_TELLING_LENGTH = 4
_ENOUGH_MARKS = 3
_TRIED = 3


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A question in English, the language it was asked in, and the words that stayed foreign."""

    text: str
    language: str
    """ISO 639-1 code; "en" when nothing was rewritten and text is the question as given."""
    unknown: tuple[str, ...]


def to_english(question: str, known: Known) -> Rewriting:
    """Return the question in English words, or as it is when it is English already.

    known says whether the corpus knows a casefolded word: such a word is a name and stays, unless
    it is a function word of the language that the question is asked in.
    """
    best = Rewriting(question, "en", ())
    for language in _candidates(question, known):
        text, unknown = reword(question, load(language), known)
        if best.language == "en" or len("".join(unknown)) < len("".join(best.unknown)):
            best = Rewriting(text, language, unknown)
    return Rewriting(question, "en", best.unknown) if best.text == question else best


def _candidates(question: str, known: Known) -> list[str]:
    """Return the languages that the question may be asked in, most likely first; [] for English."""
    for language, script in _SCRIPTS:
        if script.search(question):
            return _RIVALS.get(language, [language])
    words = list(dict.fromkeys(fold(word) for word in WORD.findall(question)))
    weights = [(_weight(words, language, known), language) for language in marks() if language != "en"]
    likely = sorted((-weight, language) for weight, language in weights if weight)
    return [language for _, language in likely[:_TRIED]]


def _weight(words: list[str], language: str, known: Known) -> int:
    """Return how many words speak for a language, or 0 when English explains them better.

    One short mark proves nothing: "wer" is German, and what a hurried "wear" looks like. A mark and
    a word of the phrase book that neither English nor the corpus knows do.
    """
    own, english = marks()[language], marks()["en"]
    found = [word for word in words if plain(word) in own]
    only = [word for word in found if plain(word) not in english]
    unexplained = [w for w in words if w.isalpha() and plain(w) not in own and plain(w) not in english]
    strange = [w for w in unexplained if not known(w)]
    held = _held(strange, language) if only or not all(word.isascii() for word in strange) else []
    against = sum(len(word) > 1 and word in english and word not in own for word in words)
    telling = any(len(word) >= _TELLING_LENGTH for word in only)
    accented = not all(word.isascii() for word in (strange if only else held))
    enough = telling or len(only) + len(held) > 1 or len(found) >= _ENOUGH_MARKS or accented
    weight = len(found) + len(held)
    return weight if enough and len(only) + len(held) > against and weight >= (len(strange) - len(held)) / 3 else 0


def _held(words: list[str], language: str) -> list[str]:
    """Return the words that the phrase book of a language holds, alone or in a phrase."""
    if not words:
        return []
    book = load(language)
    return [word for word in words if plain(word) in book.words or book.stem(word)]
