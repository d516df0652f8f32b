"""Fit the last layer of the reader: which sentences are said, and when it declines.

usage: python tools/fit_answers.py --work FOLDER [--pool DIR] [--model NAME]

FOLDER is the one in which tools/train_reader.py left reader.safetensors.

Three logistic regressions over what bot.answering counts: whether a sentence answers, whether the best one does, and
whether one more belongs to the answer. They are fitted on questions whose authors the encoder was not trained on
(tools/train_reader.py KEPT_OUT), in the product's own search over the articles; what is printed is measured on authors
that each fit left out. The product is bot/answering/weights.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from reader_batches import KEPT_OUT, say
from reader_data import Example, read_collection, rows
from sklearn.linear_model import LogisticRegression
from train_reader import HERE

from bot.answering.candidates import Candidates, Finder
from bot.answering.features import NAMES
from bot.answering.reader import WEIGHTS, Head, Logistic, Weights
from bot.answering.selection import CONSIDERED, MOST, adding, answer_odds, of_question, select
from bot.app import indexing
from bot.index.builds import Builds
from bot.index.model import find_model
from bot.index.snapshot import Snapshot
from bot.readers.writing import written
from bot.settings import Settings
from bot.text.matching import states
from bot.values import Article, Published

LOST = 0.085
"""The share of answerable questions that may be declined."""
PRECISION = 0.72
"""The share of sentences that must belong to the answer."""
ADD_BARS = (-3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5)
"""Log-odds from which another sentence may be said; the lowest that is precise enough is taken."""


OTHER = {"scale": 20.0, "passage": 0.3, "mean": 0.5, "match": [0.0] * 128, "sentence": [0.0] * 128}
OTHER |= {"no_answer": 0.9, "question": [0.0] * 128}
"""The head for embedding models that the reader was not trained on."""


@dataclass
class Case:
    """One reading of one question."""

    example: Example
    candidates: Candidates
    right: np.ndarray
    """(S,) whether a sentence answers."""
    judged: np.ndarray
    """(S,) whether that is known."""


def folders(a: argparse.Namespace) -> Iterator[tuple[str, Path, list[Path]]]:
    """Yield (name, folder of articles, question files) of each collection."""
    files = [HERE / "tests/questions" / f"{name}.jsonl" for name in KEPT_OUT if not name.startswith("pool")]
    yield "articles", HERE / "corpus/articles", files
    if a.pool:
        yield "pool", a.work / "pool", _write_pool(a.pool, a.work)


def _write_pool(pool: Path, work: Path) -> list[Path]:
    """Write the pages of the authors kept out as articles, and their questions; return the files of questions."""
    folder = work / "pool"
    folder.mkdir(exist_ok=True)
    files: dict[str, list[str]] = {}
    pages: set[str] = set()
    for row in rows(pool / "questions.jsonl.gz"):
        name = f"pool-{row['author']}"
        if name in KEPT_OUT:
            files.setdefault(name, []).append(json.dumps(row | {"expected": {"should_abstain": not row["answerable"]}}))
            pages.update(mark["page"] for mark in row["evidence"])
    for row in rows(pool / "pages.jsonl.gz"):
        if row["id"] in pages:
            day = [int(part) for part in (row.get("published") or "")[:10].split("-") if part.isdigit()]
            date = Published(*day) if day else None
            article = Article(row["id"], row["title"], row["text"], row["url"], row["publisher"] or "", date)
            (folder / f"{row['id']}.md").write_text(written(article, {}))
    for name, lines in files.items():
        (work / f"{name}.jsonl").write_text("\n".join(lines))
    return [work / f"{name}.jsonl" for name in files]


def cases(name: str, folder: Path, files: Sequence[Path], a: argparse.Namespace, weights: Weights) -> list[Case]:
    """Return every question of a collection as the product reads it."""
    settings = indexing.index_apart(Settings(data_dir=a.work / "data", model=a.model), folder, _progress)
    model = find_model(settings.model, settings.data_dir)
    encoder = model.open(2)
    found = read_collection(folder, files, lambda texts: [1] * len(texts))  # how passages are cut does not matter here
    pages: dict[str, set[str]] = {}
    for e in found.examples:
        pages.setdefault(e.source, set()).update(page for page, _ in e.right)
    out = []
    builds = Builds(settings.data_dir)
    with closing(Snapshot(builds.folder(builds.current().build), builds.workspace)) as snapshot:
        finder = Finder(snapshot, encoder, weights)
        for e in found.examples:
            for reading in finder.find(e.question, e.history):
                keys = [(s.article_id, s.ordinal) for s in reading.found.sentences]
                right = np.array([key in e.right for key in keys])
                known = np.array(
                    [key not in e.doubtful and (name != "pool" or key[0] in pages[e.source]) for key in keys]
                )
                if keys:
                    out.append(Case(e, reading, right, known))
    there = np.mean([c.right.any() for c in out if c.example.right])
    say(f"{name}: {len(out)} readings, {there:.3f} with an answer among them")
    return out


def _progress(what: str, done: int, total: int) -> None:
    if total and done % 512 == 0:
        say(f"{what} {done} of {total}")


def fit(features: np.ndarray, labels: np.ndarray, sizes: np.ndarray | None = None) -> Logistic:
    """Return a logistic regression over standardized features."""
    center, spread = features.mean(0), np.maximum(features.std(0), 1e-3)
    model = LogisticRegression(C=0.03, max_iter=2000).fit((features - center) / spread, labels, sample_weight=sizes)
    return Logistic(*(x.astype(np.float32) for x in (center, spread, model.coef_[0])), float(model.intercept_[0]))


def fit_answers(some: Sequence[Case]) -> Logistic:
    """Fit whether a sentence answers; every question counts alike."""
    kept = [c for c in some if c.judged.any()]
    features = np.concatenate([c.candidates.features[c.judged] for c in kept])
    labels = np.concatenate([c.right[c.judged] for c in kept])
    return fit(features, labels)


def with_odds(case: Case, answers: Logistic) -> Candidates:
    """Return the candidates with the odds of these weights."""
    c = case.candidates
    return Candidates(c.query, c.asked, c.found, c.features, answers.odds(c.features))


def fit_declines(some: Sequence[Case], answers: Logistic) -> Logistic:
    """Fit whether the best sentence answers."""
    features, labels = [], []
    for case in some:
        candidates = with_odds(case, answers)
        first = candidates.best(3)
        if case.judged[first[0]] or case.right[first].any():
            features.append(of_question(candidates))
            labels.append(case.right[first[:2]].any())
    return fit(np.stack(features), np.array(labels))


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
    say(
        f"{name}, another from {add}: right {right / answerable:.3f}, precision {share:.3f},"
        f" {said / answerable:.2f} said"
    )
    return share


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pool", type=Path)
    parser.add_argument("--model", default="multilingual-e5-small")
    a = parser.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    stored = json.loads(WEIGHTS.read_text()) if WEIGHTS.exists() else {}
    name = "trained" if "e5" in a.model else "other"
    head_values = install(a.work / "reader.safetensors") if name == "trained" else OTHER
    head = Head(**{k: np.array(v, np.float32) if isinstance(v, list) else v for k, v in head_values.items()})
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

    from bot.index.model import READER

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
