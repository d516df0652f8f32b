from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from answering_parts import opened
from review_parts import DAY, PLACE, Bench
from telling_parts import on_disk

from bot.errors import NoIndex, SettingsError
from bot.newsroom import gaps, why
from bot.newsroom.acts import Act, Person, Told
from bot.newsroom.days import days
from bot.newsroom.figures import lines
from bot.newsroom.stats import corpus_of, use_of
from bot.store import Kind
from bot.store.counts import rounded
from bot.values import Article, Published

ADMIN = Person("telegram", "701")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def did(bench: Bench, name: str, what: str = "", replies_to: str = "") -> Told:
    return bench.newsroom("telegram:701").act(
        Act(ADMIN, name, what, place=PLACE, replies_to=replies_to), lambda _: None
    )


def test_gaps_tell_what_was_declined_or_useless_and_what_is_nearest(bench: Bench) -> None:
    for _ in range(2):
        bench.ask("how heavy is the giraffe s3")
    bench.news.learn("build-2", "zebra")
    useless = bench.ask()
    bench.desk.useful(useless, "telegram", "702", useful=False, reason="wrong")
    for person in ("702", "702", "703"):
        assert bench.desk.gap(useless, "telegram", person)
    told, choices = (found := did(bench, "gaps")).lines, found.choices
    assert [(choice.label, choice.name) for choice in choices] == [("Why 1", "why")]
    assert did(bench, choices[0].name, choices[0].what).lines[0].startswith("Answer ")
    assert told == (
        "Gaps of the last 30 days: 2 declined, 1 not useful, in 1 topic.",
        f"1. Quark S3: 2 declined, 1 not useful, 2 reported; last 21 Sep 2026, {choices[0].what} (they name it)",
        "Wanted: the weight of Quark S3 (3)",
        "Nearest: The third Quark (EconomyWatch, 1 Feb 2026)",
    )
    bench.store._file.scrub()
    assert b"giraffe" not in on_disk(bench.folder)
    bench.desk.useful(useless, "telegram", "702", useful=True)
    assert [gap.kind for gap in bench.store.gaps.since(0.0)] == [Kind.DECLINED] * 2
    bench.clock.now += 10 * DAY
    assert did(bench, "gaps", "7").lines[0].startswith("No gaps in the last 7 days")
    assert "give a number" in did(bench, "gaps", "many").lines[0].lower()


def test_a_gap_that_the_articles_tell_by_now_is_called_that(bench: Bench) -> None:
    bench.ask("how heavy is it")
    assert not bench.review.gaps.look(30).found[0].told_now
    bench.news.learn("build-2", "weight")
    assert bench.review.gaps.look(30).found[0].told_now
    assert did(bench, "gaps").lines[-1] == "The articles that are indexed now answer that."


def test_questions_stand_among_gaps_only_when_they_are_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path, keep_questions=True)
    bench.ask("how\u202e heavy\n9. Forged: 100 declined")
    (line,) = [line for line in did(bench, "gaps").lines if line.startswith("Asked")]
    assert line == "Asked: how heavy 9. Forged: 100 declined"


def test_a_forgotten_person_leaves_no_gap(bench: Bench) -> None:
    bench.ask(user="701")
    bench.ask(user="702")
    bench.desk.forget("telegram", "702")
    assert len(bench.store.gaps.since(0.0)) == 1


def test_what_a_forgotten_person_called_useless_is_no_gap_any_more(bench: Bench) -> None:
    bench.news.learn("build-2", "zebra")
    answers = [bench.ask() for _ in range(2)]
    for answer_id, users in zip(answers, (("1",), ("1", "2")), strict=True):
        for user in users:
            bench.desk.useful(answer_id, "telegram", user, useful=False)
    bench.desk.forget("telegram", "1")
    assert [gap.answer_id for gap in bench.store.gaps.since(0.0)] == answers[1:]
    bench.clock.now += 31 * DAY  # the answer itself is gone by then, the gap is not
    bench.ask()
    bench.desk.forget("telegram", "3")
    assert [gap.answer_id for gap in bench.store.gaps.since(0.0)] == answers[1:]
    bench.clock.now += 60 * DAY
    bench.ask()
    assert bench.store.gaps.since(0.0) == []


def test_gaps_are_told_without_an_index(bench: Bench) -> None:
    def nothing() -> tuple[Article, ...]:
        raise NoIndex("Nothing is indexed yet.")

    bench.ask()
    look = replace(bench.review.gaps, cards=nothing, ask=None).look(30)
    assert (look.declined, look.found[0].nearest) == (1, None)
    assert list(gaps.lines(look))[1].startswith("1. Quark S3: 1 declined")


def test_an_answer_of_last_week_is_replayed_and_asked_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, keep_questions=True)
    answer_id = bench.ask()
    bench.desk.useful(answer_id, "telegram", "702", useful=False, reason="wrong")
    bench.clock.now += 7 * DAY
    bench.news.learn("build-2", "zebra")
    told = did(bench, "why", answer_id).lines
    assert told[0].startswith(f"Answer {answer_id} of 21 Sep 2026 ")
    for line in (
        "Asked: how heavy is the zebra s3",
        "Wanted: the weight of Quark S3",
        "Index: build-1",
        "Said: I couldn't find that in the articles.",
        "Called not useful: wrong",
        "Asked again, build-2 answers: The Quark S3 weighs 38 g. [1]",
    ):
        assert line in told
    assert did(bench, "why", answer_id).lines == did(bench, "why").lines
    assert did(bench, "why", replies_to=bench.desk.reply_to("telegram", "701:1")).lines == told


