"""Whether a text states a value, as a person would judge: however numbers, quotes and dashes are written."""

from __future__ import annotations

import re
import unicodedata

_QUOTES_AND_DASHES = str.maketrans("’‘“”–—‑", "''\"\"---")
_GROUPING = re.compile(r"(?<=\d)[., ](?=\d{3}(?!\d))")
_PERCENT = re.compile(r"\s*\b(?:percent|per cent|prozent)\b|\s+(?=%)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARK = re.compile(r"\[\d+\]")
SHORT = 3
"""Letters: a word this short ("not", "US") must stand alone, or it is found inside others."""


def plain(text: str) -> str:
    """Return text in one spelling: casefolded, 1,799 and 1.799 and 1 799 as 1799, percent as %, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES_AND_DASHES)
    text = _PERCENT.sub("%", _GROUPING.sub("", text))
    return " ".join(text.split())


def states(text: str, value: str) -> bool:
    """Return whether value stands in text: never as a part of another number, nor a short word inside a longer one."""
    wanted = plain(value)
    if not wanted:
        return True
    return re.search(_before(wanted) + re.escape(wanted) + _after(wanted), plain(text)) is not None


def _before(wanted: str) -> str:
    if wanted[0].isdigit():
        return r"(?<!\d)(?<!\d[.,])"
    return r"(?<!\w)" if len(wanted) <= SHORT and wanted[0].isalpha() else ""


def _after(wanted: str) -> str:
    if wanted[-1].isdigit():
        return r"(?![.,]?\d)"
    return r"(?!\w)" if len(wanted) <= SHORT and wanted[-1].isalpha() else ""


def numbers(text: str) -> frozenset[str]:
    """Return the numbers in text, without grouping; reference marks like [1] are none."""
    return frozenset(_NUMBER.findall(plain(_MARK.sub("", text))))
