"""Carry out the Dockerfile in an empty folder, for where there is no container engine, and let the bot answer there.

    python tools/image.py FOLDER

It does what the file says: what it copies, installs and compiles, in its order, with /app, /data and /corpus below
FOLDER. What needs root (the account, the volume) is named and left out. It needs the registry, 2 GB, some minutes.

Where PyTorch's own index cannot be reached, the places that pip is configured with have to offer its CPU build; the
lock holds the hash of that file, so that it is the same one wherever it comes from.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACES = ("/app", "/data", "/corpus")
LONGEST = 1800.0
"""Seconds after which an instruction has failed."""
_REACHED = 10.0
_REGISTRY = "https://pypi.org/simple"


def steps(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Yield the instructions of a Dockerfile with what they are given, continued lines joined."""
    joined = dockerfile.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, re.sub(r"\s+", " ", rest.strip())


class Image:
    """A folder that becomes what the image would be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
        self._env |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        self.left_out: list[str] = []

    def carry_out(self, word: str, rest: str) -> None:
        """Carry out one instruction."""
        match word:
            case "ARG":  # as with --build-arg, the environment may name another value
                name, _, value = rest.partition("=")
                self._set(f"{name}={self._index(os.environ.get(name, value))}")
            case "ENV":
                self._set(rest)
            case "COPY":
                self._copy(rest)
            case "RUN" if not rest.startswith("useradd"):
                self.run(self._there(rest))
            case "FROM" | "WORKDIR" | "ENTRYPOINT" | "CMD":
                (self._folder / "app").mkdir(parents=True, exist_ok=True)
            case _:
                self.left_out.append(f"{word} {rest}")

    def run(self, command: str) -> str:
        """Run a command in /app and return what it prints."""
        run = subprocess.run(
            ["/bin/sh", "-euc", command], cwd=self._folder / "app", env=self._env, stdout=subprocess.PIPE, text=True,
            check=True, timeout=LONGEST,
        )  # fmt: skip
        return run.stdout

    def _index(self, url: str) -> str:
        """Return an index of packages, or the registry in place of one that cannot be reached.

        pip would ask an index that is away for every package again, several times.
        """
        if url.startswith(("http://", "https://")) and not reached(url):
            registry = self._env.get("PIP_INDEX_URL", _REGISTRY)
            self.left_out.append(f"{url}, which cannot be reached; {registry} and what pip is configured with instead")
            return registry
        return url

    def _set(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self._env[name] = self._there(value).replace("$PATH", self._env["PATH"])

    def _copy(self, rest: str) -> None:
        if rest.startswith("--from="):  # both stages are this folder
            return
        *sources, target = rest.split()
        for source in sources:
            there = Path(self._there(target)) if target.startswith("/") else self._folder / "app" / target
            if target.endswith("/"):
                there.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, there)

    def _there(self, text: str) -> str:
        """Return a text with the places of the image below the folder."""
        return re.sub(rf"(?<![\w/.])({'|'.join(PLACES)})\b", lambda found: f"{self._folder}{found[1]}", text)


def reached(url: str) -> bool:
    """Tell whether a server answers at an address, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=_REACHED):  # noqa: S310  # the caller has looked at the scheme
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def main() -> None:
    """Make the folder and ask the bot in it."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True)
    image = Image(folder)
    for word, rest in steps((ROOT / "Dockerfile").read_text("utf-8")):
        sys.stdout.write(f"{word} {rest}\n")
        sys.stdout.flush()
        image.carry_out(word, rest)
    sys.stdout.write("".join(f"left out: {step}\n" for step in image.left_out))
    image.run("python -m bot index")
    told = json.loads(image.run("python -m bot ask --json 'how much is the quark s1'"))
    sys.stdout.write(f"asked in there: {told['answer']}\n")


if __name__ == "__main__":
    main()
