"""BOT_RERANKER: tiny models of both kinds, loaded from folders as people save them, and what they change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from index_parts import HashingModel, write_article

import bot
from bot.answering.answerer import Answerer
from bot.answering.features import NAMES
from bot.answering.reader import Floats, Head, Logistic, Weights
from bot.answering.reranker import CONSIDERED, SHARE, Reranker, load_reranker, reranked
from bot.answering.selection import ADDS_NAMES, QUESTION_NAMES, answer_odds
from bot.errors import ModelError
from bot.index.building import build
from bot.index.builds import Builds
from bot.index.snapshot import Snapshot
from bot.index.tokens import WIDTH
from bot.settings import Settings, environment

WORDS = (
    "the",
    "ring",
    "lark",
    "costs",
    "lasts",
    "dollars",
    "days",
    "how",
    "much",
    "is",
    "a",
    "sage",
    "battery",
    "watch",
)
QUESTION = "How much is the Lark ring?"
TEXTS = ["The Lark ring costs 99 dollars.", "The battery lasts days.", "", "夸克 💍", "the ring " * 3_000]
PRICE, BATTERY = "The lark ring costs 99 dollars.", "The lark ring lasts 8 days."


def write_encoder(folder: Path, labels: int = 0) -> None:
    """Write a BERT of two layers with its tokenizer; labels: one that classifies."""
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast, set_seed

    set_seed(0)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *"?.,"]
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(vocabulary), max_position_embeddings=64, num_labels=labels or 2, **sizes)
    (BertForSequenceClassification if labels else BertModel)(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of each kind."""
    from sentence_transformers import CrossEncoder, MultiVectorEncoder, SentenceTransformer

    folder = tmp_path_factory.mktemp("rerankers")
    write_encoder(folder / "plain cross-encoder", labels=1)
    write_encoder(folder / "three labels", labels=3)
    write_encoder(folder / "bert")
    for kind, source, name in (
        (CrossEncoder, "plain cross-encoder", "cross-encoder"),
        (MultiVectorEncoder, "bert", "late interaction"),
        (SentenceTransformer, "bert", "one vector"),
    ):
        made = kind(str(folder / source), device="cpu", local_files_only=True)
        made.save_pretrained(str(folder / name), create_model_card=False)
    return folder


KINDS = ["plain cross-encoder", "cross-encoder", "late interaction"]


@pytest.fixture(scope="module", params=KINDS)
def reranker(request: pytest.FixtureRequest, models: Path) -> Reranker:
    found = load_reranker(str(models / request.param))
    assert found
    return found


def test_each_text_has_a_score_of_its_own(reranker: Reranker) -> None:
    scores = reranker.scores(QUESTION, TEXTS)
    assert scores.shape == (len(TEXTS),)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) > 1
    alone = [reranker.scores(QUESTION, [text])[0] for text in TEXTS]
    assert scores == pytest.approx(np.array(alone), abs=1e-4)


def test_no_texts_have_no_scores(reranker: Reranker) -> None:
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_the_question_counts(reranker: Reranker) -> None:
    assert reranker.scores(QUESTION, TEXTS).tolist() != reranker.scores("battery days", TEXTS).tolist()


def test_many_threads_get_the_same_scores(reranker: Reranker) -> None:
    right = reranker.scores(QUESTION, TEXTS)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: reranker.scores(QUESTION, TEXTS), range(12)))
    assert np.array(found) == pytest.approx(np.tile(right, (12, 1)), abs=1e-5)


