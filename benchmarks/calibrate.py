"""Fit the weights of bot/answering/confidence.py to question files and print them.

usage: python -m benchmarks.calibrate QUESTIONS.jsonl... [--far FILE]

Each question gives one row: the features of its best sentence, and whether it was answerable and found. An answerable
one gives another: the best sentence that is left when the articles that answer it are taken away. Questions of a file
named by --far (wordings far from the articles' own) count half. Ten-fold cross-validation says how many of the
answerable ones are kept and of the unanswerable ones declined at several limits. scikit-learn comes with
sentence-transformers. Run it after every change of a facet, put the weights into the module, and run `bot eval` again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.answering.answerer import Answerer
from bot.answering.choose import NEVER
from bot.answering.concepts import load
from bot.answering.confidence import Weights, features
from bot.answering.interaction import Closeness, apart
from bot.answering.ranking import Ranked
from bot.answering.wording import clauses
from bot.index.lending import Library
from bot.index.model import find_model
from bot.settings import Settings
from bot.text.matching import states
from bot.values import Turn

LIMITS = (0.3, 0.36, 0.42, 0.48, 0.54)
WITHOUT = 0.25
"""How much an answerable question counts with its evidence taken away: some other sentence may answer it as well."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question: its features, whether its best sentences answer it, and how much it counts."""

    features: tuple[float, ...]
    answers: bool
    weight: float


def rows(answerer: Answerer, path: Path, weight: float) -> list[Row]:
    """Return the rows of a question file; an answerable question whose answer was not found says nothing."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        question = json.loads(line)
        expected = question["expected"]
        turns = [Turn(speaker, text) for speaker, text in question.get("history", [])]
        for part in clauses(answerer.rewritten(question["question"], turns)):
            asked, ranked = answerer.weighed(part)
            able = [r for r in ranked if r.unfit not in NEVER]
            if not able:
                continue
            wanted = [needle for group in expected["must_contain"] for needle in group]
            answers = any(states(r.sentence.text, needle) for r in able[:3] for needle in wanted)
            if answers or expected["should_abstain"]:
                found.append(Row(features(asked, able[0].facets, able[0].close), answers, weight))
            telling = {r.article_id for r in ranked if any(states(r.sentence.text, needle) for needle in wanted)}
            rest = [r for r in ranked if r.article_id not in telling | set(expected["page_ids"])]
            best = next((r for r in rest if r.unfit not in NEVER), None)
            if best is not None and wanted:
                left = features(asked, best.facets, _among(best, rest))
                found.append(Row(left, answers=False, weight=weight * WITHOUT))
    return found


def _among(best: Ranked, rest: Sequence[Ranked]) -> Closeness[float]:
    """Return how close a sentence comes, held against those that are left."""
    ahead = max(r.close.whole for r in rest)
    standing = apart(np.array([best.close.telling, *(r.close.telling for r in rest if r is not best)]))
    return best.close._replace(behind=best.close.whole - ahead, apart=float(standing[0]))


def main() -> int:
    """Fit, report and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--far", type=Path, action="append", default=[])
    arguments = parser.parse_args()
    settings = Settings()
    model = find_model(settings.model, settings.data_dir)
    library = Library(settings.data_dir, model.identity)
    with library.snapshot() as snapshot:
        answerer = Answerer(snapshot, model.open(), load())
        data = [r for p in arguments.questions for r in rows(answerer, p, 1.0)]
        data += [r for p in arguments.far for r in rows(answerer, p, 0.5)]
    x, y = np.array([r.features for r in data]), np.array([r.answers for r in data])
    regression = LogisticRegression(C=0.5, max_iter=5000, class_weight="balanced")
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    sure = cross_val_predict(regression, x, y, cv=folds, method="predict_proba")[:, 1]
    print(f"{len(y)} questions, {y.sum()} of them answerable")
    for limit in LIMITS:
        print(f"limit {limit}: kept {np.mean(sure[y] >= limit):.3f}, declined {np.mean(sure[~y] < limit):.3f}")
    regression.fit(x, y, sample_weight=[r.weight for r in data])
    for field, value in zip(fields(Weights), (regression.intercept_[0], *regression.coef_[0]), strict=True):
        print(f"    {field.name}={value:.2f},")
    return 0


if __name__ == "__main__":
    sys.exit(main())
