"""What a training step is made of: questions, passages with the answer, and hard ones without."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from reader_data import Example, Passage, Set
from reader_model import LONGEST_QUERY, Encoder, padded, through
from torch import Tensor
from torch.nn.functional import normalize

from bot.values import Turn

if TYPE_CHECKING:
    from tokenizers import Encoding

LONGEST = 192
"""Tokens of a passage that are read in training."""
KEPT_OUT = ("pool-13", "pool-14", "pool-15", "sealed", "sealed2", "sealed3", "sealed4", "sealed5")
"""Authors that are measured and never trained on."""
SHARES = {"pool": 0.5, "articles": 0.27}
"""How much of a batch comes from the pool and from the repository's own questions."""
OF_OTHERS = 0.23
QUESTIONS, OTHERS, NEAREST = 5, 2, 24
"""Questions a batch; passages without an answer beside each; nearest passages these are drawn from."""
TELLING = 4
"""Letters of a word that may be left out of a question that leans on the one before."""
UNRELATED, SAME_PAGE, LEANING = 0.12, 0.08, 0.12
"""Shares of questions that get another question as history: of another page, of the same page, and one they lean on."""


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
                half = self.encoder.shared(ids, mask)
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


def _owners(piece: Encoding, passage: Passage) -> list[int]:
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
            for e, close in zip(some, asked @ self.shelf.vectors[ours].T, strict=True):
                allowed = np.isin(pages, list(e.pages)) if e.pages else np.True_
                out.append([int(ours[n]) for n in np.argsort(-np.where(allowed, close, -9))[:k]])
        return out

    @torch.no_grad()
    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        pieces = self.encoder.tokenizer.encode_batch([f"query: {text}" for text in texts])
        ids, mask = padded([piece.ids[:LONGEST_QUERY] for piece in pieces])
        top = through(self.encoder.original, self.encoder.shared(ids, mask), mask)
        return normalize((top * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=1).numpy()

    def prepare(self) -> None:
        """Find the hard passages of every question once."""
        for found in self.sets:
            if found.searched:
                chosen = self.train[found.name]
                for e, near in zip(chosen, self.nearest(found, chosen, NEAREST), strict=True):
                    self.near[id(e)] = near

    def __iter__(self) -> Iterator[tuple[list[Example], list[int]]]:
        names = [s.name for s in self.sets if self.train[s.name]]
        shares = [SHARES.get(name, OF_OTHERS) for name in names]
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
        pages = self.random.sample(
            sorted({page for page, _ in example.right}), min(2, len({p for p, _ in example.right}))
        )
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
            beside = [
                e
                for e in self.random.sample(others, min(400, len(others)))
                if e is not example and any(p == page for p, _ in e.right)
            ]
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
    shared = [w.casefold() in said and len(w) >= TELLING for w in words]
    runs = [n for n in range(len(words)) if shared[n]]
    if not runs or len(runs) >= len(words) - 1:
        return question
    first = last = runs[-1]
    while first > 0 and shared[first - 1]:
        first -= 1
    return " ".join([*words[:first], "it", *words[last + 1 :]])


def labels(
    examples: Sequence[Example], shelf: Shelf, numbers: Sequence[int], places: Sequence[tuple[int, int]]
) -> tuple[Tensor, Tensor]:
    """Return (q, s) whether a sentence answers, and whether it is surely wrong."""
    keys = [(shelf.passages[numbers[row]].page, shelf.passages[numbers[row]].first + s) for row, s in places]
    right = torch.tensor([[key in e.right for key in keys] for e in examples])
    doubtful = torch.tensor([[key in e.doubtful for key in keys] for e in examples])
    return right, ~(right | doubtful)


def say(text: str) -> None:
    """Print one line with the time."""
    print(time.strftime("%H:%M:%S"), text, flush=True)  # noqa: T201 - the only output of a script
