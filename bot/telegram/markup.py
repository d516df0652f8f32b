"""Text as Telegram's HTML: escaped, counted as Telegram counts, with no mention, tag, command or link of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from bot.text.clean import clean
from bot.values import Role

_LONGEST_LINK = 800
_MOST_SHIELDED = 12
_UNLINKED = frozenset(' <>"\\')  # other white space is not printable
_TOKEN = re.compile(r"\+\d[\d ().-]{5,20}\d|\S+")
_OPENING = "([{<“\"'‘„«"
_CLOSING = ")]}>”\"'’“»,;.:!?…"
# What Telegram would make a link, a mention, a tag or a command of by itself. Rather too much than too little.
_LIVE = re.compile(
    r"://|@|#\w"  # addresses, mentions, tags
    r"|\$[A-Z]"  # share tickers
    r"|(?:^|\W)/\w"  # commands
    # Hosts without a scheme; to Telegram one may end with an accent that has no letter, or a sign.
    r"|(?:[\w~]|[^\x00-\x7f“”‘’«»…])[.。．｡][^\W\d_]{2}|\d[.。．｡]\d+[.。．｡]\d"
    r"|^\+\d[\d ().-]{5}"  # telephone numbers
)
SIGNS = {
    Role.RUMOUR: "💭",
    Role.FORECAST: "🔮",
    Role.CLOSEST: "ℹ️",
}
"""What stands before the word for a role, so that a glance tells it from a plain fact."""
# Where none of these stands, nothing is alive: a look at a line instead of one at each of its words.
_MAYBE_LIVE = re.compile(r"[@#$/+]|[.。．｡](?:[^\W\d_]{2}|\d+[.。．｡]\d)")
_WORD_JOINER = "\u2060"
_JOINT = re.compile(r"([@#$/.。．｡:+])")


def units(text: str) -> int:
    """Return the length of text as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Markup:
    """A run of HTML beside what is left of it when Telegram has parsed it."""

    html: str = ""
    text: str = ""
    entities: int = 0

    def __add__(self, other: Markup) -> Markup:
        """Return both runs, one behind the other."""
        return Markup(self.html + other.html, self.text + other.text, self.entities + other.entities)

    @property
    def units(self) -> int:
        """Its length as Telegram counts it."""
        return units(self.text)


def line(text: str) -> str:
    """Return text cleaned and on one line."""
    return " ".join(clean(text).split())


def plain(text: str) -> Markup:
    """Return text on one line as markup that shows it word for word and in which nothing can be tapped.

    What Telegram would turn into a link or a mention stands as code, which it leaves alone. A space at either end
    stays, so that runs can be put together.
    """
    shown = line(text)
    if shown:
        shown = " " * text[0].isspace() + shown + " " * text[-1].isspace()
    alive = list(_alive(shown))
    if len(alive) > _MOST_SHIELDED:
        shown = inert(shown)
        return Markup(html.escape(shown), shown)
    pieces, last = [], 0
    for start, end in alive:
        pieces += [html.escape(shown[last:start]), f"<code>{html.escape(shown[start:end])}</code>"]
        last = end
    return Markup("".join([*pieces, html.escape(shown[last:])]), shown, len(alive))


def inert(text: str) -> str:
    """Return text in which nothing can be tapped without any markup: unseen joiners part what is alive."""
    pieces, last = [], 0
    for start, end in _alive(text):
        pieces += [text[last:start], _JOINT.sub(rf"\1{_WORD_JOINER}", text[start:end])]
        last = end
    return "".join([*pieces, text[last:]])


def _alive(text: str) -> Iterator[tuple[int, int]]:
    if not _MAYBE_LIVE.search(text):
        return
    for token in _TOKEN.finditer(text):
        word = token.group()
        if _LIVE.search(word.strip(_OPENING + _CLOSING)):
            start = token.end() - len(word.lstrip(_OPENING))
            # Brackets and stops may belong to an address with a path; behind a bare host they never do.
            yield start, token.end() if "/" in word else token.start() + len(word.rstrip(_CLOSING))


SPACE = Markup(" ", " ")


def bold(label: str) -> Markup:
    """Return a label of our own in bold; never a text of others, which may hold code and cannot be bold then."""
    return Markup(f"<b>{html.escape(label)}</b>", label, 1)


def link(label: str, url: str) -> Markup:
    """Return label, which leads to url when that is a web address without a user part; else the label alone."""
    shown = line(label)
    if not shown or not web(url):
        return plain(label)
    return Markup(f'<a href="{html.escape(url)}">{html.escape(shown)}</a>', shown, 1)


@lru_cache(maxsize=256)  # each is asked about four times in a reply
def web(url: str) -> bool:
    """Tell whether url is a web address that may be linked: no other scheme, no user part, not endless."""
    if len(url) > _LONGEST_LINK or not url.isprintable() or not _UNLINKED.isdisjoint(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def folded(lines: Iterable[Markup]) -> Markup:
    """Return lines in one quotation that opens at a tap."""
    inside = joined(lines)
    return Markup(f"<blockquote expandable>{inside.html}</blockquote>", inside.text, inside.entities + 1)


def joined(lines: Iterable[Markup], between: str = "\n") -> Markup:
    """Return runs with a line break or another separator between them."""
    runs = list(lines)
    return Markup(
        between.join(run.html for run in runs),
        between.join(run.text for run in runs),
        sum(run.entities for run in runs),
    )
