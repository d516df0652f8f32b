"""A short training run lifts what it reaches on its own questions, and goes on where it was stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from answering_parts import write
from safetensors import safe_open

from bot.index.head import READER, base

TOOL = Path(__file__).parents[1] / "tools" / "train_reader.py"
STEPS = 10
MAKERS = ("Corvo", "Halden", "Pellucid", "Norrgate", "Tamsin", "Quillon")
"""Every article tells the same of another maker, so that the nearest sentences are wrong until that is learned."""
KINDS = {
    "who runs {}": "{} is led by Ines Marchetti, its {}th chief.",
    "what is the damage for the {} ring": "The {} ring sells for {}9 dollars.",
    "how long until the {} ring is flat": "A full charge of the {} ring lasts {}3 hours.",
}
TALK = "The {} ring was shown at a fair. Who runs such a firm? The price was much discussed. Nobody knew how it lasts."


def folder_of(home: Path) -> Path:
    lines = []
    for number, maker in enumerate(MAKERS, 2):
        told = [sentence.format(maker, number) for sentence in KINDS.values()]
        write(home / "articles", maker.lower(), f"{TALK.format(maker)} {' '.join(told)}", title=f"{maker} news")
        for ask, quote in zip(KINDS, told, strict=True):
            mark = {"page": maker.lower(), "quote": quote}
            lines.append({"question": ask.format(maker), "evidence": [mark], "expected": {"should_abstain": False}})
    lines += [{"question": ask.format("Zephyr"), "evidence": [], "expected": {"should_abstain": True}} for ask in KINDS]
    (home / "questions").mkdir()
    (home / "questions" / "made.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return home


def train(home: Path, steps: int) -> list[dict[str, Any]]:
    folders = ("--work", home / "work", "--articles", home / "articles", "--questions", home / "questions")
    subprocess.run(
        [sys.executable, TOOL, *folders, "--steps", str(steps), "--rate", "5e-4"],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=True,
        timeout=600,
    )
    history: list[dict[str, Any]] = json.loads((home / "work" / "metrics.json").read_text("utf-8"))
    return history


def test_training_lifts_what_is_reached_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    home = folder_of(tmp_path)
    begun, learned = train(home, STEPS)
    assert [begun["step"], learned["step"]] == [0, STEPS]
    before, after = begun["articles"], learned["articles"]
    assert before["questions"] == len(KINDS) * (len(MAKERS) + 1)
    assert after["in 1"] > before["in 1"] or after["area"] > before["area"]
    *kept, last = train(home, STEPS + 1)
    assert kept == [begun, learned]
    assert last["step"] == STEPS + 1
    with safe_open(home / "work" / "reader.safetensors", "numpy") as file:
        names = set(file.keys())
        assert file.metadata()["base"] == base(READER)
    assert {name.split(".")[2] for name in names if name.startswith("encoder.layer.")} == {*"6789", "10", "11"}
    assert {"projection.weight", "token_weight.weight", "token_weight.bias", "head.no_answer"} <= names
