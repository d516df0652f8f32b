from __future__ import annotations

import io
import os
import pty
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.progress import Plain
from bot.errors import NoIndex
from bot.terminal.chat import KEPT_TURNS, Chat, chat
from bot.terminal.render import Line, Look, answer_lines, line, search_lines, source_lines
from bot.terminal.screen import screen
from bot.text.day import day
from bot.values import (
    Answer,
    Article,
    Candidate,
    Citation,
    Hit,
    Passage,
    Published,
    Sentence,
    Statement,
    Status,
    Trace,
    Turn,
)

QUOTE = "The flagship Quark S1 costs RMB 3,799."
LINK = "https://example.org/quark#:~:text=The%20flagship"
SOURCE = Citation(
    1,
    "seed-quark",
    "Two Quark models",
    "EconomyWatch",
    "https://example.org/quark",
    Published(2025, 11, 28),
    QUOTE,
    LINK,
)
BARE = Citation(2, "notes/ring", "A ring", "", "", None, "It may cost [bold]299[/bold].", "", Status.RUMOUR)
ANSWER = Answer(
    "how much is the quark s1",
    f"{QUOTE} [1]\nThe ring may cost 299. [2]",
    declined=False,
    statements=(Statement(f"{QUOTE} [1]", (1,)), Statement("The ring may cost 299.", (2,))),
    citations=(SOURCE, BARE),
)
SENTENCE = Sentence("seed-quark", 0, 0, len(QUOTE), QUOTE, 0)
TRACE = Trace(
    "and the s1?",
    "how much is the quark s1",
    "build-1",
    (Hit(Passage(0, "seed-quark", 0, 1, QUOTE), 0.9, 0.8, 7.5),),
    (
        Candidate(SENTENCE, 0.84, {"words met in the sentence": 1.23, "length": -0.31}),
        Candidate(SENTENCE, 0.1, {}, "weaker"),
    ),
    "answered",
    likely=0.84,
    needed=0.5,
)


@dataclass
class Scripted:
    """A conversation that answers what it was given, and remembers what it was asked."""

    heard: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Turn]) -> tuple[Answer, Trace]:
        self.heard.append((question, tuple(history)))
        if question == "no index":
            raise NoIndex("Nothing is indexed yet: run the index command.")
        return ANSWER, TRACE


def text(lines: Sequence[Line]) -> str:
    out = io.StringIO()
    screen(out)(lines)
    return out.getvalue()


def test_an_answer_shows_its_sources_and_repeats_no_quote() -> None:
    assert text(list(answer_lines(ANSWER))) == (
        "The flagship Quark S1 costs RMB 3,799. [1]\n"
        "The ring may cost 299. [2]\n"
        "\n"
        "[1] EconomyWatch · 28 Nov 2025\n"
        f"    {LINK}\n"
        "\n"
        "[2] notes/ring · undated · rumour\n"
        "    “It may cost [bold]299[/bold].”\n"
    )