def test_scores_of_a_cross_encoder_are_the_logits_of_its_model(models: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = models / "cross-encoder"
    found = load_reranker(str(folder))
    assert found
    tokens = AutoTokenizer.from_pretrained(folder)(QUESTION, PRICE, return_tensors="pt")
    with torch.inference_mode():
        logits = AutoModelForSequenceClassification.from_pretrained(folder).eval()(**tokens).logits
    assert found.scores(QUESTION, [PRICE])[0] == pytest.approx(float(logits[0, 0]), abs=1e-4)


def test_scores_of_late_interaction_tell_the_text_that_repeats_the_question(models: Path) -> None:
    found = load_reranker(str(models / "late interaction"))
    assert found
    assert found.scores("battery lasts days", ["how much", "battery lasts days", "sage watch"]).argmax() == 1


def test_models_of_pylate_before_it_noted_a_kind_are_known_by_their_prefixes(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pylate"
    folder.mkdir()
    for path in (models / "late interaction").rglob("*"):
        target = folder / path.relative_to(models / "late interaction")
        target.mkdir(exist_ok=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    noted = json.loads((folder / "config_sentence_transformers.json").read_text())
    noted = {"prompts": {}, "query_prefix": "[Q] ", "document_prefix": "[D] ", "__version__": noted["__version__"]}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(noted))
    found = load_reranker(str(folder))
    assert found
    assert found.scores(QUESTION, TEXTS).shape == (len(TEXTS),)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere/at all/it is", "neither a folder here nor to be had from the hub"),
        ("one vector", "neither a CrossEncoder nor a MultiVectorEncoder"),
        ("bert", "neither a CrossEncoder nor a MultiVectorEncoder"),
        ("empty", "neither a CrossEncoder nor a MultiVectorEncoder"),
        ("broken note", "neither a CrossEncoder nor a MultiVectorEncoder"),
        ("no weights", "holds no CrossEncoder that can be loaded"),
        ("three labels", "does not give a text one score"),
    ],
)
def test_what_cannot_rerank_is_one_sentence_that_names_the_setting(models: Path, name: str, reason: str) -> None:
    (models / "empty").mkdir(exist_ok=True)
    for folder, note in (("broken note", "{"), ("no weights", '{"model_type": "CrossEncoder"}')):
        (models / folder).mkdir(exist_ok=True)
        (models / folder / "config_sentence_transformers.json").write_text(note)
    with pytest.raises(ModelError, match=reason) as caught:
        load_reranker(str(models / name))
    assert str(caught.value).endswith("check BOT_RERANKER.")
    assert "\n" not in str(caught.value)


def test_no_name_is_no_reranker_and_loads_nothing() -> None:
    code = (
        "import sys; import bot.app.answering; from bot.answering.reranker import load_reranker; "
        "assert load_reranker('') is None; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'sentence_transformers')))"
    )
    home = str(Path(bot.__file__).parents[1])
    assert subprocess.run([sys.executable, "-c", code], cwd=home, check=False).returncode == 0


def test_a_process_that_indexes_has_the_same_reranker() -> None:
    assert Settings(_env_file=None).reranker == ""
    assert environment(Settings(_env_file=None, reranker="some/model"))["BOT_RERANKER"] == "some/model"


# What a reranker changes


@dataclass
class Liking:
    """Prefers the sentences that hold a word, or none; keeps what it was asked."""

    word: str = ""
    other: float = 0.0
    """The score of the other sentences."""
    asked: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        self.asked.append((query, texts))
        return np.array([100.0 if self.word and self.word in text else self.other for text in texts], np.float32)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("reranked")
    write_article(folder / "corpus", "lark", "Lark ring", f"{PRICE} {BATTERY}")
    for number in range(30):
        write_article(
            folder / "corpus",
            f"other-{number}",
            f"Sage {number}",
            f"The sage {number} costs a lot. It is blue. It is new.",
        )
    build(folder / "corpus", folder / "data", HashingModel())
    builds = Builds(folder / "data")
    with closing(Snapshot(builds.folder(builds.current().build), builds.workspace)) as found:
        yield found


def logistic(count: int, first: float, bias: float = 0.0) -> Logistic:
    """Return a regression in which the first of count features counts alone."""
    weights = np.zeros(count, np.float32)
    weights[0] = first
    return Logistic(np.zeros(count, np.float32), np.ones(count, np.float32), weights, bias)


