"""A reindex, and a reader, that lack room, memory, files or a disk that works: live answers go on.

Runs in a namespace of its own (unshare, of util-linux), where a small disk of memory may be mounted without any right.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.safety.kills import edition_of
from benchmarks.safety.parts import PROCESSES, Home, Row, Tell, index_apart, row
from benchmarks.safety.stops import arm, supported, watch
from bot.index.lending import Library
from bot.index.report import Ready

from index_reader import Reader, reader  # isort: skip  # of the tests, on the path by now

DISK = 64_000_000
PATIENCE = 180
MB = 1_000_000
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is missing while an edition is indexed beside a reader."""

    name: str
    room: float | None = None
    """Bytes left on the disk, as a share of those of a build."""
    limit: tuple[int, int] | None = None
    """A resource of the process that indexes, and how much more than it has of it by then."""
    reader: tuple[int, int] | None = None
    """The same of the process that reads."""
    failing: tuple[int, int] | None = None
    """The first call of fsync, rename and unlink that fails, as do all after it, and its errno."""
    read_only: bool = False


FAULTS = (
    *(
        Fault(f"disk full, {share:.0%} of a build left", room=share)
        for share in (0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 1.2)
    ),
    Fault("read-only disk", read_only=True),
    *(Fault(f"{more} files for indexing", limit=(resource.RLIMIT_NOFILE, more)) for more in (1, 6, 20)),
    *(Fault(f"{more} MB for indexing", limit=(resource.RLIMIT_DATA, more * MB)) for more in (1, 30, 100)),
    Fault("no file for the reader", reader=(resource.RLIMIT_NOFILE, 0)),
    Fault("2 MB for the reader", reader=(resource.RLIMIT_DATA, 2 * MB)),
    *(Fault(f"a disk error at call {call}", failing=(call, errno.EIO)) for call in (1, 40, 90)),
)


