"""What an index run does: counts, cached vectors, guards, rollback, one writer, a full disk."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from index_child import index
from index_parts import HashingModel, write_article, write_edition

from bot.errors import CorpusError, IndexBusy, IndexDamaged, IndexingError, NoIndex, TooMuchLost
from bot.index.building import build
from bot.index.builds import Builds, Current
from bot.index.cache import VectorCache
from bot.index.encoder import Vectors
from bot.index.lending import Library
from bot.index.manifest import hash_files, read_manifest
from bot.index.report import Options
from bot.index.snapshot import Snapshot

PROCESSES = multiprocessing.get_context("spawn")


@pytest.fixture(scope="module")
def first_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("first")
    write_edition(home / "corpus", 1)
    build(home / "corpus", home / "data", HashingModel())
    return home


@pytest.fixture
def places(first_edition: Path, tmp_path: Path) -> tuple[Path, Path]:
    shutil.copytree(first_edition, tmp_path, dirs_exist_ok=True)
    return tmp_path / "corpus", tmp_path / "data"


def body_of_band_0(data_dir: Path) -> str:
    library = Library(data_dir, HashingModel().identity)
    with library.snapshot() as snapshot:
        body = snapshot.article("band-0").body
    library.close()
    return body


def test_an_unchanged_corpus_makes_no_build_and_opens_no_model(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    before = Builds(data_dir).current()
    model = HashingModel()
    os.utime(corpus / "band-0.md")
    report = build(corpus, data_dir, model)
    assert (report.new_build, report.encoded, report.unchanged, report.articles) == (False, 0, 6, 6)
    assert model.opened == 0
    assert Builds(data_dir).current() == before


def test_only_what_changed_is_encoded(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    write_article(corpus, "band-0", "Band 0", "A rewritten sentence about zebras.")
    write_article(corpus, "new", "New", "Something new about lions.")
    (corpus / "band-5.md").unlink()
    model = HashingModel()
    heard: list[tuple[str, int, int]] = []
    report = build(corpus, data_dir, model, lambda *said: heard.append(said))
    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 1, 4)
    assert report.encoded == len(model.encoded)
    assert set(model.encoded) == {
        "Band 0. A rewritten sentence about zebras.",
        "New. Something new about lions.",
    }
    assert [stage for stage, _, _ in heard][-1] == "verify"
    encoding = [(done, total) for stage, done, total in heard if stage == "encode"]
    assert encoding == sorted(encoding)
    assert encoding[-1][0] == encoding[-1][1]


def test_a_change_of_metadata_alone_encodes_nothing_and_is_served(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    path = corpus / "band-1.md"
    path.write_text(path.read_text().replace("2025-11-28", "2026-01-02"))
    report = build(corpus, data_dir, HashingModel())
    assert (report.changed, report.encoded, report.new_build) == (1, 0, True)
    library = Library(data_dir, HashingModel().identity)
    with library.snapshot() as snapshot:
        assert str(snapshot.article("band-1").published) == "2026-01-02"
    library.close()


def test_rebuild_encodes_everything_again(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    report = build(corpus, data_dir, HashingModel(), options=Options(rebuild=True))
    assert report.new_build
    assert report.encoded == 6
    assert report.unchanged == 6


def test_vectors_that_no_kept_build_uses_are_forgotten(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    sizes = []
    for edition in (2, 3, 4):
        write_edition(corpus, edition)
        build(corpus, data_dir, HashingModel())
        with closing(sqlite3.connect(data_dir / "index/state.sqlite")) as state:
            sizes.append(state.execute("select count(*) from vectors").fetchone()[0])
    assert len(set(sizes)) == 1


def test_a_broken_cache_is_thrown_away(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    (data_dir / "index/state.sqlite").write_bytes(b"not a database, by no means" * 400)
    write_edition(corpus, 2)
    assert build(corpus, data_dir, HashingModel()).encoded == 6
    assert "edition 2" in body_of_band_0(data_dir)


@pytest.mark.parametrize("page", [3, 4, 5])
def test_a_cache_that_rotted_behind_its_first_page_is_begun_anew(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr("bot.index.verify.verify", lambda *_: None)  # of no matter here, and the slow part
    corpus, data_dir = places
    state = data_dir / "index/state.sqlite"
    content = bytearray(state.read_bytes())
    content[4096 * page : 4096 * (page + 1)] = b"\xa5" * 4096
    state.write_bytes(content)
    write_edition(corpus, 2)
    assert build(corpus, data_dir, HashingModel()).changed == 6
    assert build(corpus, data_dir, HashingModel()).unchanged == 6
    write_edition(corpus, 3)
    assert build(corpus, data_dir, HashingModel()).changed == 6
    assert "edition 3" in body_of_band_0(data_dir)


def test_a_build_that_serves_is_no_failure_when_the_cache_cannot_be_tidied(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    corpus, data_dir = places

    def full(vectors: VectorCache, build_id: str, kept: Sequence[str]) -> None:
        assert build_id
        vectors._file.execute("pragma max_page_count = 1")
        vectors._used.update(str(number) * 20 for number in range(5000))
        tidy(vectors, build_id, kept)

    tidy = VectorCache.finish
    monkeypatch.setattr(VectorCache, "finish", full)
    write_edition(corpus, 2)
    assert build(corpus, data_dir, HashingModel()).new_build
    assert "full" in caplog.text
    assert "edition 2" in body_of_band_0(data_dir)


def test_a_vector_that_rotted_in_the_cache_is_encoded_again(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    with closing(sqlite3.connect(data_dir / "index/state.sqlite")) as state, state:
        state.execute("update vectors set vector = zeroblob(length(vector))")
    (corpus / "band-5.md").unlink()
    assert build(corpus, data_dir, HashingModel()).encoded == 5


def test_another_model_shares_no_vector(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    other = HashingModel()
    other.identity = type(other.identity)("other", "2" * 64, other.identity.dimension, 256)
    report = build(corpus, data_dir, other)
    assert report.new_build
    assert report.encoded == len(other.encoded) == 6


def test_losing_many_articles_needs_force(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    for number in (1, 2):
        (corpus / f"band-{number}.md").unlink()
    with pytest.raises(TooMuchLost, match="4 of 6"):
        build(corpus, data_dir, HashingModel())
    assert Builds(data_dir).current().previous == ""
    assert build(corpus, data_dir, HashingModel(), options=Options(force=True)).removed == 2


def test_an_empty_or_missing_folder_changes_nothing(places: tuple[Path, Path], tmp_path: Path) -> None:
    _, data_dir = places
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "nowhere"):
        with pytest.raises(CorpusError):
            build(tmp_path / folder, data_dir, HashingModel(), options=Options(force=True))
    assert "edition 1" in body_of_band_0(data_dir)


def test_refused_files_are_reported_again_when_nothing_changed(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    (corpus / "broken.md").write_bytes(b"\x00\x01\xff binary")
    first = build(corpus, data_dir, HashingModel())
    again = build(corpus, data_dir, HashingModel())
    assert not again.new_build
    assert first.refused == again.refused
    assert first.refused[0][0] == "broken.md"


def test_rollback_needs_a_whole_earlier_build(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    builds = Builds(data_dir)
    with pytest.raises(NoIndex, match="no earlier index"):
        builds.rollback()
    first = builds.current().build
    write_edition(corpus, 2)
    second = build(corpus, data_dir, HashingModel()).build_id
    assert builds.rollback() == Current(first, second, rolled_back=True) == builds.current()
    assert "edition 1" in body_of_band_0(data_dir)
    status = builds.status()
    assert (status.current.build_id, status.current.damage, status.writing) == (first, "", False)
    assert status.previous is not None
    assert status.previous.manifest is not None
    assert status.previous.manifest.counts.articles == 6
    (builds.folder(second) / "texts.sqlite").unlink()
    with pytest.raises(IndexDamaged, match=r"texts\.sqlite"):
        builds.rollback()
    damaged = builds.status().previous
    assert damaged is not None
    assert damaged.damage
    assert builds.current().build == first


def test_a_rollback_stands_until_articles_change_or_index_is_asked_for(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    builds = Builds(data_dir)
    at_start = Options(keep_rollback=True)
    first = builds.current().build
    write_edition(corpus, 2)
    assert build(corpus, data_dir, HashingModel(), options=at_start).new_build
    second = builds.rollback().previous
    for _ in range(2):
        kept = build(corpus, data_dir, HashingModel(), options=at_start)
        assert (kept.rolled_back, kept.new_build, kept.build_id) == (True, False, first)
        assert builds.current() == Current(first, second, rolled_back=True)
    assert not builds.rollback().rolled_back
    assert not build(corpus, data_dir, HashingModel(), options=at_start).rolled_back
    builds.rollback()
    write_article(corpus, "band-0", "Band 0", "It is of edition 3.")
    changed = build(corpus, data_dir, HashingModel(), options=at_start)
    assert builds.current() == Current(changed.build_id, first)
    builds.rollback()
    asked = build(corpus, data_dir, HashingModel())
    assert asked.new_build
    assert "edition 3" in body_of_band_0(data_dir)


def test_a_rollback_to_vectors_of_another_model_does_not_stand(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    other = HashingModel()
    other.identity = type(other.identity)("other", "2" * 64, other.identity.dimension, 256)
    build(corpus, data_dir, other)
    Builds(data_dir).rollback()
    assert build(corpus, data_dir, other, options=Options(keep_rollback=True)).new_build


def test_the_second_writer_is_told_at_once(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    builds = Builds(data_dir)
    with builds.writing():
        started = time.monotonic()
        with pytest.raises(IndexBusy, match="wait until it has finished"):
            build(corpus, data_dir, HashingModel())
        assert time.monotonic() - started < 2
        assert builds.status().writing
        other = PROCESSES.Process(target=index, args=(str(corpus), str(data_dir)))
        other.start()
        other.join(60)
        assert other.exitcode == 1
    assert build(corpus, data_dir, HashingModel()).unchanged == 6


def test_leftovers_of_a_dead_writer_are_removed(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    builds = data_dir / "index/builds"
    (builds / ".tmp-dead" / "chroma").mkdir(parents=True)
    (builds / "20200101-000000-orphan").mkdir()
    build(corpus, data_dir, HashingModel())
    assert [path.name for path in builds.iterdir()] == [Builds(data_dir).current().build]


def _with_small_files(corpus: str, data_dir: str, most: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    index(corpus, data_dir)


@pytest.mark.parametrize("passages", [1, 2, 3, 5])
def test_no_reader_changes_a_build_however_small(tmp_path: Path, passages: int) -> None:
    """A Chroma of one row is closed unflushed, and the next who opens it writes its files."""
    for number in range(passages):
        write_article(tmp_path / "corpus", f"ring-{number}", f"Ring {number}", f"Ring {number} costs {number} dollars.")
    builds = Builds(tmp_path / "data")
    for edition in ("first", "second"):
        write_article(tmp_path / "corpus", "ring-0", "Ring 0", f"The {edition} ring costs 0 dollars.")
        assert build(tmp_path / "corpus", tmp_path / "data", HashingModel()).articles == passages
        folder = builds.folder(builds.current().build)
        for _ in range(2):
            assert hash_files(folder) == read_manifest(folder).files
            with closing(Snapshot(folder, builds.workspace)) as snapshot:
                snapshot.warm()
                assert len(snapshot.nearest(snapshot.passage_vectors([0])[0], 10)) == passages
                assert not snapshot.degraded
    status = builds.status()
    assert status.previous is not None
    assert (status.current.damage, status.previous.damage) == ("", "")
    assert builds.rollback().build == status.previous.build_id


@pytest.mark.parametrize("most", [1_000, 9_000, 100_000])
def test_a_full_disk_is_said_and_the_old_index_answers(places: tuple[Path, Path], most: int) -> None:
    corpus, data_dir = places
    write_edition(corpus, 2, articles=400)
    child = PROCESSES.Process(target=_with_small_files, args=(str(corpus), str(data_dir), most))
    child.start()
    child.join(120)
    assert child.exitcode == 1
    assert "edition 1" in body_of_band_0(data_dir)
    assert build(corpus, data_dir, HashingModel()).added == 394
    assert "edition 2" in body_of_band_0(data_dir)


def test_too_little_memory_is_said(places: tuple[Path, Path]) -> None:
    class Short(HashingModel):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise MemoryError(f"no room for {len(texts)} texts")

    corpus, data_dir = places
    write_edition(corpus, 2)
    with pytest.raises(IndexingError, match="too little memory"):
        build(corpus, data_dir, Short())
    assert "edition 1" in body_of_band_0(data_dir)


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    write_edition(tmp_path / "corpus", 1)
    (tmp_path / "data").write_text("a file, no folder")
    with pytest.raises(IndexingError, match="cannot be written"):
        build(tmp_path / "corpus", tmp_path / "data", HashingModel())


def test_the_shelf_and_the_corpus_make_one_index(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    also = Options(also=(data_dir / "articles",))
    assert not build(corpus, data_dir, HashingModel(), options=also).new_build  # there is no shelf yet
    write_article(data_dir / "articles", "ring-1a2b", "A ring", "The ring weighs three grams and costs 300 euros.")
    write_article(data_dir / "articles", "band-0", "Another", "Another text under a name that is taken.")
    report = build(corpus, data_dir, HashingModel(), options=also)
    assert (report.articles, report.added, report.removed) == (7, 1, 0)
    assert report.refused == (
        ("band-0.md", "The file has the same name as band-0.md, but for the suffix; rename one of them."),
    )
    assert not build(corpus, data_dir, HashingModel(), options=also).new_build
    (data_dir / "articles" / "ring-1a2b.md").unlink()
    (data_dir / "articles" / "band-0.md").unlink()
    assert build(corpus, data_dir, HashingModel(), options=also).removed == 1
