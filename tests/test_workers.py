"""Processes that answer: killed, hung, closed, orphaned, and a new build of the index taken up by all of them."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from index_parts import HashingModel, write_edition
from processes import alive, until
from workers_parts import indexed, lines, once_able, scripted, unable, weighed

from bot.desk import Desk, Limits
from bot.errors import NoIndex, WorkerDied
from bot.index.building import build
from bot.messages import Message, Place
from bot.settings import Settings
from bot.store import Store
from bot.store.traces import trace_bytes, trace_from, whole
from bot.values import Turn
from bot.workers import Crew, Patience

ROOT = Path(__file__).parents[1]


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with closing(Crew(partial(scripted, tmp_path), 2)) as made:
        yield made


def test_each_question_gets_its_own_answer_whoever_gives_it(crew: Crew) -> None:
    turns = (Turn("user", "a"), Turn("bot", "b"))
    with ThreadPoolExecutor(8) as people:
        found = list(people.map(lambda n: crew.ask(f"question {n}", turns), range(40)))
    assert [answer.text for answer, _ in found] == [f"question {n} after 2 turns" for n in range(40)]
    assert {int(trace.build_id) for _, trace in found} == set(crew.pids())


def test_a_worker_killed_over_a_question_costs_nobody_an_answer(crew: Crew, tmp_path: Path) -> None:
    first = set(crew.pids())
    with ThreadPoolExecutor(2) as people:
        waiting = people.submit(crew.ask, "wait")
        until(lambda: bool(lines(tmp_path, "asked")))
        (killed,) = lines(tmp_path, "asked")
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(lines(tmp_path, "asked")) == 2)
        (tmp_path / "go").touch()
        answer, trace = waiting.result(timeout=60)
    assert answer.text == "wait after 0 turns"
    assert len(lines(tmp_path, "asked")) == 2
    assert int(trace.build_id) in first - {killed}
    until(lambda: len(crew.pids()) == 2 and not set(crew.pids()) & {killed})
    until(lambda: {int(crew.ask("more")[1].build_id) for _ in range(4)} == set(crew.pids()))


def test_a_question_that_kills_twice_is_given_up_and_the_next_one_is_answered(crew: Crew, tmp_path: Path) -> None:
    with pytest.raises(WorkerDied):
        crew.ask("die")
    assert len(lines(tmp_path, "asked")) == 2
    assert crew.ask("still there?")[0].text == "still there? after 0 turns"


def test_a_worker_that_hangs_is_taken_for_dead(tmp_path: Path) -> None:
    with closing(Crew(partial(scripted, tmp_path), 2, Patience(answer=1.0))) as crew:
        first = crew.pids()
        with pytest.raises(WorkerDied):
            crew.ask("wait")
        until(lambda: not any(alive(pid) for pid in first))
        (tmp_path / "go").touch()
        until(lambda: len(crew.pids()) == 2)


def test_what_a_worker_raises_is_raised_and_the_worker_goes_on(crew: Crew) -> None:
    before = crew.pids()
    with pytest.raises(NoIndex, match="run the index command"):
        crew.ask("index")
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        crew.ask("divide")
    assert crew.ask("and now?")[0].text == "and now? after 0 turns"
    assert crew.pids() == before


def test_what_keeps_a_worker_from_starting_is_said_at_once_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="run the index command"):
        Crew(partial(unable, tmp_path), 2)
    assert not [thread for thread in threading.enumerate() if thread.name == "replacing"]


def test_a_worker_is_replaced_however_many_tries_it_takes(tmp_path: Path) -> None:
    (tmp_path / "able-0").touch()
    with closing(Crew(partial(once_able, tmp_path), 1, Patience(answer=30.0, first_pause=0.1))) as crew:
        (pid,) = crew.pids()
        os.kill(pid, signal.SIGKILL)
        threading.Timer(1.0, (tmp_path / "able-1").touch).start()
        assert crew.ask("back?")[0].text == "back? after 0 turns"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_for_all_of_us_leaves_workers_to_finish(crew: Crew, tmp_path: Path, number: int) -> None:
    with ThreadPoolExecutor(1) as people:
        waiting = people.submit(crew.ask, "wait")
        until(lambda: bool(lines(tmp_path, "asked")))
        for pid in crew.pids():
            os.kill(pid, number)
        (tmp_path / "go").touch()
        assert waiting.result(timeout=60)[0].text == "wait after 0 turns"
    assert len(lines(tmp_path, "asked")) == 1


def test_closing_ends_every_worker(tmp_path: Path) -> None:
    crew = Crew(partial(scripted, tmp_path), 2)
    pids = crew.pids()
    assert all(alive(pid) for pid in pids)
    crew.close()
    assert not any(alive(pid) for pid in pids)


def test_an_owner_that_is_killed_leaves_no_orphan(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, ROOT / "tests" / "workers_parts.py", tmp_path],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        owner.kill()
    until(lambda: not any(alive(pid) for pid in pids))


def test_every_worker_takes_up_a_new_build_by_itself(tmp_path: Path) -> None:
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    write_edition(corpus, 1)
    build(corpus, data, HashingModel())
    with closing(Crew(partial(indexed, data), 2)) as crew:
        before = {crew.ask("the band 3 costs how many dollars")[1].build_id for _ in range(2)}
        write_edition(corpus, 2)
        build(corpus, data, HashingModel())

        def all_new() -> bool:
            time.sleep(1)
            return not before & {crew.ask("the band 3 costs how many dollars")[1].build_id for _ in range(2)}

        assert len(before) == 1
        until(all_new)
        answer, _ = crew.ask("the band 3 costs how many dollars")
        assert "edition 2" in answer.text
        assert len(crew.pids()) == 2


def test_a_worker_that_nobody_asks_makes_itself_ready(crew: Crew, tmp_path: Path) -> None:
    assert sorted(lines(tmp_path, "warm")) == sorted(crew.pids())
    until(lambda: all(lines(tmp_path, "warm").count(pid) > 1 for pid in crew.pids()))


def test_the_desk_answers_as_many_at_once_as_there_are_workers(crew: Crew, tmp_path: Path) -> None:
    limits = Limits(of_user=100, of_chat=100)
    with closing(Store(tmp_path)) as store, ThreadPoolExecutor(3) as people:
        desk = Desk(store, crew.ask, lambda: (), limits, at_once=2)
        asked = [Message(str(n), Place("discord", "7"), "1", "wait", time.time()) for n in range(3)]
        replies = [people.submit(desk.answer, message) for message in asked if desk.accept(message)]
        until(lambda: len(lines(tmp_path, "asked")) == 2)
        time.sleep(0.3)
        assert set(lines(tmp_path, "asked")) == set(crew.pids())
        (tmp_path / "go").touch()
        assert {reply.result(timeout=60).answer.text for reply in replies} == {"wait after 0 turns"}
    assert len(lines(tmp_path, "asked")) == 3


def test_a_question_that_kills_its_workers_gets_an_apology_from_the_desk(crew: Crew, tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        desk = Desk(store, crew.ask, lambda: (), at_once=2)
        message = Message("1", Place("discord", "7"), "1", "die", time.time())
        assert desk.accept(message)
        assert desk.answer(message).apology


def test_the_trace_that_a_worker_sends_is_light_and_can_be_made_whole(crew: Crew) -> None:
    _, trace = crew.ask("weigh")
    assert (trace.hits, trace.candidates) == ((), ())
    assert whole(trace) == weighed("weigh", trace.build_id)
    # The store keeps it as it came, without the question; what is to be kept with the question is packed anew.
    unasked = replace(trace, asked="", rewritten="")
    assert trace_bytes(unasked) is trace.packed
    assert trace_from(trace.packed) == weighed("", trace.build_id)
    assert trace_from(trace_bytes(trace)) == weighed("weigh", trace.build_id)


@pytest.mark.parametrize("keep_questions", [True, False])
def test_how_an_answer_of_a_worker_came_about_is_told_before_and_after_it_was_sent(
    crew: Crew, tmp_path: Path, *, keep_questions: bool
) -> None:
    with closing(Store(tmp_path / "desk")) as store:
        desk = Desk(store, crew.ask, tuple, keep_questions=keep_questions)
        asked = Message("1", Place("telegram", "1"), "1", "weigh", time.time())
        assert desk.accept(asked)
        reply = desk.answer(asked)
        before = desk.why(reply.answer_id)
        assert before is not None
        assert before == weighed("weigh" if keep_questions else "", before.build_id)
        desk.done(asked, "500")
        assert desk.why(reply.answer_id) == before


def test_what_a_worker_is_given_holds_no_secret() -> None:
    secret = "123456:planted-secret-token"  # noqa: S105  # planted, so that a leak is found
    settings = Settings(_env_file=None, telegram_token=secret, discord_token=secret, telegram_webhook_secret=secret)
    bare = settings.bare()
    assert secret.encode() not in pickle.dumps(bare)
    assert (bare.secrets, bare.data_dir, bare.model) == ((), settings.data_dir, settings.model)
