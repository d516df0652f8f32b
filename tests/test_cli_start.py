from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from commands import ROOT, bot, started

from bot import errors
from bot.app.indexing import apart
from bot.cli.exits import MEANING, Exit, status_of
from bot.settings import Settings

COMMANDS = ["run", "chat", "ask", "search", "index", "eval", "serve", "health"]
COMMANDS += ["add", "remove", "edit", "articles", "follow", "feeds", "gaps", "why", "stats", "audit"]
HEAVY = ["torch", "transformers", "sentence_transformers", "chromadb", "onnxruntime", "onnx", "tantivy"]
HEAVY += ["trafilatura", "pypdf", "rich", "numpy", "pydantic", "chromadb_rust_bindings"]


@pytest.fixture
def folder(model_home: Path, tmp_path: Path) -> Path:
    """A place with an empty folder of articles and the model made ready."""
    shutil.copytree(model_home / "models", tmp_path / "data" / "models", copy_function=os.link)
    (tmp_path / "articles").mkdir()
    return tmp_path


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
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "heavy: []" in run.stdout
    assert "exit status:" in run.stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert [command for command in COMMANDS if f"| `python -m bot {command}" not in page] == []


def test_every_exit_status_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert [status for status in Exit if f"| {status.value} | {MEANING[status]} |" not in page] == []


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
    run = started(*arguments, folder=tmp_path)
    assert run.returncode == Exit.NO_INDEX
    assert b"index" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_wrong_setting_is_usage_and_one_sentence(tmp_path: Path) -> None:
    run = bot("index", "--status", folder=tmp_path, environment={"BOT_LOG_LEVEL": "LOUD"})
    assert run.returncode == Exit.USAGE
    assert len(run.stderr.splitlines()) == 1


