from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from review_parts import Bench

from bot.cli.exits import Exit
from bot.cli.start import main

Out = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with what was asked today, and nothing indexed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    return tmp_path


def asked(folder: Path) -> str:
    """Ask and rate something today, and return the id of its answer."""
    import time

    bench = Bench(folder, keep_questions=True)
    bench.clock.now = time.time()
    answer_id = bench.ask("how heavy is the \x1b[31mzebra s3")
    bench.desk.useful(answer_id, "telegram", "1", useful=False, reason="unclear")
    bench.store.close()
    return answer_id


def run(*words: str) -> int:
    return main(list(words))


def printed(out: Out) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.readouterr().out)
    return found


def test_gaps_on_the_command_line(home: Path, capsys: Out) -> None:
    asked(home)
    assert run("gaps") == Exit.OK
    told = capsys.readouterr().out
    assert "1. Quark S3: 1 declined" in told
    assert "Asked: how heavy is the [31mzebra s3" in told
    assert "\x1b" not in told
    assert run("gaps", "--json", "--days", "7") == Exit.OK
    record = printed(capsys)
    assert (record["days"], record["declined"], record["not_useful"], record["left_out"]) == (7, 1, 0, 0)
    (topic,) = record["topics"]
    assert (topic["topic"], topic["nearest"], topic["told_now"]) == ("Quark S3", None, False)
    assert topic["reported"] == 0
    assert topic["wanted"] == [{"what": "the weight of Quark S3", "count": 1}]


def test_an_answer_replayed_on_the_command_line(home: Path, capsys: Out) -> None:
    answer_id = asked(home)
    assert run("why", answer_id) == Exit.OK
    assert f"Answer {answer_id} of " in capsys.readouterr().out
    assert run("why", answer_id, "--json") == Exit.OK
    record = printed(capsys)
    assert (record["id"], record["build"], record["serving"], record["again"]) == (answer_id, "build-1", "", None)
    assert record["wanted"]["companies"] == ["Alibaba"]
    assert record["answer"]["declined"]
    assert [said["reason"] for said in record["feedback"]] == ["unclear"]
    assert run("why", "nonsense") == Exit.USAGE
    assert capsys.readouterr().err.startswith("There is no such answer")


def test_numbers_and_their_picture_on_the_command_line(home: Path, capsys: Out) -> None:
    asked(home)
    assert run("stats", "--chart", str(home / "numbers.png"), "--days", "2") == Exit.OK
    assert "Questions in the chats: 1 (0 answered, 1 declined)" in capsys.readouterr().out
    assert (home / "numbers.png").read_bytes().startswith(b"\x89PNG")
    assert run("stats", "--json") == Exit.OK
    record = printed(capsys)
    assert (record["questions"], record["not_useful"], record["articles"], len(record["daily"])) == (1, 1, 0, 30)
    for name in ("numbers.jpg", "missing/numbers.png"):
        assert run("stats", "--chart", str(home / name)) == Exit.USAGE
        assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("gaps", "--days", "91"), ("stats", "--days", "0"), ("stats", "--days", "x"), ("why",)]
)
def test_a_wrong_command_line_is_refused(words: tuple[str, ...], capsys: Out) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == Exit.USAGE
    assert "error" in capsys.readouterr().err


def test_numbers_over_the_starter_corpus(starter_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setenv("BOT_DATA_DIR", str(starter_home))
    assert run("stats", "--json") == Exit.OK
    record = printed(capsys)
    assert record["articles"] > 100
    assert record["topics"][0]["newest"] >= record["topics"][-1]["newest"]
    assert run("gaps") == Exit.OK
