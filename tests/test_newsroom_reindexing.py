"""Reindexing beside a bot that answers: the real child process, one at a time, none left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from index_parts import write_article
from processes import alive, until

from bot.app import indexing, newsroom
from bot.errors import AnswersWorse, BotError, IndexBusy, IndexingError, TooMuchLost
from bot.index.builds import Builds
from bot.index.report import Progress, Report, quiet
from bot.newsroom.acts import Act, Person, Told
from bot.newsroom.indexing import Indexing
from bot.newsroom.newsroom import Newsroom
from bot.newsroom.reindexing import Reindexing
from bot.newsroom.wire import Step, error_line, heard, report_line, step_line
from bot.settings import Settings, environment
from bot.store import Store

ADMIN = Person("telegram", "701")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def settings(model_home: Path, tmp_path: Path) -> Settings:
    home, corpus = tmp_path / "data", tmp_path / "corpus"
    home.mkdir()
    (home / "models").symlink_to(model_home / "models")
    for number in range(4):
        write_article(corpus, f"band-{number}", f"Band {number}", f"The band {number} costs {100 + number} dollars.")
    return Settings(
        _env_file=None, data_dir=home, corpus_dir=corpus, golden_file=tmp_path / "golden.toml", admins=(str(ADMIN),)
    )


def opened(settings: Settings, store: Store) -> Newsroom:
    return newsroom.newsroom(settings, store)


BEHIND = "Articles have changed since this index was made: index again."


def act(room: Newsroom, name: str, what: str = "", tell: Callable[[Told], None] = lambda _: None) -> Told:
    return room.act(Act(ADMIN, name, what), tell)


def free(data: Path) -> bool:
    """Whether nobody holds the lock of the writer."""
    try:
        with Builds(data).writing():
            return True
    except IndexBusy:
        return False


def test_an_admin_reindexes_rolls_back_and_finds_it_in_the_log(settings: Settings) -> None:
    with closing(Store(settings.data_dir)) as store:
        room, told = opened(settings, store), list[Told]()
        first = act(room, "reindex", tell=told.append)
        assert "4 articles: 4 added" in first.lines[0]
        assert {"Reading articles", "Checking"} <= {each.lines[0].split(":")[0].split(" …")[0] for each in told}
        assert act(room, "reindex").lines[1] == "Nothing had changed."
        write_article(settings.corpus_dir, "band-4", "Band 4", "The band 4 costs 104 dollars.")
        assert "1 added" in act(room, "reindex").lines[0]
        status = act(room, "status").lines
        assert "5 articles" in status[0]
        assert status[1].startswith("Before it: ")
        assert status[-1] == "Nothing is wrong."
        assert "is served again" in act(room, "rollback").lines[0]
        back = act(room, "status").lines
        assert "4 articles" in back[0]
        assert BEHIND not in back, "who took it back knows"
        entries = store.audit.newest()
        assert [entry.act for entry in entries] == ["rollback", "reindex", "reindex", "reindex"]
        assert {entry.who for entry in entries} == {str(ADMIN)}
        assert "5 articles: 1 added" in entries[1].outcome
        assert act(room, "audit", "1").lines[0].endswith(f"{ADMIN} · rollback · {entries[0].outcome}")


def test_too_much_lost_asks_whether_to_switch_anyway(settings: Settings) -> None:
    with closing(Store(settings.data_dir)) as store:
        room = opened(settings, store)
        act(room, "reindex")
        served = Builds(settings.data_dir).current().build
        for number in range(3):
            (settings.corpus_dir / f"band-{number}.md").unlink()
        asked = act(room, "reindex")
        assert "Only 1 of 4 articles are left" in asked.lines[0]
        assert Builds(settings.data_dir).current().build == served
        (anyway,) = asked.choices
        assert "1 articles" in act(room, anyway.name, anyway.what).lines[0]
        assert Builds(settings.data_dir).current().build != served


def test_a_worse_build_is_named_and_can_be_overruled(settings: Settings) -> None:
    settings.golden_file.write_text('[[question]]\nask = "how much is band 2"\nmust = [["102"]]\n', "utf-8")
    with closing(Store(settings.data_dir)) as store:
        room = opened(settings, store)
        act(room, "reindex")
        write_article(settings.corpus_dir, "band-2", "Band 2", "The band 2 costs 88 dollars.")
        asked = act(room, "reindex")
        assert asked.lines[1] == "· “how much is band 2”: the answer lacks 102"
        assert "the answer lacks 102" in store.audit.newest(1)[0].outcome
        assert act(room, "status").lines[-2:] == (BEHIND, "Nothing is wrong with the index.")
        (anyway,) = asked.choices
        told = act(room, anyway.name, anyway.what)
        assert "Answered worse than before: “how much is band 2”: the answer lacks 102" in told.lines


def test_a_second_reindex_is_told_who_is_busy_since_when(settings: Settings) -> None:
    with closing(Store(settings.data_dir)) as store:
        room, told = opened(settings, store), list[Told]()
        first = threading.Thread(target=act, args=(room, "reindex"), kwargs={"tell": told.append})
        first.start()
        until(lambda: told)
        busy = room.act(Act(ADMIN, "reindex"), lambda _: None)
        assert busy.lines[0].startswith(f"{ADMIN} has been indexing since ")
        with pytest.raises(IndexBusy, match=rf"{ADMIN} has been indexing since \d\d:\d\d UTC"):
            indexing.index(settings)
        first.join()


def test_a_bot_that_is_stopped_leaves_no_child_behind(settings: Settings) -> None:
    with closing(Store(settings.data_dir)) as store:
        room, told, ended = opened(settings, store), list[Told](), list[Told]()
        thread = threading.Thread(target=lambda: ended.append(act(room, "reindex", tell=told.append)))
        thread.start()
        until(lambda: told)
        room.stop()
        thread.join(30)
        assert "it was stopped" in ended[0].lines[0]
        assert "being stopped" in act(room, "reindex").lines[0]
    assert indexing.index(settings).articles == 4


SERVING = """
    import sys, threading
    from pathlib import Path
    from bot.newsroom.reindexing import Reindexing
    from bot.settings import Settings, environment
    settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), corpus_dir=Path(sys.argv[2]))
    reindexing = Reindexing([sys.executable, "-m", "bot", "index", "--watched"], environment(settings))
    def hear(stage, done, total):
        print(reindexing._run.child.pid, flush=True)
    reindexing.run("telegram:1", hear)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_bot_that_is_killed_leaves_no_child_behind(settings: Settings) -> None:
    command = [sys.executable, "-c", textwrap.dedent(SERVING), str(settings.data_dir), str(settings.corpus_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as serving:
        assert serving.stdout
        child = int(serving.stdout.readline())
        assert alive(child)
        serving.send_signal(signal.SIGKILL)
        until(lambda: not alive(child))
    # A process counts as dead a moment before the last of its threads is gone and the lock with it.
    until(lambda: free(settings.data_dir))
    assert indexing.index(settings).articles == 4
    assert [p for p in (settings.data_dir / "index" / "builds").iterdir() if p.name.startswith(".tmp")] == []


def test_a_child_that_says_nothing_is_an_error_that_says_so() -> None:
    silent = Reindexing([sys.executable, "-c", "print('{'); print('[1]'); print('{}'); raise SystemExit(7)"], {})
    with pytest.raises(IndexingError, match="ended with 7; the index that served still serves"):
        silent.run("terminal:me")
    gone = Reindexing(["/no/such/program"], {})
    with pytest.raises(IndexingError, match="cannot be started"):
        gone.run("terminal:me")
    with pytest.raises(IndexingError, match="cannot be started"):
        gone.run("terminal:me")


def test_the_child_gets_no_token(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "123456:planted")
    monkeypatch.setenv("BOT_DISCORD_TOKEN", "planted")
    monkeypatch.setenv("BOT_TELEGRAM_WEBHOOK_SECRET", "planted")
    found = environment(settings)
    assert "planted" not in str(found)
    assert found["BOT_DATA_DIR"] == str(settings.data_dir)
    assert "PATH" in found


@pytest.mark.parametrize(
    "error", [TooMuchLost("Only 1 is left."), AnswersWorse("Worse.", ("a", "b")), IndexBusy("Busy."), BotError("x")]
)
def test_what_the_child_says_is_heard_as_it_was_meant(error: BotError) -> None:
    report = Report("b", 5, 1, 1, 1, 3, (("a.md", "no"),), 9, new_build=True, seconds=1.5, worse=("q",))
    assert heard(report_line(report)) == report
    assert heard(step_line(Step("read", 3, 0))) == Step("read", 3, 0)
    again = heard(error_line(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert getattr(again, "reasons", ()) == getattr(error, "reasons", ())


@pytest.mark.parametrize("line", ["", "{", "[]", "5", "{}", '{"step": 5}', '{"report": {}}', '{"error": "os"}'])
def test_what_the_child_never_says_is_not_heard(line: str) -> None:
    assert heard(line) is None


def test_acts_from_the_command_line_stand_in_the_log(settings: Settings) -> None:
    told = {**environment(settings), "BOT_LOG_LEVEL": "ERROR"}
    run = [sys.executable, "-m", "bot"]
    for command in (["index"], ["index", "--rollback"]):
        subprocess.run([*run, *command], env=told, capture_output=True, check=False, cwd=ROOT)
    shown = subprocess.run([*run, "audit"], env=told, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    newest, oldest = shown.splitlines()
    assert " · terminal:" in newest
    assert " · rollback · There is no earlier index to return to." in newest
    assert " · index · " in oldest
    assert "4 articles: 4 added" in oldest


def test_who_enters_while_others_index_waits_for_them(settings: Settings) -> None:
    tried: list[str] = []

    class Busy(Reindexing):
        def run(self, who: str, hear: Progress = quiet, *, force: bool = False) -> Report:  # noqa: ARG002
            tried.append(who)
            if len(tried) < 3:
                raise IndexBusy("telegram:1 has been indexing since 10:00 UTC.")
            return indexing.index(settings, hear)

    slept: list[float] = []
    waiting = Indexing(Busy([], {}), str, sleep=slept.append)
    told: list[Told] = []
    done = waiting.after(Act(ADMIN, "enter"), told.append)
    assert "4 articles: 4 added" in done.lines[0]
    assert len(slept) == 2
    assert told[0].lines == ("telegram:1 has been indexing since 10:00 UTC.",)
