"""A sentence-transformers model and what reads with it as one ONNX graph: vectors, tokens and their weights."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import ModelError
from bot.index.encoder import OUTPUTS, OnnxEncoder, Vectors
from bot.index.model import SAME
from bot.index.reference import SentenceTransformerEncoder

if TYPE_CHECKING:
    from torch.nn import Module
    from torch.utils.hooks import RemovableHandle

OPSET = 17
SAMPLES = (
    "",
    "a",
    "Halliday sells its glasses for $489 and ships in March 2025.",
    "The watch does not measure blood pressure, the company said on 12 May.",
    "智能眼镜的出货量在2025年第二季度增长了一倍。",
    "💍 ⌚️ ✅ ring, watch, done",
    "Ünïcödé Größe ½ naïve café №5 ﬁne",
    "line one\n\nline two\t\ttabbed   spaced  ",
    "supercalifragilistic" * 40,
    "The ring tracks sleep and heart rate for up to eight days on one charge. " * 60,
)


def export(reference: SentenceTransformerEncoder, folder: Path) -> None:
    """Write the graph, its weights and tokenizer.json into folder, and check them against the reference.

    Raises ModelError when the model cannot be exported or its vectors or tokens differ.
    """
    try:
        reference.model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        _write_graph(reference, folder / "model.onnx")
    except Exception as error:  # torch's exporter raises whatever the traced code raises
        raise ModelError(f"This model cannot be exported to ONNX ({type(error).__name__}).") from error
    sizes = {"dimension": reference.dimension, "max_tokens": reference.max_tokens}
    ours = OnnxEncoder(folder, reference.prompts, **sizes).encode_queries(SAMPLES)
    theirs = reference.encode_queries(SAMPLES)
    smallest = min(map(_smallest_cosine, (ours.vectors, *ours.tokens), (theirs.vectors, *theirs.tokens)))
    if not smallest >= SAME:
        raise ModelError(f"The ONNX export differs from the model (cosine {smallest:.4f}).")


def _smallest_cosine(ours: Vectors, theirs: Vectors) -> float:
    return float(np.min(np.sum(ours * theirs, axis=1), initial=1))


def _write_graph(reference: SentenceTransformerEncoder, path: Path) -> None:
    import onnx
    import torch

    known = ("input_ids", "attention_mask", "token_type_ids")
    sample = reference.model.preprocess(["a sample text of some words", "another"])
    names = [name for name in known if name in sample]
    with warnings.catch_warnings(), torch.no_grad():
        # The tracer warns about branches that our samples prove harmless.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _readings(reference, names),
            tuple(sample[name] for name in names),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=names,
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "text", 1: "token"} for name in (*names, "tokens", "weights")}
            | {"vectors": {0: "text"}},
        )
    # Beside the graph the weights are mapped into memory, once for all processes.
    onnx.save_model(onnx.load(str(path)), str(path), save_as_external_data=True, location=f"{path.name}.data")


def _readings(reference: SentenceTransformerEncoder, names: Sequence[str]) -> Module:
    """Return a module that gives OUTPUTS: the lower layers run once, where the reader has upper layers of its own."""
    import torch
    from torch.nn.functional import normalize, softplus

    head = reference.head
    upper = min((int(name.split(".")[2]) for name in head.layers), default=0)

    class Readings(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = reference.model
            self.trained = reference.reading.transformers_model.encoder.layer[upper:] if upper else None
            self.projection = torch.nn.Parameter(torch.from_numpy(head.projection))
            self.weight = torch.nn.Parameter(torch.from_numpy(head.weight))

        def forward(self, *columns: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            halfway: list[torch.Tensor] = []
            hook = self._listen(halfway)
            found = self.model(dict(zip(names, columns, strict=True)))
            states = found["token_embeddings"]
            if hook is not None and self.trained is not None:
                hook.remove()
                states, mask = halfway[:2]
                for layer in self.trained:
                    states = layer(states, mask)
            return (
                normalize(found["sentence_embedding"], dim=1),
                normalize(states @ self.projection, dim=2),
                softplus(states @ self.weight + head.bias),
            )

        def _listen(self, halfway: list[torch.Tensor]) -> RemovableHandle | None:
            """Note what the first of the upper layers is given: the states so far, and the attention mask."""
            if self.trained is None:
                return None
            first = self.model.transformers_model.encoder.layer[upper]
            hook: RemovableHandle = first.register_forward_pre_hook(lambda _, given: halfway.extend(given))
            return hook

    return Readings().eval()
