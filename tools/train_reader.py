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
import hashlib
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from reader_data import Example, Passage, Set, read_collection, read_pool, read_texts
from torch import Tensor, nn
from torch.nn.functional import normalize

from bot.index.tokens import WIDTH
from bot.values import Turn

HERE = Path(__file__).resolve().parents[1]
MODEL = Path(sys.prefix, "share", "wearables-bot", "multilingual-e5-small")
LOWER = 6
"""Layers that are shared with retrieval and stay as they are."""
LONGEST = 192
"""Tokens of a passage that are read in training."""
KEPT_OUT = ("pool-13", "pool-14", "pool-15", "sealed", "sealed2", "sealed3", "sealed4", "sealed5")
"""Authors that are measured and never trained on."""
SHARES = {"pool": 0.5, "articles": 0.27, "texts": 0.23}
PUBLIC = {"squad2-dev": 1800, "selqa": 1000, "clapnq-dev": 600, "qamr": 400}
QUESTIONS, OTHERS, NEAREST = 5, 3, 24
"""Questions a batch; passages without an answer beside each; nearest passages these are drawn from."""
UNRELATED, SAME_PAGE, LEANING = 0.12, 0.08, 0.12
"""Shares of questions that get another question as history: of another page, of the same page, and one they lean on."""


class Encoder(nn.Module):
    """The embedding model in two halves: what is shared, and a copy of the upper layers that is trained."""

    def __init__(self) -> None:
        super().__init__()
        from sentence_transformers import SentenceTransformer

        base = SentenceTransformer(str(MODEL), device="cpu", local_files_only=True)
        bert = base[0].auto_model.eval()
        self.tokenizer = base.tokenizer.backend_tokenizer
        self.tokenizer.no_padding()
        self.embeddings, self.lower = bert.embeddings, bert.encoder.layer[:LOWER]
        self.original = bert.encoder.layer[LOWER:]
        from copy import deepcopy

        self.upper = deepcopy(self.original)
        self.projection = nn.Linear(384, WIDTH, bias=False)
        self.token_weight = nn.Linear(384, 1)
        nn.init.zeros_(self.token_weight.weight)
        nn.init.zeros_(self.token_weight.bias)
        for part in (self.embeddings, self.lower, self.original):
            part.requires_grad_(requires_grad=False)

    def half(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return what the shared layers make of token ids."""
        states = self.embeddings(input_ids=ids)
        return through(self.lower, states, mask)

    def read(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return (n, k, WIDTH) token vectors of length 1 and (n, k) weights from what the shared layers made."""
        top = through(self.upper, states, mask)
        weights = nn.functional.softplus(self.token_weight(top)).squeeze(-1) * mask
        return normalize(self.projection(top).float(), dim=-1), weights.float()


class Head(nn.Module):
    """The score of a sentence from token similarities, and that of "no answer"."""

    def __init__(self) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(30.0)))
        self.passage = nn.Parameter(torch.tensor(0.2))
        self.mean = nn.Parameter(torch.tensor(0.2))
        self.match = nn.Parameter(torch.zeros(WIDTH))
        self.sentence = nn.Parameter(torch.zeros(WIDTH))
        self.no_answer = nn.Parameter(torch.tensor(0.9))
        self.question = nn.Parameter(torch.zeros(WIDTH))

    def forward(self, query: Reading, best: Tensor, whole: Tensor, means: Tensor) -> tuple[Tensor, Tensor]:
        """Return (q, s) scores of sentences and (q,) of "no answer"."""
        share = query.weights / query.weights.sum(1, keepdim=True).clamp(min=1e-6)
        close = torch.einsum("qk,qks->qs", share, best)
        context = torch.einsum("qk,qks->qs", share, whole)
        asked = normalize(torch.einsum("qk,qkd->qd", share, query.vectors), dim=1)
        score = close + self.passage * context + self.mean * (asked @ means.T)
        score = score + (asked * self.match) @ means.T + (means @ self.sentence)[None]
        return self.log_scale.exp() * score, self.log_scale.exp() * (self.no_answer + asked @ self.question)


@dataclass(slots=True)
class Reading:
    """Token vectors (n, k, WIDTH) and weights (n, k)."""

    vectors: Tensor
    weights: Tensor


