"""The reference implementation: sentence-transformers itself, the one that ONNX must equal."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.index.encoder import Vectors
from bot.index.tokens import Tokens, behind, packed

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEncoder:
    """Encode with sentence-transformers: exact, any model, and ten seconds to import.

    Raises ModelError when the folder holds no model of that kind.
    """

    def __init__(self, folder: Path) -> None:
        self.model = load(folder)
        self.max_tokens = int(self.model.max_seq_length or 512)
        self._tokenizer = deepcopy(self.model.tokenizer.backend_tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_tokens)
        probe = self.model.encode(["probe"], convert_to_numpy=True, show_progress_bar=False)
        self.dimension = int(probe.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) float32 with rows of length 1, (0, d) for no texts."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self.model.encode(
            list(texts),
            batch_size=8,
            convert_to_numpy=True,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def encode_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> tuple[Vectors, list[Tokens]]:
        """Return the vectors of texts, and of each the tokens behind character starts[i]."""
        states: list[NDArray[np.float32]] = self.model.encode(
            list(texts),
            batch_size=8,
            output_value="token_embeddings",
            convert_to_numpy=False,
            show_progress_bar=False,
        )
        pieces = [self._tokenizer.encode(text) for text in texts]
        tokens = []
        for start, piece, of_text in zip(starts, pieces, states, strict=True):
            kept = behind(piece.offsets, start)
            tokens.append(Tokens(tuple(piece.offsets[k] for k in kept), packed(np.asarray(of_text)[kept])))
        return self.encode(texts), tokens


def load(folder: Path) -> SentenceTransformer:
    """Return the model in folder, on the processor, with nothing fetched from the network. Raises ModelError."""
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except ImportError as error:
        raise ModelError("sentence-transformers is missing; run make run again to install it.") from error
    except Exception as error:  # a wrong folder fails in as many ways as there are file formats
        raise ModelError(f"{folder} holds no sentence-transformers model; check BOT_MODEL.") from error
    return model.eval()
