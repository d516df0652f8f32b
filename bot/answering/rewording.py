"""A question of another language put into English words, piece by piece."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.answering.phrasebook import WORD, Known, Phrasebook, Rendering, fold, marks

_JOINED = re.compile(r"\s+|[-'\u2019\u2010\u2011]")
_LATIN = re.compile(r"[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f.,'&+/-]*[A-Za-z0-9\u00c0-\u024f])?")
_INFLECTION = re.compile(r"[\u3041-\u3096\u30fc]+")
_LONGEST_INFLECTION = 2
_PARTICLES = frozenset({"de", "di", "da", "del", "du", "la", "le", "van", "von"})
_OPENING = re.compile("[\u00bf\u00a1]")
_SIGNS = {"。": ". ", "、": ", ", ",": ", ", "・": " "}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of the question: what stood there, what it becomes, and what parts it from the next."""

    source: str
    text: str
    after: str
    asks: bool = False
    foreign: bool = False


def reword(question: str, book: Phrasebook, known: Known) -> tuple[str, tuple[str, ...]]:
    """Return the question in English words and the words that stay as they stood.

    A question of which no word is in the book comes back byte for byte.
    """
    pieces = (_spaced if book.spaced else _unspaced)(question, book, known)
    unknown = tuple(piece.source for piece in pieces if piece.foreign)
    if all(piece.source == piece.text for piece in pieces):
        return question, unknown
    if book.question_last:
        pieces = _question_first(pieces)
    joined = "".join(part for piece in pieces for part in (piece.text, piece.after))
    text = re.sub(r"\s+", " ", _OPENING.sub(" ", joined))
    text = re.sub(r"\s+(?=[?!.,;:)])", "", text)
    return re.sub(r",+(?=[?!.])", "", text).strip(" ,"), unknown


def _question_first(pieces: list[_Piece]) -> list[_Piece]:
    """Return the pieces with the question words of each clause at its start."""
    clauses = accumulate("," in (piece.text.strip(), piece.after.strip()) for piece in [_Piece("", "", ""), *pieces])
    ordered = sorted(zip(clauses, pieces, strict=False), key=lambda at: (at[0], not at[1].asks))
    return [replace(piece, after=piece.after or " ") if piece.asks else piece for _, piece in ordered]


def _spaced(question: str, book: Phrasebook, known: Known) -> list[_Piece]:
    """Return the pieces of a question whose words are parted by spaces: longest phrase first."""
    text = unicodedata.normalize("NFC", question)
    words = list(WORD.finditer(text))
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
            pieces.append(_Piece(source, source, after, foreign=_is_foreign(source, known)))
        else:
            pieces[-1] = replace(pieces[-1], after=_parted(pieces[-1].after))
            pieces.append(_Piece(source, rendering.english, _parted(after), rendering.asks))
        first += count
    return pieces


def _parted(after: str) -> str:
    return " " if _JOINED.fullmatch(after) else after


def _longest(
    text: str, words: list[re.Match[str]], first: int, book: Phrasebook, known: Known
) -> tuple[int, Rendering | None]:
    """Return how many words from the first on make the longest phrase, and its rendering."""
    run = [fold(words[first].group())]
    for before, word in zip(words[first:], words[first + 1 : first + book.longest], strict=False):
        if not _JOINED.fullmatch(text, before.end(), word.start()):
            break
        run.append(fold(word.group()))
    for count in range(len(run), 1, -1):
        if rendering := book.phrase(" ".join(run[:count])):
            return count, rendering
    if any(c.isdigit() for c in run[0]):
        return 1, None
    single = book.phrase(run[0]) or (None if known(run[0]) else book.stem(run[0]))
    kept = single and not single.always and run[0].isascii() and known(run[0])
    return 1, None if kept else single


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


def _unspaced(question: str, book: Phrasebook, known: Known) -> list[_Piece]:
    """Return the pieces of a question without spaces: longest match, Latin words and digits kept."""
    text = unicodedata.normalize("NFKC", question).translate(book.characters)
    pieces: list[_Piece] = []
    at = stray = 0
    while at < len(text):
        piece = _at(text, at, book, inside=stray < at)
        if piece is None:
            at += 1
            continue
        if stray < at:
            pieces.append(_stray(text[stray:at], known))
        pieces.append(piece)
        at = stray = at + len(piece.source)
    return [*pieces, _stray(text[stray:], known)] if stray < at else pieces


def _at(text: str, at: int, book: Phrasebook, *, inside: bool) -> _Piece | None:
    """Return the piece that starts here: the longest phrase, a Latin word or a sign; None for a stray letter."""
    for length in range(min(book.longest, len(text) - at), 0, -1):
        source = text[at : at + length]
        rendering = book.exact.get(source.lower())
        if rendering and not (book.language == "ko" and _is_syllable(text, at, length, inside=inside)):
            return _Piece(source, rendering.english, " ", rendering.asks)
    if latin := _LATIN.match(text, at):
        return _Piece(latin.group(), latin.group(), " ")
    if text[at].isalpha():
        return None
    return _Piece(text[at], _SIGNS.get(text[at], text[at]), "")


def _is_syllable(text: str, at: int, length: int, *, inside: bool) -> bool:
    """Return whether a Korean match is a syllable of a longer word: a particle ends the word it belongs to."""
    starts = inside or at == 0 or text[at - 1].isspace()
    ends = at + 1 == len(text) or not text[at + 1].isalpha()
    return length == 1 and starts and not ends


def _stray(word: str, known: Known) -> _Piece:
    """Return a piece for a run that no phrase fits: kept as a name, dropped as a Japanese ending."""
    if _INFLECTION.fullmatch(word):
        return _Piece(word, "", " ", foreign=len(word) > _LONGEST_INFLECTION)
    return _Piece(word, word, " ", foreign=not known(fold(word)))
