"""What a bot sees of an index while it is written, switched, rolled back and damaged."""

from __future__ import annotations

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from index_parts import HashingModel, write_edition

from bot.errors import IndexDamaged, NoIndex
from bot.index.building import build
from bot.index.builds import Builds
from bot.index.lending import Library
from bot.index.manifest import OLDER, SCHEMA, read_manifest, write_manifest
from bot.index.snapshot import Snapshot

MODEL = HashingModel()
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture(scope="module")
def first_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("first")
    write_edition(home / "corpus", 1)
    build(home / "corpus", home / "data", MODEL)
    return home


@pytest.fixture
def places(first_edition: Path, tmp_path: Path) -> tuple[Path, Path]:
    shutil.copytree(first_edition, tmp_path, dirs_exist_ok=True)
    return tmp_path / "corpus", tmp_path / "data"


def served(library: Library) -> str:
    with library.snapshot() as snapshot:
        return snapshot.article("band-0").body


def serves_within_seconds(library: Library, words: str) -> bool:
    deadline = time.monotonic() + 20
    while words not in served(library) and time.monotonic() < deadline:
        time.sleep(0.02)
    return words in served(library)


def test_nothing_indexed_is_said_and_mended_without_a_restart(tmp_path: Path) -> None:
    library = Library(tmp_path / "data", MODEL.identity, look_every=0)
    with pytest.raises(NoIndex, match="run the index command"), library.snapshot():
        pass
    write_edition(tmp_path / "corpus", 1)
    build(tmp_path / "corpus", tmp_path / "data", MODEL)
    assert "edition 1" in served(library)
    library.close()


