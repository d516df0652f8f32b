"""Clean text of what no reader sees and what would make two equal quotes differ."""

from __future__ import annotations

import re
import unicodedata

# Scripts whose spelling needs joiners: Arabic to N'Ko, the Indic scripts, Tibetan, Myanmar, Khmer, Mongolian.
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af"
# Cf characters that are printed (signs set above or before a number): they are writing, not control.
_VISIBLE_FORMAT = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
# Letters and marks that print as nothing, and the object replacement character.
_BLANK_LETTERS = (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0, 0xFFFC)
_JOINERS = (0x200C, 0x200D)
_LINE_BREAKS = (0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028)
# Where control characters and spaces stand: every process reads this at its start, and all of Unicode takes ten times
# as long. A test looks at the rest. The fourteenth plane is added whole below.
_PLACES = ((0, 0x3100), (0xD800, 0xE000), (0xFE00, 0x11100), (0x13400, 0x13500), (0x1BC00, 0x1BD00), (0x1D100, 0x1D200))


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for number in (n for first, end in _PLACES for n in range(first, end)):
        category = unicodedata.category(chr(number))
        if category in ("Cc", "Cf", "Cs") and number not in _VISIBLE_FORMAT:
            table[number] = ""
        elif category == "Zs":
            table[number] = " "
    table.update(dict.fromkeys(_BLANK_LETTERS, ""))
    table.update(dict.fromkeys(range(0xE0000, 0xE1000), ""))
    table.update(dict.fromkeys(range(0xFDD0, 0xFDF0), ""))
    table.update({plane * 0x10000 + low: "" for plane in range(17) for low in (0xFFFE, 0xFFFF)})
    table.update(dict.fromkeys(_LINE_BREAKS, "\n"))
    table.update({0x09: " ", 0x0A: "\n", 0x2029: "\n\n", 0x2800: " "})
    for number in _JOINERS:
        del table[number]
    return table


_TABLE = _table()
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_STRAY_ZWNJ = re.compile(f"(?<![{_JOINING}])\u200c|\u200c(?![{_JOINING}])")
_STRAY_ZWJ = re.compile(
    f"(?<![{_JOINING}{_EMOJI}])\u200d|(?<=[{_JOINING}])\u200d(?![{_JOINING}])|\u200d(?![{_JOINING}{_EMOJI}])"
)
# A selector picks the look of the symbol before it; after anything else it can only carry hidden bytes.
_STRAY_SELECTOR = re.compile(r"(?<![#*0-9\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])[\ufe00-\ufe0f]")
_LINE_END = re.compile(r" +$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
# All that is changed below although it counts as printable; _BLANK_LETTERS and the selectors are marks or letters.
_UNUSUAL = re.compile(f"[{''.join(map(chr, _BLANK_LETTERS))}\u2800\ufe00-\ufe0f\U000e0000-\U000e0fff]")


def _ordinary(text: str) -> bool:
    """Tell whether clean() changes nothing but the ends of a text."""
    return text.isprintable() and (
        text.isascii() or (not _UNUSUAL.search(text) and unicodedata.is_normalized("NFC", text))
    )


def clean(text: str) -> str:
    r"""Return the text as people see it, in one spelling: the form in which it is stored, split and quoted.

    Unicode is composed (NFC); every line break is "\n" and two of them at most stand together; every other kind
    of space is a plain one; the ends are stripped. Control, bidirectional, zero-width, tag and other unseen
    characters are removed. The zero-width joiners stay where a script spells with them (between letters of the
    Arabic, Indic and related scripts) and inside emoji; a variation selector stays after a symbol. Applying it
    twice changes nothing.
    """
    if _ordinary(text):  # as nearly all are; what follows takes six times as long
        return text.strip()
    if text.isascii():
        seen = text.replace("\r\n", "\n").translate(_TABLE)
    else:
        seen = text.replace("\r\n", "\n").translate(_TABLE)
        for stray in (_STRAY_SELECTOR, _STRAY_ZWNJ, _STRAY_ZWJ):
            seen = stray.sub("", seen)
        seen = unicodedata.normalize("NFC", seen)
    return _BLANK_LINES.sub("\n\n", _LINE_END.sub("", seen)).strip()


def brief(text: str, most: int) -> str:
    """Return the text as people see it, on one line and of at most so many characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
