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


def test_the_drawing_of_the_rooms_is_the_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = re.findall(r"^  bot\.(\w+) ", (ROOT / "docs/ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE)
    assert drawn == [room for layer in layers for room in layer.split(" | ")]


def test_every_link_between_our_pages_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "corpus" / "README.md"]
    for page in pages:
        targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8"))
        assert [each for each in targets if not (page.parent / each).exists()] == [], page.name


def test_a_missing_python_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    for name in ("tools/setup", "tools/default_model.py", "pyproject.toml", "constraints.txt"):
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