def faults(models: Path, count: int, tell: Tell) -> Iterator[Row]:
    """Yield what came of as many faults as count."""
    what, target = "disk full, read-only or broken; too little memory, too few files", "20 of 20"
    if not supported() or shutil.which("unshare") is None:
        yield what, "-", "-", f"{target} (needs Linux)"
        return
    begin = "import sys; from benchmarks.safety.faults import main; main(*sys.argv[1:])"
    command = ["unshare", "-rm", sys.executable, "-c", begin, str(models), str(count)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    if ended.returncode or len(found) != min(count, len(FAULTS)):
        raise RuntimeError(f"The faults ended with {ended.returncode}: {found}")
    for each in found:
        tell(f"{each['fault']}: {each['ended']}{'; bad: ' if each['bad'] else ''}{'; '.join(each['bad'])}")
    yield row(what, len(found), sum(bool(each["bad"]) for each in found), target)


def main(models: str, count: str) -> None:
    """Try the first faults and print a line of JSON for each."""
    for fault in FAULTS[: int(count)]:
        ended, bad = _tried(fault, Path(models))
        print(json.dumps({"fault": fault.name, "ended": ended, "bad": bad}), flush=True)


def _tried(fault: Fault, models: Path) -> tuple[str, list[str]]:
    """Return how indexing under a fault ended, and what must not have come of it."""
    with _disk() as disk, tempfile.TemporaryDirectory() as articles:
        home = Home.new(disk / "home", models)
        (home.folder / "corpus").symlink_to(articles)
        if home.index(1) != 0:
            raise RuntimeError("The first edition could not be indexed.")
        with reader(PROCESSES, home.data, home.find) as reading:
            home.write(2)
            ended, bad = _under(fault, home, reading)
            if home.index(3) != 0 or edition_of(home.builds) != 3:
                bad.append("the next run does not mend it")
            time.sleep(1)
            seen = reading.told()
    bad += dict.fromkeys(seen.errors)
    if seen.editions[-1] != 3 or seen.editions != sorted(seen.editions):
        bad.append(f"the reader saw {seen.editions}")
    return ended, bad


def _under(fault: Fault, home: Home, reading: Reader) -> tuple[str, list[str]]:
    bad: list[str] = []
    ballast = home.folder / "ballast"
    if fault.room is not None:
        _fill(ballast, int(fault.room * _bytes(home.builds.folder(home.builds.current().build))))
    if fault.reader:
        _limit(reading.pid, *fault.reader)
    data = _read_only(home) if fault.read_only else home.data
    ended = _index(fault, home, data)
    time.sleep(1)
    try:
        if edition_of(home.builds) not in (1, 2):
            bad.append("neither the old nor the new edition serves")
        if fault.room is not None or fault.read_only:
            _start_to_read(home, data)
    except Exception as error:  # noqa: BLE001  # what went wrong is what is told
        bad.append(repr(error))
    ballast.unlink(missing_ok=True)
    if fault.reader:
        bad += _free(reading.pid, fault.reader[0])
    return ended, bad


def _free(reader: int, limited: int) -> list[str]:
    """Take the limit from a reader; return what is wrong when it did not live to see that."""
    if not Path(f"/proc/{reader}/fd").exists():
        return ["the reader died"]
    resource.prlimit(reader, limited, resource.prlimit(reader, limited)[1:] * 2)
    return []


def _start_to_read(home: Home, data: Path) -> None:
    """Read as a bot does that starts now."""
    with closing(Library(data, home.find().identity)) as library, library.snapshot() as snapshot:
        if not snapshot.matching(["band"], 5) or not snapshot.nearest(snapshot.passage_vectors([0])[0], 5):
            raise RuntimeError("Nothing is found.")


def _index(fault: Fault, home: Home, data: Path) -> str:
    """Index under a fault and return how that ended."""
    ours, theirs = PROCESSES.Pipe()
    child = PROCESSES.Process(target=index_poorly, args=(theirs, os.getpid(), fault, home.corpus, data, home.find))
    child.start()
    if fault.failing:
        first, number = fault.failing
        watch(ours, lambda count: number if count >= first else 0)
    child.join(PATIENCE)
    return {0: "it was indexed", 1: "one sentence"}.get(child.exitcode or 0, f"it ended with {child.exitcode}")


def index_poorly(
    link: Connection, parent: int, fault: Fault, corpus: Path, data: Path, find: Callable[[], Ready]
) -> None:
    """Index with what a fault leaves."""
    if fault.failing:
        arm(link, parent)
    if fault.limit:
        _limit(0, *fault.limit)
    index_apart(str(corpus), str(data), find)


def _limit(pid: int, what: int, more: int) -> None:
    """Let a process have so much more of something than it has now; its hard limit stays."""
    place = Path("/proc") / (str(pid) if pid else "self")
    if what == resource.RLIMIT_NOFILE:
        had = max(int(file.name) for file in (place / "fd").iterdir()) + 1
    else:
        had = 1024 * int((place / "status").read_text("utf-8").partition("VmData:")[2].split()[0])
    resource.prlimit(pid, what, (had + more, resource.prlimit(pid, what)[1]))


@contextmanager
def _disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        _run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", place)
        try:
            yield Path(place)
        finally:
            _run("umount", "-l", place)


def _read_only(home: Home) -> Path:
    """Return the data folder as it looks on a disk that is mounted read-only."""
    place = home.folder / "read-only"
    place.mkdir()
    _run("mount", "--bind", str(home.data), str(place))
    _run("mount", "-o", "remount,bind,ro", str(place))
    return place


def _run(command: str, *arguments: str) -> None:
    subprocess.run([shutil.which(command) or command, *arguments], check=True)


def _fill(ballast: Path, left: int) -> None:
    with ballast.open("wb") as file:
        room = shutil.disk_usage(ballast.parent).free - left
        file.write(bytes(max(0, room)))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
