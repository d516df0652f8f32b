"""Write image.lock: every package of the container image, exactly, with the hashes of its files.

    pip install uv && python tools/lock.py

The pins are those of constraints.txt; the hashes come from the registry. PyTorch's CPU build is not there, so its
hashes stand below: with another version, take them from https://download.pytorch.org/whl/cpu/torch/.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "image.lock"
PYTHON = "3.11"
"""Of the image."""
TORCH = {
    "2.13.0": (
        "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",  # x86_64
        "84453b69508ec79902f899c5ed9495acb9e2bbe9fda5f1d5d6f19e3c3842e1a7",  # aarch64
    )
}
HEAD = """\
# Every package of the container image with the hashes of its files. Written by tools/lock.py; nobody edits it by hand.
"""
_CUDA = re.compile(r"^(?:torch|triton|nvidia-[\w-]+|cuda-[\w-]+)==")
_COMPILE = (
    "uv", "pip", "compile", "pyproject.toml", "--constraint", "constraints.txt", "--python-version", PYTHON,
    "--python-platform", "linux", "--generate-hashes", "--no-annotate", "--no-header", "--quiet",
)  # fmt: skip


def locked(compiled: str, torch: str) -> str:
    """Return the lock: what uv compiled without PyTorch's CUDA build and all that it brings, and the CPU build."""
    blocks = re.split(r"\n(?=\S)", compiled.strip())
    kept = [block for block in blocks if not _CUDA.match(block)]
    hashes = " \\\n    ".join(f"--hash=sha256:{each}" for each in TORCH[torch])
    return "\n".join([HEAD.strip(), *sorted([*kept, f"torch=={torch}+cpu \\\n    {hashes}"])]) + "\n"


def main() -> None:
    """Write the lock."""
    pins = (ROOT / "constraints.txt").read_text("utf-8")
    torch = re.search(r"^torch==(\S+)$", pins, re.MULTILINE)
    if not torch or torch[1] not in TORCH:
        raise SystemExit("Another version of PyTorch is pinned: put the hashes of its CPU build into tools/lock.py.")
    run = subprocess.run(_COMPILE, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    LOCK.write_text(locked(run.stdout, torch[1]), "utf-8")


if __name__ == "__main__":
    main()
