"""A tiny model in the format of the package that the default model comes from, and a reader that was trained on it."""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

HIDDEN, LAYERS, INNER, POSITIONS = 32, 4, 64, 512
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def default_model() -> ModuleType:
    """Return tools/default_model.py."""
    path = Path(__file__).parents[1] / "tools" / "default_model.py"
    spec = importlib.util.spec_from_file_location("default_model", path)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def tokenizer() -> Tokenizer:
    letters = [chr(code) for code in range(33, 127)]
    vocabulary = [*SPECIAL, "▁", *(f"▁{letter}" for letter in letters), *letters]
    pieces = [(piece, 0.0 if piece in SPECIAL else -1.0) for piece in vocabulary]
    made = Tokenizer(models.Unigram(pieces, unk_id=3))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return made


def weights(vocabulary: int) -> tuple[bytes, dict[str, NDArray[np.float32]]]:
    """Return a model file, the word table in four bits, and what its tensors are."""
    random = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (vocabulary, HIDDEN), "emb.pos": (POSITIONS, HIDDEN), "emb.type": (2, HIDDEN),
        "emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,),
    }  # fmt: skip
    for layer in range(LAYERS):
        for part, (rows, columns) in {
            **dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN)), "fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)
        }.items():  # fmt: skip
            shapes |= {f"l{layer}.{part}.w": (rows, columns), f"l{layer}.{part}.b": (rows,)}
        shapes |= {f"l{layer}.{part}.{kind}": (HIDDEN,) for part in ("aln", "oln") for kind in "wb"}
    tensors = {
        name: random.normal(name.endswith("ln.w"), 0.2, shape).astype(np.float32) for name, shape in shapes.items()
    }
    numbers = random.integers(0, 16, (vocabulary, HIDDEN))
    tensors["emb.word"] = (numbers - 8).astype(np.float32) * 0.25
    halves = numbers.astype(np.uint8).reshape(-1, 2, 16)
    blocks = np.zeros(vocabulary, [("scale", "<f2"), ("pairs", "u1", 16)])
    blocks["scale"], blocks["pairs"] = 0.25, halves[:, 0] | halves[:, 1] << 4
    stored = {name: each.tobytes() for name, each in tensors.items()} | {"emb.word": blocks.tobytes()}
    sizes = (HIDDEN, LAYERS, 2, INNER, vocabulary, POSITIONS, 2)
    # Behind the sizes: a vocabulary of no pieces and a normalization map of no bytes.
    head = b"E5S1" + struct.pack("<i7i8xi16xQ4xiI", 1, *sizes, 0, 0, 0, 0)
    return _whole(head, stored, tensors), tensors


def _whole(head: bytes, stored: dict[str, bytes], tensors: dict[str, NDArray[Any]]) -> bytes:
    at = len(head) + 4 + sum(2 + len(name) + 21 for name in stored)
    listed = struct.pack("<i", len(stored))
    for name, data in stored.items():
        listed += struct.pack("<H", len(name)) + name.encode()
        listed += struct.pack("<BIQQ", 0, tensors[name].size, at, len(data))
        at += len(data)
    return head + listed + b"".join(stored.values())


def write_model(folder: Path) -> None:
    """Write the tiny model as an ordinary sentence-transformers folder."""
    words = tokenizer()
    data, _ = weights(words.get_vocab_size())
    default_model().convert(data, words.to_str().encode(), folder)


def write_reader(model: Path, path: Path, upper: int = 2) -> None:
    """Write a reader whose layers from upper on differ from the model's."""
    random = np.random.default_rng(1)
    whole = load_file(model / "model.safetensors")
    layers = {
        name: (each + random.normal(0, 0.1, each.shape)).astype(np.float16)
        for name, each in whole.items()
        if name.startswith("encoder.layer.") and int(name.split(".")[2]) >= upper
    }
    head = {
        "projection.weight": random.normal(0, 1, (128, HIDDEN)).astype(np.float16),
        "token_weight.weight": random.normal(0, 1, (1, HIDDEN)).astype(np.float16),
        "token_weight.bias": np.ones(1, np.float16),
    }
    base = hashlib.sha256((model / "model.safetensors").read_bytes()).hexdigest()
    save_file(layers | head, path, metadata={"base": base})
