from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import errors
from bot.cli.exits import MEANING, Exit, status_of

ROOT = Path(__file__).parent.parent
COMMANDS = ["run", "chat", "ask", "search", "index", "eval"]
HEAVY = ["torch", "transformers", "sentence_transformers", "chromadb", "onnxruntime", "onnx", "tantivy"]
HEAVY += ["trafilatura", "pypdf", "rich", "numpy", "pydantic"]


def bot(*arguments: str, folder: Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    settings = {"BOT_DATA_DIR": str(folder / "data"), "BOT_CORPUS_DIR": str(folder / "articles")} | environment
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | settings,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_quick_because_nothing_heavy_is_imported(command: str) -> None:
    code = f"""
import sys
from bot.cli.start import main
try:
    main({[command, "--help"] if command else ["--help"]})
finally:
    print("heavy:", sorted(set(sys.modules) & set({HEAVY})))
"""
    began = time.process_time()
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "heavy: []" in run.stdout
    assert "exit status:" in run.stdout
    assert time.process_time() - began < 1


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [command for command in COMMANDS if f"python -m bot {command}" not in readme] == []


def test_every_exit_status_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [status for status in Exit if f"| {status.value} | {MEANING[status]} |" not in readme] == []


def test_every_error_has_a_status() -> None:
    assert status_of(errors.NoIndex("x")) is Exit.NO_INDEX
    assert status_of(errors.IndexBusy("x")) is Exit.BUSY
    assert status_of(errors.TooMuchLost("x")) is Exit.TOO_MUCH_LOST
    assert status_of(errors.UnreadableArticle("x")) is Exit.NO_CORPUS


@pytest.mark.parametrize("arguments", [["nonsense"], ["search", "-k", "0", "x"], ["search", "-k", "many", "x"], []])
def test_a_wrong_command_line_is_usage(arguments: list[str], tmp_path: Path) -> None:
    assert bot(*arguments, folder=tmp_path).returncode == Exit.USAGE


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask"], "Give one question"),
        (["ask", "a", "--stdin", "--json"], "Give one question"),
        (["ask", "--stdin"], "--stdin needs --json"),
        (["ask", "  \u200b "], "The question is empty"),
        (["ask", "x" * 501], "The question has 501 characters"),
        (["search", "x" * 501, "--json"], "The question has 501 characters"),
    ],
)
def test_an_unusable_question_is_one_sentence(arguments: list[str], says: str, tmp_path: Path) -> None:
    run = bot(*arguments, folder=tmp_path)
    assert run.returncode == Exit.USAGE
    assert run.stderr.decode().startswith(says)
    assert len(run.stderr.splitlines()) == 1
    assert run.stdout == b""


@pytest.mark.parametrize("arguments", [["ask", "how much"], ["search", "how much"], ["chat"], ["index", "--status"]])
def test_without_an_index_every_command_says_what_to_do(arguments: list[str], tmp_path: Path) -> None:
    run = bot(*arguments, folder=tmp_path)
    assert run.returncode == Exit.NO_INDEX
    assert b"index" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_whoever_stops_reading_gets_no_complaint(tmp_path: Path) -> None:
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "ring.md").write_text("---\ntitle: A ring\n---\nThe ring costs 299 dollars.\n")
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as closed:
        run = subprocess.run(
            [sys.executable, "-m", "bot", "index", "--json"],
            cwd=tmp_path,
            env=os.environ
            | {"PYTHONPATH": str(ROOT), "BOT_CORPUS_DIR": str(corpus), "BOT_DATA_DIR": str(tmp_path / "d")},
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert run.returncode == Exit.PIPE_CLOSED
    assert b"Traceback" not in run.stderr
    assert b"Broken" not in run.stderr


def test_a_wrong_setting_is_usage_and_one_sentence(tmp_path: Path) -> None:
    run = bot("index", "--status", folder=tmp_path, BOT_LOG_LEVEL="LOUD")
    assert run.returncode == Exit.USAGE
    assert len(run.stderr.splitlines()) == 1


def test_a_sentence_on_the_terminal_carries_no_control_characters(tmp_path: Path) -> None:
    run = bot("index", "--corpus", "evil\x1b[2J\x9bfolder", folder=tmp_path)
    assert run.returncode == Exit.NO_CORPUS
    assert b"folder" in run.stderr
    assert not {c for c in run.stderr.decode() if c < " " or "\x7f" <= c < "\xa0"} - {"\n"}


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    corpus = tmp_path / "articles"
    corpus.mkdir()
    for number in range(300):
        (corpus / f"{number}.md").write_text(f"---\ntitle: Ring {number}\n---\nThe ring {number} is {number} mm.\n")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "index"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "BOT_CORPUS_DIR": str(corpus), "BOT_DATA_DIR": str(tmp_path / "d")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        lock = tmp_path / "d" / "index" / "write.lock"
        for _ in range(1000):
            if lock.exists() or process.poll() is not None:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == Exit.STOPPED
    assert b"Traceback" not in stderr


def test_an_index_is_made_shown_and_taken_back(tmp_path: Path) -> None:
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "ring.md").write_text("---\ntitle: A ring\n---\nThe ring costs 299 dollars.\n")
    first = bot("index", "--json", folder=tmp_path)
    assert first.returncode == Exit.OK, first.stderr
    made = json.loads(first.stdout)
    assert (made["articles"], made["added"], made["refused"], made["new_build"]) == (1, 1, [], True)

    (corpus / "broken.md").write_bytes(b"\xff\xfe\x00broken")
    (corpus / "watch.md").write_text("---\ntitle: A watch\n---\nThe watch costs 399 dollars.\n")
    second = bot("index", folder=tmp_path)
    assert second.returncode == Exit.PARTLY
    lines = second.stdout.decode().splitlines()
    assert lines[0].startswith("Refused broken.md: ")
    assert lines[1].startswith("2 articles: 1 added, 0 changed, 0 removed, 1 unchanged, 1 refused, in ")

    again = json.loads(bot("index", "--json", folder=tmp_path).stdout)
    assert (again["unchanged"], again["new_build"], again["encoded"]) == (2, False, 0)

    back = json.loads(bot("index", "--rollback", "--json", folder=tmp_path).stdout)
    assert back == {"build": made["build"]}
    status = json.loads(bot("index", "--status", "--json", folder=tmp_path).stdout)
    assert status["current"]["build"] == made["build"]
    assert (status["current"]["articles"], status["previous"]["articles"], status["writing"]) == (1, 2, False)
    assert b"1 articles" in bot("index", "--status", folder=tmp_path).stdout
