"""The two encoders are one model: equal vectors, equal order, equal edges. On the real weights."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.errors import ModelError
from bot.index import model as models
from bot.index.encoder import Encoder, TokenEncoder, batches
from bot.index.model import Model, find_model

TEXTS = [
    "",
    " ",
    "ring",
    "Halliday sells its glasses for $489.",
    "halliday SELLS its glasses for $489!",
    "The watch does not measure blood pressure, the company said on 12 May 2025.",
    "Quark S1 price",
    "夸克智能眼镜S1售价3799元。",
    "スマートリングの電池は八日間もつ。",
    "스마트 안경 가격은 얼마입니까?",
    "Умные очки стоят дороже",
    "💍⌚️👓 ✅",
    "a\nb\tc\r\n  d",
    "ﬁne Ｆｕｌｌ ｗｉｄｔｈ naïve №5 ½",
    "\u200bzero\u200dwidth\ufeff",
    "word " * 2_000,
    "unbroken" * 500,
    "眼镜" * 600,
    "The ring tracks sleep, heart rate and skin temperature for eight days on one charge. " * 12,
]
QUESTIONS = [
    "how much are the glasses",
    "does it measure blood pressure",
    "智能眼镜多少钱",
    "how long does the battery last",
]


@pytest.fixture(scope="session")
def model(model_home: Path) -> Model:
    return find_model("", model_home)


@pytest.fixture(scope="module")
def fast(model: Model) -> TokenEncoder:
    return model.open()


@pytest.fixture(scope="module")
def slow(model: Model) -> TokenEncoder:
    return model.reference()


@pytest.fixture(params=["fast", "slow"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    found: Encoder = request.getfixturevalue(request.param)
    return found


def test_rows_are_float32_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_no_texts_are_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert np.sum(together * alone, axis=1).min() > 0.99999


def test_many_threads_get_the_same(encoder: Encoder) -> None:
    right = encoder.encode(TEXTS[:8])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0], TEXTS[:8] * 3))
    assert np.sum(np.array(found) * np.tile(right, (3, 1)), axis=1).min() > 0.99999


def test_both_give_the_same_vectors_and_the_same_order(fast: Encoder, slow: Encoder) -> None:
    ours, theirs = fast.encode(TEXTS), slow.encode(TEXTS)
    assert np.sum(ours * theirs, axis=1).min() > 0.9999
    for question in QUESTIONS:
        one = np.argsort(-(ours @ fast.encode([question])[0]), kind="stable")
        other = np.argsort(-(theirs @ slow.encode([question])[0]), kind="stable")
        assert one[:5].tolist() == other[:5].tolist()


def test_the_model_counts_tokens_uncut(model: Model) -> None:
    assert model.tokens([]) == []
    assert model.tokens(["", "hello world", "word " * 2_000]) == [0, 2, 2_000]
    assert model.identity.max_tokens == 256


def test_serving_a_question_imports_no_torch(model_home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.index.model import find_model; import bot.index.lending; "
        f"find_model('', Path({str(model_home)!r})).open().encode(['how much']); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'sentence_transformers')))"
    )
    home = str(Path(bot.__file__).parents[1])
    assert subprocess.run([sys.executable, "-c", code], cwd=home, check=False).returncode == 0


def test_a_changed_weight_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "DEFAULT_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="not the official one"):
        find_model("", tmp_path)


@pytest.mark.parametrize("harm", ["cut", "probe", "tokenizer", "ready"])
def test_a_damaged_export_is_refused(model_home: Path, tmp_path: Path, harm: str) -> None:
    shutil.copytree(model_home / "models", tmp_path / "models")  # beside it others build indexes
    (ready,) = tmp_path.glob("models/*/ready.json")
    if harm == "cut":
        graph = ready.with_name("model.onnx")
        graph.write_bytes(graph.read_bytes()[:50_000_000])
    elif harm == "probe":
        fields = json.loads(ready.read_text())
        fields["probe"][0] += 0.2
        ready.write_text(json.dumps(fields))
    elif harm == "tokenizer":
        ready.with_name("tokenizer.json").write_text("{")
    else:
        ready.write_text("{")
    with pytest.raises(ModelError, match=r"delete that folder and index again|cannot be loaded"):
        find_model("", tmp_path).open()


def test_a_folder_without_a_model_and_an_unknown_name_are_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="holds no weights"):
        find_model(str(tmp_path / "empty"), tmp_path)
    with pytest.raises(ModelError, match="BOT_MODEL"):
        find_model(str(tmp_path / "nowhere"), tmp_path)


def test_a_model_that_cannot_be_exported_is_served_by_sentence_transformers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fast: Encoder
) -> None:
    monkeypatch.setattr("bot.index.export.OPSET", -1)
    left = tmp_path / "models" / ".tmp-left"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    heard: list[tuple[int, int]] = []
    find_model("packaged", tmp_path, lambda *said: heard.append(said))
    found = find_model("packaged", tmp_path, lambda *said: heard.append(said))
    assert heard == [(0, 1), (1, 1)]
    assert "slower to start" in caplog.text
    assert not left.exists()
    assert np.sum(found.open().encode(TEXTS) * fast.encode(TEXTS), axis=1).min() > 0.9999
    assert found.tokens(["hello world"]) == [2]


@given(st.lists(st.text(max_size=40), max_size=80))
def test_batches_hold_every_row_once(texts: list[str]) -> None:
    assert sorted(row for batch in batches(texts) for row in batch) == list(range(len(texts)))


def test_the_tokens_of_both_encoders_are_the_same(fast: TokenEncoder, slow: TokenEncoder) -> None:
    starts = [len(text) // 3 for text in TEXTS]
    vectors, ours = fast.encode_tokens(TEXTS, starts)
    _, theirs = slow.encode_tokens(TEXTS, starts)
    assert vectors == pytest.approx(fast.encode(TEXTS), abs=1e-5)
    for one, other in zip(ours, theirs, strict=True):
        assert one.spans == other.spans
        assert np.abs(one.vectors.astype(int) - other.vectors).max() <= 1


def test_tokens_are_counted_without_encoding(model: Model, fast: TokenEncoder) -> None:
    starts = [len(text) // 2 for text in TEXTS]
    _, tokens = fast.encode_tokens(TEXTS, starts)
    assert model.count_tokens(TEXTS, starts) == [len(each.vectors) for each in tokens]
