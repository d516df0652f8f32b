from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINS = dict(
    line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")
)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [requirement for group in project["optional-dependencies"].values() for requirement in group]
    wanted = {canonical(re.split(r"[\s>=<\[]", requirement)[0]) for requirement in project["dependencies"] + extras}
    assert wanted <= {canonical(name) for name in PINS}


def test_pins_are_exact_and_fit_every_platform() -> None:
    assert all(re.fullmatch(r"[\w.]+", version) for version in PINS.values())


def test_no_cuda_package_is_pinned() -> None:
    assert [name for name in PINS if re.match(r"nvidia|cuda|triton", name)] == []


def test_a_missing_python_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    for name in ("tools/setup", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    run = subprocess.run(
        ["/bin/sh", "tools/setup", "run"],
        cwd=tmp_path,
        env={"PATH": os.defpath, "PYTHON": "no-such-python"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "No Python from 3.11 to 3.14 was found at no-such-python: install one" in run.stderr.splitlines()[-1]
    assert not (tmp_path / ".venv").exists()
