"""Fine-tune the reader: which sentence of a passage answers a question, and whether any does.

usage: python tools/train_reader.py --work FOLDER --pool DIR --texts FILE [--minutes 60]

The reader is the embedding model with its upper six layers trained anew and a projection to 128 numbers a token (late
interaction, ColBERT: Khattab and Zaharia 2020). A question's token meets the most similar token of a sentence, and a
learned weight says how much each token of the question counts. Every sentence of a batch, read in the context of its
passage, is a candidate for every question of it, and so is "no answer". The repository's own questions are always used;
--pool and --texts add folders and files of others (tools/reader_data.py). Questions are split by author.

A run that is stopped goes on where it was. Its products are FOLDER/reader.safetensors and FOLDER/metrics.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from reader_batches import KEPT_OUT, Course, Shelf, labels, say
from reader_data import Count, Example, Set, read_collection, read_pool, read_texts
from reader_model import Encoder, Head, loss_of, meet, read_queries, save, through
from torch import nn

from bot.index.tokens import WIDTH

HERE = Path(__file__).resolve().parents[1]
PUBLIC = {"squad2-dev": 1800, "selqa": 1000, "clapnq-dev": 600, "qamr": 400}
"""Questions that are taken of each public set, by the names in the file of --texts."""
HEAD_RATE, WARM = 2e-3, 100
"""Learning rate of the head, and the steps over which all rates rise to their height."""
SAID, MEASURED = 50, 400
"""Steps between two lines, and between two measurements."""


def read_sets(a: argparse.Namespace, count: Count) -> list[Set]:
    """Return every set that is named on the command line, the repository's own first."""
    sets = [read_collection(a.articles, sorted(a.questions.glob("*.jsonl")), count)]
    sets += [read_pool(a.pool, count)] if a.pool else []
    sets += [read_texts(a.texts, PUBLIC, count)] if a.texts else []
    sets += [read_collection(a.test / "corpus", [a.test / "questions.jsonl"], count)] if a.test else []
    return sets


