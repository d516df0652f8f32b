"""Questions in other languages, rewritten to English word for word; names stay as they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.answering.phrasebook import Phrasebook, Rendering, fold, load, marks, plain

Known = Callable[[str], bool]

_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_WORD = re.compile(r"[\w\u0300-\u036f\u064b-\u0652\u0900-\u0963\u0966-\u097f]+")
_JOINED = re.compile(r"\s+|[-'\u2019\u2010\u2011]")
_LATIN = re.compile(
    r"[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f.,'&+/-]*[A-Za-z0-9\u00c0-\u024f])?"
)
_INFLECTION = re.compile(r"[\u3041-\u3096\u30fc]+")
_PARTICLES = frozenset({"de", "di", "da", "del", "du", "la", "le", "van", "von"})
_OPENING = re.compile("[\u00bf\u00a1]")


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A question in English, the language it was asked in, and the words that stayed foreign."""

    text: str
    language: str
    """ISO 639-1 code; "en" when nothing was rewritten and text is the question as given."""
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of the question: what stood there, what it becomes, and what parts it from the next."""

    source: str
    text: str
    after: str
    asks: bool = False
    foreign: bool = False


def to_english(question: str, known: Known) -> Rewriting:
    """Return the question in English words, or as it is when it is English already.

    known says whether the corpus knows a casefolded word: such a word is a name and stays, unless
    it is a function word of the language that the question is asked in.
    """
    best: Rewriting | None = None
    for language in _candidates(question, known):
        tried = _rewrite(question, load(language), known)
        if best is None or len("".join(tried.unknown)) < len("".join(best.unknown)):
            best = tried
    if best is None or best.text == question:
        return Rewriting(question, "en", best.unknown if best else ())
    return best


def _candidates(question: str, known: Known) -> list[str]:
    """Return the languages that the question may be asked in, most likely first; [] for English."""
    for language, script in _SCRIPTS:
        if script.search(question):
            return {"zh": ["zh", "ja"]}.get(language, [language])
    return _by_words([plain(fold(word)) for word in _WORD.findall(question)], known)


def _by_words(words: list[str], known: Known) -> list[str]:
    """Return the two languages whose marks outweigh the English words of a question.

    One short mark proves nothing: "wer" is German, and what a hurried "wear" looks like.
    """
    given = marks()
    english = given["en"]
    scores = []
    for language, own in given.items():
        if language == "en":
            continue
        found = [word for word in words if word in own]
        only = [word for word in found if word not in english]
        against = sum(1 for word in words if word in english and word not in own)
        telling = any(len(word) > 3 or not word.isascii() for word in only)
        other = sum(
            1
            for word in words
            if word not in own and not known(word) and word.isalpha()
        )
        enough = telling or len(only) > 1 or len(found) > 2
        if enough and len(only) > against and 2 * len(found) >= other:
            scores.append((len(found), len(only), language))
    scores.sort(key=lambda score: (-score[0], -score[1], score[2]))
    return [language for _, _, language in scores[:2]]


def _rewrite(question: str, book: Phrasebook, known: Known) -> Rewriting:
    read = _spaced if book.spaced else _unspaced
    pieces = list(read(question, book, known))
    unknown = tuple(piece.source for piece in pieces if piece.foreign)
    if all(piece.source == piece.text for piece in pieces):
        return Rewriting(question, "en", unknown)
    if book.question_last:
        pieces = _question_first(pieces)
    parts = [part for piece in pieces for part in (piece.text, piece.after)]
    text = re.sub(r"\s+", " ", _OPENING.sub(" ", "".join(parts))).strip()
    text = re.sub(r"\s+(?=[?!.,;:)])", "", text)
    return Rewriting(
        re.sub(r",+(?=[?!.])", "", text).strip(" ,"), book.language, unknown
    )


def _question_first(pieces: list[_Piece]) -> list[_Piece]:
    """Return the pieces with the question words of each clause at its start."""
    clauses = accumulate(
        int("," in piece.after) for piece in [_Piece("", "", ""), *pieces]
    )
    ordered = sorted(
        zip(clauses, pieces, strict=False), key=lambda at: (at[0], not at[1].asks)
    )
    return [piece for _, piece in ordered]


def _spaced(question: str, book: Phrasebook, known: Known) -> list[_Piece]:
    """Return the pieces of a question whose words are parted by spaces: longest phrase first."""
    text = unicodedata.normalize("NFC", question)
    words = list(_WORD.finditer(text))
    pieces = [_Piece("", "", text[: words[0].start()] if words else text)]
    first = 0
    while first < len(words):
        count, rendering = _longest(text, words, first, book, known)
        if rendering and _within_name(words, first, known):
            count, rendering = 1, None
        last = words[first + count - 1]
        end = words[first + count].start() if first + count < len(words) else len(text)
        source, after = text[words[first].start() : last.end()], text[last.end() : end]
        if rendering is None:
            pieces.append(
                _Piece(source, source, after, foreign=_is_foreign(source, known))
            )
        else:
            pieces[-1] = replace(pieces[-1], after=_parted(pieces[-1].after))
            pieces.append(
                _Piece(source, rendering.english, _parted(after), rendering.asks)
            )
        first += count
    return pieces


def _parted(after: str) -> str:
    return " " if _JOINED.fullmatch(after) else after


def _longest(
    text: str, words: list[re.Match[str]], first: int, book: Phrasebook, known: Known
) -> tuple[int, Rendering | None]:
    """Return how many words from the first on make the longest phrase, and its rendering."""
    run = [fold(words[first].group())]
    for before, word in zip(
        words[first:], words[first + 1 : first + book.longest], strict=False
    ):
        if not _JOINED.fullmatch(text, before.end(), word.start()):
            break
        run.append(fold(word.group()))
    for count in range(len(run), 1, -1):
        if rendering := book.phrase(" ".join(run[:count])):
            return count, rendering
    if any(c.isdigit() for c in run[0]):
        return 1, None
    single = book.phrase(run[0]) or (None if known(run[0]) else book.stem(run[0]))
    return 1, single if single and (single.always or not known(run[0])) else None


def _within_name(words: list[re.Match[str]], at: int, known: Known) -> bool:
    """Return whether a particle stands between the parts of a name, like Luca de Meo."""
    if words[at].group() not in _PARTICLES or not 0 < at < len(words) - 1:
        return False
    sides = words[at - 1].group(), words[at + 1].group()
    return all(side.istitle() and known(fold(side)) for side in sides)


def _is_foreign(word: str, known: Known) -> bool:
    folded = fold(word)
    if any(c.isdigit() for c in word) or folded in marks()["en"]:
        return False
    return not (known(folded) or known(folded.removesuffix("s")))


def _unspaced(question: str, book: Phrasebook, known: Known) -> Iterator[_Piece]:
    """Yield the pieces of a question without spaces: longest match, Latin words and digits kept."""
    text = unicodedata.normalize("NFKC", question).translate(book.characters)
    lowered = text.lower()
    lowered = lowered if len(lowered) == len(text) else text
    at = stray = 0
    while at < len(text):
        length, rendering = _at(lowered, at, book, stray < at)
        latin = None if rendering else _LATIN.match(text, at)
        if rendering is None and latin is None and text[at].isalpha():
            at += 1
            continue
        if stray < at:
            yield _stray(text[stray:at], known)
        if rendering:
            yield _Piece(
                text[at : at + length], rendering.english, " ", asks=rendering.asks
            )
        elif latin:
            length = len(latin.group())
            yield _Piece(latin.group(), latin.group(), " ")
        else:
            yield _Piece(
                "", "", {"。": ". ", "、": ", ", "・": " "}.get(text[at], text[at])
            )
        at = stray = at + length
    if stray < at:
        yield _stray(text[stray:at], known)


def _at(
    text: str, at: int, book: Phrasebook, inside: bool
) -> tuple[int, Rendering | None]:
    """Return the length and rendering of the longest phrase that starts here; 1 when none does.

    A Korean particle of one syllable stands only at the end of a word, never inside a name.
    """
    for length in range(min(book.longest, len(text) - at), 0, -1):
        rendering = book.exact.get(text[at : at + length])
        if rendering is None:
            continue
        if length == 1 and book.language == "ko":
            starts = at == 0 or text[at - 1].isspace()
            ends = at + 1 == len(text) or not text[at + 1].isalpha()
            if (starts and not ends) or (inside and not ends):
                continue
        return length, rendering
    return 1, None


def _stray(word: str, known: Known) -> _Piece:
    """Return a piece for a run that no phrase fits: kept as a name, dropped as a Japanese ending."""
    if _INFLECTION.fullmatch(word):
        return _Piece(word, "", " ", foreign=len(word) > 2)
    return _Piece(word, word, " ", foreign=not known(fold(word)))