def test_a_sentence_on_the_terminal_carries_no_control_characters(folder: Path) -> None:
    run = bot("index", "--corpus", "evil\x1b[2J\x9bfolder", folder=folder)
    assert run.returncode == Exit.NO_CORPUS
    assert b"folder" in run.stderr
    assert not {c for c in run.stderr.decode() if c < " " or "\x7f" <= c < "\xa0"} - {"\n"}


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """Whoever runs us in the background has Ctrl-C ignored by us and by every process we start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_ctrl_c_is_quiet(folder: Path) -> None:
    corpus = folder / "articles"
    for number in range(300):
        (corpus / f"{number}.md").write_text(f"---\ntitle: Ring {number}\n---\nThe ring {number} is {number} mm.\n")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "index"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "BOT_CORPUS_DIR": str(corpus), "BOT_DATA_DIR": str(folder / "data")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        lock = folder / "data" / "index" / "write.lock"
        for _ in range(1000):
            if lock.exists() or process.poll() is not None:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == Exit.STOPPED
    assert b"Traceback" not in stderr


def test_an_index_is_made_shown_and_taken_back(folder: Path) -> None:
    corpus = folder / "articles"
    (corpus / "ring.md").write_text("---\ntitle: A ring\n---\nThe ring costs 299 dollars.\n")
    (corpus / "band.md").write_text("---\ntitle: A band\n---\nThe band costs 199 dollars.\n")
    first = started("index", "--json", folder=folder)
    assert first.returncode == Exit.OK, first.stderr
    made = json.loads(first.stdout)
    assert (made["articles"], made["added"], made["refused"], made["new_build"]) == (2, 2, [], True)

    (corpus / "broken.md").write_bytes(b"\xff\xfe\x00broken")
    (corpus / "watch.md").write_text("---\ntitle: A watch\n---\nThe watch costs 399 dollars.\n")
    second = bot("index", folder=folder)
    assert second.returncode == Exit.PARTLY
    lines = second.stdout.decode().splitlines()
    assert lines[0].startswith("Refused broken.md: ")
    assert lines[1].startswith("3 articles: 1 added, 0 changed, 0 removed, 2 unchanged, 1 refused, in ")

    again = json.loads(bot("index", "--json", folder=folder).stdout)
    assert (again["unchanged"], again["new_build"], again["encoded"]) == (3, False, 0)

    back = json.loads(bot("index", "--rollback", "--json", folder=folder).stdout)
    assert back == {"build": made["build"]}
    status = json.loads(bot("index", "--status", "--json", folder=folder).stdout)
    assert status["current"]["build"] == made["build"]
    assert (status["current"]["articles"], status["previous"]["articles"], status["writing"]) == (2, 3, False)
    assert b"2 articles" in bot("index", "--status", folder=folder).stdout

    assert started("health", folder=folder).returncode == Exit.OK
    rotten = folder / "data" / "index" / "builds" / made["build"] / "passages.npy"
    whole = rotten.read_bytes()
    rotten.write_bytes(whole[:-1])
    unwell = bot("health", folder=folder)
    assert unwell.returncode == Exit.UNWELL
    assert b"passages.npy" in unwell.stderr
    rotten.write_bytes(whole)

    run = started("run", folder=folder, stdin=b"/quit\n")
    assert b"An earlier index serves since the rollback" in run.stderr
    kept = json.loads(bot("index", "--status", "--json", folder=folder).stdout)
    assert (kept["current"]["build"], kept["rolled_back"]) == (made["build"], True)
    assert json.loads(bot("index", "--json", folder=folder).stdout)["new_build"]


@pytest.fixture(scope="module")
def starter(starter_home: Path) -> dict[str, str]:
    """The environment in which the starter corpus is served."""
    return {"BOT_DATA_DIR": str(starter_home), "BOT_CORPUS_DIR": str(ROOT / "corpus" / "articles")}


def test_many_questions_are_answered_in_order(starter: dict[str, str], tmp_path: Path) -> None:
    lines = [
        {"id": 1, "question": "how much is the quark s1"},
        {"id": 2, "question": ""},
        {"id": "three", "question": "how heavy is it?", "history": [["user", "what chip is in the galaxy xr"]]},
        {"id": 4, "question": "what is the capital of france"},
    ]
    stdin = "\n".join(map(json.dumps, lines)).encode()
    run = bot("ask", "--stdin", "--json", folder=tmp_path, stdin=stdin, environment=starter)
    replies = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == Exit.PARTLY, run.stderr
    assert [reply["id"] for reply in replies] == [1, 2, "three", 4]
    assert ["error" in reply for reply in replies] == [False, True, False, False]
    assert [reply.get("declined") for reply in replies] == [False, None, False, True]
    assert "3,799" in replies[0]["answer"]
    assert "545" in replies[2]["answer"]
    cited = {citation["n"]: citation for citation in replies[0]["citations"]}
    for sentence in replies[0]["sentences"]:
        assert sentence["citations"]
        assert all(cited[n]["quote"] and cited[n]["link"] and cited[n]["published"] for n in sentence["citations"])


def test_one_question_is_answered_for_people_and_for_programs(starter: dict[str, str], tmp_path: Path) -> None:
    question = "how much is the quark s1"
    shown = started("ask", question, folder=tmp_path, environment=starter)
    assert shown.returncode == Exit.OK
    reply = json.loads(bot("ask", question, "--json", folder=tmp_path, environment=starter).stdout)
    assert reply["question"] == question
    assert shown.stdout.decode().startswith(reply["answer"])
    assert all(citation["link"] in shown.stdout.decode() for citation in reply["citations"])


def test_whoever_stops_reading_gets_no_complaint(starter: dict[str, str]) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as closed:
        run = subprocess.run(
            [sys.executable, "-m", "bot", "search", "quark"],
            cwd=ROOT,
            env=os.environ | starter,
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (run.returncode, run.stderr) == (Exit.PIPE_CLOSED, b"")


def test_search_lists_hits_with_their_articles(starter: dict[str, str], tmp_path: Path) -> None:
    stdin = b'{"id": 1, "question": "quark s1 price"}\nbroken\n'
    run = bot("search", "--stdin", "--json", "-k", "3", folder=tmp_path, stdin=stdin, environment=starter)
    found, bad = (json.loads(line) for line in run.stdout.splitlines())
    assert (run.returncode, bad) == (Exit.PARTLY, {"id": None, "error": "The line is not valid JSON."})
    assert len(found["hits"]) == 3
    for hit in found["hits"]:
        assert hit["text"]
        assert (ROOT / "corpus" / "articles" / f"{hit['article']}.md").exists()
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    one = json.loads(bot("search", "quark s1 price", "-k", "3", "--json", folder=tmp_path, environment=starter).stdout)
    assert one["hits"] == found["hits"]


def test_an_evaluation_asks_about_its_own_folder_and_leaves_the_serving_index_alone(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "ring.md").write_text(
        "---\ntitle: The Aura ring\nurl: https://example.org/ring\npublished: '2026'\n---\n"
        "The Aura ring costs 299 dollars.\n"
    )
    (other / "band.md").write_text("---\ntitle: The Lumo band\n---\nThe Lumo band weighs 20 grams.\n")
    questions = folder / "questions.jsonl"
    expected = [{"must_contain": [["299"]], "page_ids": ["ring"]}, {"must_contain": [["399"]], "page_ids": ["gone"]}]
    quote = {"page": "ring", "quote": "The Aura ring costs 299 dollars."}
    rows = [
        {"id": n, "question": "how much is the aura ring", "expected": e, "evidence": [quote]}
        for n, e in enumerate(expected)
    ]
    questions.write_text("\n".join(map(json.dumps, rows)))
    (folder / "articles" / "own.md").write_text("# The Halo band\n\nThe Halo band costs 99 dollars.\n")
    assert bot("index", folder=folder).returncode == Exit.OK
    serving = contents(folder / "data" / "index")
    asking = ("eval", str(questions), "--corpus", str(other))
    run = bot(*asking, "--json", "--answers", "answers.jsonl", folder=folder)
    found = json.loads(run.stdout)
    assert run.returncode == Exit.PARTLY, run.stderr
    assert (found["questions"], found["passed"], found["quotes_verbatim"]) == (2, 1, 1.0)
    assert (found["cites_expected_page"], found["citations_dated"]) == (0.5, 1.0)
    assert (found["sentence_precision"], found["first_sentence_right"], found["parts_covered"]) == (1.0, 1.0, 1.0)
    assert [(failure["id"], failure["right"]) for failure in found["failures"]] == [("1", False)]
    assert found["missing"].startswith("1 of the 2 articles that the questions name are not in the corpus")
    assert found["missing"].encode() in run.stderr
    kept = [json.loads(answer) for answer in (folder / "answers.jsonl").read_text().splitlines()]
    assert [(answer["id"], answer["citations"][0]["article"]) for answer in kept] == [("0", "ring"), ("1", "ring")]
    (build,) = (apart(Settings(data_dir=folder / "data"), other).data_dir / "index" / "builds").iterdir()
    again = bot(*asking, folder=folder)
    assert b"precision" in again.stdout
    assert b"Embedding" not in again.stderr
    assert list(build.parent.iterdir()) == [build]
    assert contents(folder / "data" / "index") == serving


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_questions_about_other_articles_are_refused(folder: Path) -> None:
    (folder / "articles" / "ring.md").write_text("# The Aura ring\n\nIt costs 299 dollars.\n")
    (folder / "questions.jsonl").write_text('{"question": "?", "expected": {"page_ids": ["a", "b"]}}\n')
    run = bot("eval", "questions.jsonl", folder=folder)
    assert run.returncode == Exit.USAGE
    assert b"None of the 2 articles that the questions name is in the corpus (a, b)" in run.stderr


def first_told(transcript: str) -> dict[str, str]:
    """Return the first line behind each question of a chat."""
    lines = pairwise(transcript.splitlines())
    return {typed: told for typed, told in lines if typed.startswith("> ") and told and typed != "> /quit"}


@pytest.mark.parametrize("path", [Path("README.md"), Path("tests/transcripts/golden.txt")], ids=lambda path: path.stem)
def test_a_kept_chat_begins_each_answer_as_the_bot_does(starter: dict[str, str], tmp_path: Path, path: Path) -> None:
    kept = (ROOT / path).read_text("utf-8").partition("<!-- demo:begin -->")
    told = first_told(kept[2].partition("<!-- demo:end -->")[0] or kept[0])
    stdin = "\n".join(typed.removeprefix("> ") for typed in [*told, "> /quit"]).encode()
    run = bot("chat", folder=tmp_path, stdin=stdin, environment=starter)
    assert first_told(run.stdout.decode()) == told, "Read the difference; if it is right: make transcripts"
