"""One finished build, open for reading."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import IndexDamaged
from bot.index.encoder import TokenEncoder, Vectors
from bot.index.lease import Lease
from bot.index.manifest import SCHEMA, Manifest, check_files, read_manifest
from bot.index.model import Identity
from bot.index.texts import Texts, encoded
from bot.index.tokens import PassageTokens
from bot.index.vectors import VectorSearch, exact
from bot.index.versions import chroma_version
from bot.index.words import Weights, WordSearch
from bot.values import Article, Passage, Sentence

log = logging.getLogger(__name__)

PASSAGE_VECTORS = "passages.npy"
TOKENS = "tokens.npy"
PLACES_OF_TOKENS = "tokens.at.npy"

_AT_HAND = 256
"""Articles that are kept as they were read: an answer asks for the same few several times."""


@dataclass(frozen=True, slots=True)
class Now:
    """The model that questions are encoded with."""

    identity: Identity
    open: Callable[[], TokenEncoder] | None = None
    """Return its encoder, the same each time; None: a build of another model is refused."""


class Snapshot:
    """A build as it was finished; nothing that happens to the index afterwards changes it. Safe from several threads.

    Every file is checked against the manifest before it is opened. now: the model that questions are encoded with. A
    build of another model or schema is found in by words alone, and read by encoding its passages anew. Raises
    IndexDamaged.
    """

    def __init__(self, build: Path, workspace: Path, now: Now | None = None) -> None:
        self._lease = Lease(build, workspace)
        self._now = now
        self.degraded = ""
        """Why answers may be worse than usual: one sentence, empty when all is well."""
        try:
            folder = self._lease.folder
            self.manifest: Manifest = read_manifest(folder, older=True)
            check_files(folder, self.manifest)
            self._stale = self._is_stale()
            self._texts = Texts(folder / "texts.sqlite")
            self._article = lru_cache(_AT_HAND)(self._texts.article)
            self._words = WordSearch(folder / "words")
            self._anew = lru_cache(_AT_HAND)(self._encoded_anew)
            self._passages = _open_array(folder / PASSAGE_VECTORS)
            self._tokens = _open_array(folder / TOKENS)
            self._token_places = _open_array(folder / PLACES_OF_TOKENS)
        except BaseException:
            self._lease.close()
            raise
        self._search: VectorSearch | None = None
        self._opening = threading.Lock()

    @property
    def build_id(self) -> str:
        """The build's id."""
        return self.manifest.build_id

    def nearest(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return up to k (passage number, cosine) nearest to a vector of length 1, best first."""
        if self._stale:
            return []
        search = self._chroma()
        if search is not None:
            try:
                return search.search(vector, k)
            except IndexDamaged as error:
                self._degrade(error)
        return exact(self._passages, vector, k)

    def matching(self, words: Sequence[str], k: int) -> list[tuple[int, float]]:
        """Return up to k (passage number, BM25 over title and body) that hold any of words, best first."""
        return self._words.search(words, k, Weights())

    def passage(self, number: int) -> Passage:
        """Return one passage. Raises KeyError."""
        return self._texts.passages([number])[0]

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """Return passages in the order of numbers. Raises KeyError."""
        return self._texts.passages(numbers)

    def passage_vectors(self, numbers: Sequence[int]) -> Vectors:
        """Return (n, d) float32, row i for numbers[i]; zeros where the vectors of the build are of another model."""
        if self._stale and self._now:
            return np.zeros((len(numbers), self._now.identity.dimension), np.float32)
        return self._passages[np.asarray(numbers, dtype=np.int64)].astype(np.float32)

    def owners(self, numbers: Sequence[int]) -> NDArray[np.int32]:
        """Return a whole number for each passage's article, the same for the same."""
        return self._owners[np.asarray(numbers, dtype=np.int64)]

    def article(self, article_id: str) -> Article:
        """Return one article, whole. Raises KeyError."""
        return self._article(article_id)

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the article's sentences in order. Raises KeyError."""
        return self._texts.sentences(article_id)

    def passage_tokens(self, numbers: Sequence[int]) -> list[PassageTokens]:
        """Return the tokens of passages in the order of numbers."""
        if self._stale:
            return [self._anew(int(number)) for number in numbers]
        rows = self._token_rows
        found = []
        for number in numbers:
            at = self._token_places[rows[number] : rows[number + 1] + 1]
            found.append(PassageTokens(self._tokens[at[0] : at[-1]], at - at[0]))
        return found

    def cards(self) -> Sequence[Article]:
        """Return every article without its body, by id."""
        return self._cards

    def vocabulary(self) -> Mapping[str, int]:
        """Return casefolded word -> number of sentences that hold it."""
        return self._vocabulary

    def warm(self) -> None:
        """Open what is opened late, so that the first question does not wait for it."""
        self.nearest(self.passage_vectors([0])[0], 1)
        self.owners([0])
        if not self._stale:
            self.passage_tokens([0])
        self.vocabulary()
        self.cards()

    def close(self) -> None:
        """Free files, threads and memory; the snapshot is not to be used afterwards."""
        if self._search is not None:
            self._search.close()
        self._texts.close()
        self._lease.close()
        # Whoever still knows this snapshot, until the garbage collector comes by, keeps none of its files and memory.
        kept = ("manifest", "degraded", "_lease", "_texts", "_search", "_opening", "_stale", "_now")
        for name in [name for name in vars(self) if name not in kept]:
            delattr(self, name)

    @cached_property
    def _owners(self) -> NDArray[np.int32]:
        seen: dict[str, int] = {}
        return np.array([seen.setdefault(article, len(seen)) for article in self._texts.owners()], np.int32)

    @cached_property
    def _cards(self) -> tuple[Article, ...]:
        return tuple(self._texts.cards())

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        return self._texts.vocabulary()

    @cached_property
    def _token_rows(self) -> list[int]:
        """Return for each passage the row of tokens.at that its context begins with, and where the last one ends."""
        return list(accumulate((length + 1 for length in self._texts.lengths()), initial=0))

    def _is_stale(self) -> bool:
        made, now = self.manifest, self._now
        if made.schema == SCHEMA and (now is None or made.identity == now.identity):
            return False
        if now is None or now.open is None:
            raise IndexDamaged("The index was made with another embedding model or version; run the index command.")
        self.degraded = (
            "The index was made with another embedding model or version: until there is a new one, passages are found "
            "by their words alone."
        )
        return True

    def _encoded_anew(self, number: int) -> PassageTokens:
        passage = self.passage(number)
        sentences, title = self.sentences(passage.article_id), self.article(passage.article_id).title
        before = sentences[passage.first - 1].text if passage.first else ""
        text, starts = encoded(title, before, sentences[passage.first : passage.last], passage.text)
        if self._now is None or self._now.open is None:
            raise IndexDamaged("A passage of another model cannot be read; run the index command.")
        _, (tokens,) = self._now.open().encode_passages([text], [starts])
        return tokens

    def _chroma(self) -> VectorSearch | None:
        with self._opening:
            if self._search is None and not self.degraded:
                try:
                    self._search = self._open_chroma()
                except IndexDamaged as error:
                    self._degrade(error)
        return None if self.degraded else self._search

    def _open_chroma(self) -> VectorSearch:
        if not self._lease.private:
            raise IndexDamaged("The disk has no room for a working copy of the index; free some and start again.")
        if self.manifest.chroma != chroma_version():
            raise IndexDamaged(
                f"The index was written by chromadb {self.manifest.chroma} and {chroma_version()} is installed; "
                "run the index command."
            )
        return VectorSearch(self._lease.folder / "chroma", self.manifest.counts.passages)

    def _degrade(self, error: IndexDamaged) -> None:
        self.degraded = f"{error} Until then vectors are compared one by one."
        log.warning(self.degraded)


def _open_array(path: Path) -> NDArray[Any]:
    try:
        # As a plain array: every slice of numpy's own class for mapped files costs ten times as much.
        vectors: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"The vectors in {path} cannot be read; run the index command.") from error
    return vectors
