"""A short version of what benchmarks/chats counts in full; what it counts as bad is a defect."""

from __future__ import annotations

from benchmarks.chats.faults import Fault, faults
from benchmarks.chats.forgetting import forgetting
from benchmarks.chats.kills import kills
from benchmarks.chats.storm import storm
from benchmarks.chats.texts import judged

QUICK = ("send: reset", "deferring: lost", "send cut after it arrived", "update comes twice", "token is refused")


def test_killed_over_and_over_both_platforms_lose_nothing_and_tell_no_secret() -> None:
    rows, found = kills(3)
    assert [row for row in rows if row[3] == "0" and row[2] != "0"] == []
    assert (found.secrets, found.questions) == (0, 0)
    assert found.searched > 0


def test_faults_that_pass_quickly_leave_nobody_without_an_answer() -> None:
    chosen: list[Fault] = [fault for fault in faults() if fault.name in QUICK]
    rows, found = storm(1, chosen)
    assert sum(int(row[1]) for row in rows) == len(chosen) >= len(QUICK)
    assert [row for row in rows if row[2] != "0"] == []
    assert (found.secrets, found.questions) == (0, 0)


def test_whoever_is_forgotten_is_found_nowhere() -> None:
    assert [row[1:3] for row in forgetting(2)] == [("2", "0")] * 2


def test_any_answer_whatever_can_be_sent() -> None:
    assert {bad for _, bad in judged(7, 20).values()} == {0}