def main() -> None:
    """Train until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--articles", type=Path, default=HERE / "corpus/articles", help="the repository's own")
    parser.add_argument("--questions", type=Path, default=HERE / "tests/questions", help="a folder of files on them")
    parser.add_argument("--pool", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--test", type=Path, help="a folder with corpus/ and questions.jsonl that is only measured")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--rate", type=float, default=5e-5)
    a = parser.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    encoder, head = Encoder(), Head()

    def count(texts: Sequence[str]) -> list[int]:
        return [len(piece.ids) - 2 for piece in encoder.tokenizer.encode_batch(list(texts))]

    kept = a.work / "sets.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(read_sets(a, count)))
    sets: list[Set] = pickle.loads(kept.read_bytes())  # noqa: S301 - our own file of a run before
    say(", ".join(f"{s.name}: {len(s.passages)} passages, {len(s.examples)} questions" for s in sets))
    shelf = Shelf(encoder, [p for s in sets for p in s.passages], a.work)
    course = Course(sets, shelf, encoder, 0)
    if a.test:
        course.train[sets[-1].name] = []
    course.prepare()
    begin(encoder, shelf)
    say("ready")
    Run(encoder, head, course, a).go()


@torch.no_grad()
def begin(encoder: Encoder, shelf: Shelf) -> None:
    """Start the projection with the directions in which the original token vectors differ most."""
    states, mask, _ = shelf.batch(random.Random(0).sample(range(len(shelf.ids)), min(200, len(shelf.ids))))
    top = through(encoder.original, states, mask)[mask.bool()]
    _, _, directions = torch.linalg.svd(top - top.mean(0), full_matrices=False)
    encoder.projection.weight.copy_(directions[:WIDTH])


def scores_of(encoder: Encoder, head: Head, shelf: Shelf, texts: Sequence[str], numbers: Sequence[int]) -> Any:  # noqa: ANN401
    """Return the scores of every sentence of these passages for each question, of "no answer", and the sentences."""
    states, mask, owner = shelf.batch(numbers)
    with torch.autocast("cpu", torch.bfloat16):
        vectors, _ = encoder.read(states, mask)
        query = read_queries(encoder, texts)
    best, whole, means, places = meet(query, vectors, owner)
    return *head(query, best, whole, means), places


@torch.no_grad()
def measure(encoder: Encoder, head: Head, course: Course, most: int = 250) -> dict[str, Any]:
    """Return for authors kept out how often the k best sentences hold an answer, and how well it declines."""
    encoder.eval()
    out: dict[str, Any] = {}
    for found in course.sets:
        chosen = [e for e in found.examples if e.source in KEPT_OUT] or found.examples
        chosen = random.Random(1).sample(chosen, min(most, len(chosen)))
        if not found.searched or not chosen:
            continue
        hits, best, answerable = [], [], []
        for e, near in zip(
            chosen, course.nearest(found, [replace(e, pages=frozenset()) for e in chosen], 12), strict=True
        ):
            scores, nothing, places = scores_of(encoder, head, course.shelf, [e.query], near)
            order = torch.argsort(-scores[0]).tolist()
            keys = [
                (
                    course.shelf.passages[near[places[n][0]]].page,
                    course.shelf.passages[near[places[n][0]]].first + places[n][1],
                )
                for n in order
            ]
            best.append(float(scores[0].max() - nothing[0]))
            answerable.append(bool(e.right))
            if e.right:
                good = e.right | e.doubtful
                hits.append(next((n for n, key in enumerate(keys) if key in good), 99))
        yes = [b for b, a in zip(best, answerable, strict=True) if a]
        no = [b for b, a in zip(best, answerable, strict=True) if not a]
        area = np.mean([[y > n for n in no] for y in yes]) if no else float("nan")
        bar = float(np.quantile(yes, 0.1))
        out[found.name] = {
            "questions": len(chosen),
            **{f"in {k}": round(float(np.mean([h < k for h in hits])), 3) for k in (1, 2, 3, 5, 8)},
            "area": round(float(area), 3),
            "declined at 10% lost": round(float(np.mean([n < bar for n in no])), 3) if no else None,
        }
    encoder.train()
    return out


class Run:
    """A training run that can be stopped and goes on where it was."""

    def __init__(self, encoder: Encoder, head: Head, course: Course, a: argparse.Namespace) -> None:
        self.encoder, self.head, self.course, self.work, self.steps = encoder, head, course, a.work, a.steps
        self.parts = nn.ModuleDict(
            {"upper": encoder.upper, "projection": encoder.projection, "weight": encoder.token_weight, "head": head}
        )
        small = [*encoder.projection.parameters(), *encoder.token_weight.parameters()]
        groups = [(encoder.upper.parameters(), a.rate), (small, 6 * a.rate), (head.parameters(), HEAD_RATE)]
        self.optimizer = torch.optim.AdamW([{"params": list(some), "lr": rate} for some, rate in groups])
        self.plan = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._pace)
        self.step, self.history, self.losses = 0, list[dict[str, Any]](), list[float]()
        if self._kept.exists():
            state = torch.load(self._kept)
            self.parts.load_state_dict(state["parts"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.plan.load_state_dict(state["plan"])
            self.step, self.history = state["step"], state["history"]

    @property
    def _kept(self) -> Path:
        return Path(self.work, "checkpoint.pt")

    def _pace(self, step: int) -> float:
        return float(min(1.0, (step + 1) / WARM) * max(0.02, 1 - step / self.steps))

    def go(self) -> None:
        """Take the steps that are left."""
        self.encoder.train()
        batches = iter(self.course)
        if not self.step:
            self._keep()
        while self.step < self.steps:
            self._learn(*next(batches))
            self.step += 1
            if self.step % SAID == 0:
                say(f"step {self.step} loss {np.mean(self.losses[-SAID:]):.3f}")
            if self.step % MEASURED == 0 or self.step == self.steps:
                self._keep()

    def _learn(self, examples: Sequence[Example], numbers: Sequence[int]) -> None:
        texts = [e.query for e in examples]
        scores, nothing, places = scores_of(self.encoder, self.head, self.course.shelf, texts, numbers)
        right, wrong = labels(examples, self.course.shelf, numbers, places)
        loss = loss_of(scores, nothing, right, wrong, torch.tensor([e.sure for e in examples]))
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parts.parameters(), 1.0)
        self.optimizer.step()
        self.plan.step()
        self.losses.append(loss.item())

    def _keep(self) -> None:
        """Measure, and write the reader and everything that a later run needs."""
        self.history.append({"step": self.step, **measure(self.encoder, self.head, self.course)})
        say(json.dumps(self.history[-1]))
        state = {"parts": self.parts.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({**state, "plan": self.plan.state_dict(), "step": self.step, "history": self.history}, self._kept)
        (self.work / "metrics.json").write_text(json.dumps(self.history, indent=1) + "\n")
        save(self.encoder, self.head, self.work / "reader.safetensors")


if __name__ == "__main__":
    main()
