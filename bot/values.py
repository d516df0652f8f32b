"""The words of the product: frozen values that import nothing of ours and do no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """How far a reader may trust an article's statements."""

    REPORTED = "reported"
    RUMOUR = "rumour"
    FORECAST = "forecast"
    SUPERSEDED = "superseded"
    CONTAINS_ERROR = "contains_error"


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date as exact as its source gives it: a day, a month or a year.

    month and day are 0 where the source does not say.
    """

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """Return ISO 8601 in the precision that is known: 2025-11-28, 2025-11 or 2025."""
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
        if self.day:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)

    @property
    def earliest(self) -> date:
        """The first day that this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)


@dataclass(frozen=True, slots=True)
class Article:
    """One text with where it comes from. Unknown metadata is empty or None, never invented."""

    id: str
    title: str
    body: str
    url: str = ""
    publisher: str = ""
    published: Published | None = None
    language: str = ""
    status: Status = Status.REPORTED
    quality: str = ""
    topic: str = ""
    companies: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    asides: tuple[tuple[int, int], ...] = ()
    """Character spans of body that are no reporting: legal notices, captions, author biographies."""
    brief: bool = False
    """Whether body is a brief of the source in our own words; its sentences do not stand on the page at url."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its place: text == article.body[start:end], always."""

    article_id: str
    ordinal: int
    start: int
    end: int
    text: str
    block: int
    """Number of the paragraph, heading or list entry it stands in, counted from 0."""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: sentences[first:last], the unit of retrieval."""

    number: int
    article_id: str
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found, with the fused score and the two scores behind it."""

    passage: Passage
    score: float
    cosine: float
    bm25: float
    copies: tuple[str, ...] = ()
    """Articles that carry nearly the same passage and were left out for it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A receipt: the verbatim quote and where it stands."""

    n: int
    article_id: str
    title: str
    publisher: str
    url: str
    published: Published | None
    quote: str
    link: str
    """url with a text fragment to the quote, without one for a brief; empty when the article has no url."""
    status: Status = Status.REPORTED
    brief: bool = False
    """Whether the quote is from a brief of ours and not in the words of the publisher."""


class Role(StrEnum):
    """What a sentence of an answer is there for; renderers show each differently."""

    ANSWER = "answer"
    RUMOUR = "rumour"
    FORECAST = "forecast"
    CLOSEST = "closest"
    """Of a declined answer: it does not answer, but comes nearest."""

    @classmethod
    def _missing_(cls, _: object) -> Role:
        """Return ANSWER for a role that only stored answers of earlier versions have."""
        return cls.ANSWER


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer: verbatim, or made of verbatim parts, with the receipts it stands on."""

    text: str
    citations: tuple[int, ...]
    role: Role = Role.ANSWER


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent. A declined answer has no statement, or the one that comes closest."""

    question: str
    text: str
    """What a person reads, without the list of sources; in English where it is declined."""
    declined: bool
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    note: str = ""
    """A remark of ours above the sentences: why an answer comes unasked."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    speaker: str
    """"user" or "bot"."""
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that was considered, for /why."""

    sentence: Sentence
    score: float
    """The probability that it answers."""
    features: Mapping[str, float] = field(default_factory=dict)
    """What weighed most, in words, with how much it added to the log-odds."""
    dropped: str = ""
    """Why it is not in the answer, a key of Phrases.why; empty when it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question wanted, in a few words; empty where that could not be told."""

    words: str = ""
    """Those of its words that articles use, the rarest of them: "weight snap specs"."""
    name: str = ""
    """The product or company it is about, spelled as in the articles, or as typed when none of them knows it."""
    companies: tuple[str, ...] = ()
    """Every company it is about, and the makers of the products: only such as articles name, as they spell them."""


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about: what was read as the question, what was found, what was dropped."""

    asked: str
    rewritten: str
    """The text that was encoded: the question, behind what was said before where that made it clearer."""
    build_id: str
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    decision: str
    """A key of Phrases.why: "answered", "declined" or "unverified"."""
    wanted: Wanted = field(default_factory=Wanted)
    likely: float = 0.0
    """The probability that the best sentence answers the question."""
    needed: float = 0.0
    """How large it had to be."""
    packed: bytes = b""
    """What a worker sends instead of hits and candidates: bot.store.traces makes the trace whole again."""


Ask = Callable[[str, Sequence[Turn]], tuple[Answer, Trace]]
"""(question, the turns before it) -> the answer and how it came about."""
