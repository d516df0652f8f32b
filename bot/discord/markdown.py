"""Text for Discord: people's and articles' words as plain words, and links that lead where they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

from bot.text.clean import clean
from bot.text.sentences import split

LONGEST_URL = 512
"""Characters of a link button's address (Discord's documentation, "Button structure")."""
# "/" takes the life out of bare addresses, invitations and </commands:1>; "<" and ">" out of mentions and <t:1>.
_MARKS = {ord(c): f"\\{c}" for c in "\\`*_~|[]<>@#/"}
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_EMOJI_NAME = re.compile(r":(?=[^\s:]+:)")
_LINE_START = re.compile(r"^(?:(?P<bullet>[-+])|(?P<number>\d+)\.(?=\s|$))")
# RFC 3986; what it does not allow is percent-encoded, and the signs that may end a Markdown link early with it.
_NO_HOST = re.compile(r"[\s<>\"\\^`{|}]")
_IN_URL = "/:?#[]@!$&'()*+,;=%-._~"
_ENDS_LINK = str.maketrans({"(": "%28", ")": "%29", "*": "%2A", "'": "%27", "[": "%5B", "]": "%5D"})


def one_line(text: str) -> str:
    """Return text without control characters and line breaks."""
    return " ".join(clean(text).split())


def escaped(text: str) -> str:
    """Return text as one line that Discord shows as it is: no markup, link, mention, timestamp, command or emoji."""
    return _escaped(one_line(text))


def _escaped(line: str) -> str:
    line = _EMOJI_NAME.sub(r"\\:", line.translate(_MARKS))
    line = _LINE_START.sub(lambda m: f"\\{m['bullet']}" if m["bullet"] else rf"{m['number']}\.", line)
    # Allowed mentions are none in every request; an invisible space keeps the word harmless where text is copied.
    return _EVERYBODY.sub("@\u200b", line)


def length(text: str) -> int:
    """Return how long Discord may count text: in UTF-16 units, which are never fewer than characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@lru_cache(maxsize=256)  # each stands in a reply twice at least
def address(url: str) -> str:
    """Return url fit for a button and for a Markdown link, or "" for what is no plain web address or is too long."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        plain = plain and not _NO_HOST.search(parts.netloc)
    except ValueError:
        return ""
    safe = quote(url, safe=_IN_URL) if plain and url == one_line(url) else ""
    safe = _EVERYBODY.sub("%40", safe)  # which leads to the same page
    return safe if len(safe) <= LONGEST_URL else ""


def linked(label: str, url: str) -> str:
    """Return label as a link to url, without a preview; the label alone when the url is no address.

    The label must be safe already.
    """
    target = address(url).translate(_ENDS_LINK)
    return f"[{label}](<{target}>)" if target else label


def pieces(text: str, room: int) -> Iterator[str]:
    """Yield text escaped, in pieces of at most room units: cut at sentence ends, else at spaces, else anywhere."""
    line = one_line(text)
    if length(_escaped(line)) <= room:
        yield _escaped(line)
        return
    cuts = [end for _, end, _ in split(line)]
    while line:
        end = _cut(line, [c for c in cuts if c > 0], room)
        yield escaped(line[:end])
        rest = line[end:].lstrip()
        moved = len(line) - len(rest)
        line, cuts = rest, [c - moved for c in cuts]


def _cut(line: str, ends: list[int], room: int) -> int:
    """Return where to cut line so that what stands before, escaped, fits."""
    fits = _fitting(line, room)
    if fits >= len(line):
        return len(line)
    sentence = max((e for e in ends if e <= fits), default=0)
    return sentence or line.rfind(" ", 1, fits) + 1 or fits


def _fitting(line: str, room: int) -> int:
    """Return how many characters of line fit, at least one."""
    low, high = 1, min(len(line), room)
    while low < high:
        middle = (low + high + 1) // 2
        if length(_escaped(line[:middle])) <= room:
            low = middle
        else:
            high = middle - 1
    return low
