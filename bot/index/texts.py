"""Articles, sentences, passages and the vocabulary of a build, in one read-only SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.errors import IndexDamaged
from bot.index.passages import in_context
from bot.values import Article, Passage, Published, Sentence, Status

_TABLES = """
create table articles (
    id text primary key, hash text not null, card text not null, body text not null
) without rowid;
create table sentences (
    article text not null, ordinal integer not null, start integer not null, stop integer not null,
    block integer not null, aside integer not null, primary key (article, ordinal)
) without rowid;
create table passages (
    number integer primary key, article text not null, first integer not null, last integer not null,
    start integer not null, stop integer not null
);
create table words (word text primary key, sentences integer not null) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Cut:
    """An article cut up: its sentences, and its passages as (first, last) runs of them."""

    article: Article
    sentences: tuple[Sentence, ...]
    runs: tuple[tuple[int, int], ...]

    def texts(self) -> list[str]:
        """Return the text of each passage: from its first sentence to its last, verbatim."""
        return [self.article.body[self.sentences[a].start : self.sentences[b - 1].end] for a, b in self.runs]

    def in_context(self) -> list[tuple[str, list[int]]]:
        """Return what is encoded for each passage, and the character at which each of its sentences begins."""
        return [
            encoded(self.article.title, self.sentences[a - 1].text if a else "", self.sentences[a:b], text)
            for (a, b), text in zip(self.runs, self.texts(), strict=True)
        ]


def encoded(title: str, before: str, sentences: Sequence[Sentence], text: str) -> tuple[str, list[int]]:
    """Return what is encoded for a passage, and the character at which each of its sentences begins."""
    whole, start = in_context(title, before, text)
    return whole, [start + each.start - sentences[0].start for each in sentences]


def article_hash(article: Article) -> str:
    """Return a hash over everything that an article says and everything said about it."""
    return hashlib.sha256(f"{_card(article)}\n{article.body}".encode()).hexdigest()


def write_texts(path: Path, cuts: Sequence[Cut], vocabulary: Mapping[str, int]) -> None:
    """Write the file: passages are numbered from 0 in the order of cuts."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.executescript(f"pragma journal_mode=off; begin; {_TABLES}")
        number = 0
        for cut in cuts:
            _write_article(file, cut)
            number = _write_passages(file, cut, number)
        file.executemany("insert into words values (?, ?)", vocabulary.items())
        file.execute("commit")


def _write_article(file: sqlite3.Connection, cut: Cut) -> None:
    article = cut.article
    file.execute(
        "insert into articles values (?, ?, ?, ?)",
        (article.id, article_hash(article), _card(article), article.body),
    )
    file.executemany(
        "insert into sentences values (?, ?, ?, ?, ?, ?)",
        ((article.id, each.ordinal, each.start, each.end, each.block, each.aside) for each in cut.sentences),
    )


def _write_passages(file: sqlite3.Connection, cut: Cut, number: int) -> int:
    for row, (first, last) in enumerate(cut.runs, number):
        span = (cut.sentences[first].start, cut.sentences[last - 1].end)
        file.execute("insert into passages values (?, ?, ?, ?, ?, ?)", (row, cut.article.id, first, last, *span))
    return number + len(cut.runs)


class Texts:
    """The texts of a finished build; each thread reads through a connection of its own.

    Raises IndexDamaged when the file is not one of ours, KeyError for an article or passage that it does not hold.
    """

    def __init__(self, path: Path) -> None:
        self._address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        self._path = path
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._all("select 1 from articles limit 1")

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """Return the passages with these numbers, in that order."""
        # substr counts characters from 1, Python's spans from 0.
        rows = self._all(
            "select p.number, p.article, p.first, p.last, substr(a.body, p.start + 1, p.stop - p.start) "
            "from passages p join articles a on a.id = p.article "
            "where p.number in (select value from json_each(?))",
            (json.dumps([int(number) for number in numbers]),),
        )
        found = {row[0]: Passage(*row) for row in rows}
        return [found[int(number)] for number in numbers]

    def owners(self) -> list[str]:
        """Return the id of each passage's article, in the order of numbers."""
        return [article for (article,) in self._all("select article from passages order by number")]

    def lengths(self) -> list[int]:
        """Return how many sentences each passage has, in the order of numbers."""
        return [count for (count,) in self._all("select last - first from passages order by number")]

    def article(self, article_id: str) -> Article:
        """Return one article, whole."""
        card, body = self._one("select card, body from articles where id = ?", article_id)
        return _article(article_id, card, body)

    def cards(self) -> list[Article]:
        """Return every article with an empty body, by id."""
        return [_article(name, card, "") for name, card in self._all("select id, card from articles order by id")]

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences of one article in order, text == body[start:end]."""
        (body,) = self._one("select body from articles where id = ?", article_id)
        rows = self._all(
            "select ordinal, start, stop, block, aside from sentences where article = ? order by ordinal", (article_id,)
        )
        return tuple(
            Sentence(article_id, ordinal, start, stop, body[start:stop], block, bool(aside))
            for ordinal, start, stop, block, aside in rows
        )

    def hashes(self) -> dict[str, str]:
        """Return article id -> hash of its content."""
        return dict(self._all("select id, hash from articles"))

    def vocabulary(self) -> dict[str, int]:
        """Return casefolded word -> number of sentences that hold it."""
        return dict(self._all("select word, sentences from words"))

    def close(self) -> None:
        """Close every thread's connection; reading afterwards raises IndexDamaged."""
        for connection in self._opened:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._address, uri=True, check_same_thread=False)
            self._own.connection = connection
            self._opened.append(connection)
        return connection

    def _all(self, query: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(query, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise IndexDamaged(f"The texts in {self._path} cannot be read; run the index command.") from error

    def _one(self, query: str, key: str) -> tuple[Any, ...]:
        rows = self._all(query, (key,))
        if not rows:
            raise KeyError(key)
        return rows[0]


def _card(article: Article) -> str:
    published = article.published
    fields = {
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "published": [published.year, published.month, published.day] if published else None,
        "language": article.language,
        "status": article.status.value,
        "quality": article.quality,
        "topic": article.topic,
        "companies": article.companies,
        "products": article.products,
        "asides": article.asides,
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def _article(article_id: str, card: str, body: str) -> Article:
    fields = json.loads(card)
    return Article(
        id=article_id,
        title=fields["title"],
        body=body,
        url=fields["url"],
        publisher=fields["publisher"],
        published=Published(*fields["published"]) if fields["published"] else None,
        language=fields["language"],
        status=Status(fields["status"]),
        quality=fields["quality"],
        topic=fields["topic"],
        companies=tuple(fields["companies"]),
        products=tuple(fields["products"]),
        asides=tuple((start, end) for start, end in fields["asides"]),
    )
