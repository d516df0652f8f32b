"""A second opinion on the likeliest sentences: any CrossEncoder or MultiVectorEncoder that BOT_RERANKER names.

Nothing is known of such a model but that more is better. Its scores are therefore standardized over the sentences that
it reads and added to the reader's log-odds with a fixed share. They decide which sentences are said; whether the
question is answered at all is told from the reader's own, calibrated log-odds.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bot.answering.candidates import Candidates
from bot.answering.reader import Floats
from bot.errors import ModelError
from bot.index.model import find_folder
from bot.index.passages import titled
from bot.index.reference import load

SETTING = "BOT_RERANKER"
CONSIDERED = 24
"""The likeliest sentences, which are read again."""
SHARE = 0.5
"""Log-odds that one standard deviation of the reranker's scores counts."""
_EVEN = 1e-6
"""The standard deviation up to which scores tell no sentence from another."""


class Reranker(Protocol):
    """Says how well each of some texts answers a question; safe from several threads."""

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        """Return (n,) scores, of which only the order and the distances count. A text that is too long is cut."""


class CrossEncoderReranker:
    """Read question and text together."""

    def __init__(self, folder: Path) -> None:
        from torch.nn import Identity

        self._model = load(folder, "CrossEncoder", SETTING)
        # A sigmoid would press the best scores together.
        self._plain = Identity()
        self._lock = threading.Lock()  # the tokenizer must not be used by two threads at once

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        """Return the logit of each text."""
        pairs = [(query, text) for text in texts]
        with self._lock:
            found = self._model.predict(pairs, activation_fn=self._plain, show_progress_bar=False)
        return np.asarray(found, np.float32)


class LateInteractionReranker:
    """Compare the tokens of the question with those of the text (ColBERT and PyLate models)."""

    def __init__(self, folder: Path) -> None:
        self._model = load(folder, "MultiVectorEncoder", SETTING)
        self._lock = threading.Lock()  # the tokenizer must not be used by two threads at once

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        """Return the similarity of each text, as the model defines it."""
        if not texts:
            return np.zeros(0, np.float32)
        with self._lock:
            asked = self._model.encode_query([query], show_progress_bar=False)
            told = self._model.encode_document(list(texts), show_progress_bar=False)
            found = self._model.similarity(asked, told)
        return np.asarray(found[0].float(), np.float32)


def load_reranker(name: str) -> Reranker | None:
    """Return the reranker called name (a folder, or a name on the model hub), None for no name. Raises ModelError."""
    if not name:
        return None
    folder = find_folder(name, SETTING)
    made = _kind(folder)(folder)
    try:
        scores = made.scores("Which is it?", ["This one.", "That one."])
    except Exception as error:  # a model that does not fit its tokenizer fails in many ways
        raise ModelError(f"The reranker in {folder} cannot read a text; check {SETTING}.") from error
    if scores.shape != (2,) or not np.isfinite(scores).all():
        raise ModelError(f"The model in {folder} does not give a text one score; check {SETTING}.")
    return made


def _kind(folder: Path) -> type[CrossEncoderReranker | LateInteractionReranker]:
    """Return what reads the model in folder, by what sentence-transformers, PyLate and ColBERT note in it."""
    noted, plain = (_noted(folder / name) for name in ("config_sentence_transformers.json", "config.json"))
    kind, architectures = noted.get("model_type"), plain.get("architectures") or []
    # Before version 3, PyLate noted no kind, but how questions begin.
    if kind in {"MultiVectorEncoder", "ColBERT"} or "query_prefix" in noted or "HF_ColBERT" in architectures:
        return LateInteractionReranker
    classifies = any(str(each).endswith("ForSequenceClassification") for each in architectures)
    if kind == "CrossEncoder" or (classifies and not noted):
        return CrossEncoderReranker
    raise ModelError(f"{folder} holds neither a CrossEncoder nor a MultiVectorEncoder; check {SETTING}.")


def _noted(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def reranked(candidates: Candidates, reranker: Reranker) -> Candidates:
    """Return candidates with what the reranker says of the likeliest; the others count as the worst of these."""
    rows = candidates.best(CONSIDERED)
    if not rows:
        return candidates
    sentences = [candidates.sentence(row) for row in rows]
    texts = [titled(candidates.found.articles[each.article_id].title, each.text) for each in sentences]
    scores = _standardized(reranker.scores(candidates.query, texts))
    added = np.full(len(candidates.odds), scores.min(), np.float32)
    added[rows] = scores
    return replace(candidates, reranked=(SHARE * added).astype(np.float32))


def _standardized(scores: Floats) -> Floats:
    """Return scores with mean 0 and standard deviation 1; zeros where they tell no text from another."""
    if not np.isfinite(scores).all() or scores.std() <= _EVEN:
        return np.zeros(len(scores), np.float32)
    found: Floats = (scores - scores.mean()) / scores.std()
    return found
