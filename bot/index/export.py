"""A sentence-transformers model as one ONNX graph: pooled and normalised vectors, and the states of the tokens."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import ModelError
from bot.index.encoder import OnnxEncoder
from bot.index.model import SAME
from bot.index.reference import SentenceTransformerEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

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
    """Write model.onnx and tokenizer.json into folder, and check them against the reference.

    Raises ModelError when the model cannot be exported or its vectors differ.
    """
    try:
        reference.model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        _write_graph(reference.model, folder / "model.onnx")
    except Exception as error:  # torch's exporter raises whatever the traced code raises
        raise ModelError(f"This model cannot be exported to ONNX ({type(error).__name__}).") from error
    ours = OnnxEncoder(folder, dimension=reference.dimension, max_tokens=reference.max_tokens)
    smallest = float(np.min(np.sum(ours.encode(SAMPLES) * reference.encode(SAMPLES), axis=1)))
    if not smallest >= SAME:
        raise ModelError(f"The ONNX export differs from the model (cosine {smallest:.4f}).")


def _write_graph(model: SentenceTransformer, path: Path) -> None:
    import torch

    known = ("input_ids", "attention_mask", "token_type_ids")
    sample = model.preprocess(["a sample text of some words", "another"])
    names = [name for name in known if name in sample]

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *columns: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            found = self.model(dict(zip(names, columns, strict=True)))
            return torch.nn.functional.normalize(found["sentence_embedding"], dim=1), found["token_embeddings"]

    with warnings.catch_warnings(), torch.no_grad():
        # The tracer warns about branches that our samples prove harmless.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled().eval(),
            tuple(sample[name] for name in names),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=names,
            output_names=["vectors", "states"],
            dynamic_axes={name: {0: "text", 1: "token"} for name in (*names, "states")} | {"vectors": {0: "text"}},
        )