def weights(answer_bar: float = -50.0) -> Weights:
    """Return weights by which the sentences that share words with the question answer, and a second one is said."""
    none = np.zeros(WIDTH, np.float32)
    head = Head(scale=1.0, passage=0.0, mean=0.0, match=none, sentence=none, no_answer=0.0, question=none)
    asked = len(QUESTION_NAMES)
    parts = logistic(len(NAMES), 0.5), logistic(asked, 1.0), logistic(len(ADDS_NAMES), 1.0)
    return Weights(head, *parts, answer_bar=answer_bar, add_bar=99.0)


def answerer(snapshot: Snapshot, reranker: Reranker | None, answer_bar: float = -50.0) -> Answerer:
    return Answerer(snapshot, HashingModel(), reranker, weights(answer_bar))


def test_the_sentence_that_the_reranker_prefers_is_said(snapshot: Snapshot) -> None:
    question = "the lark ring costs dollars"
    before, _ = answerer(snapshot, None).answer(question)
    after, trace = answerer(snapshot, Liking("lasts")).answer(question)
    assert [c.quote for c in before.citations] == [PRICE]
    assert [c.quote for c in after.citations] == [BATTERY]
    preferred = trace.candidates[0]
    assert preferred.sentence.text == BATTERY
    assert preferred.features["reranker"] == max(c.features["reranker"] for c in trace.candidates) > 0


def test_a_reranker_without_an_opinion_changes_nothing(snapshot: Snapshot) -> None:
    for question in ("the lark ring costs dollars", "how long does the ring last", "who is the sage"):
        alone, trace = answerer(snapshot, None).answer(question)
        assert answerer(snapshot, Liking()).answer(question)[0] == alone
        assert not any("reranker" in candidate.features for candidate in trace.candidates)


def test_whether_a_question_is_answered_is_not_the_rerankers_to_say(snapshot: Snapshot) -> None:
    liking = Liking("lasts")
    found = answerer(snapshot, liking, answer_bar=50.0)
    told, trace = found.answer("the lark ring costs dollars")
    assert told.declined
    assert liking.asked == []
    assert not any("reranker" in candidate.features for candidate in trace.candidates)
    (reading,) = found.finder.find("the lark ring costs dollars")
    again = reranked(reading, liking)
    assert again.best(1) != reading.best(1)
    assert answer_odds(again, found.weights) == answer_odds(reading, found.weights)


def test_the_likeliest_sentences_are_read_behind_their_titles(snapshot: Snapshot) -> None:
    liking, question = Liking("lasts"), "the lark ring costs dollars"
    (reading,) = answerer(snapshot, None).finder.find(question)
    reranked(reading, liking)
    ((query, texts),) = liking.asked
    assert query == question
    assert len(texts) == CONSIDERED < len(reading.odds)
    assert texts[0] == f"Lark ring. {PRICE}"
    assert all(text.startswith(("Sage ", "Lark ring. ")) for text in texts)


def test_scores_count_by_their_distance_and_sentences_beyond_as_the_worst(snapshot: Snapshot) -> None:
    (reading,) = answerer(snapshot, None).finder.find("the lark ring costs dollars")
    found = reranked(reading, Liking("lasts")).reranked
    assert found is not None
    rows = reading.best(CONSIDERED)
    assert found[rows].mean() == pytest.approx(0, abs=1e-5)
    assert found[rows].std() == pytest.approx(SHARE, abs=1e-5)
    assert np.delete(found, rows) == pytest.approx(found.min())


@pytest.mark.parametrize("score", [np.nan, np.inf, 3.0])
def test_scores_that_tell_nothing_count_nothing(snapshot: Snapshot, score: float) -> None:
    (reading,) = answerer(snapshot, None).finder.find("the lark ring costs dollars")
    assert reranked(reading, Liking(other=score)).likely.tolist() == reading.odds.tolist()


def test_a_model_of_every_kind_answers_a_question(snapshot: Snapshot, reranker: Reranker) -> None:
    told, trace = answerer(snapshot, reranker).answer("the lark ring costs dollars")
    assert not told.declined
    assert all("reranker" in candidate.features for candidate in trace.candidates)
