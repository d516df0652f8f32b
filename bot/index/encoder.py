"""Texts to vectors and tokens: the protocol, and the fast implementation that serves questions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.index.tokens import PassageTokens, Span, bounds, counts, own, packed

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Vectors = NDArray[np.float32]

ROOM = 1_000
"""Characters a run, padding included: small runs of like length are the fastest on two cores (measured)."""

MOST = 16
"""Texts a run."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants in front of texts; most models want nothing."""

    query: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Queries:
    """Questions as they are searched and read with."""

    vectors: Vectors
    """(n, d), rows of length 1."""
    tokens: tuple[Vectors, ...]
    """(k, WIDTH) for each question, rows of length 1."""
    weights: tuple[Vectors, ...]
    """(k,) for each question: how much each token counts, above 0."""
    pieces: tuple[tuple[Span, ...], ...]
    """The characters of the question that each token stands for."""


class Encoder(Protocol):
    """Turns questions into vectors of one embedding model; safe from several threads."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) float32 with rows of length 1, (0, d) for no texts."""


class TokenEncoder(Encoder, Protocol):
    """An encoder that gives tokens as well, and that encodes passages."""

    def encode_queries(self, texts: Sequence[str]) -> Queries:
        """Return the vectors, tokens and weights of questions."""

    def encode_passages(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]]
    ) -> tuple[Vectors, list[PassageTokens]]:
        """Return the vectors and tokens of passages in their context.

        starts: the character at which each sentence begins, for each passage; what stands before the first is context.
        """


class Forward(NamedTuple):
    """What a model made of one text, its prompt and special tokens included."""

    row: int
    vector: Vectors
    tokens: Vectors
    weights: Vectors
    piece: Encoding


class PromptedEncoder(ABC):
    """What both implementations share: prompts in front, special tokens away, tokens sorted into sentences."""

    def __init__(self, dimension: int, prompts: Prompts) -> None:
        self._prompts = prompts
        self.dimension = dimension

    @abstractmethod
    def forward(self, texts: Sequence[str]) -> Iterator[Forward]:
        """Yield what the model makes of each text, in any order."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) float32 with rows of length 1, (0, d) for no texts."""
        return self.encode_queries(texts).vectors

    def encode_queries(self, texts: Sequence[str]) -> Queries:
        """Return the vectors, tokens and weights of questions."""
        prompt, vectors = self._prompts.query, self._room(texts)
        found: dict[int, tuple[Vectors, Vectors, tuple[Span, ...]]] = {}
        for each in self.forward([prompt + text for text in texts]):
            vectors[each.row] = each.vector
            kept = own(each.piece, len(prompt))
            spans = tuple(_span(texts[each.row], each.piece.offsets[k], len(prompt)) for k in kept)
            found[each.row] = (each.tokens[kept], each.weights[kept], spans)
        inorder = [found[row] for row in range(len(texts))]
        tokens, weights, pieces = (tuple(column) for column in zip(*inorder, strict=True)) if inorder else ((), (), ())
        return Queries(vectors, tokens, weights, pieces)

    def encode_passages(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]]
    ) -> tuple[Vectors, list[PassageTokens]]:
        """Return the vectors and tokens of passages in their context."""
        prompt, vectors = self._prompts.passage, self._room(texts)
        found: dict[int, PassageTokens] = {}
        for each in self.forward([prompt + text for text in texts]):
            vectors[each.row] = each.vector
            kept = own(each.piece, len(prompt))
            found[each.row] = PassageTokens(
                packed(each.tokens[kept]), bounds(count_parts(each.piece, prompt, starts[each.row]))
            )
        return vectors, [found[row] for row in range(len(texts))]

    def _room(self, texts: Sequence[str]) -> Vectors:
        return np.empty((len(texts), self.dimension), dtype=np.float32)


def _span(text: str, offsets: Span, prompt: int) -> Span:
    """Return the characters of text that a token stands for, without the space in front of a word."""
    first, last = max(0, offsets[0] - prompt), offsets[1] - prompt
    return last - len(text[first:last].lstrip()), last


def count_parts(piece: Encoding, prompt: str, starts: Sequence[int]) -> NDArray[np.int64]:
    """Return how many tokens the context and each sentence of a passage have, which stands behind its prompt."""
    spans = [piece.offsets[k] for k in own(piece, len(prompt))]
    return counts(spans, [len(prompt) + start for start in starts])


class OnnxEncoder(PromptedEncoder):
    """Encode with ONNX Runtime and the tokenizer alone: starts in half a second, never imports torch.

    The graph holds pooling, projection and normalisation (bot.index.export). Texts are cut at max_tokens.
    Raises ModelError when the folder's files cannot be loaded.
    """

    def __init__(self, folder: Path, prompts: Prompts, *, dimension: int, max_tokens: int, threads: int = 1) -> None:
        import onnxruntime

        super().__init__(dimension, prompts)
        self._tokenizer = load_tokenizer(folder / "tokenizer.json", max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A spinning thread takes the other core away from whoever serves beside us.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Without the arena memory follows the largest batch of today, not of all time.
        options.enable_cpu_mem_arena = False
        try:
            path = str(folder / "model.onnx")
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own classes, one for each failure
            raise ModelError(
                f"The exported model in {folder} cannot be loaded; delete that folder and index again."
            ) from error
        self._inputs = [each.name for each in self._session.get_inputs()]

    def forward(self, texts: Sequence[str]) -> Iterator[Forward]:
        """Yield what the model makes of each text, small batches of texts of like length at once."""
        for rows in batches(texts):
            pieces = self._tokenizer.encode_batch([texts[row] for row in rows])
            columns = {
                "input_ids": np.array([piece.ids for piece in pieces], dtype=np.int64),
                "attention_mask": np.array([piece.attention_mask for piece in pieces], dtype=np.int64),
                "token_type_ids": np.array([piece.type_ids for piece in pieces], dtype=np.int64),
            }
            found = self._session.run(OUTPUTS, {name: columns[name] for name in self._inputs})
            yield from map(Forward, rows, *found, pieces)


OUTPUTS = ("vectors", "tokens", "weights")
"""Of the graph: (n, d), (n, k, WIDTH) and (n, k)."""


def batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield every row number once, in small batches of texts of like length, so that little is padded."""
    batch: list[int] = []
    for row in sorted(range(len(texts)), key=lambda row: len(texts[row])):
        if batch and (len(batch) == MOST or (len(batch) + 1) * len(texts[row]) > ROOM):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def load_tokenizer(path: Path, max_tokens: int | None) -> Tokenizer:
    """Return the tokenizer at path, cutting at max_tokens and padding each batch to its longest text.

    None cuts and pads nothing, for counting. Raises ModelError.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"The tokenizer {path} cannot be loaded; reinstall the model.") from error
    if max_tokens is None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
    padding = tokenizer.padding or {}
    pad = padding.get("pad_token", "[PAD]")
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(pad) or 0, pad_token=pad)
    return tokenizer