def through(layers: nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
    """Return states after some layers of BERT; mask is 1 where a token stands."""
    there = mask.bool()[:, None, None, :]
    for layer in layers:
        out = layer(states, attention_mask=there)
        states = out[0] if isinstance(out, tuple) else out
    return states


class Shelf:
    """Every passage once, as token ids, the sentence of each token, and what the shared layers make of it."""

    def __init__(self, encoder: Encoder, passages: Sequence[Passage], file: Path) -> None:
        self.encoder = encoder
        self.passages = passages
        pieces = encoder.tokenizer.encode_batch([f"passage: {p.text}" for p in passages])
        self.owner = [_owners(piece, p)[:LONGEST] for piece, p in zip(pieces, passages, strict=True)]
        self.ids = [piece.ids[:LONGEST] for piece in pieces]
        self.at = np.concatenate(([0], np.cumsum([len(ids) for ids in self.ids])))
        name = hashlib.sha256("".join(p.text for p in passages).encode()).hexdigest()[:12]
        self.file, self.vectors_file = file / f"states-{name}.npy", file / f"vectors-{name}.npy"
        if not self.vectors_file.exists():
            self._encode()
        self.states = np.load(self.file, mmap_mode="r")
        self.vectors = np.load(self.vectors_file)

    @torch.no_grad()
    def _encode(self) -> None:
        shape = (int(self.at[-1]), 384)
        kept = np.lib.format.open_memmap(self.file, "w+", np.float16, shape)
        vectors = np.zeros((len(self.ids), 384), np.float32)
        order = sorted(range(len(self.ids)), key=lambda n: len(self.ids[n]))
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            ids, mask = padded([self.ids[n] for n in rows])
            with torch.autocast("cpu", torch.bfloat16):
                half = self.encoder.half(ids, mask)
                top = through(self.encoder.original, half, mask).float()
            mean = normalize((top * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=1)
            for row, n in enumerate(rows):
                kept[self.at[n] : self.at[n + 1]] = half[row, : len(self.ids[n])].float().numpy()
                vectors[n] = mean[row].numpy()
            if start % 1600 == 0:
                say(f"encoded {start} of {len(order)} passages")
        np.save(self.vectors_file, vectors)

    def batch(self, numbers: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
        """Return (n, k, 384) states, (n, k) mask and (n, k) sentence of each token: -1 none, 0 the context."""
        longest = max(len(self.ids[n]) for n in numbers)
        states = torch.zeros(len(numbers), longest, 384)
        mask = torch.zeros(len(numbers), longest)
        owner = torch.full((len(numbers), longest), -1, dtype=torch.long)
        for row, n in enumerate(numbers):
            k = len(self.ids[n])
            states[row, :k] = torch.from_numpy(self.states[self.at[n] : self.at[n + 1]].astype(np.float32))
            mask[row, :k] = 1
            owner[row, :k] = torch.tensor(self.owner[n])
        return states, mask, owner


def _owners(piece: Any, passage: Passage) -> list[int]:  # noqa: ANN401 - a tokenizers.Encoding
    shift = len("passage: ")
    found = []
    for start, end in piece.offsets:
        if end <= shift or end <= start:
            found.append(-1)
        elif end - shift <= passage.start:
            found.append(0)
        else:
            found.append(1 + next((n for n, e in enumerate(passage.ends) if end - shift <= e), len(passage.ends) - 1))
    return found


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return ids and mask, filled up to the longest row."""
    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[1] * (longest - len(row))] for row in rows])
    mask = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in rows])
    return ids, mask


def read_queries(encoder: Encoder, texts: Sequence[str]) -> Reading:
    """Return the token vectors and weights of questions; the prompt and special tokens weigh nothing."""
    pieces = encoder.tokenizer.encode_batch([f"query: {text}" for text in texts])
    ids, mask = padded([piece.ids[:128] for piece in pieces])
    with torch.no_grad():
        half = encoder.half(ids, mask)
    vectors, weights = encoder.read(half, mask)
    kept = [[float(end > len("query: ") and end > start) for start, end in piece.offsets[:128]] for piece in pieces]
    return Reading(vectors, weights * torch.tensor([[*k, *[0.0] * (mask.shape[1] - len(k))] for k in kept]))


def meet(query: Reading, vectors: Tensor, owner: Tensor) -> tuple[Tensor, Tensor, Tensor, list[tuple[int, int]]]:
    """Return the best similarity of each query token in every sentence and in its passage, and the sentences' means."""
    flat, of = vectors.reshape(-1, vectors.shape[-1]), owner
    base, places = 0, []
    index = torch.full_like(of, -1)
    for row in range(of.shape[0]):
        count = int(of[row].max())
        for s in range(1, count + 1):
            index[row][of[row] == s] = base + s - 1
            places.append((row, s - 1))
        base += count
    said, every = index.reshape(-1), torch.arange(of.shape[0])[:, None].expand_as(of).reshape(-1)
    similar = torch.einsum("qkd,md->qkm", query.vectors, flat)
    inside, outside = said >= 0, of.reshape(-1) >= 0
    best = _largest(similar[..., inside], said[inside], base)
    passage = _largest(similar[..., outside], every[outside], of.shape[0])
    whole = passage[..., torch.tensor([row for row, _ in places])]
    means = torch.zeros(base, flat.shape[1]).index_add(0, said[inside], flat[inside])
    return best, whole, normalize(means, dim=1), places


def _largest(values: Tensor, group: Tensor, groups: int) -> Tensor:
    out = torch.full((*values.shape[:2], groups), -1.0)
    return out.scatter_reduce(2, group.expand(*values.shape[:2], -1), values, "amax")


def loss_of(scores: Tensor, nothing: Tensor, right: Tensor, wrong: Tensor, sure: Tensor) -> Tensor:
    """Return the cross-entropy over sentences and "no answer"; of several right sentences each must win, where sure."""
    far = torch.finfo(scores.dtype).min / 4
    lost = torch.logsumexp(torch.cat((scores.masked_fill(~wrong, far), nothing[:, None]), 1), 1)
    wrongs = torch.logsumexp(scores.masked_fill(~wrong, far), 1)
    total = scores.new_zeros(())
    for q in range(scores.shape[0]):
        if not right[q].any():
            total = total + torch.logaddexp(nothing[q], wrongs[q]) - nothing[q]
            continue
        won = scores[q][right[q]]
        one = torch.logsumexp(won, 0)
        total = total + torch.logaddexp(one, lost[q]) - one + 0.5 * (torch.logaddexp(one, wrongs[q]) - one)
        if sure[q] and len(won) > 1:
            total = total + 0.5 * (torch.logaddexp(won, lost[q]) - won).mean()
    return total / scores.shape[0]


class Course:
    """Batches without end: questions by the shares of their sets, passages with the answer and hard ones without."""

    def __init__(self, sets: Sequence[Set], shelf: Shelf, encoder: Encoder, seed: int) -> None:
        self.random = random.Random(seed)
        self.sets, self.shelf, self.encoder = sets, shelf, encoder
        self.by_page: dict[str, list[int]] = {}
        for number, passage in enumerate(shelf.passages):
            self.by_page.setdefault(passage.page, []).append(number)
        self.train = {s.name: [e for e in s.examples if e.source not in KEPT_OUT] for s in sets}
        self.near: dict[int, list[int]] = {}

    def nearest(self, found: Set, examples: Sequence[Example], k: int) -> list[list[int]]:
        """Return the k passages nearest to each question by the original vectors, in the pages it was asked over."""
        ours = np.array([n for p in {p.page for p in found.passages} for n in self.by_page[p]])
        pages = np.array([self.shelf.passages[n].page for n in ours])
        out = []
        for start in range(0, len(examples), 64):
            some = examples[start : start + 64]
            asked = self._vectors([e.question for e in some]) + self._vectors([e.query for e in some])
            for e, row in zip(some, asked @ self.shelf.vectors[ours].T, strict=True):
                if e.pages:
                    row = np.where(np.isin(pages, list(e.pages)), row, -9)
                out.append([int(ours[n]) for n in np.argsort(-row)[:k]])
        return out

    @torch.no_grad()
    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        pieces = self.encoder.tokenizer.encode_batch([f"query: {text}" for text in texts])
        ids, mask = padded([piece.ids[:128] for piece in pieces])
        top = through(self.encoder.original, self.encoder.half(ids, mask), mask)
        return normalize((top * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=1).numpy()

    def prepare(self) -> None:
        """Find the hard passages of every question once."""
        for found in self.sets:
            if found.searched:
                chosen = self.train[found.name]
                for e, near in zip(chosen, self.nearest(found, chosen, NEAREST), strict=True):
                    self.near[id(e)] = near

    def __iter__(self) -> Iterator[tuple[list[Example], list[int]]]:
        names = [s.name for s in self.sets]
        shares = [SHARES.get(kind_of(name), 0.25) for name in names]
        queues: dict[str, list[Example]] = {name: [] for name in names}
        while True:
            chosen, numbers = [], []
            for name in self.random.choices(names, shares, k=QUESTIONS):
                if not queues[name]:
                    queues[name] = self.random.sample(self.train[name], len(self.train[name]))
                example = queues[name].pop()
                numbers += self._passages(example)
                chosen.append(self._with_history(example, name))
            yield chosen, list(dict.fromkeys(numbers))

    def _passages(self, example: Example) -> list[int]:
        pages = self.random.sample(sorted({page for page, _ in example.right}), min(2, len({p for p, _ in example.right})))
        told = [n for page in pages for n in self.by_page.get(page, ()) if self._answers(n, example)]
        told = self.random.sample(told, min(3, len(told)))
        near = [n for n in self.near.get(id(example), ()) if n not in told]
        weights = [1 / (3 + rank) for rank in range(len(near))]
        hard: list[int] = []
        while near and len(hard) < OTHERS + (not told):
            pick = self.random.choices(range(len(near)), weights)[0]
            hard.append(near.pop(pick))
            weights.pop(pick)
        same = [n for page in pages for n in self.by_page.get(page, ()) if n not in told and n not in hard]
        return told + hard + self.random.sample(same, min(1, len(same)))

    def _answers(self, number: int, example: Example) -> bool:
        p = self.shelf.passages[number]
        return any((p.page, n) in example.right for n in range(p.first, p.first + len(p.sentences)))

    def _with_history(self, example: Example, name: str) -> Example:
        if example.history or not example.right:
            return example
        draw = self.random.random()
        page = next(iter(example.right))[0]
        others = self.train[name]
        if draw < UNRELATED:
            return replace(example, history=self._turns(self.random.choice(others)))
        if draw < UNRELATED + SAME_PAGE + LEANING:
            beside = [e for e in self.random.sample(others, min(400, len(others))) if e is not example and any(p == page for p, _ in e.right)]
            if beside and draw < UNRELATED + SAME_PAGE:
                return replace(example, history=self._turns(beside[0]))
            for other in beside:
                if (shorter := leaning(example.question, other.question)) != example.question:
                    return replace(example, question=shorter, history=self._turns(other))
        return example

    def _turns(self, example: Example) -> tuple[Turn, ...]:
        told = ""
        for page, n in sorted(example.right)[:1]:
            for number in self.by_page.get(page, ()):
                p = self.shelf.passages[number]
                if p.first <= n < p.first + len(p.sentences):
                    told = p.sentences[n - p.first]
        return (Turn("user", example.question), Turn("bot", told or "I couldn't find that in the articles."))


def leaning(question: str, before: str) -> str:
    """Return question without what it shares with the question before, as people leave it out; "it" in its place."""
    words, said = question.split(), set(before.casefold().split())
    shared = [w.casefold() in said and len(w) > 3 for w in words]
    runs = [n for n in range(len(words)) if shared[n]]
    if not runs or len(runs) >= len(words) - 1:
        return question
    first = last = runs[-1]
    while first > 0 and shared[first - 1]:
        first -= 1
    return " ".join([*words[:first], "it", *words[last + 1 :]])


def kind_of(name: str) -> str:
    """Return under which share a set falls."""
    return "pool" if name == "pool" else "articles" if name == "articles" else "texts"


def labels(examples: Sequence[Example], shelf: Shelf, numbers: Sequence[int], places: Sequence[tuple[int, int]]) -> tuple[Tensor, Tensor]:
    """Return (q, s) whether a sentence answers, and whether it is surely wrong."""
    keys = [(shelf.passages[numbers[row]].page, shelf.passages[numbers[row]].first + s) for row, s in places]
    right = torch.tensor([[key in e.right for key in keys] for e in examples])
    doubtful = torch.tensor([[key in e.doubtful for key in keys] for e in examples])
    return right, ~(right | doubtful)


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
    """Return, for authors that are kept out, how often the k best sentences hold an answer, and how well it declines."""
    encoder.eval()
    out: dict[str, Any] = {}
    for found in course.sets:
        chosen = [e for e in found.examples if e.source in KEPT_OUT or found.name == "corpus"]
        chosen = random.Random(1).sample(chosen, min(most, len(chosen)))
        if not found.searched or not chosen:
            continue
        hits, best, answerable = [], [], []
        for e, near in zip(chosen, course.nearest(found, [replace(e, pages=frozenset()) for e in chosen], 12), strict=True):
            scores, nothing, places = scores_of(encoder, head, course.shelf, [e.query], near)
            order = torch.argsort(-scores[0]).tolist()
            keys = [(course.shelf.passages[near[places[n][0]]].page, course.shelf.passages[near[places[n][0]]].first + places[n][1]) for n in order]
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


def say(text: str) -> None:
    """Print one line with the time."""
    print(time.strftime("%H:%M:%S"), text, flush=True)  # noqa: T201 - the only output of a script


def main() -> None:
    """Train until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
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

    sets = [read_collection(HERE / "corpus/articles", sorted((HERE / "tests/questions").glob("*.jsonl")), count)]
    sets += [read_pool(a.pool, count)] if a.pool else []
    sets += [read_texts(a.texts, PUBLIC, count)] if a.texts else []
    sets += [read_collection(a.test / "corpus", [a.test / "questions.jsonl"], count)] if a.test else []
    say(", ".join(f"{s.name}: {len(s.passages)} passages, {len(s.examples)} questions" for s in sets))
    shelf = Shelf(encoder, [p for s in sets for p in s.passages], a.work)
    course = Course(sets, shelf, encoder, 0)
    if a.test:
        course.train["corpus"] = []
        course.sets = [s for s in sets if s.name != "corpus"]
    course.prepare()
    say("ready")
    begin(encoder, shelf)
    train(encoder, head, course, sets, a)


@torch.no_grad()
def begin(encoder: Encoder, shelf: Shelf) -> None:
    """Start the projection with the directions in which the original token vectors differ most."""
    states, mask, _ = shelf.batch(random.Random(0).sample(range(len(shelf.ids)), min(200, len(shelf.ids))))
    top = through(encoder.original, states, mask)[mask.bool()]
    _, _, directions = torch.linalg.svd(top - top.mean(0), full_matrices=False)
    encoder.projection.weight.copy_(directions[:WIDTH])


def train(encoder: Encoder, head: Head, course: Course, sets: Sequence[Set], a: argparse.Namespace) -> None:
    """Take all steps, from the last checkpoint on."""
    parts = [*encoder.upper.parameters()]
    small = [*encoder.projection.parameters(), *encoder.token_weight.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": parts, "lr": a.rate}, {"params": small, "lr": a.rate * 6}, {"params": head.parameters(), "lr": 2e-3}]
    )
    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1, (n + 1) / 100) * max(0.02, 1 - n / a.steps))
    kept, first = a.work / "checkpoint.pt", 0
    everything = nn.ModuleDict({"encoder": encoder, "head": head})
    if kept.exists():
        state = torch.load(kept)
        everything.load_state_dict(state["model"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        plan.load_state_dict(state["plan"])
        first = state["step"]
    encoder.train()
    history: list[dict[str, Any]] = []
    losses: list[float] = []
    batches = iter(course)
    evaluated = Course(sets, course.shelf, encoder, 1)
    for step in range(first, a.steps):
        examples, numbers = next(batches)
        scores, nothing, places = scores_of(encoder, head, course.shelf, [e.query for e in examples], numbers)
        right, wrong = labels(examples, course.shelf, numbers, places)
        loss = loss_of(scores, nothing, right, wrong, torch.tensor([e.sure for e in examples]))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], 1.0)
        optimizer.step()
        plan.step()
        losses.append(loss.item())
        if (step + 1) % 50 == 0:
            say(f"step {step + 1} loss {np.mean(losses[-50:]):.3f}")
        if (step + 1) % 500 == 0 or step + 1 == a.steps:
            history.append({"step": step + 1, "loss": float(np.mean(losses[-500:])), **measure(encoder, head, evaluated)})
            say(json.dumps(history[-1]))
            trained = {k: v for k, v in everything.state_dict().items() if not k.startswith(("encoder.embeddings", "encoder.lower", "encoder.original"))}
            torch.save({"model": trained, "optimizer": optimizer.state_dict(), "plan": plan.state_dict(), "step": step + 1}, kept)
            (a.work / "metrics.json").write_text(json.dumps(history, indent=1))
            save(encoder, head, a.work / "reader.safetensors")


def save(encoder: Encoder, head: Head, path: Path) -> None:
    """Write what was trained, in half precision."""
    from safetensors.torch import save_file

    tensors = {f"encoder.layer.{LOWER + int(k.split('.')[0])}.{k.split('.', 1)[1]}": v for k, v in encoder.upper.state_dict().items()}
    tensors |= {f"projection.{k}": v for k, v in encoder.projection.state_dict().items()}
    tensors |= {f"token_weight.{k}": v for k, v in encoder.token_weight.state_dict().items()}
    tensors |= {f"head.{k}": v for k, v in head.state_dict().items()}
    with (MODEL / "model.safetensors").open("rb") as file:
        base = hashlib.file_digest(file, "sha256").hexdigest()
    halves = {k: (v if k.startswith("head.") else v.half()).contiguous() for k, v in tensors.items()}
    save_file(halves, path, metadata={"base": base})


if __name__ == "__main__":
    main()
