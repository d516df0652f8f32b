"""The reference implementation: sentence-transformers itself, the one that ONNX must equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        _halve(self.model)
        probe = self.model.encode(["probe"], convert_to_numpy=True, show_progress_bar=False)
        prompts = self.model.prompts
        self.prompts = Prompts(prompts.get("query", ""), prompts.get("document") or prompts.get("passage", ""))
        super().__init__(int(probe.shape[1]), self.prompts)
        self.max_tokens = int(self.model.max_seq_length or 512)
        self.head = load_head(reader, self.dimension)
        self.trained = reader is not None
        self.reading = _trained(self.model, self.head) if self.head.layers else self.model
        """The model that tokens are read with."""

    def forward(self, texts: Sequence[str]) -> Iterator[Forward]:
        """Yield what the model makes of each text."""
        if not texts:
            return
        told = {"batch_size": _BATCH, "show_progress_bar": False, "prompt": ""}
        vectors = self.model.encode(list(texts), convert_to_numpy=True, normalize_embeddings=True, **told)
        read: list[Tensor] = self.reading.encode(
            list(texts), output_value="token_embeddings", convert_to_numpy=False, **told
        )
        pieces = self.model.tokenizer(list(texts), truncation=True, max_length=self.max_tokens).encodings
        for row, (vector, of_text, piece) in enumerate(zip(vectors, read, pieces, strict=True)):
            states = np.asarray(of_text, np.float32)
            tokens, weights = self.head.tokens(states), self.head.weights(states)
            yield Forward(row, np.asarray(vector, np.float32), tokens, weights, piece)


def _halve(model: SentenceTransformer) -> None:
    """Keep the word table in half precision: it is three quarters of a small model of many languages."""
    table = model.transformers_model.get_input_embeddings().half()
    table.register_forward_hook(lambda _module, _given, rows: rows.float())


def _trained(model: SentenceTransformer, head: Head) -> SentenceTransformer:
    """Return a copy of model with the trained layers in place of its own. Raises ModelError when they do not fit."""
    import torch

    read = deepcopy(model, {id(each): each for each in model.parameters()})  # all else is shared
    layers = {name: torch.from_numpy(each) for name, each in head.layers.items()}
    told = read.transformers_model.load_state_dict(layers, strict=False, assign=True)
    if told.unexpected_keys:
        raise ModelError(f"The trained reader does not fit the model ({told.unexpected_keys[0]}).")
    return read


def load(folder: Path, kind: str = "SentenceTransformer", setting: str = "BOT_MODEL") -> Any:  # noqa: ANN401 - of kind
    """Return the model in folder, on the processor, with nothing fetched from the network. Raises ModelError.

    kind: the class of sentence-transformers that loads it; setting: what an error names.
    """
    try:
        import sentence_transformers
        from transformers.utils import logging

        logging.disable_progress_bar()
        # It reports that weights are missing which no vector needs.
        logging.set_verbosity_error()
        model = getattr(sentence_transformers, kind)(str(folder), device="cpu", local_files_only=True)
    except ImportError as error:
        raise ModelError("sentence-transformers is missing; run make run again to install it.") from error
    except Exception as error:  # a wrong folder fails in as many ways as there are file formats
        raise ModelError(f"{folder} holds no {kind} that can be loaded; check {setting}.") from error
    return model.eval()
