"""The words of a text, the same for articles and questions, and the lexical index over them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import Stemmer
import tantivy

from bot.errors import IndexDamaged

MEMORY = 64_000_000
"""Bytes that the writer may hold before it writes a segment."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"\d+(?:[.,]\d+)+|[{_CJK}]+|[^\W_{_CJK}]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_POSSESSIVE = re.compile(r"['’]s\b")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each field counts in a word search; docs/decisions.md has the measurements."""

    stems: float = 1.0
    """Title and body, English stems."""
    exact: float = 1.0
    """Title and body, words as written."""
    title: float = 0.5
    """Stems of the title alone."""


def words(text: str) -> list[str]:
    """Return the casefolded words of text in order: 1,299 is 1299; Chinese, Japanese and Korean come in pairs."""
    folded = _POSSESSIVE.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    found: list[str] = []
    for word in _WORD.findall(folded):
        if "\u3040" <= word[0] <= "\ufaff":
            found.extend(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            found.append(word.replace(",", "") if _THOUSANDS.fullmatch(word) else word)
    return found


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the English stem of a casefolded word, without its accents."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", word) if not unicodedata.combining(each))
    # A stemmer keeps state while it works: one for each call is safe from several threads.
    return str(Stemmer.Stemmer("english", 0).stemWord(plain))


def write_words(folder: Path, texts: Iterable[tuple[int, str, str]]) -> None:
    """Write the lexical index of (number, title, text) into folder."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer("ours", _spaces())
    writer = index.writer(MEMORY, 1)
    for number, title, text in texts:
        heading = [stem(word) for word in words(title)]
        body = words(text)
        writer.add_document(
            tantivy.Document(
                number=number,
                stems=" ".join([*heading, *(stem(word) for word in body)]),
                exact=" ".join([*words(title), *body]),
                title=" ".join(heading),
            )
        )
    writer.commit()
    writer.wait_merging_threads()


class WordSearch:
    """A finished lexical index, open for reading; memory-mapped, safe from several threads.

    Raises IndexDamaged when it cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._index = tantivy.Index.open(str(folder))
            self._index.register_tokenizer("ours", _spaces())
            self._searcher = self._index.searcher()
        except (ValueError, OSError) as error:
            raise IndexDamaged(f"The word index in {folder} cannot be opened; run the index command.") from error
        self._schema = _schema()

    def search(self, asked: Sequence[str], k: int, weights: Weights) -> list[tuple[int, float]]:
        """Return up to k (passage number, BM25) that hold any of the words asked, best first."""
        exact = [word for each in asked for word in words(each)]
        stems = [stem(word) for word in exact]
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._any(name, terms), weight))
            for name, terms, weight in (
                ("stems", stems, weights.stems),
                ("exact", exact, weights.exact),
                ("title", stems, weights.title),
            )
            if weight > 0 and terms
        ]
        if not parts or k < 1:
            return []
        found = self._searcher.search(tantivy.Query.boolean_query(parts), limit=k, count=False).hits
        return [(self._number(address), float(score)) for score, address in found]

    def _any(self, name: str, terms: Sequence[str]) -> tantivy.Query:
        each = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, name, term)) for term in terms]
        return tantivy.Query.boolean_query(each)

    def _number(self, address: tantivy.DocAddress) -> int:
        number: int = self._searcher.doc(address)["number"][0]
        return number


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    for name in ("stems", "exact", "title"):
        builder.add_text_field(name, tokenizer_name="ours", index_option="freq")
    return builder.build()


def _spaces() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
