"""The files of the container, read as the promises they are; tools/image.py carries them out."""

from __future__ import annotations

import importlib.util
import re
import socket
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import requires
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from bot.serving import Patience

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
LOCKED = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "image.lock").read_text("utf-8"), re.MULTILINE))
CUDA = re.compile(r"^(?:nvidia|cuda|triton)\b")


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


IMAGE = tool("image")
STEPS: list[tuple[str, str]] = list(IMAGE.steps(DOCKERFILE))


def last_stage() -> list[tuple[str, str]]:
    begins = max(k for k, (word, _) in enumerate(STEPS) if word == "FROM")
    return STEPS[begins:]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(package: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """The packages that a package needs on Linux, and those that they need."""
    found: set[str] = set()
    todo = [(package, extras)]
    seen = set()
    while todo:
        name, wanted = todo.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        for line in requires(name) or ():
            need = Requirement(line)
            met = need.marker is None or any(need.marker.evaluate({"extra": e}) for e in (wanted or {""}))
            if met and not CUDA.match(need.name):
                found.add(canonical(need.name))
                todo.append((canonical(need.name), frozenset(need.extras)))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="the image is Linux")
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the image has Python 3.11")
def test_the_lock_holds_all_that_the_bot_needs_and_nothing_of_cuda() -> None:
    locked = {canonical(name) for name in LOCKED}
    assert closure("wearables-bot") <= locked
    assert [name for name in locked if CUDA.match(name)] == []


def test_the_lock_is_what_the_pins_say() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    pinned = {canonical(name): version for name, version in pins.items()}
    locked = {canonical(name): version.removesuffix("+cpu") for name, version in LOCKED.items()}
    del locked["setuptools"]  # which PyTorch asks for; every environment brings its own, so that no pin names it
    assert locked.items() <= pinned.items()
    assert LOCKED["torch"].endswith("+cpu")


def test_every_locked_package_has_the_hash_of_its_file() -> None:
    blocks = re.split(r"\n(?=[\w])", (ROOT / "image.lock").read_text("utf-8"))[1:]
    assert len(blocks) == len(LOCKED)
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block[:40]


def test_a_lock_is_made_without_cuda_and_with_the_cpu_build() -> None:
    blocks = [
        f"{name} \\\n    --hash=sha256:{n}" for n, name in enumerate(("aiohttp==1", "nvidia-x==1", "torch==2.13.0"))
    ]
    made = tool("lock").locked("\n".join(blocks), "2.13.0")
    assert "nvidia" not in made
    assert "sha256:2\n" not in made
    assert made.index(blocks[0]) < made.index("torch==2.13.0+cpu \\\n    --hash=sha256:6746")


def test_only_locked_packages_are_installed_and_only_in_the_first_stage() -> None:
    installs = [rest for word, rest in STEPS if word == "RUN" and "pip" in rest]
    assert len(installs) == 1
    for option in ("--require-hashes", "--no-deps", "--only-binary :all:", "--requirement image.lock"):
        assert option in installs[0]
    assert not [rest for word, rest in last_stage() if word == "RUN" and "pip" in rest]
    assert [word for word, _ in STEPS].count("FROM") == 2


def test_the_image_runs_without_root_over_one_volume_and_is_looked_after() -> None:
    words = [word for word, _ in last_stage()]
    given = dict(last_stage())
    assert given["USER"] == "bot"
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert given["VOLUME"] == "/data"
    assert "BOT_DATA_DIR=/data" in given["ENV"]
    assert given["HEALTHCHECK"].endswith('CMD ["python", "-m", "bot", "health"]')
    assert given["ENTRYPOINT"] == '["python", "-m", "bot"]'
    # A shell between would swallow SIGTERM.
    assert all(given[word].startswith("[") for word in ("ENTRYPOINT", "CMD"))


def test_what_the_image_copies_is_there_and_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for word, rest in STEPS:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists()
                assert f"!{source}" in ignored
    assert ignored[0] == "*"


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return found


def test_the_service_may_do_little_and_finishes_what_it_accepted() -> None:
    (bot,) = compose()["services"].values()
    assert bot["read_only"]
    assert bot["init"]
    assert bot["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in bot["security_opt"]
    assert "ports" not in bot
    assert float(bot["stop_grace_period"].removesuffix("s")) > Patience().grace
    assert bot["healthcheck"]["test"] == ["CMD", "python", "-m", "bot", "health"]


def test_the_service_keeps_its_data_on_a_volume_and_reads_the_corpus_only() -> None:
    (bot,) = compose()["services"].values()
    assert (ROOT / bot["environment"]["BOT_GOLDEN_FILE"].removeprefix("/app/")).exists()
    mounted = dict(reversed(each.split(":")[:2]) for each in bot["volumes"])
    assert mounted[bot["environment"]["BOT_DATA_DIR"]] in compose()["volumes"]
    assert f"./corpus/articles:{bot['environment']['BOT_CORPUS_DIR']}:ro" in bot["volumes"]


def test_the_steps_of_a_dockerfile_are_read_as_they_stand() -> None:
    assert list(IMAGE.steps("# x\nFROM a AS b\nENV A=1 \\\n    B=2\n\nRUN c && \\\n d\n")) == [
        ("FROM", "a AS b"),
        ("ENV", "A=1 B=2"),
        ("RUN", "c && d"),
    ]


def test_the_places_of_the_image_stand_below_a_folder(tmp_path: Path) -> None:
    image = IMAGE.Image(tmp_path)
    for word, rest in (("ENV", "A=/data/hub B=$PATH"), ("USER", "bot"), ("WORKDIR", "/app"), ("RUN", "pwd")):
        image.carry_out(word, rest)
    assert image.left_out == ["USER bot"]
    assert image.run("echo $A").strip() == f"{tmp_path}/data/hub"
    assert image.run("pwd").strip() == f"{tmp_path}/app"


def test_an_index_that_is_away_is_not_asked_for_every_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        away = f"http://127.0.0.1:{silent.getsockname()[1]}/whl"
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://registry.example/simple")
    image = IMAGE.Image(tmp_path)
    for word, rest in (("FROM", "python:3.11-slim"), ("ARG", f"TORCH_INDEX={away}")):
        image.carry_out(word, rest)
    assert image.run("echo $TORCH_INDEX").strip() == "https://registry.example/simple"
    assert [step for step in image.left_out if step.startswith(away)]


def test_an_index_that_answers_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:  # which answers 501 to everything
        Thread(target=server.serve_forever, daemon=True).start()
        there = f"http://127.0.0.1:{server.server_port}/whl"
        monkeypatch.setenv("TORCH_INDEX", there)
        image = IMAGE.Image(tmp_path)
        for word, rest in (("FROM", "python:3.11-slim"), ("ARG", "TORCH_INDEX=https://other.example")):
            image.carry_out(word, rest)
        server.shutdown()
    assert image.run("echo $TORCH_INDEX").strip() == there
    assert image.left_out == []
