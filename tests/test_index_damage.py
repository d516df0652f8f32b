"""Files that rot: every one of a build, in several ways. Never a crash, never a wrong answer."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from index_parts import HashingModel, write_edition

from bot.errors import IndexDamaged
from bot.index.building import build
from bot.index.builds import Builds
from bot.index.lease import Lease
from bot.index.lending import Library
from bot.index.manifest import NAME, hash_files, read_manifest, write_manifest
from bot.index.snapshot import Snapshot

MODEL = HashingModel()


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


WAYS: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\x00"),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "one bit": _flip,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("damage")
    write_edition(home / "corpus", 1)
    build(home / "corpus", home / "data", MODEL)
    return home


def files(home: Path) -> tuple[Path, list[str]]:
    builds = Builds(home / "data")
    folder = builds.folder(builds.current().build)
    return folder, [NAME, *hash_files(folder)]


@pytest.mark.parametrize("way", WAYS)
def test_every_damaged_file_is_noticed_before_it_is_opened(home: Path, tmp_path: Path, way: str) -> None:
    folder, names = files(home)
    assert len(names) > 12
    for name in names:
        if way not in ("deleted", "longer") and not any((folder / name).read_bytes()):
            continue  # empty, or zeros already
        copy = tmp_path / "build"
        shutil.copytree(folder, copy)
        WAYS[way](copy / name)
        with pytest.raises(IndexDamaged):
            Snapshot(copy, tmp_path / "open")
        shutil.rmtree(copy)
    assert [path.name for path in (tmp_path / "open").iterdir()] == [".lock"]


def test_no_byte_of_the_manifest_can_change(home: Path, tmp_path: Path) -> None:
    folder, _ = files(home)
    content = (folder / NAME).read_bytes()
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 0x01
        (tmp_path / NAME).write_bytes(changed)
        with pytest.raises(IndexDamaged):
            read_manifest(tmp_path)


def test_a_manifest_of_another_version_is_refused(home: Path, tmp_path: Path) -> None:
    folder, _ = files(home)
    manifest = read_manifest(folder)
    write_manifest(replace(manifest, schema=999), tmp_path)
    with pytest.raises(IndexDamaged, match="another version"):
        read_manifest(tmp_path)
    write_manifest(manifest, tmp_path)
    assert read_manifest(tmp_path) == manifest


@pytest.mark.parametrize("content", ["", "{}", "[]\n0\n", json.dumps({"schema": 1}), "\x00" * 50])
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    with pytest.raises(IndexDamaged):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", ["", "../../etc\n\n", "\xff\xfe", "no-such-build\n\n", "a\x00b\n\n", "a\n\x00\n"])
def test_a_damaged_pointer_is_said_and_mended(home: Path, tmp_path: Path, content: str) -> None:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    (tmp_path / "data/index/CURRENT").write_bytes(content.encode("latin-1"))
    library = Library(tmp_path / "data", MODEL.identity)
    with pytest.raises(IndexDamaged, match="run the index command"), library.snapshot():
        pass
    library.close()
    assert build(tmp_path / "corpus", tmp_path / "data", MODEL).new_build
    library = Library(tmp_path / "data", MODEL.identity)
    with library.snapshot() as snapshot:
        assert len(snapshot.cards()) == 6
    library.close()


@pytest.mark.parametrize("way", ["emptied", "cut", "zeros", "deleted"])
def test_chroma_that_cannot_be_opened_is_replaced_by_comparing(home: Path, tmp_path: Path, way: str) -> None:
    """As when a build was finished by a Chroma that wrote nonsense: hashes fit and opening fails, even by a panic."""
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    folder, _ = files(tmp_path)
    WAYS[way](folder / "chroma/chroma.sqlite3")
    write_manifest(replace(read_manifest(folder), files=hash_files(folder)), folder)
    library = Library(tmp_path / "data", MODEL.identity)
    with library.snapshot() as snapshot:
        found = snapshot.nearest(MODEL.encode(["what does band 3 cost"])[0], 2)
        assert snapshot.passage(found[0][0]).article_id == "band-3"
    if way != "cut":
        assert "one by one" in library.status()
    library.close()


def test_a_disk_that_takes_no_copy_is_read_from_elsewhere(home: Path, tmp_path: Path) -> None:
    folder, _ = files(home)
    (tmp_path / "open").write_text("no folder can be made here")
    lease = Lease(folder, tmp_path / "open")
    assert (lease.folder / NAME).exists()
    lease.close()
    assert not lease.folder.name


def _read_without_room(folder: str, workspace: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with closing(Snapshot(Path(folder), Path(workspace))) as snapshot:
        snapshot.warm()
        found = snapshot.nearest(MODEL.encode(["what does band 3 cost"])[0], 2)
        assert snapshot.passage(found[0][0]).article_id == "band-3"
        assert snapshot.matching(["band", "3"], 5)
        assert "no room" in snapshot.degraded


def test_a_full_disk_is_read_from_without_a_copy(home: Path, tmp_path: Path) -> None:
    folder, _ = files(home)
    before = hash_files(folder)
    reader = multiprocessing.get_context("spawn").Process(target=_read_without_room, args=(folder, tmp_path / "open"))
    reader.start()
    reader.join(60)
    assert reader.exitcode == 0
    assert hash_files(folder) == before
    assert [path.name for path in (tmp_path / "open").iterdir()] == [".lock"]


def _follow_without_files(data: Path, corpus: Path) -> None:
    library = Library(data, MODEL.identity, look_every=0)
    library.warm()
    write_edition(corpus, 2)
    build(corpus, data, MODEL)
    was = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")) + 12, was[1]))  # noqa: PTH208 - names alone
    deadline = time.monotonic() + 30
    while not library.status() and time.monotonic() < deadline:
        with library.snapshot() as snapshot:
            assert "edition 1" in snapshot.article("band-0").body
    assert "Too few files" in library.status()
    resource.setrlimit(resource.RLIMIT_NOFILE, was)
    while library.status() and time.monotonic() < deadline:
        with library.snapshot():
            time.sleep(0.01)
    with library.snapshot() as snapshot:
        assert "edition 2" in snapshot.article("band-0").body
    library.close()


def test_a_bot_that_may_open_no_more_files_goes_on_with_the_index_it_has(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    places = (tmp_path / "data", tmp_path / "corpus")
    reader = multiprocessing.get_context("spawn").Process(target=_follow_without_files, args=places)
    reader.start()
    reader.join(120)
    assert reader.exitcode == 0


def test_a_build_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="is gone"):
        Snapshot(tmp_path / "gone", tmp_path / "open")


def test_a_killed_readers_copy_is_removed_by_the_next(home: Path, tmp_path: Path) -> None:
    folder, _ = files(home)
    living = Lease(folder, tmp_path)
    (tmp_path / "dead").mkdir()
    (tmp_path / "dead.lock").touch()
    other = Lease(folder, tmp_path)
    assert not (tmp_path / "dead").exists()
    assert living.folder.exists()
    other.close()
    living.close()
    assert os.listdir(tmp_path) == [".lock"]  # noqa: PTH208 - names alone