def test_the_receipts_are_whole() -> None:
    assert text(list(source_lines(ANSWER))) == (
        "[1] Two Quark models\n"
        "[1] EconomyWatch · 28 Nov 2025\n"
        f"    “{QUOTE}”\n"
        f"    {LINK}\n"
        "[2] A ring\n"
        "[2] notes/ring · undated · rumour\n"
        "    “It may cost [bold]299[/bold].”\n"
    )


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (Published(2025, 11, 8), "8 Nov 2025"),
        (Published(2025, 5), "May 2025"),
        (Published(2025), "2025"),
        (None, "undated"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(published: Published | None, shown: str) -> None:
    assert day(published) == shown


def test_why_tells_what_was_read_found_and_weighed() -> None:
    session = Chat(Scripted().ask)
    list(session.reply("and the s1?"))
    assert text(list(session.reply("/why"))).splitlines() == [
        "Asked: and the s1?",
        "Read as: how much is the quark s1",
        "Index: build-1",
        "Decision: answered (84% likely, 50% needed)",
        "Passages found: 1",
        f"0.900 seed-quark: {QUOTE}",
        "Sentences considered: 2",
        f"84% likely, said: “{QUOTE}” (seed-quark; words met in the sentence +1.2, length -0.3)",
        f"10% likely, weaker than those said: “{QUOTE}” (seed-quark)",
    ]


def test_search_shows_hits_or_says_that_there_are_none() -> None:
    hit = (TRACE.hits[0], Article("seed-quark", "Two Quark models", QUOTE, url="https://example.org/quark"))
    assert text(list(search_lines([hit]))).splitlines()[0] == "1. 0.900  Two Quark models"
    assert text(list(search_lines([]))) == "Nothing in the index fits.\n"


def test_a_follow_up_is_asked_with_the_turns_before_it() -> None:
    scripted = Scripted()
    session = Chat(scripted.ask)
    list(session.reply("how much is the quark s1"))
    list(session.reply("  and the  other one? "))
    turns = (Turn("user", "how much is the quark s1"), Turn("bot", ANSWER.text))
    assert scripted.heard == [("how much is the quark s1", ()), ("and the other one?", turns)]


def test_a_long_chat_keeps_only_its_last_turns() -> None:
    session = Chat(Scripted().ask)
    for number in range(KEPT_TURNS):
        list(session.reply(f"question {number}"))
    assert len(session.turns) == KEPT_TURNS
    assert session.turns[-2] == Turn("user", f"question {KEPT_TURNS - 1}")


def test_an_error_is_said_and_the_chat_goes_on() -> None:
    session = Chat(Scripted().ask)
    assert list(session.reply("no index")) == [Line("Nothing is indexed yet: run the index command.", Look.ERROR)]
    assert [found.look for found in session.reply("x" * 501)] == [Look.ERROR]
    assert session.turns == []
    assert next(iter(session.reply("how much"))).look is Look.ANSWER


def test_a_piped_chat_reads_as_a_talk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed = "/sources\n\nhow much is the quark s1\n/SOURCES\n/why\n/nonsense\n/help\n/quit\nnever asked\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    scripted = Scripted()
    chat(scripted.ask, screen())
    shown = capsys.readouterr().out
    assert len(scripted.heard) == 1
    for expected in (
        "> how much is the quark s1\n",
        "Nothing has been asked yet.",
        "[1] Two Quark models",
        "Decision:",
    ):
        assert expected in shown
    assert "There is no /nonsense: /help lists the commands." in shown
    assert "/why      how the last answer came about" in shown
    assert "never asked" not in shown


def on_a_terminal(lines: Sequence[Line]) -> str:
    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as out:
        screen(out)(lines)
    shown = b""
    with suppress(OSError):  # how Linux says that the other end is closed and all is read
        while part := os.read(leader, 65536):
            shown += part
    os.close(leader)
    return shown.decode()


def test_a_terminal_gets_colours_and_the_words_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    shown = on_a_terminal(list(answer_lines(ANSWER)))
    assert "\x1b[1m" in shown
    assert "It may cost [bold]299[/bold]." in re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert LINK in shown


@given(st.text())
def test_no_control_character_reaches_the_terminal(hostile: str) -> None:
    shown = line(f"before {hostile} after").text
    assert not [c for c in shown if c < " " or "\x7f" <= c < "\xa0" or c in "\u202e\u2066\u200b\u2028"]
    assert shown.startswith("before")


def test_hostile_text_cannot_paint_the_terminal() -> None:
    evil = "\x1b[2J\x1b]0;owned\x07\x9b31mred\u202e"
    answer = Answer(evil, evil, declined=False, citations=(Citation(1, evil, evil, evil, evil, None, evil, evil),))
    shown = text([*answer_lines(answer), *source_lines(answer)])
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)


def test_progress_in_a_pipe_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 0.0, 0.0, 1.0, 6.0, 7.0, 10.0, 10.0])
    plain = Plain(lambda: next(clock))
    plain.hear("prepare", 0, 1)
    plain.hear("prepare", 1, 1)
    for done in (0, 100, 600, 700, 1000):
        plain.hear("encode", done, 1000)
    plain.hear("read", 3, 0)
    assert capsys.readouterr().err.splitlines() == [
        "Preparing the model ...",
        "Embedding texts: 600 of 1,000, 100/s, 4 s left",
        "Embedding texts: 1,000 of 1,000, 100/s",
    ]
