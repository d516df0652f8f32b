"""The index of these settings: made, shown, taken back."""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.errors import BotError
from bot.index.building import build, folders_of, mark_of
from bot.index.builds import Builds, IndexStatus
from bot.index.manifest import read_manifest
from bot.index.model import Model, find_model
from bot.index.report import Options, Progress, Report, quiet
from bot.settings import Settings

log = logging.getLogger(__name__)


def index(settings: Settings, progress: Progress = quiet, options: Options | None = None) -> Report:
    """Bring the index up to date with the folder of articles and the shelf, and return what was done.

    Raises CorpusError, ModelError and the kinds of IndexingError; the index that served still serves then.
    """
    model = find_model(settings.model, settings.data_dir, partial(progress, "prepare"))
    if settings.keep_days:
        _retire(settings)
    options = replace(
        options or Options(),
        threads=os.cpu_count() or 1,
        also=(settings.shelf_dir,),
        judge=partial(_judge, settings, model),
    )
    return build(settings.corpus_dir, settings.data_dir, model, progress, options)


def _retire(settings: Settings) -> None:
    """Take off the shelf what is too old, also where no source is ever followed."""
    # Most bots keep everything, and their index runs need nothing of what enters articles.
    from bot.app.newsroom import articles

    try:
        articles(settings).retire()
    except BotError as error:
        log.warning("What is too old stays for now: %s", error)


def _judge(settings: Settings, model: Model, new: Path, serving: Path) -> tuple[str, ...]:
    """Return why a new build answers worse than the one that serves. Raises CorpusError for a golden file."""
    # Most runs find nothing to do, and ask nothing.
    from bot.answering.reranker import load_reranker
    from bot.conversation import opened
    from bot.index.snapshot import Now
    from bot.newsroom.gate import Opened, judged
    from bot.newsroom.golden import load_golden

    golden, workspace = load_golden(settings.golden_file), Builds(settings.data_dir).workspace
    encoder, reranker = model.open(), load_reranker(settings.reranker)
    parts = Now(model.identity, lambda: encoder), encoder, reranker
    with opened(new, workspace, *parts) as fresh, opened(serving, workspace, *parts) as old:
        return judged(golden, Opened(*fresh), Opened(*old))


def status(settings: Settings) -> IndexStatus:
    """Return what the index holds, every file checked. Raises NoIndex."""
    return Builds(settings.data_dir).status()


def is_behind(settings: Settings) -> bool:
    """Return whether articles have changed since what serves was indexed; False when that cannot be told."""
    builds = Builds(settings.data_dir)
    serving = builds.serving()
    if not serving.build or serving.rolled_back or not settings.corpus_dir.is_dir():
        return False
    try:
        model = find_model(settings.model, settings.data_dir)
        folders = folders_of(settings.corpus_dir, (settings.shelf_dir,))
        return read_manifest(builds.folder(serving.build), older=True).corpus != mark_of(folders, model)
    except BotError:
        return False


def has_index(settings: Settings) -> bool:
    """Return whether a build is there to answer from."""
    return bool(Builds(settings.data_dir).serving().build)


def rollback(settings: Settings) -> str:
    """Let the previous build serve again and return its id. Raises NoIndex, IndexDamaged, IndexBusy."""
    return Builds(settings.data_dir).rollback().build


def index_apart(settings: Settings, corpus: Path, progress: Progress = quiet) -> Settings:
    """Bring an index of another folder of articles up to date, and return the settings that answer from it.

    What serves is not touched: it shares with the other index only the models that were made ready. Raises what index
    raises.
    """
    there = apart(settings, corpus)
    models = settings.data_dir.resolve() / "models"
    for folder in (models, there.data_dir):
        folder.mkdir(parents=True, exist_ok=True)
    if not (there.data_dir / "models").exists():
        (there.data_dir / "models").symlink_to(models, target_is_directory=True)
    index(there, progress, Options(force=True))
    return there


def apart(settings: Settings, corpus: Path) -> Settings:
    """Return settings for another folder of articles, with an index of its own beside the serving one.

    No known question is about these articles, and none is ever too old.
    """
    home = settings.data_dir / "apart" / hashlib.sha256(os.fsencode(corpus.resolve())).hexdigest()[:16]
    own = {"corpus_dir": corpus, "data_dir": home, "golden_file": home / "questions.toml", "keep_days": 0}
    return settings.model_copy(update=own)
