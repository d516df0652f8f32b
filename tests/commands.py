"""The command line as people run it, each command in a process of its own.

Most of what a command takes is its imports. started() pays for them, as everybody does; bot() forks a process in
which they are there already, and from then on does the same. Each command is started in some test.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType

from bot.index import verify

ROOT = Path(__file__).parent.parent
PATIENCE = 300
NOTHING: Mapping[str, str] = MappingProxyType({})
_FORKED = multiprocessing.get_context("forkserver")


def told(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command that keeps to a folder, whatever else is set where the tests run."""
    own = {"BOT_DATA_DIR": str(folder / "data"), "BOT_CORPUS_DIR": str(folder / "articles"), "OMP_NUM_THREADS": "1"}
    bare = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return bare | {"PYTHONPATH": str(ROOT)} | own | dict(environment)


def started(
    *arguments: str, folder: Path, stdin: bytes = b"", environment: Mapping[str, str] = NOTHING
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in folder from the start of Python on."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env=told(folder, environment),
        check=False,
        timeout=PATIENCE,
    )


def bot(
    *arguments: str, folder: Path, stdin: bytes = b"", environment: Mapping[str, str] = NOTHING
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in folder, its imports done before."""
    return forked(partial(_command, arguments, folder, told(folder, environment)), stdin)


def forked(does: Callable[[], None], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Do something in a process of its own, in which all that is slow to import is there already."""
    with tempfile.TemporaryDirectory() as name:
        streams = [Path(name) / stream for stream in ("stdin", "stdout", "stderr")]
        streams[0].write_bytes(stdin)
        child = _FORKED.Process(target=_between, args=(streams, does))
        child.start()
        child.join(PATIENCE)
        status = child.exitcode
        if status is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(repr(does), PATIENCE)
        said = [stream.read_bytes() if stream.exists() else b"" for stream in streams[1:]]
        return subprocess.CompletedProcess((), status, *said)


def _between(streams: list[Path], does: Callable[[], None]) -> None:
    for number, path in enumerate(streams):
        stream = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        TextIOWrapper(os.fdopen(number, "wb" if number else "rb"), "utf-8", line_buffering=number == 2)
        for number in range(3)
    )
    does()


def _command(arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["bot", *arguments]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


def tried(build: str, workspace: str) -> subprocess.CompletedProcess[str]:
    """Try a build, as bot.index.verify does, in a process of its own that starts with its imports done."""
    trial = forked(partial(verify.main, build, workspace))
    return subprocess.CompletedProcess((), trial.returncode, trial.stdout.decode(), trial.stderr.decode())
