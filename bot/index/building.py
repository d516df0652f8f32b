"""A folder of articles becomes a build that serves."""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import AnswersWorse, BotError, CorpusError, IndexDamaged, IndexingError, TooMuchLost
from bot.index.builds import Builds, Current
from bot.index.cache import VectorCache
from bot.index.encoder import TokenEncoder
from bot.index.fingerprint import fingerprint
from bot.index.manifest import SCHEMA, Manifest, check_files, hash_files, read_manifest, sync, write_manifest
from bot.index.report import Options, Progress, Ready, Report, compared, quiet, unchanged
from bot.index.texts import Texts, article_hash
from bot.index.versions import chroma_version

LOST = 0.3
"""The share of articles that may vanish between two builds without force: an unmounted folder loses all."""

SHOWN = 3
"""Questions that are named in the sentence that says why a build is not switched to."""

DEFAULTS = Options()


def build(
    corpus: Path, data_dir: Path, model: Ready, progress: Progress = quiet, options: Options = DEFAULTS
) -> Report:
    """Index the articles in corpus and options.also and let the new build serve; an unchanged corpus makes none.

    Whatever is raised, the build that served still serves. Raises CorpusError, IndexBusy, IndexDamaged,
    IndexingError (a full disk), TooMuchLost, AnswersWorse, ModelError.
    """
    started = time.monotonic()
    if not corpus.is_dir():
        raise CorpusError(f"The article folder {corpus} does not exist; check BOT_CORPUS_DIR.")
    builds = Builds(data_dir)
    with builds.writing(options.who):
        folders = folders_of(corpus, options.also)
        mark = mark_of(folders, model)
        serving = _serving(builds)
        if serving and not options.rebuild:
            stands = options.keep_rollback and _rollback_stands(builds, serving, mark, model)
            if stands or serving.corpus == mark:
                return unchanged(serving, time.monotonic() - started, rolled_back=stands)
        unfinished = builds.new()
        try:
            return _Run(builds, model, progress, options).run(folders, mark, unfinished, started)
        except BotError:
            raise
        except MemoryError as error:
            raise IndexingError("There is too little memory for a new index; the old one still serves.") from error
        except Exception as error:
            # A full disk raises OSError, sqlite3's, tantivy's or Chroma's own, depending on who met it.
            raise IndexingError(f"The new index cannot be written ({error}); the old one still serves.") from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Run:
    """One index run that has something to do."""

    builds: Builds
    model: Ready
    progress: Progress
    options: Options

    def run(self, folders: Sequence[Path], mark: str, unfinished: Path, started: float) -> Report:
        # An unchanged corpus pays for none of these imports.
        from bot.index.gathering import cut, gather
        from bot.index.writing import write_build

        gathered = gather(folders, lambda count: self.progress("read", count, 0))
        if not gathered.articles:
            raise CorpusError(f"No article in {folders[0]} can be read; the index stays as it is.")
        before = _hashes(self.builds)
        after = {each.id: article_hash(each) for each in gathered.articles}
        self._guard(len(before), len(after))
        build_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        with closing(self._cache()) as vectors:
            cuts = cut(gathered.articles, self.model.tokens, self.model.identity.max_tokens)
            counts = write_build(unfinished, cuts, vectors, self._encoder, self.model.count_tokens, self._encoded)
            manifest = Manifest(
                build_id=build_id,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                identity=self.model.identity,
                chroma=chroma_version(),
                corpus=mark,
                counts=counts,
                refused=gathered.refused,
                files=hash_files(unfinished),
            )
            worse = self._let_serve(unfinished, manifest)
            serving = self.builds.current()
            vectors.finish(build_id, [serving.build, serving.previous])
        report = compared(manifest, before, after, vectors.encoded, time.monotonic() - started)
        return replace(report, worse=worse)

    def _cache(self) -> VectorCache:
        if self.options.rebuild:
            for path in self.builds.root.glob(f"{self.builds.state.name}*"):
                path.unlink()
        return VectorCache(self.builds.state, self.model.identity)

    def _encoder(self) -> TokenEncoder:
        return self.model.open(self.options.threads)

    def _encoded(self, done: int, total: int) -> None:
        self.progress("encode", done, total)

    def _guard(self, before: int, after: int) -> None:
        if after < (1 - LOST) * before and not self.options.force:
            raise TooMuchLost(
                f"Only {after} of {before} articles are left; the old index still serves. "
                "If that is right, switch anyway (index --force)."
            )

    def _let_serve(self, unfinished: Path, manifest: Manifest) -> tuple[str, ...]:
        """Check a new build and switch to it; return which known questions it answers worse, where that is forced."""
        from bot.index.verify import verify

        write_manifest(manifest, unfinished)
        sync(unfinished)
        self.progress("verify", 0, 1)
        verify(unfinished, self.builds.workspace)
        self.progress("verify", 1, 1)
        worse = self._judged(unfinished)
        before = self.builds.serving()
        self.builds.finish(unfinished, manifest.build_id)
        self.builds.switch(Current(manifest.build_id, before.build))
        self.builds.prune()
        return worse

    def _judged(self, unfinished: Path) -> tuple[str, ...]:
        """Return why the new build answers worse than the one that serves. Raises AnswersWorse unless forced."""
        serving = _serving(self.builds)
        if self.options.judge is None or serving is None:
            return ()
        self.progress("judge", 0, 1)
        worse = self.options.judge(unfinished, self.builds.folder(serving.build_id))
        self.progress("judge", 1, 1)
        if worse and not self.options.force:
            more = f" and {len(worse) - SHOWN} more" if len(worse) > SHOWN else ""
            raise AnswersWorse(
                f"The new index answers known questions worse, so the old one still serves: {'; '.join(worse[:SHOWN])}"
                f"{more}. If that is right, switch anyway (index --force).",
                worse,
            )
        return worse


def folders_of(corpus: Path, also: Sequence[Path]) -> tuple[Path, ...]:
    """Return the folders that are indexed: also where they are there."""
    return (corpus, *(folder for folder in also if folder.is_dir()))


def mark_of(folders: Sequence[Path], model: Ready) -> str:
    """Return a hash over everything that decides what a build holds."""
    parts = (fingerprint(*folders), model.identity.key, chroma_version(), SCHEMA)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _serving(builds: Builds) -> Manifest | None:
    """Return the manifest of the build that serves, None when there is none that is whole."""
    current = builds.serving()
    if not current.build:
        return None
    try:
        manifest = read_manifest(builds.folder(current.build))
        check_files(builds.folder(current.build), manifest)
    except IndexDamaged:
        return None
    return manifest


def _rollback_stands(builds: Builds, serving: Manifest, mark: str, model: Ready) -> bool:
    """Return whether indexing would only make again what a person took back."""
    current = builds.serving()
    if not current.rolled_back or serving.identity != model.identity:
        return False
    try:
        return read_manifest(builds.folder(current.previous)).corpus == mark
    except IndexDamaged:
        return False


def _hashes(builds: Builds) -> dict[str, str]:
    """Return article id -> hash of the build that serves, nothing when it cannot be read."""
    current = builds.serving()
    if not current.build:
        return {}
    try:
        with closing(Texts(builds.folder(current.build) / "texts.sqlite")) as texts:
            return texts.hashes()
    except IndexDamaged:
        return {}
