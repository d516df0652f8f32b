"""Fit the last layer of the reader: which sentences are said, and when it declines.

usage: python tools/fit_answers.py --work FOLDER [--pool DIR] [--model NAME]

FOLDER is the one in which tools/train_reader.py left reader.safetensors. Three logistic regressions are fitted over
what bot.answering counts: whether a sentence answers, whether the best one does, and whether one more belongs to the
answer. The questions are of authors whom the encoder was not trained on, in the product's own search over the articles;
what is printed is measured on authors that each fit left out. The product is bot/answering/weights.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from answer_cases import Case, cases, folders
from numpy.typing import NDArray
from reader_batches import say
from sklearn.linear_model import LogisticRegression

from bot.answering.candidates import DOUBT, DOUBTED, Candidates
from bot.answering.features import NAMES
from bot.answering.reader import WEIGHTS, Floats, Head, Logistic, Weights
from bot.answering.selection import CONSIDERED, MOST, adding, answer_odds, of_question, select
from bot.index.head import READER
from bot.index.model import DEFAULT_MODEL
from bot.index.tokens import WIDTH
from bot.text.matching import states

LOST = 0.065
"""The share of answerable questions that may be declined."""
PRECISION = 0.4
"""The share of sentences that must be marked as evidence; marks are few, and many others belong to the answer, too."""
ADD_BARS = (-3.0, -2.75, -2.5, -2.25, -2.0, -1.5, -1.0, 0.0)
"""Log-odds from which another sentence may be said; the lowest that is precise enough is taken."""
STRENGTH = 0.03
"""Inverse strength of the regularization: the features lean on each other."""
OTHER: dict[str, Any] = {
    "scale": 20.0,
    "passage": 0.3,
    "mean": 0.5,
    "match": [0.0] * WIDTH,
    "sentence": [0.0] * WIDTH,
    "no_answer": 0.9,
    "question": [0.0] * WIDTH,
}
"""The head for embedding models that the reader was not trained on."""


def fit(features: Floats, labels: NDArray[np.bool_]) -> Logistic:
    """Return a logistic regression over standardized features."""
    center, spread = features.mean(0), np.maximum(features.std(0), 1e-3)
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit((features - center) / spread, labels)
    weights = model.coef_[0].astype(np.float32)
    return Logistic(center.astype(np.float32), spread.astype(np.float32), weights, float(model.intercept_[0]))


def fit_answers(some: Sequence[Case]) -> Logistic:
    """Fit whether a sentence answers; every question counts alike."""
    kept = [c for c in some if c.judged.any()]
    features = np.concatenate([c.candidates.features[c.judged] for c in kept])
    labels = np.concatenate([c.right[c.judged] for c in kept])
    return fit(features, labels)


def with_odds(case: Case, answers: Logistic) -> Candidates:
    """Return the candidates with the odds of these weights."""
    c = case.candidates
    doubted = [c.found.articles[each.article_id].status in DOUBTED for each in c.found.sentences]
    odds = answers.odds(c.features) - DOUBT * np.array(doubted, np.float32)
    return Candidates(c.query, c.asked, c.found, c.features, odds)


def fit_declines(some: Sequence[Case], answers: Logistic) -> Logistic:
    """Fit whether a question is answered by any of the sentences."""
    features = np.stack([of_question(with_odds(case, answers)) for case in some])
    return fit(features, np.array([bool(case.example.right) for case in some]))


def fit_adds(some: Sequence[Case], answers: Logistic) -> Logistic:
    """Fit whether one more sentence belongs to the answer, behind those that a good answer holds."""
    features, labels = [], []
    for case in some:
        candidates = with_odds(case, answers)
        order = candidates.best(CONSIDERED)
        if not case.right[order[:3]].any():
            continue
        chosen = (
            [next(row for row in order if case.right[row])]
            if case.right[order[0]] or not case.example.sure
            else order[:1]
        )
        while len(chosen) < MOST:
            left = [row for row in order if row not in chosen]
            good = [row for row in left if case.right[row] and _new(case, candidates, chosen, row)]
            for row in left:
                if case.judged[row]:
                    features.append(adding(candidates, chosen, row, left))
                    labels.append(row in good)
            if not good:
                break
            chosen.append(good[0])
    return fit(np.stack(features), np.array(labels))


def _new(case: Case, candidates: Candidates, chosen: Sequence[int], row: int) -> bool:
    """Return whether a right sentence tells something that is not told yet, where only its values are known."""
    if case.example.sure:
        return True
    said = " ".join(candidates.sentence(k).text for k in chosen)
    text = candidates.sentence(row).text
    return any(any(states(text, v) for v in g) and not any(states(said, v) for v in g) for g in case.example.expected)


def crossed(every: Sequence[Case], head: Head) -> list[tuple[Case, Weights]]:
    """Return each case with weights that were fitted without its author."""
    out = []
    for source in sorted({c.example.source for c in every}):
        train = [c for c in every if c.example.source != source]
        weights = fitted(train, head)
        out += [(c, weights) for c in every if c.example.source == source]
    return out


def fitted(some: Sequence[Case], head: Head) -> Weights:
    """Return weights fitted on these cases, without bars."""
    answers = fit_answers(some)
    return Weights(head, answers, fit_declines(some, answers), fit_adds(some, answers), 0.0, 0.0)


def is_right(case: Case, rows: Sequence[int]) -> bool:
    """Return whether these sentences answer: by the values expected, else by the parts of the question."""
    if case.example.expected:
        said = " ".join(case.candidates.sentence(k).text for k in rows)
        return all(any(states(said, value) for value in group) for group in case.example.expected)
    keys = {(case.candidates.sentence(k).article_id, case.candidates.sentence(k).ordinal) for k in rows}
    return all(keys & part for part in case.example.parts)


def report(pairs: Sequence[tuple[Case, Weights]]) -> tuple[float, float]:
    """Print what is reached at several bars, and return those that fit LOST and PRECISION."""
    main = [(c, w) for c, w in pairs if c.candidates.query == c.example.query]
    yes = np.array([answer_odds(with_odds(c, w.answers), w) for c, w in main if c.example.right])
    bar = float(np.quantile(yes, LOST))
    sets = {c.example.source.split("-")[0].rstrip("0123456789") for c, _ in main}
    for name in sorted(sets):
        _decisions(name, [(c, w) for c, w in main if c.example.source.startswith(name)], bar)
    chosen = ADD_BARS[-1]
    for add in ADD_BARS:
        precise = [
            _sentences(name, [(c, w) for c, w in main if c.example.source.startswith(name)], bar, add)
            for name in sorted(sets)
        ]
        if precise[0] >= PRECISION:
            chosen = min(chosen, add)
    return bar, chosen


def _decisions(name: str, pairs: Sequence[tuple[Case, Weights]], bar: float) -> None:
    odds = [answer_odds(with_odds(c, w.answers), w) for c, w in pairs]
    yes = np.array([o for (c, _), o in zip(pairs, odds, strict=True) if c.example.right])
    no = np.array([o for (c, _), o in zip(pairs, odds, strict=True) if not c.example.right])
    first = [c.right[with_odds(c, w.answers).best(1)[0]] for c, w in pairs if c.example.right]
    area = np.mean(yes[:, None] > no[None])
    say(
        f"{name}: first right {np.mean(first):.3f}, area {area:.3f}, declined {np.mean(no < bar):.3f}"
        f" at {np.mean(yes < bar):.3f} lost"
    )


def _sentences(name: str, pairs: Sequence[tuple[Case, Weights]], bar: float, add: float) -> float:
    """Print how right and how precise answers are with this bar for another sentence; return the precision."""
    right, said, precise, answerable = 0, 0, 0, 0
    for case, weights in pairs:
        if not case.example.right:
            continue
        answerable += 1
        candidates = with_odds(case, weights.answers)
        if answer_odds(candidates, weights) >= bar:
            rows = select(candidates, replace(weights, add_bar=add))
            right += is_right(case, rows)
            said += len(rows)
            precise += int(case.right[rows].sum())
    share = precise / max(1, said)
    told = f"{right / answerable:.3f} right, precision {share:.3f}, {said / answerable:.2f} said"
    say(f"{name}, others from {add}: {told}")
    return share


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pool", type=Path)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    a = parser.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    stored = json.loads(WEIGHTS.read_text()) if WEIGHTS.exists() else {}
    name = "trained" if a.model == DEFAULT_MODEL else "other"
    head_values = install(a.work / "reader.safetensors") if name == "trained" else OTHER
    values: dict[str, Any] = {k: np.array(v, np.float32) if isinstance(v, list) else v for k, v in head_values.items()}
    head = Head(**values)
    size = len(NAMES)
    nothing = Logistic(np.zeros(size, np.float32), np.ones(size, np.float32), np.eye(size, dtype=np.float32)[0], 0.0)
    every: list[Case] = []
    for collection, folder, files in folders(a):
        kept = a.work / f"cases-{name}-{collection}.pickle"
        if not kept.exists():
            weights = Weights(head, nothing, nothing, nothing, 0.0, 0.0)
            kept.write_bytes(pickle.dumps(cases(collection, folder, files, a, weights)))
        every += pickle.loads(kept.read_bytes())  # noqa: S301 - our own file of a run before
    bar, add = report(crossed(every, head))
    weights = fitted(every, head)
    layers = {k: _plain(getattr(weights, k)) for k in ("answers", "declines", "adds")}
    stored[name] = {"head": head_values, **layers, "answer_bar": round(bar, 4), "add_bar": add}
    WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n")


def install(reader: Path) -> dict[str, Any]:
    """Put what was trained where the bot reads it, and return the head as plain numbers."""
    from safetensors import safe_open
    from safetensors.numpy import load_file, save_file

    tensors = load_file(reader)
    with safe_open(reader, "numpy") as file:
        save_file({k: v for k, v in tensors.items() if not k.startswith("head.")}, READER, metadata=file.metadata())
    stored = {k[5:]: v for k, v in tensors.items() if k.startswith("head.")}
    stored["scale"] = np.exp(stored.pop("log_scale"))
    return {k: [round(float(x), 5) for x in v] if v.ndim else round(float(v), 5) for k, v in stored.items()}


def _plain(layer: Logistic) -> dict[str, Any]:
    lists = {k: [round(float(x), 5) for x in getattr(layer, k)] for k in ("center", "spread", "weights")}
    return lists | {"bias": round(layer.bias, 5)}


if __name__ == "__main__":
    main()
