"""The shelf from the command line: what is added is answered from, what is removed no more."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, bot, started
from test_cli_start import folder

from bot.cli.exits import Exit

__all__ = ["folder"]

NOTE = """---
publisher: Wearable Wire
published: "2026-11-24"
url: https://example.org/halo
---
# The Halo Ring 3 is announced

The Halo Ring 3 costs 299 euros and goes on sale on 12 December 2026.

The Halo Ring 3 weighs 2.4 grams in its smallest size and its battery lasts nine days.
"""


def lines(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_an_article_comes_is_answered_from_and_goes(folder: Path) -> None:
    (folder / "note.md").write_text(NOTE, "utf-8")
    for name in ("fitbit-air", "oura-ring-5", "pebble-price", "quark-presale", "galaxy-watch8"):
        (folder / "articles" / f"{name}.md").write_bytes((ROOT / "corpus" / "articles" / f"{name}.md").read_bytes())
    added = started("add", "note.md", "--yes", "--json", folder=folder)
    assert added.returncode == 0, added.stderr
    (record,) = lines(added)
    assert (record["title"], record["published"], record["entered"]) == (
        "The Halo Ring 3 is announced",
        "2026-11-24",
        True,
    )
    (answer,) = lines(bot("ask", "how much does the halo ring 3 cost", "--json", folder=folder))
    assert answer["citations"][0]["article"] == record["article"]
    assert "299 euros" in answer["citations"][0]["quote"]
    (folder / "questions.jsonl").write_text(
        json.dumps({"question": "how much does the halo ring 3 cost", "expected": {"must_contain": [["299"]]}}), "utf-8"
    )
    evaluated = started("eval", "questions.jsonl", "--json", folder=folder)
    assert lines(evaluated)[0]["quotes_verbatim"] == 1
    again = bot("add", "note.md", "--yes", folder=folder)
    assert (again.returncode, b"takes the place" in again.stdout) == (0, True)
    removed = bot("remove", record["article"], folder=folder)
    assert removed.returncode == 0, removed.stderr
    (answer,) = lines(bot("ask", "how much does the halo ring 3 cost", "--json", folder=folder))
    assert answer["declined"]


def test_what_is_said_about_an_article_is_changed_and_listed(folder: Path) -> None:
    (folder / "note.md").write_text(NOTE, "utf-8")
    (record,) = lines(bot("add", "note.md", "--yes", "--json", "--no-index", folder=folder))
    name = record["article"]
    edited = started("edit", name, "--published", "2026-11", "--status", "rumour", "--no-index", folder=folder)
    assert edited.returncode == 0
    (listed,) = lines(bot("articles", "--json", folder=folder))
    assert (listed["article"], listed["published"], listed["status"]) == (name, "2026-11", "rumour")
    assert name.encode() in started("articles", folder=folder).stdout
    assert started("remove", name, "--no-index", folder=folder).returncode == 0
    (removed,) = lines(bot("articles", "removed", "--json", folder=folder))
    assert removed["article"] == name
    assert removed["said"].startswith("removed; restore brings it back until ")
    again = bot("remove", name, "--no-index", folder=folder)
    assert b"is removed already: restore brings it back" in again.stderr
    assert bot("remove", name, "--restore", "--no-index", folder=folder).returncode == 0
    assert len(lines(bot("articles", "--json", folder=folder))) == 1
    acts = lines(started("audit", "--json", folder=folder))
    assert [(act["act"], act["what"]) for act in acts] == [
        ("restore", name),
        ("remove", name),
        ("remove", name),
        ("edit", name),
        ("add", "note.md"),
    ]
    assert (
        acts[3]["outcome"] == f"Changed {name}: published from 2026-11-24 to 2026-11; status from reported to rumour."
    )
    assert all(act["who"].startswith("terminal:") and act["outcome"] for act in acts)
    for wrong in (
        ["edit", name],
        ["edit", name, "--published", "05/06/2026"],
        ["remove", "../x"],
        ["remove", "nothing"],
    ):
        run = bot(*wrong, "--no-index", folder=folder)
        assert (run.returncode, run.stderr.count(b"\n")) == (Exit.USAGE, 1)


def test_what_it_does_not_say_is_said_with_it(folder: Path) -> None:
    (folder / "note.txt").write_text("A ring\n\nThe Halo Ring 3 costs 299 euros, its maker said in Oslo.", "utf-8")
    shown = bot("add", "note.txt", "--no-index", folder=folder).stdout.decode()
    assert "until you give the date" in shown
    assert "--published" in shown
    more = ["--published", "25 Nov 2026", "--publisher", "The Wire", "--yes", "--json", "--no-index"]
    (record,) = lines(bot("add", "note.txt", *more, folder=folder))
    assert (record["publisher"], record["published"], record["entered"]) == ("The Wire", "2026-11-25", True)
    assert not any("until you give" in warning for warning in record["warnings"])
    wrong = bot("add", "note.txt", "--published", "yesterday", "--yes", "--no-index", folder=folder)
    assert (wrong.returncode, b"The date must be like" in wrong.stderr) == (Exit.PARTLY, True)
    assert list((folder / "data" / "state" / "drafts").iterdir()) == []


def test_what_cannot_be_added_is_one_line_and_the_others_go_on(folder: Path) -> None:
    (folder / "note.md").write_text(NOTE, "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    given = ["http://127.0.0.1:1/", "http://2130706433/", "empty.txt", "nowhere.md", "note.md"]
    run = bot("add", *given, "--yes", "--json", "--no-index", folder=folder)
    assert run.returncode == Exit.PARTLY
    records = lines(run)
    assert [record["given"] for record in records] == given
    assert ["error" in record for record in records] == [True, True, True, True, False]


def test_nothing_enters_unasked(folder: Path) -> None:
    (folder / "note.md").write_text(NOTE, "utf-8")
    run = bot("add", "note.md", "--no-index", folder=folder)
    assert (run.returncode, b"Not entered. Nobody is here to be asked: say --yes" in run.stdout) == (Exit.PARTLY, True)
    assert b"The Halo Ring 3 costs 299 euros" in run.stdout
    assert lines(bot("articles", "--json", folder=folder)) == []


@pytest.mark.parametrize(("said", "entered"), [(b"y\n", True), (b"\n", False)])
def test_on_a_terminal_it_asks(said: bytes, entered: bool, folder: Path) -> None:  # noqa: FBT001
    (folder / "note.md").write_text(NOTE, "utf-8")
    ours, theirs = pty.openpty()
    os.write(ours, said)
    run = subprocess.run(
        [sys.executable, "-m", "bot", "add", "note.md", "--no-index"],
        stdin=theirs,
        capture_output=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "BOT_DATA_DIR": str(folder / "data")},
        check=False,
        timeout=120,
    )
    os.close(ours)
    os.close(theirs)
    assert b"Enter it? [y/N]" in run.stdout
    assert (run.returncode == 0) is entered


def test_a_source_is_looked_at_and_switched_on(folder: Path) -> None:
    ours = {"BOT_SOURCES": str(ROOT / "corpus" / "sources.toml")}
    switched = bot("feeds", "heise", "on", folder=folder, environment=ours)
    assert switched.stdout.startswith(b"heise is followed from now on")
    (record,) = lines(bot("feeds", "heise", "--json", folder=folder, environment=ours))
    assert (record["enabled"], record["due"]) == (True, 0)
    listed = bot("feeds", folder=folder, environment=ours).stdout.decode()
    assert "heise · heise online · never asked yet" in listed
    assert "Not followed: uploadvr, road-to-vr, " in listed
    assert bot("feeds", "nowhere", "on", folder=folder, environment=ours).returncode == Exit.USAGE
    acts = lines(bot("audit", "--json", folder=folder))
    assert [(act["act"], act["what"]) for act in acts] == [("feeds", "nowhere on"), ("feeds", "heise on")]


def test_following_needs_a_list_and_says_when_nothing_is_enabled(folder: Path) -> None:
    assert started("follow", folder=folder).returncode == Exit.USAGE
    (folder / "sources.toml").write_text('[[source]]\nname = "a"\n', "utf-8")
    run = bot("follow", folder=folder, environment={"BOT_SOURCES": "sources.toml"})
    assert run.returncode == Exit.PARTLY
    assert b"Source 1 (a) is left out" in run.stderr
    assert b"No source is enabled" in run.stdout
    acts = lines(bot("audit", "--json", folder=folder))
    assert [act["act"] for act in acts] == ["follow", "follow"]
    assert all(act["outcome"] for act in acts)
