"""Texts to vectors: the one-method protocol and the fast implementation that serves questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.index.tokens import WIDTH, Tokens, behind, packed

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Vectors = NDArray[np.float32]

ROOM = 1_000
"""Characters a run, padding included: small runs of like length are the fastest on two cores (measured)."""

MOST = 16
"""Texts a run."""


class Encoder(Protocol):
    """Turns texts into vectors of one embedding model; safe from several threads."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) float32 with rows of length 1, (0, d) for no texts."""


class TokenEncoder(Encoder, Protocol):
    """An encoder that gives the vectors of tokens as well, which the model makes on the way."""

    def encode_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> tuple[Vectors, list[Tokens]]:
        """Return what encode() does, and of each text the tokens behind character starts[i]."""


class OnnxEncoder:
    """Encode with ONNX Runtime and the tokenizer alone: starts in half a second, never imports torch.

    The graph holds pooling and normalisation (bot.index.export). Texts are cut at max_tokens.
    Raises ModelError when the folder's files cannot be loaded.
    """

    def __init__(self, folder: Path, *, dimension: int, max_tokens: int, threads: int = 1) -> None:
        import onnxruntime

        self._dimension = dimension
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

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) float32 with rows of length 1, (0, d) for no texts."""
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        for rows in batches(texts):
            (vectors[rows],) = self._run(self._tokenizer.encode_batch([texts[row] for row in rows]), "vectors")
        return vectors

    def encode_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> tuple[Vectors, list[Tokens]]:
        """Return the vectors of texts, and of each the tokens behind character starts[i]."""
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        tokens: dict[int, Tokens] = {}
        for rows in batches(texts):
            pieces = self._tokenizer.encode_batch([texts[row] for row in rows])
            vectors[rows], states = self._run(pieces, "vectors", "states")
            # All texts of a batch at once: a call for each costs more than the padding and the titles that go with it.
            small = packed(states.reshape(-1, states.shape[-1])).reshape(*states.shape[:2], WIDTH)
            for row, piece, of_text in zip(rows, pieces, small, strict=True):
                offsets = piece.offsets
                kept = behind(offsets, starts[row])
                tokens[row] = Tokens(tuple(offsets[k] for k in kept), of_text[kept])
        return vectors, [tokens[row] for row in range(len(texts))]

    def _run(self, pieces: Sequence[Encoding], *wanted: str) -> list[Vectors]:
        columns = {
            "input_ids": np.array([piece.ids for piece in pieces], dtype=np.int64),
            "attention_mask": np.array([piece.attention_mask for piece in pieces], dtype=np.int64),
            "token_type_ids": np.array([piece.type_ids for piece in pieces], dtype=np.int64),
        }
        found = self._session.run(list(wanted), {name: columns[name] for name in self._inputs})
        return [np.asarray(each, dtype=np.float32) for each in found]


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
