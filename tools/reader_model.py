"""The reader as it is trained: the encoder in two halves, token similarities, and the score of a sentence."""

from __future__ import annotations

import hashlib
import math
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn.functional import normalize

from bot.index.tokens import WIDTH

MODEL = Path(sys.prefix, "share", "wearables-bot", "multilingual-e5-small")
LOWER = 6
"""Layers that are shared with retrieval and stay as they are."""
LONGEST_QUERY = 128
"""Tokens of a question that are read."""


class Encoder(nn.Module):
    """The embedding model in two halves: what is shared, and a copy of the upper layers that is trained."""

    def __init__(self) -> None:
        super().__init__()

        base = SentenceTransformer(str(MODEL), device="cpu", local_files_only=True)
        bert = base[0].auto_model.eval()
        self.tokenizer = base.tokenizer.backend_tokenizer
        self.tokenizer.no_padding()
        self.embeddings, self.lower = bert.embeddings, bert.encoder.layer[:LOWER]
        self.original = bert.encoder.layer[LOWER:]

        self.upper = deepcopy(self.original)
        for layer in self.upper:
            layer.attention.self.dropout.p = 0.0  # a fifth faster; the other dropouts stay
        self.projection = nn.Linear(384, WIDTH, bias=False)
        self.token_weight = nn.Linear(384, 1)
        nn.init.zeros_(self.token_weight.weight)
        nn.init.zeros_(self.token_weight.bias)
        for part in (self.embeddings, self.lower, self.original):
            part.requires_grad_(requires_grad=False)

    def shared(self, ids: Tensor, mask: Tensor) -> Tensor:
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


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return ids and mask, filled up to the longest row."""
    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[1] * (longest - len(row))] for row in rows])
    mask = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in rows])
    return ids, mask


def read_queries(encoder: Encoder, texts: Sequence[str]) -> Reading:
    """Return the token vectors and weights of questions; the prompt and special tokens weigh nothing."""
    pieces = encoder.tokenizer.encode_batch([f"query: {text}" for text in texts])
    ids, mask = padded([piece.ids[:LONGEST_QUERY] for piece in pieces])
    with torch.no_grad():
        half = encoder.shared(ids, mask)
    vectors, weights = encoder.read(half, mask)
    kept = [
        [float(end > len("query: ") and end > start) for start, end in piece.offsets[:LONGEST_QUERY]]
        for piece in pieces
    ]
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


def save(encoder: Encoder, head: Head, path: Path) -> None:
    """Write what was trained, in half precision."""
    from safetensors.torch import save_file

    tensors = {
        f"encoder.layer.{LOWER + int(k.split('.')[0])}.{k.split('.', 1)[1]}": v
        for k, v in encoder.upper.state_dict().items()
    }
    tensors |= {f"projection.{k}": v for k, v in encoder.projection.state_dict().items()}
    tensors |= {f"token_weight.{k}": v for k, v in encoder.token_weight.state_dict().items()}
    tensors |= {f"head.{k}": v for k, v in head.state_dict().items()}
    with (MODEL / "model.safetensors").open("rb") as file:
        base = hashlib.file_digest(file, "sha256").hexdigest()
    halves = {k: (v if k.startswith("head.") else v.half()).contiguous() for k, v in tensors.items()}
    save_file(halves, path, metadata={"base": base})
