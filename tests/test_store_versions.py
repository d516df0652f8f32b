from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import storing
from bot.errors import NewerStore
from bot.messages import Message, Place, PlaceSettings
from bot.settings import Settings
from bot.store import Store
from bot.store.schema import VERSION
from bot.values import Role, Statement

HERE = Path(__file__).parent
GROUP = Place("telegram", "-100777")
FIRST, HEAVY, MOON = "u9MxfPSUWbNa", "ZfHJRVuI8S0P", "pHlx83oiKJRA"


def written_by_version_1(path: Path) -> Path:
    """Write the file that version 1 wrote: three answers, two ratings, a gap, a chosen language, one in the inbox."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((HERE / "store_version_1.sql").read_text("utf-8"))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    written_by_version_1(tmp_path / "state" / "bot.sqlite")
    return tmp_path


def tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").fetchall())


def test_a_role_that_is_given_no_more_is_read_as_a_plain_answer(home: Path) -> None:
    said = [{"text": "It cost 299.", "citations": [1], "role": "older"}]
    with closing(sqlite3.connect(home / "state" / "bot.sqlite")) as connection, connection:
        (told,) = connection.execute("SELECT answer FROM answers WHERE id = ?", (FIRST,)).fetchone()
        answer = json.dumps(json.loads(told) | {"statements": said}).encode()
        connection.execute("UPDATE answers SET answer = ? WHERE id = ?", (answer, FIRST))
    with closing(Store(home)) as store:
        kept = store.answers.get(FIRST)
    assert kept is not None
    assert kept.answer.statements == (Statement("It cost 299.", (1,), Role.ANSWER),)


def test_everything_of_an_older_file_is_kept(home: Path) -> None:
    store = Store(home)
    assert {(f.answer_id, f.useful, f.reason) for f in store.answers.feedback()} == {
        (FIRST, True, ""),
        (FIRST, False, "wrong"),
    }
    assert [(gap.answer_id, "weight of the Quark S1" in gap.missing) for gap in store.answers.gaps()] == [(HEAVY, True)]
    assert [message.text for message in store.inbox.waiting("telegram")] == ["what waits"]
    assert store.settings("telegram", GROUP.chat).language == "de"
    assert store.answers.carried(GROUP, "502") == store.answers.last(GROUP, "13") == MOON
    assert store.answers.get(MOON) is not None
    kept = store.answers.get(FIRST)
    assert kept is not None
    assert (kept.answer.text, kept.trace.build_id) == ("The Quark S1 costs 3,799.", "build-1")
    assert store.inbox.knows(Message("m0", GROUP, "11", "", 0.0))
    store.close()
    Store(home).close()


def test_what_an_older_file_tells_of_gaps_is_counted(home: Path) -> None:
    Store(home).close()
    with closing(sqlite3.connect(home / "state" / "bot.sqlite")) as connection:
        missed = connection.execute("SELECT answer, kind, wanted, nearest FROM missed ORDER BY at").fetchall()
        counts = dict(connection.execute("SELECT what, sum(n) FROM counts GROUP BY what").fetchall())
    assert missed == [(HEAVY, "declined", "the weight of the Quark S1", "quark"), (MOON, "declined", "", "")]
    assert counts == {"answered": 1, "declined": 2, "useful": 1, "not useful": 1}


def test_an_older_file_and_a_new_one_end_up_alike(home: Path, tmp_path: Path) -> None:
    Store(home).close()
    Store(tmp_path / "new").close()
    assert tables(home / "state" / "bot.sqlite") == tables(tmp_path / "new" / "state" / "bot.sqlite")


def test_a_kill_at_any_statement_of_a_migration_leaves_a_whole_file(tmp_path: Path) -> None:
    written_by_version_1(tmp_path / "version1.sqlite")
    told = subprocess.run(
        [sys.executable, HERE / "store_child.py", tmp_path],
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    *killed, last = told.stdout.splitlines()
    assert last == f"False {VERSION} [1, 2, 1]"
    before = Counter(line.split()[1] for line in killed)
    assert set(killed) == {"True 1 [1, 2, 1]", f"True {VERSION} [1, 2, 1]"}
    assert before["1"] > 20  # deaths amid the migration


def test_a_file_of_a_later_version_is_refused_in_one_sentence_and_left_alone(home: Path) -> None:
    path = home / "state" / "bot.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = tables(path)
    says = r"newer version of the bot: start that version, or move the file away\.$"
    with pytest.raises(NewerStore, match=says):
        Store(home)
    with pytest.raises(NewerStore, match=says):  # a bot does not serve without it either
        storing.stored(Settings(data_dir=home, telegram_token=SecretStr("1:x")))
    assert tables(path) == before


def test_settings_that_cannot_be_read_are_the_usual_ones_and_keep_nothing_from_starting(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(home / "state" / "bot.sqlite")) as connection, connection:
        connection.execute("UPDATE places SET settings = ?", ('{"length": "of a later version"}',))
    with closing(Store(home)) as store:
        assert store.settings("telegram", GROUP.chat) == PlaceSettings()
        store.choose("telegram", "-1", PlaceSettings(language="fr"))
        assert store.settings("telegram", "-1").language == "fr"
    assert "cannot be read" in caplog.text
