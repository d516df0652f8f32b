from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.exits import Exit
from bot.cli.lines import MAX_LINE, BadLine, Line, each, read
from bot.errors import NoIndex
from bot.values import Turn


def echo(line: Line) -> dict[str, Any]:
    if line.question == "no index":
        raise NoIndex("Nothing is indexed.")
    if line.question == "fault":
        raise ZeroDivisionError
    return {"question": line.question, "turns": len(line.history)}


def replies(stdin: bytes, capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], Exit]:
    status = each(io.BytesIO(stdin), echo)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()], status


def test_a_line_is_read_whole() -> None:
    raw = '{"id": 7, "question": " How  much? ", "history": [["user", "a"], ["bot", "b"]]}'
    assert read(raw.encode()) == Line(7, "How much?", (Turn("user", "a"), Turn("bot", "b")))


@pytest.mark.parametrize(
    ("raw", "id_", "says"),
    [
        (b"", None, "empty"),
        (b"  \r", None, "empty"),
        (b"not json", None, "not valid JSON"),
        (b'{"id": 1, "question": "caf\xe9"}', None, "not valid UTF-8"),
        (b'{"id": NaN, "question": "x"}', None, "not valid JSON"),
        (b"[" * 100_000, None, "not valid JSON"),
        (b"9" * 10_000, None, "not valid JSON"),
        (b'["question"]', None, "not a JSON object"),
        (b'{"id": [1], "question": "x"}', None, "id must be"),
        (b'{"id": true, "question": "x"}', None, "id must be"),
        (b'{"id": "a"}', "a", "question is missing"),
        (b'{"id": "a", "question": 5}', "a", "question is missing"),
        (b'{"id": "a", "question": ""}', "a", "question is empty"),
        (b'{"id": "a", "question": "\\u200b\\u0007"}', "a", "question is empty"),
        (b'{"id": "a", "question": "%s"}' % (b"x" * 501), "a", "501 characters"),
        (b'{"id": 1.5, "question": "x", "history": "user"}', 1.5, "history must be"),
        (b'{"id": 0, "question": "x", "history": [["user", 5]]}', 0, "history must be"),
        (b'{"id": 0, "question": "x", "history": [["robot", "x"]]}', 0, "history must be"),
        (b'{"id": 0, "question": "x", "history": [["user", "x", "y"]]}', 0, "history must be"),
        (b'{"id": 0, "question": "x", "history": ["us"]}', 0, "history must be"),
        (b'{"id": 0, "question": "x", "history": {"user": "x"}}', 0, "history must be"),
    ],
)
def test_a_bad_line_says_why_and_keeps_its_id(raw: bytes, id_: object, says: str) -> None:
    with pytest.raises(BadLine, match=says) as caught:
        read(raw)
    assert caught.value.id == id_


def test_a_question_of_the_greatest_length_is_read() -> None:
    assert len(read(json.dumps({"question": "x" * 500}).encode()).question) == 500


def test_every_line_gets_its_reply_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        '{"id": 1, "question": "one"}',
        "broken",
        "",
        '{"id": 2, "question": "no index"}',
        '{"id": 3, "question": "fault"}',
        '{"question": "four", "history": null}',
        '{"id": "5", "question": "五 \\ud800 five"}',
    ]
    found, status = replies("\n".join(lines).encode(), capsys)
    assert [reply["id"] for reply in found] == [1, None, None, 2, 3, None, "5"]
    assert ["error" in reply for reply in found] == [False, True, True, True, True, False, False]
    assert found[3]["error"] == "Nothing is indexed."
    assert found[6]["question"] == "五 five"
    assert status is Exit.PARTLY


def test_all_lines_good_is_ok(capsys: pytest.CaptureFixture[str]) -> None:
    assert replies(b'{"question": "x"}\r\n{"question": "y"}', capsys)[1] is Exit.OK
    assert replies(b"", capsys) == ([], Exit.OK)


def test_an_endless_line_is_refused_and_the_next_one_read(capsys: pytest.CaptureFixture[str]) -> None:
    endless = b'{"question": "' + b"x" * (3 * MAX_LINE) + b'"}\n{"id": 2, "question": "y"}\n'
    found, _ = replies(endless, capsys)
    assert found[0] == {"id": None, "error": f"The line is longer than {MAX_LINE} bytes."}
    assert found[1]["id"] == 2
    assert len(found) == 2


@given(st.lists(st.binary(max_size=80)))
def test_whatever_is_piped_in_every_line_gets_one_ascii_line(lines: list[bytes]) -> None:
    stdin = b"\n".join(line.replace(b"\n", b"") for line in lines) + b"\n"
    with pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        each(io.BytesIO(stdin), echo)
    replies = out.getvalue().splitlines()
    assert len(replies) == stdin.count(b"\n")
    assert all(reply.isascii() and isinstance(json.loads(reply), dict) for reply in replies)
