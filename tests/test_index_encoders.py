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
from safetensors.numpy import load_file, save_file
from tiny_model import write_model, write_reader

import bot
from bot.errors import ModelError
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
STARTS = [[len(text) // 3, len(text) // 2] for text in TEXTS]
SHORT = ["How much are the glasses?", "battery", "Does it measure blood pressure, and how often?"]


@pytest.fixture(scope="session")
def model(model_home: Path) -> Model:
    return find_model("", model_home)


@pytest.fixture(scope="module")
def fast(model: Model) -> TokenEncoder:
    return model.open()


@pytest.fixture(scope="module")
def slow(model: Model) -> TokenEncoder:
    return model.reference()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny model and a reader that was trained on it."""
    folder = tmp_path_factory.mktemp("tiny")
    write_model(folder / "model")
    write_reader(folder / "model", folder / "reader.safetensors")
    return folder


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
    together = encoder.encode(TEXTS[::2])
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS[::2]])
    assert np.sum(together * alone, axis=1).min() > 0.99999


def test_many_threads_get_the_same(encoder: Encoder) -> None:
    right = encoder.encode(TEXTS[:8])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0], TEXTS[:8] * 3))
    assert np.sum(np.array(found) * np.tile(right, (3, 1)), axis=1).min() > 0.99999


def test_both_give_the_same_vectors_tokens_and_weights(fast: TokenEncoder, slow: TokenEncoder) -> None:
    ours, theirs = fast.encode_queries(TEXTS), slow.encode_queries(TEXTS)
    assert np.sum(ours.vectors * theirs.vectors, axis=1).min() > 0.9999
    assert ours.pieces == theirs.pieces
    for row in range(len(TEXTS)):
        assert ours.tokens[row] == pytest.approx(theirs.tokens[row], abs=2e-3)
        assert ours.weights[row] == pytest.approx(theirs.weights[row], abs=2e-3)


def test_both_give_the_same_passages(fast: TokenEncoder, slow: TokenEncoder) -> None:
    ours, theirs = fast.encode_passages(TEXTS, STARTS), slow.encode_passages(TEXTS, STARTS)
    assert np.sum(ours[0] * theirs[0], axis=1).min() > 0.9999
    for one, other in zip(ours[1], theirs[1], strict=True):
        assert one.bounds.tolist() == other.bounds.tolist()
        assert np.abs(one.vectors.astype(int) - other.vectors).max(initial=0) <= 1


def test_pieces_are_the_words_of_the_question(fast: TokenEncoder) -> None:
    question = "How much does the Quark S1 cost?"
    (pieces,) = fast.encode_queries([question]).pieces
    assert "".join(question[first:last] for first, last in pieces) == question.replace(" ", "")


def test_a_sentence_that_is_cut_off_has_no_tokens(model: Model, fast: TokenEncoder) -> None:
    text = "word " * 2_000 + "end"
    _, (tokens,) = fast.encode_passages([text], [[0, len(text) - 3]])
    first, second, third, last = tokens.bounds.tolist()
    assert (first, second) == (0, 0)
    assert third == last == len(tokens.vectors)
    assert model.identity.max_tokens - 8 < last < model.identity.max_tokens


def test_the_model_counts_tokens_uncut(model: Model) -> None:
    assert model.tokens([]) == []
    assert model.tokens(["", "the"]) == [0, 1]
    assert model.tokens(["word " * 2_000])[0] >= 2_000
    assert model.identity.max_tokens == 512


def test_serving_a_question_imports_no_torch(model_home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.index.model import find_model; import bot.index.lending; "
        f"find_model('', Path({str(model_home)!r})).open().encode(['how much']); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'sentence_transformers')))"
    )
    home = str(Path(bot.__file__).parents[1])
    assert subprocess.run([sys.executable, "-c", code], cwd=home, check=False).returncode == 0


@pytest.mark.parametrize("harm", ["cut", "probe", "tokenizer", "ready"])
def test_a_damaged_export_is_refused(tiny: Path, tmp_path: Path, harm: str) -> None:
    find_model(str(tiny / "model"), tiny / "plain")
    shutil.copytree(tiny / "plain/models", tmp_path / "models")
    (ready,) = tmp_path.glob("models/*/ready.json")
    if harm == "cut":
        os.truncate(ready.with_name("model.onnx.data"), 50_000)
    elif harm == "probe":
        fields = json.loads(ready.read_text())
        fields["probe"][0] += 0.2
        ready.write_text(json.dumps(fields))
    elif harm == "tokenizer":
        ready.with_name("tokenizer.json").write_text("{")
    else:
        ready.write_text("{")
    with pytest.raises(ModelError, match=r"delete that folder and index again|cannot be loaded"):
        find_model(str(tiny / "model"), tmp_path).open()


def test_a_folder_without_a_model_and_an_unknown_name_are_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="holds no weights"):
        find_model(str(tmp_path / "empty"), tmp_path)
    with pytest.raises(ModelError, match="BOT_MODEL"):
        find_model(str(tmp_path / "nowhere"), tmp_path)


def test_a_model_that_cannot_be_exported_is_served_by_sentence_transformers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tiny: Path
) -> None:
    exported = find_model(str(tiny / "model"), tiny / "plain").open()
    monkeypatch.setattr("bot.index.export.OPSET", -1)
    left = tmp_path / "models" / ".tmp-left"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    heard: list[tuple[int, int]] = []
    find_model(str(tiny / "model"), tmp_path, lambda *said: heard.append(said))
    found = find_model(str(tiny / "model"), tmp_path, lambda *said: heard.append(said))
    assert heard == [(0, 1), (1, 1)]
    assert "slower to start" in caplog.text
    assert not left.exists()
    assert np.sum(found.open().encode(SHORT) * exported.encode(SHORT), axis=1).min() > 0.9999


@given(st.lists(st.text(max_size=40), max_size=80))
def test_batches_hold_every_row_once(texts: list[str]) -> None:
    assert sorted(row for batch in batches(texts) for row in batch) == list(range(len(texts)))


def test_tokens_are_counted_without_encoding(model: Model, fast: TokenEncoder) -> None:
    _, tokens = fast.encode_passages(TEXTS, STARTS)
    assert [each.tolist() for each in model.count_tokens(TEXTS, STARTS)] == [
        np.diff(each.bounds).tolist() for each in tokens
    ]


def test_a_trained_reader_reads_with_layers_of_its_own_and_finds_with_those_of_the_model(tiny: Path) -> None:
    plain = find_model(str(tiny / "model"), tiny / "plain")
    read = find_model(str(tiny / "model"), tiny, reader=tiny / "reader.safetensors")
    assert plain.identity != read.identity
    own, trained, right = (each.encode_queries(SHORT) for each in (plain.open(), read.open(), read.reference()))
    assert trained.vectors == pytest.approx(own.vectors, abs=1e-5)
    for row in range(len(SHORT)):
        assert trained.pieces[row] == right.pieces[row]
        assert trained.tokens[row] == pytest.approx(right.tokens[row], abs=1e-4)
        assert trained.weights[row] == pytest.approx(right.weights[row], abs=1e-4)
        assert np.linalg.norm(trained.tokens[row], axis=1) == pytest.approx(1, abs=1e-4)
        assert np.ptp(trained.weights[row]) > 0.1
        assert own.weights[row] == pytest.approx(np.log(2), abs=1e-5)


def test_a_reader_of_another_model_is_not_used(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny / "model", tmp_path / "model")
    weights = load_file(tmp_path / "model/model.safetensors")
    save_file(weights | {"extra": np.zeros(1, np.float32)}, tmp_path / "model/model.safetensors")
    other = find_model(str(tmp_path / "model"), tmp_path, reader=tiny / "reader.safetensors")
    assert other.identity == find_model(str(tmp_path / "model"), tmp_path).identity
    assert other.open().encode_queries(SHORT).weights[0] == pytest.approx(np.log(2), abs=1e-5)


def test_what_a_model_wants_in_front_of_texts_colours_them_and_is_no_part_of_them(tiny: Path) -> None:
    encoder = find_model(str(tiny / "model"), tiny / "plain").open()
    (question,) = encoder.encode_queries(["how much"]).vectors
    (passage,), (tokens,) = encoder.encode_passages(["how much"], [[0]])
    assert np.abs(question - passage).max() > 1e-3
    assert tokens.bounds.tolist() == [0, 0, len("howmuch")]


def test_the_small_model_for_english_is_found_by_its_name(model_home: Path) -> None:
    small = find_model("all-MiniLM-L6-v2", model_home)
    assert (small.identity.model, small.identity.max_tokens) == ("all-MiniLM-L6-v2", 256)
    assert small.open().encode(["how much"]).shape == (1, 384)
