"""The reference implementation: sentence-transformers itself, the one that ONNX must equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import ModelError
from bot.index.encoder import Forward, PromptedEncoder, Prompts
from bot.index.head import Head, load_head

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

_BATCH = 8


class SentenceTransformerEncoder(PromptedEncoder):
    """Encode with sentence-transformers: exact, any model, and ten seconds to import.

    reader: the trained reader, where it belongs to this model. Raises ModelError when the folder holds no model of
    that kind.
    """

    def __init__(self, folder: Path, reader: Path | None = None) -> None:
        self.model = load(folder)
        probe = self.model.encode(["probe"], convert_to_numpy=True, show_progress_bar=False)
        prompts = self.model.prompts
        self.prompts = Prompts(prompts.get("query", ""), prompts.get("document") or prompts.get("passage", ""))
        super().__init__(int(probe.shape[1]), self.prompts)
        self.max_tokens = int(self.model.max_seq_length or 512)
        self.head = load_head(reader, self.dimension)
        self.reading = _trained(self.model, self.head) if self.head.layers else self.model
        """The model that tokens are read with."""
        self._tokenizer = deepcopy(self.model.tokenizer.backend_tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_tokens)

    def forward(self, texts: Sequence[str]) -> Iterator[Forward]:
        """Yield what the model makes of each text."""
        if not texts:
            return
        told = {"batch_size": _BATCH, "show_progress_bar": False, "prompt": ""}
        vectors = self.model.encode(list(texts), convert_to_numpy=True, normalize_embeddings=True, **told)
        read: list[Tensor] = self.reading.encode(
            list(texts), output_value="token_embeddings", convert_to_numpy=False, **told
        )
        for row, (text, vector, of_text) in enumerate(zip(texts, vectors, read, strict=True)):
            states = np.asarray(of_text, np.float32)
            tokens, weights = self.head.tokens(states), self.head.weights(states)
            yield Forward(row, np.asarray(vector, np.float32), tokens, weights, self._tokenizer.encode(text))


def _trained(model: SentenceTransformer, head: Head) -> SentenceTransformer:
    """Return a copy of model with the trained layers in place of its own. Raises ModelError when they do not fit."""
    import torch

    read = deepcopy(model)
    layers = {name: torch.from_numpy(each) for name, each in head.layers.items()}
    told = read.transformers_model.load_state_dict(layers, strict=False)
    if told.unexpected_keys:
        raise ModelError(f"The trained reader does not fit the model ({told.unexpected_keys[0]}).")
    return read


def load(folder: Path) -> SentenceTransformer:
    """Return the model in folder, on the processor, with nothing fetched from the network. Raises ModelError."""
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        # It reports that weights are missing which no vector needs.
        logging.set_verbosity_error()
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except ImportError as error:
        raise ModelError("sentence-transformers is missing; run make run again to install it.") from error
    except Exception as error:  # a wrong folder fails in as many ways as there are file formats
        raise ModelError(f"{folder} holds no sentence-transformers model; check BOT_MODEL.") from error
    return model.eval()
