"""A new build tried out in a process of its own, since a broken one can take its reader down with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bot
from bot.errors import IndexDamaged
from bot.index.model import SAME
from bot.index.snapshot import Snapshot

KNOWN = 100
"""Passages that must find themselves."""

SLOW = 900
"""Seconds after which a trial is given up."""

_TRIAL = "import sys; sys.path.insert(0, sys.argv[1]); from bot.index.verify import main; main(*sys.argv[2:])"


def verify(build: Path, workspace: Path) -> None:
    """Return when a finished build answers rightly. Raises IndexDamaged, also when the trial crashes."""
    try:
        trial = _tried(str(build), str(workspace))
    except subprocess.TimeoutExpired as error:
        raise IndexDamaged("The new index does not answer; the old one stays.") from error
    if trial.returncode != 0:
        said = trial.stderr.strip().splitlines() or [f"it ended with {trial.returncode}"]
        raise IndexDamaged(f"The new index failed its trial ({said[-1]}); the old one stays.")


def _tried(build: str, workspace: str) -> subprocess.CompletedProcess[str]:
    home = Path(bot.__file__).parents[1]
    command = [sys.executable, "-c", _TRIAL, str(home), build, workspace]
    return subprocess.run(  # noqa: S603 - our own interpreter and our own paths
        command, capture_output=True, text=True, timeout=SLOW, check=False
    )


def main(build: str, workspace: str) -> None:
    """Try a build, in the child process."""
    snapshot = Snapshot(Path(build), Path(workspace))
    try:
        snapshot.warm()
        if snapshot.degraded:
            raise IndexDamaged(snapshot.degraded)
        _check(snapshot)
    finally:
        snapshot.close()


def _check(snapshot: Snapshot) -> None:
    counts = snapshot.manifest.counts
    step = max(1, counts.passages // KNOWN)
    for number in range(0, counts.passages, step):
        (vector,) = snapshot.passage_vectors([number])
        found = snapshot.nearest(vector, 10)
        # Several passages may say the same: then any of them may come first.
        if number not in dict(found) and not (found and found[0][1] > SAME):
            raise IndexDamaged(f"passage {number} does not find itself")
        _check_text(snapshot, number)
    if len(snapshot.cards()) != counts.articles or len(snapshot.vocabulary()) != counts.words:
        raise IndexDamaged("articles or words are missing")


def _check_text(snapshot: Snapshot, number: int) -> None:
    passage = snapshot.passage(number)
    sentences = snapshot.sentences(passage.article_id)[passage.first : passage.last]
    body = snapshot.article(passage.article_id).body
    if not sentences or passage.text != body[sentences[0].start : sentences[-1].end]:
        raise IndexDamaged(f"passage {number} is not in its article")
    (tokens,) = snapshot.passage_tokens([number])
    if len(tokens.bounds) != len(sentences) + 2 or len(tokens.vectors) != tokens.bounds[-1] or not tokens.bounds[-1]:
        raise IndexDamaged(f"the sentences of passage {number} have no tokens")
