"""The newsroom from the terminal chat: what admins do, typed by who sits at the keyboard, over a real index."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from index_parts import write_article

from bot.app import indexing, keyboard
from bot.errors import FetchError, StoreError
from bot.newsroom.acts import Person
from bot.newsroom.attached import on_disk
from bot.newsroom.newsroom import Newsroom
from bot.settings import Settings
from bot.terminal.admin import Admin
from bot.terminal.chat import Chat
from bot.terminal.screen import screen

Say = Callable[[str], str]
"""What is typed -> what is shown for it."""
WHO = Person("terminal", "erika")
NOTE = """---
title: The Nimbus Band
publisher: Wearable Wire
published: 2026-11-20
---
The Nimbus Band weighs 21 grams. It is sold in Norway only.
"""


@pytest.fixture
def settings(model_home: Path, tmp_path: Path) -> Settings:
    home, corpus = tmp_path / "data", tmp_path / "corpus"
    home.mkdir()
    (home / "models").symlink_to(model_home / "models")
    for number, name in enumerate(("Alto", "Corvo", "Delta", "Erato")):
        write_article(corpus, name, f"The {name} Watch", f"The {name} Watch costs {99 - number} dollars.")
    return Settings(_env_file=None, data_dir=home, corpus_dir=corpus, golden_file=tmp_path / "no.toml")


@pytest.fixture
def say(settings: Settings) -> Iterator[Say]:
    indexing.index(settings)
    with keyboard.at_keyboard(settings) as (ask, room):
        out = io.StringIO()
        show = screen(out)
        session = Chat(ask, Admin(room, WHO, show))

        def typed(text: str) -> str:
            out.seek(0)
            out.truncate()
            show(session.reply(text))
            return out.getvalue()

        yield typed


def test_the_keyboard_reindexes_rolls_back_and_sees_it_written_down(settings: Settings, say: Say) -> None:
    assert "4 articles" in say("/status")
    write_article(settings.corpus_dir, "brio", "The Brio Ring", "The Brio Ring costs 77 dollars.")
    shown = say("/reindex")
    assert "5 articles: 1 added" in shown
    assert "Reading articles" in shown.partition("5 articles")[0]
    assert " answers now." in shown
    assert "77 dollars" in say("how much does the brio ring cost")
    assert "is served again" in say("/ROLLBACK")
    assert "4 articles" in say("/status")
    shown = say("/audit")
    assert [line.split(" · ")[1:3] for line in shown.splitlines()] == [
        ["terminal:erika", "rollback"],
        ["terminal:erika", "reindex"],
    ]


def test_a_file_comes_is_amended_answered_from_and_goes(tmp_path: Path, say: Say) -> None:
    (tmp_path / "the note.md").write_text(NOTE, "utf-8")
    shown = say(f"/add '{tmp_path / 'the note.md'}'")
    assert "Wearable Wire · 20 Nov 2026" in shown
    assert "“The Nimbus Band weighs 21 grams.”" in shown
    enter = next(line for line in shown.splitlines() if line.startswith("Enter: ")).removeprefix("Enter: ")
    draft = enter.split()[1]
    assert f"Discard: /discard {draft}" in shown
    assert "21 Nov 2026" in say(f"/amend {draft} published 2026-11-21")
    shown = say(enter)
    assert shown.count("Entered as ") == 1
    assert " answers now." in shown
    article = shown.partition("Entered as ")[2].partition(":")[0]
    assert "21 grams" in say("how much does the nimbus band weigh")
    assert article in say("/articles nimbus")
    assert f"/restore {article} brings it back" in say("/remove nimbus band")
    assert "21 grams" not in say("how much does the nimbus band weigh")
    written = [line.split(" · ")[2].split()[0] for line in say("/audit 9").splitlines()]
    assert written == ["remove", "enter", "amend", "add"]


def test_what_is_wrong_is_a_sentence_and_the_chat_goes_on(tmp_path: Path, say: Say) -> None:
    (tmp_path / "empty.md").write_bytes(b"")
    assert "Give the link of an article" in say("/add")
    assert say(f"/add {tmp_path / 'nowhere.md'}") == "Reading …\nThere is no such file: check its name.\n"
    assert say(f"/add {tmp_path / 'empty.md'}") == "Reading …\nThere is nothing in it: give one with text.\n"
    assert "/add" not in say("/add http://127.0.0.1:1/")
    assert "There is no such answer" in say("/why aaaaaaaaaaaa")
    for typed in ("/edit nothing-there publisher Band Daily", "/remove nothing-there", "/restore nothing-there"):
        assert len(say(typed).splitlines()) == 1
    assert say("/wipe").startswith("There is no /wipe")
    assert say("/").startswith("There is no /:")
    assert "99 dollars" in say("how much is the alto watch")


def test_the_draft_that_was_added_last_needs_no_name(tmp_path: Path, say: Say) -> None:
    for name in ("Nimbus", "Umbra"):
        (tmp_path / f"{name}.md").write_text(NOTE.replace("Nimbus", name), "utf-8")
        assert name in say(f"/add {tmp_path / name}.md")
    assert say("/discard") == "Discarded; nothing has entered.\n"
    assert "Wearable Weekly" in say("/amend publisher Wearable Weekly")
    assert ": The Nimbus Band" in say("/enter").partition("Entered as ")[2]
    assert say("/enter") == say("/discard") == "No draft of yours waits; add an article first.\n"
    assert say("/amend publisher X") == say("/enter")
    assert say("/amend").startswith("Say which article, which field and what")
    noted = say("/audit 30")
    for act in ("add", "discard", "amend publisher Wearable Weekly", "enter"):
        assert f" · {act} " in noted


def test_looking_and_help(say: Say) -> None:
    assert "Nothing has been asked yet." in say("/why")
    assert say("/gaps")
    assert "python -m bot stats --chart FILE.png draws it." in say("/stats 7")
    shown = say("/help")
    for name in (
        *("reindex", "rollback", "status", "add", "amend", "edit", "remove", "restore", "articles"),
        *("audit", "gaps", "stats", "why"),
    ):
        assert f"\n/{name} " in shown
    assert "/enter" not in shown


def test_a_chat_without_commands_opens_no_newsroom(settings: Settings) -> None:
    indexing.index(settings)
    with keyboard.at_keyboard(settings) as (ask, _):
        assert not ask("how much is the alto watch", ())[0].declined
    assert not (settings.data_dir / "state").exists()


def test_a_newsroom_that_cannot_be_opened_is_said() -> None:
    def broken() -> Newsroom:
        raise StoreError("The store is of a later version.")

    session = Chat(lambda *_: pytest.fail("never asked"), Admin(broken, WHO, screen(io.StringIO())))
    for typed in ("/status", "/help"):
        assert [line.text for line in session.reply(typed)][-1] == "The store is of a later version."


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * 11)
    for given in ("", "~nobody-at-all/x", "a\0b", str(tmp_path), str(tmp_path / "pipe"), str(tmp_path / "large")):
        with pytest.raises(FetchError):
            on_disk(given).read(10)
    assert on_disk(f'"{tmp_path / "large"}"').read(11) == b"x" * 11