def test_a_question_keeps_its_build_while_another_takes_over(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    library = Library(data_dir, MODEL.identity, look_every=0)
    with library.snapshot() as old:
        for edition in (2, 3):
            write_edition(corpus, edition)
            build(corpus, data_dir, MODEL)
        assert serves_within_seconds(library, "edition 3")
        # Its build is pruned by now; another thread reads it for the first time.
        bodies: list[str] = []
        thread = threading.Thread(target=lambda: bodies.append(old.article("band-5").body))
        thread.start()
        thread.join()
        assert "edition 1" in bodies[0]
        assert old.nearest(MODEL.encode(["band"])[0], 3)
        assert old.matching(["band"], 3)
    library.close()
    assert [path.name for path in (data_dir / "index/open").iterdir()] == [".lock"]


def test_a_deleted_article_is_gone_after_the_switch(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    library = Library(data_dir, MODEL.identity, look_every=0)
    library.warm()
    (corpus / "band-3.md").unlink()
    assert build(corpus, data_dir, MODEL).removed == 1
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with library.snapshot() as snapshot:
            if len(snapshot.cards()) == 5:
                break
    with library.snapshot() as snapshot:
        found = snapshot.matching(["band", "3"], 50)
        assert all(each.article_id != "band-3" for each in snapshot.passages([number for number, _ in found]))
        with pytest.raises(KeyError):
            snapshot.article("band-3")
    library.close()


def test_a_rollback_is_followed_and_a_second_one_returns(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    write_edition(corpus, 2)
    build(corpus, data_dir, MODEL)
    library = Library(data_dir, MODEL.identity, look_every=0)
    assert "edition 2" in served(library)
    Builds(data_dir).rollback()
    assert serves_within_seconds(library, "edition 1")
    Builds(data_dir).rollback()
    assert serves_within_seconds(library, "edition 2")
    library.close()


@pytest.mark.parametrize("harm", ["folder", "manifest", "vectors"])
def test_a_damaged_build_is_passed_over_for_the_one_before(places: tuple[Path, Path], harm: str) -> None:
    corpus, data_dir = places
    write_edition(corpus, 2)
    damaged = Builds(data_dir).folder(build(corpus, data_dir, MODEL).build_id)
    if harm == "folder":
        shutil.rmtree(damaged)
    elif harm == "manifest":
        (damaged / "MANIFEST.json").write_text("{}")
    else:
        (damaged / "passages.npy").write_bytes(b"")
    library = Library(data_dir, MODEL.identity)
    assert "edition 1" in served(library)
    assert "run the index command" in library.status()
    library.close()
    # The index command finds the damage and mends it, from vectors that are still known.
    report = build(corpus, data_dir, MODEL)
    assert report.new_build
    assert report.encoded == 0
    library = Library(data_dir, MODEL.identity)
    assert "edition 2" in served(library)
    assert library.status() == ""
    library.close()


def test_a_damaged_new_build_leaves_a_running_bot_with_the_old_one(places: tuple[Path, Path]) -> None:
    _, data_dir = places
    library = Library(data_dir, MODEL.identity, look_every=0)
    library.warm()
    current = Builds(data_dir).current()
    Builds(data_dir).switch(replace(current, build="20990101-000000-abcdef", previous=current.build))
    deadline = time.monotonic() + 20
    while not library.status() and time.monotonic() < deadline:
        assert "edition 1" in served(library)
    assert "20990101" in library.status()
    (data_dir / "index" / "CURRENT").unlink()
    while "indexed" not in library.status() and time.monotonic() < deadline:
        assert "edition 1" in served(library)
    assert "edition 1" in served(library)
    Builds(data_dir).switch(current)
    assert serves_within_seconds(library, "edition 1")
    library.close()


def test_a_build_that_could_not_be_opened_for_once_is_tried_again(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, data_dir = places
    library = Library(data_dir, MODEL.identity, look_every=0)
    library.warm()
    short: list[BaseException] = [MemoryError(), IndexDamaged("too many open files"), RuntimeError("no thread")]
    opening = Library._open_build

    def opened(self: Library, build_id: str) -> Snapshot:
        if short:
            raise short.pop()
        return opening(self, build_id)

    monkeypatch.setattr(Library, "_open_build", opened)
    write_edition(corpus, 2)
    build(corpus, data_dir, MODEL)
    deadline = time.monotonic() + 20
    while not library.status() and time.monotonic() < deadline:
        assert "edition 1" in served(library)
    assert "cannot be opened now (RuntimeError); the one before it answers" in library.status()
    assert serves_within_seconds(library, "edition 2")
    assert not short
    assert library.status() == ""
    library.close()


def test_a_question_is_answered_where_no_thread_can_be_had(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, data_dir = places
    library = Library(data_dir, MODEL.identity, look_every=0)
    library.warm()
    write_edition(corpus, 2)
    build(corpus, data_dir, MODEL)

    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", none)
        for _ in range(3):
            assert "edition 1" in served(library)
    assert serves_within_seconds(library, "edition 2")
    library.close()


def test_another_model_never_reads_these_vectors(places: tuple[Path, Path]) -> None:
    _, data_dir = places
    other = replace(MODEL.identity, weights="1" * 64)
    library = Library(data_dir, other)
    with pytest.raises(IndexDamaged, match="another embedding model"), library.snapshot():
        pass
    library.close()


@pytest.mark.parametrize("schema", [SCHEMA, *OLDER])
def test_a_build_of_another_model_or_version_answers_by_words_until_there_is_a_new_one(
    places: tuple[Path, Path], schema: int
) -> None:
    corpus, data_dir = places
    folder = Builds(data_dir).folder(Builds(data_dir).current().build)
    write_manifest(replace(read_manifest(folder), schema=schema), folder)
    model = HashingModel(replace(MODEL.identity, weights="1" * 64))
    library = Library(data_dir, model.identity, look_every=0, open_encoder=model.open)
    library.warm()
    assert not model.opened
    with library.snapshot() as snapshot:
        ((number, _), *_) = snapshot.matching(["battery", "3"], 5)
        (tokens,) = snapshot.passage_tokens([number])
        vector = model.encode(["how long does the battery of band 3 last"])[0]
        assert snapshot.passage(number).article_id == "band-3"
        assert snapshot.nearest(vector, 5) == []
        assert not snapshot.passage_vectors([number]).any()
    assert "by their words alone" in library.status()
    build(corpus, data_dir, model)
    with library.snapshot():
        pass
    while library.status():
        time.sleep(0.02)
        library.warm()
    with library.snapshot() as snapshot:
        ((number, _),) = snapshot.nearest(vector, 1)
        (stored,) = snapshot.passage_tokens([number])
    assert np.array_equal(stored.vectors, tokens.vectors)
    assert np.array_equal(stored.bounds, tokens.bounds)
    library.close()


def test_without_chroma_vectors_are_compared_one_by_one(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, data_dir = places
    library = Library(data_dir, MODEL.identity)
    (vector,) = MODEL.encode(["how long does the battery of band 3 last"])
    with library.snapshot() as snapshot:
        right = snapshot.nearest(vector, 6)
    library.close()
    monkeypatch.setattr("bot.index.snapshot.chroma_version", lambda: "99.0")
    library = Library(data_dir, MODEL.identity)
    with library.snapshot() as snapshot:
        plain = snapshot.nearest(vector, 6)
    assert "chromadb" in library.status()
    assert [number for number, _ in plain] == [number for number, _ in right]
    assert [score for _, score in plain] == pytest.approx([score for _, score in right], abs=1e-3)
    library.close()


def test_switching_leaks_no_files_and_no_threads(places: tuple[Path, Path]) -> None:
    if not OPEN_FILES.is_dir():
        pytest.skip("no /proc on this system")
    _, data_dir = places

    def opened() -> tuple[int, int]:
        library = Library(data_dir, MODEL.identity)
        library.warm()
        library.close()
        return len(list(OPEN_FILES.iterdir())), len(list(Path("/proc/self/task").iterdir()))

    files, threads = opened()
    for _ in range(10):
        opened()
    # tantivy's and Chroma's threads take a moment to end.
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and opened() > (files + 2, threads + 2):
        time.sleep(1)
    assert opened() <= (files + 2, threads + 2)


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="no /proc on this system")
def test_open_files_after_any_number_of_switches_are_those_of_one_build(places: tuple[Path, Path]) -> None:
    corpus, data_dir = places
    write_edition(corpus, 2)
    build(corpus, data_dir, MODEL)
    library = Library(data_dir, MODEL.identity, look_every=0)
    others = 0
    for number in range(9):
        Builds(data_dir).rollback()
        assert serves_within_seconds(library, f"edition {1 + number % 2}")
        with ThreadPoolExecutor(3) as people:
            list(people.map(lambda _: served(library), range(12)))
        if not others:
            _, others = _open_files(data_dir / "index/open")
        # The build before is closed, and Chroma's threads end, a moment after the switch.
        deadline = time.monotonic() + 20
        while (found := _open_files(data_dir / "index/open")) > (1, others) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert found <= (1, others)
    library.close()


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="no /proc on this system")
def test_a_snapshot_that_is_closed_holds_no_file_whoever_still_knows_it(places: tuple[Path, Path]) -> None:
    builds = Builds(places[1])
    snapshot = Snapshot(builds.folder(builds.current().build), builds.workspace)
    snapshot.warm()
    assert snapshot.passage_tokens([0])[0].vectors.size
    assert _open_files(builds.workspace)[0] == 1
    snapshot.close()
    # Chroma's threads close its files a moment later.
    deadline = time.monotonic() + 20
    while (left := _open_files(builds.workspace)[0]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == 0


def _open_files(workspace: Path) -> tuple[int, int]:
    """Return of how many builds files are open, and how many files of none."""
    builds, others = set(), 0
    for link in OPEN_FILES.iterdir():
        with suppress(FileNotFoundError):
            path = link.readlink()
            if path.is_relative_to(workspace):
                builds.add(path.relative_to(workspace).parts[0].removesuffix(".lock"))
            else:
                others += 1
    return len(builds), others
