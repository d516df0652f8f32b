"""Find the sentences of a text as spans, so that a quote is verbatim by construction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

LONG_QUOTE = 300
"""A sentence longer than this many characters is cut inside its quotation marks too."""
_LONG_BLOCK = 4000  # sentencex takes quadratic time over quotes that never close

_LONG_ROW = 600
"""A table row up to so many characters is one sentence: its cells say nothing without the first one."""

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
# A wrapped line may begin with a number and a stop, so a numbered entry must follow the end of a sentence.
_NEW_BLOCK = re.compile(r"^[^\S\n]*(?:#{1,6} |[-*+•●▪‣] |(?<=[.:;!?]\n)\d{1,3}[.)] |\|)", re.MULTILINE)
_INCHES = re.compile(r'(?<=\d)"')
_OPENING = re.compile(r"[“„«‹「『]|(?<![^\s(\[—–-])[\"'‘]")
_CLOSERS = re.compile(r"[”’」』】）)\]»›]+")
# "42 g. It ships", "44 mm. It ships": a unit after a number is neither an initial nor an abbreviation.
_UNIT_END = re.compile(r"(?<=\d)\s?(?:[ghlmst]|[cdkmn]m|[km]g|ml|min|sec)\.\s+(?=[A-Z“\"])")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,4}|[A-Za-z])[.)]")
_LAST_WORD = re.compile(r"([^\s(\[“\"'‘/]+)\.$")
_LOWER_WORD = re.compile(r"[a-zà-öø-ÿ]+(?![\w])")
_BEFORE_NUMBER = frozenset(
    "approx art ca ch ed eds eq est fig figs incl max min mk no nos nr p par pp q rev sec v ver vol vols"  # noqa: SIM905 - a hundred quotation marks would hide the words
    " jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_BEFORE_NAME = frozenset("corp ee m.d messrs mme mlle mx ph.d sra srta sres ste".split())  # noqa: SIM905 - a hundred quotation marks would hide the words
# After "5 p.m." a day, a month or a time zone goes on with the sentence.
_WHEN = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|[ecmp][sd]?t|cest|bst|gmt|utc|ist|jst|eastern|pacific|central|mountain)\b",
    re.IGNORECASE,
)
_BEFORE_LOWER = frozenset("a.m al co dept e.g etc ft i.e inc jr ltd oz p.m plc sq sr u.k u.n u.s uu vs".split()).union(  # noqa: SIM905 - a hundred quotation marks would hide the words
    _BEFORE_NUMBER, _BEFORE_NAME
)


def split(body: str) -> list[tuple[int, int, int]]:
    """Return the sentences of a text as (start, end, block), in order: body[start:end] is the sentence, stripped.

    Offsets count characters. A block, counted from 0, is a paragraph, heading, list entry or table row; a
    sentence never crosses one. A paragraph wrapped over several lines is joined: the span then holds the
    newline. Together the spans cover every character that is not white space, and nothing is made up about text
    without punctuation: it is one long sentence. The boundaries are those of sentencex, mended where news and
    product text showed it wrong.
    """
    spans: list[tuple[int, int, int]] = []
    for number, (start, end) in enumerate(_blocks(body)):
        text = body[start:end]
        spans.extend((start + a, start + b, number) for a, b in _sentences(text))
    return spans


def _blocks(body: str) -> Iterator[tuple[int, int]]:
    """Yield the stripped spans of the blocks that are not empty."""
    edges = [0, *(m.end() for m in _BLANK.finditer(body)), *(m.start() for m in _NEW_BLOCK.finditer(body)), len(body)]
    edges.sort()
    for start, end in pairwise(edges):
        yield from _stripped(body, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if kept := piece.strip():
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(kept)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    is_row = " | " in text and len(text) <= _LONG_ROW
    for cut in [*(() if is_row else _cuts(text)), len(text)]:
        if cut <= start:
            continue
        yield from _stripped(text, start, cut)
        start = cut


def _cuts(text: str) -> Iterator[int]:
    """Yield where one sentence of a block ends and the next begins."""
    start = 0
    plain = _INCHES.sub("x", text)
    if len(plain) > _LONG_BLOCK:
        plain = _OPENING.sub("x", plain)
    for proposed in [*_proposed(plain), len(text)]:
        cut = _past_closers(text, proposed)
        if cut < len(text) and _false_stop(text[start:cut], text[cut : cut + 40]):
            continue
        if cut - start > LONG_QUOTE:
            yield from (start + inner for inner in _proposed(_OPENING.sub("x", plain[start:cut])))
        yield cut
        start = cut


def _proposed(text: str) -> list[int]:
    from sentencex import get_sentence_boundaries

    cuts = [int(found["end_index"]) for found in get_sentence_boundaries("en", text)]
    return sorted({*cuts, *(unit.end() for unit in _UNIT_END.finditer(text))})


def _past_closers(text: str, cut: int) -> int:
    found = _CLOSERS.match(text, cut)
    return found.end() if found else cut


def _false_stop(before: str, after: str) -> bool:
    """Return whether the text goes on although a stop stands there: after an abbreviation or a list number."""
    before, after = before.strip(), after.lstrip()
    if _ENUMERATOR.fullmatch(before):
        return True
    last = _LAST_WORD.search(before)
    if not last:
        return False
    word = last[1].casefold()
    if after[:1].isdigit():
        return word in _BEFORE_NUMBER
    if _LOWER_WORD.match(after):
        return word in _BEFORE_LOWER or word[-1:].isdigit()
    return word in _BEFORE_NAME or (word in ("a.m", "p.m") and bool(_WHEN.match(after)))
