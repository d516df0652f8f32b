"""Read files of four formats as articles, and feeds: `read_article` for one file, `read_corpus` for folders.

`Bounded` reads bytes that came from elsewhere, in a child process with limits; `kind_of` says what they are.
"""

from bot.readers.bounded import Bounded
from bot.readers.corpus import Refusal, find_article, read_article, read_corpus
from bot.readers.feed import Entry, declares_charset
from bot.readers.kinds import kind_of

__all__ = [
    "Bounded",
    "Entry",
    "Refusal",
    "declares_charset",
    "find_article",
    "kind_of",
    "read_article",
    "read_corpus",
]