def test_without_the_question_a_replay_tells_all_but_that(bench: Bench) -> None:
    told = did(bench, "why", bench.ask()).lines
    assert "The question was not kept; BOT_KEEP_QUESTIONS=true keeps those to come." in told
    assert "Index: build-1 (serves now)" in told
    assert not any("zebra" in line or line.startswith("Asked") for line in told)


@pytest.mark.parametrize("what", ["x" * 12, "short", "'; DROP TABLE answers;", "é" * 12])
def test_an_answer_that_is_not_there_is_one_sentence(bench: Bench, what: str) -> None:
    (told,) = did(bench, "why", what).lines
    assert "12 letters" in told
    with pytest.raises(SettingsError):
        bench.review.answers.replay("x" * 12)


def test_an_answer_replayed_by_the_real_answerer_tells_what_was_weighed_and_how_likely_each_sentence_is(
    tmp_path: Path, starter_home: Path
) -> None:
    from bot.conversation import Conversation, Covered
    from bot.desk import Desk
    from bot.index.lending import Library
    from bot.messages import Message
    from bot.newsroom.review import review

    model, encoder = opened(starter_home)
    with closing(Library(starter_home, model.identity)) as library:
        talk, covered = Conversation(library, encoder), Covered(library)
        bench = Bench(tmp_path)
        bench.desk = Desk(bench.store, talk.ask, covered.names, clock=bench.clock, keep_questions=True)
        message = Message("m1", PLACE, "701", "how heavy is the quark s3?", bench.clock.now)
        bench.desk.accept(message)
        reply = bench.desk.answer(message)
        bench.desk.done(message)
        looked = review(bench.store, talk.ask, covered, lambda: encoder)
        told = list(why.lines(looked.answers.replay(reply.answer_id)))
        assert any(re.fullmatch(r"Decision: declined, .+ \(\d+% likely, \d+% needed\)", line) for line in told)
        assert any(re.fullmatch(r"\d+% likely, not said: “.+” \(.+; .+ [+-]\d+\.\d.*\)", line) for line in told)
        assert next(line for line in told if line.startswith("Asked again")).endswith("answers: the same")
        found = looked.gaps
        assert bench.store.counts.since(0.0)[0].counts
        gap = replace(found, clock=bench.clock).look(30).found[0]
        assert (gap.topic.declined, gap.told_now) == (1, False)


def test_numbers_outlive_the_answers_that_were_counted(bench: Bench) -> None:
    bench.ask()
    bench.news.learn("build-2", "zebra")
    answered = [bench.ask() for _ in range(2)]
    bench.desk.useful(answered[0], "telegram", "1", useful=True)
    bench.desk.useful(answered[0], "telegram", "2", useful=True)
    bench.desk.useful(answered[0], "telegram", "2", useful=False)
    before = bench.review.numbers.count(1).use
    assert (before.answered, before.declined, before.useful, before.not_useful) == (2, 1, 1, 1)
    assert before.companies == (("Alibaba", 3),)
    assert before.median_ms is not None
    bench.clock.now += 40 * DAY
    bench.ask()
    with closing(sqlite3.connect(bench.folder / "state" / "bot.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (1,)
    after = bench.review.numbers.count(60).use
    assert (after.questions, after.useful, after.not_useful) == (4, 1, 1)
    assert len(after.daily) == 60
    assert bench.review.numbers.count(7).use.questions == 1


def test_numbers_hold_nothing_about_anybody(bench: Bench) -> None:
    bench.ask("how heavy is the giraffe s3", user="987654321987")
    bench.desk.forget("telegram", "987654321987")
    assert bench.review.numbers.count(1).use.declined == 1
    assert b"giraffe" not in on_disk(bench.folder)
    assert b"987654321987" not in on_disk(bench.folder)
    (day,) = bench.store.counts.since(0.0)
    assert {name for _, name in day.counts if not name.isdecimal()} == {"", "Alibaba"}


def test_the_median_is_that_of_the_times() -> None:
    assert [rounded(ms) for ms in (0.2, 1.0, 37.4, 104.0, 1449.0, 59_999.0)] == ["1", "1", "37", "100", "1400", "60000"]
    use = use_of([], date(2026, 9, 21), 3)
    assert (use.median_ms, use.questions, len(use.daily)) == (None, 0, 3)


def test_numbers_as_lines(bench: Bench) -> None:
    bench.news.learn("build-2", "zebra")
    bench.ask()
    told = list(lines(bench.review.numbers.count(30)))
    assert told[:3] == [
        "The last 30 days up to 21 Sep 2026:",
        "Questions in the chats: 1 (1 answered, 0 declined)",
        "Called useful: nobody has said yet",
    ]
    assert told[-5:] == [
        "Articles: 4, 1 of them undated",
        "Publishers: EconomyWatch 2, Zdnet 1, no publisher named 1",
        "Freshest topics: smart glasses (1 Feb 2026)",
        "Stalest topics: watch (2025)",
        "Articles by month: 2025-11 1, 2025-12 0, 2026-01 0, 2026-02 1",
    ]


def test_an_empty_corpus_and_one_without_dates_are_counted() -> None:
    assert corpus_of(()).months == ()
    found = corpus_of((Article("a", "t", ""), Article("b", "t", "", published=Published(2025))))
    assert (found.articles, found.undated, found.months, found.topics) == (2, 1, (), ())


def test_days_that_can_be_typed() -> None:
    assert (days(""), days(" 7 "), days("366")) == (30, 7, 366)
    for typed in ("0", "367", "-1", "1e3", "٣", "9" * 5000, "seven"):
        with pytest.raises(SettingsError):
            days(typed)


def test_every_command_of_the_review_fits_the_menus(bench: Bench) -> None:
    for command in bench.review.commands():
        assert len(command.says) <= 100
        assert not command.changes
    assert json.dumps([c.name for c in bench.review.commands()]) == '["gaps", "why", "stats"]'
