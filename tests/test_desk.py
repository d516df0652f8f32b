from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk, Limits
from bot.errors import NoIndex, SettingsError, StoreError
from bot.messages import Length, Message, Place, PlaceSettings
from bot.phrases import LANGUAGES, phrases
from bot.store import Store
from bot.values import Answer, Citation, Published, Role, Statement, Trace, Turn, Wanted

GROUP = Place("telegram", "-100777")
SOURCE = Citation(
    1, "quark", "Two Quark models", "EconomyWatch", "https://e.org/q", Published(2025, 11, 28), "It costs 3,799.", ""
)
NAMES = ("Oura", "Meta", "Ray-Ban Meta", "Metalenz", "Quark S1")
OTHER = replace(SOURCE, n=2, quote="It costs 3,999.")
STATEMENTS = (
    Statement("The Quark S1 costs 3,799.", (1,)),
    Statement("It has two batteries.", (1,)),
    Statement("The Quark S1 may cost 3,999.", (2,), Role.RUMOUR),
)


@dataclass
class Scripted:
    """A conversation that answers what it was given, and remembers what it was asked."""

    heard: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def __call__(self, question: str, history: Sequence[Turn]) -> tuple[Answer, Trace]:
        self.heard.append((question, tuple(history)))
        if question == "no index":
            raise NoIndex("Nothing is indexed yet: run the index command.")
        if question == "bug":
            raise ZeroDivisionError
        text = "\n".join(s.text for s in STATEMENTS)
        answer = Answer(question, text, declined=False, statements=STATEMENTS, citations=(SOURCE, OTHER))
        wanted = Wanted("the price of the Quark S1" if "cost" in question else "")
        return answer, Trace(question, question, "build-1", (), (), "answered", wanted)


@dataclass
class Clock:
    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Bench:
    """A desk over a real file, which can be opened anew as after a restart."""

    folder: Path
    limits: Limits = field(default_factory=Limits)
    keep_questions: bool = False
    clock: Clock = field(default_factory=Clock)
    scripted: Scripted = field(default_factory=Scripted)
    ids: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)

    stores: list[Store] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        if self.stores:
            self.store.close()
        self.stores.append(Store(self.folder))
        self.desk = Desk(
            self.store,
            self.scripted,
            lambda: NAMES,
            self.limits,
            self.clock,
            keep_questions=self.keep_questions,
        )

    @property
    def store(self) -> Store:
        return self.stores[-1]

    def message(self, text: str = "how much is the quark s1", user: str = "11", **more: Any) -> Message:  # noqa: ANN401
        message = Message(f"m{self.ids()}", GROUP, user, text, self.clock.now)
        return replace(message, **more)

    def reply(self, message: Message, sent_id: str = "") -> str:
        assert self.desk.accept(message)
        reply = self.desk.answer(message)
        self.desk.done(message, sent_id)
        return reply.answer_id or reply.apology


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_question_is_kept_until_it_is_done(bench: Bench) -> None:
    first, second = bench.message(quoted=(Turn("user", "before"),), direct=True, home="9"), bench.message()
    assert bench.desk.accept(first)
    assert bench.desk.accept(second)
    assert not bench.desk.accept(first)
    bench.open()
    assert bench.desk.pending("telegram") == [first, second]
    assert bench.desk.pending("discord") == []
    assert bench.desk.answer(first).answer.text.startswith("The Quark S1 costs 3,799.")
    assert bench.desk.pending("telegram") == [first, second]
    bench.desk.done(first, "500")
    assert bench.desk.pending("telegram") == [second]
    bench.open()
    assert not bench.desk.accept(first)


def test_an_answer_outlives_the_process_without_its_question(bench: Bench) -> None:
    asked = bench.message("zebra quark s1 zanzibar")
    answer_id = bench.reply(asked, "500")
    assert len(answer_id) == 12
    bench.open()
    kept = bench.desk.kept(answer_id)
    assert kept is not None
    assert (kept.citations, kept.question) == ((SOURCE, OTHER), "")
    assert bench.desk.carried(GROUP, "500") == answer_id
    assert bench.desk.last(GROUP, "11") == answer_id
    assert bench.desk.reply_to("telegram", asked.id) == "500"
    trace = bench.desk.why(answer_id)
    assert trace == Trace("", "", "build-1", (), (), "answered")
    assert b"zebra" not in on_disk(bench.folder)
    assert b"zanzibar" not in on_disk(bench.folder)


def test_the_text_of_a_question_is_gone_soon_after_its_answer(bench: Bench) -> None:
    bench.reply(bench.message("zebra quark s1 zanzibar"))
    deadline = time.monotonic() + 20
    while b"zebra" in on_disk(bench.folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert b"zebra" not in on_disk(bench.folder)


def test_an_operator_may_keep_questions(tmp_path: Path) -> None:
    bench = Bench(tmp_path, keep_questions=True)
    answer_id = bench.reply(bench.message("zebra quark"))
    bench.open()
    trace = bench.desk.why(answer_id)
    assert trace is not None
    assert trace.asked == "zebra quark"


def test_buttons_work_between_the_answer_and_done(bench: Bench) -> None:
    message = bench.message()
    bench.desk.accept(message)
    reply = bench.desk.answer(message)
    assert bench.desk.kept(reply.answer_id) is not None
    assert bench.desk.last(GROUP, "11") == reply.answer_id


def test_unknown_answers_are_gone(bench: Bench) -> None:
    assert bench.desk.kept("x") is None
    assert bench.desk.why("x") is None
    assert not bench.desk.useful("x", "telegram", "11", useful=True)
    assert not bench.desk.gap("x", "telegram", "11")
    assert bench.desk.carried(GROUP, "1") == bench.desk.last(GROUP, "1") == bench.desk.reply_to("telegram", "1") == ""


def test_the_last_word_of_a_person_counts(bench: Bench) -> None:
    answer_id = bench.reply(bench.message())
    assert bench.desk.useful(answer_id, "telegram", "11", useful=True)
    assert bench.desk.useful(answer_id, "telegram", "11", useful=False, reason="wr\u202eong")
    bench.clock.now += 1
    assert bench.desk.useful(answer_id, "telegram", "12", useful=True)
    assert [(f.useful, f.reason) for f in bench.store.answers.feedback()] == [(False, "wrong"), (True, "")]
    assert bench.desk.gap(answer_id, "telegram", "11")
    assert bench.desk.gap(answer_id, "telegram", "11")
    assert [gap.missing[:12] for gap in bench.store.answers.gaps()] == ["The Quark S1"]


def turns(bench: Bench) -> list[str]:
    return [turn.text for turn in bench.scripted.heard[-1][1] if turn.speaker == "user"]


def test_a_follow_up_leans_on_the_last_turns_of_its_user_in_its_place(bench: Bench) -> None:
    bench.reply(bench.message("first"))
    bench.reply(bench.message("second"))
    bench.reply(bench.message("third"))
    assert turns(bench) == ["first", "second"]
    bench.reply(bench.message("elsewhere", place=replace(GROUP, thread="5")))
    assert turns(bench) == []
    bench.reply(bench.message("another person", user="12"))
    assert turns(bench) == []
    bench.clock.now += 3600
    bench.reply(bench.message("much later"))
    assert turns(bench) == []


def test_a_long_conversation_keeps_its_last_turns(bench: Bench) -> None:
    for number in range(9):
        bench.clock.now += 61
        bench.reply(bench.message(f"question {number}"))
    assert turns(bench) == [f"question {number}" for number in range(4, 8)]


def test_a_reply_continues_the_conversation_of_what_it_replies_to(bench: Bench) -> None:
    bench.reply(bench.message("about rings"), "501")
    bench.reply(bench.message("about the quark s1 zebra"), "502")
    bench.reply(bench.message("and this?", user="12", replies_to="501"))
    assert turns(bench) == ["about rings"]
    bench.open()
    bench.reply(bench.message("and the g1?", replies_to="502"))
    assert turns(bench) == ["the quark s1"] or turns(bench) == ["quark s1"]
    chain = (Turn("user", "read from the platform"), Turn("bot", "yes"))
    bench.reply(bench.message("and the g1?", replies_to="502", quoted=chain))
    assert turns(bench) == ["read from the platform"]


def test_a_conversation_goes_on_after_a_restart_with_what_was_wanted_and_not_with_the_question(bench: Bench) -> None:
    bench.reply(bench.message("how much does that zebra quark s1 batterie cost"), "501")
    bench.reply(bench.message("battery?", user="12"), "502")
    bench.open()
    bench.reply(bench.message("and the g1?", user="13", replies_to="501"))
    assert turns(bench) == ["the price of the Quark S1 batterie cost"]
    bench.reply(bench.message("and the g1?"))
    assert turns(bench) == ["the price of the Quark S1 batterie cost"]
    bench.clock.now += 3600
    bench.reply(bench.message("and the g1?", user="12"))
    assert turns(bench) == []
    bench.reply(bench.message("and the g1?", user="12", replies_to="502"))
    assert turns(bench) == ["battery"]
    bench.open()
    bench.desk.forget("telegram", "12")
    bench.reply(bench.message("and the g1?", user="12"))
    assert turns(bench) == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_cannot_be_answered_gets_a_friendly_sentence(bench: Bench, language: str) -> None:
    bench.desk.places.change(GROUP, "language", language)
    say = phrases(language)
    late = bench.message("old", user="1", sent=bench.clock.now - 301)
    assert bench.reply(late) == say.late
    assert bench.reply(bench.message(" \u200b ", user="2")) == say.empty
    assert bench.reply(bench.message("x" * 501, user="3")) == say.too_long.format(limit=500)
    assert bench.reply(bench.message("no index", user="4")) == say.unavailable
    assert bench.reply(bench.message("bug", user="5")) == say.unavailable
    assert bench.desk.pending("telegram") == []


def test_a_variety_of_a_language_is_that_language() -> None:
    assert phrases("de-AT") is LANGUAGES["de"]
    assert phrases("xx") is LANGUAGES["en"]


def test_one_person_gets_five_answers_a_minute_and_then_apologies_and_then_silence(bench: Bench) -> None:
    say = phrases("en")
    got = [bench.reply(bench.message()) for _ in range(30)]
    assert [len(reply) == 12 for reply in got] == [True] * 5 + [False] * 25
    assert set(got[5:]) == {say.too_many}
    assert not bench.desk.accept(bench.message())
    assert len(bench.reply(bench.message(user="12"))) == 12
    bench.clock.now += 61
    assert len(bench.reply(bench.message())) == 12


def test_one_chat_gets_twenty_answers_a_minute(bench: Bench) -> None:
    got = [bench.reply(bench.message(user=str(number % 7))) for number in range(21)]
    assert got[-1] == phrases("en").crowded
    elsewhere = bench.message(place=Place("telegram", "other"))
    assert len(bench.reply(elsewhere)) == 12


def test_the_queue_is_bounded(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Limits(of_chat=10**6, told_chat=10**6, queue=3))
    messages = [bench.message(user=str(number)) for number in range(40)]
    assert [bench.desk.accept(message) for message in messages] == [True] * 30 + [False] * 10
    replies = [bench.desk.answer(message).apology for message in messages[:30]]
    assert replies == [""] * 3 + [phrases("en").busy] * 27


def test_a_limit_survives_in_the_inbox(bench: Bench) -> None:
    messages = [bench.message() for _ in range(6)]
    for message in messages:
        bench.desk.accept(message)
    bench.open()
    assert [bool(bench.desk.answer(message).apology) for message in bench.desk.pending("telegram")] == [False] * 5 + [
        True
    ]


def test_questions_that_are_never_accepted_have_a_window_of_their_own(bench: Bench) -> None:
    got = [bench.desk.answer(bench.message()).apology for _ in range(31)]
    assert got == [""] * 30 + [phrases("en").too_many]
    assert len(bench.reply(bench.message())) == 12


def test_names_are_completed_from_the_beginning_of_any_of_their_words(bench: Bench) -> None:
    assert bench.desk.names("meta") == ["Meta", "Ray-Ban Meta", "Metalenz"]
    assert bench.desk.names("", 2) == ["Oura", "Meta"]
    assert bench.desk.names("ura") == []


def test_only_follow_ups_that_are_answered_with_something_new_are_offered(bench: Bench) -> None:
    def ask(question: str, _: Sequence[Turn]) -> tuple[Answer, Trace]:
        bench.scripted.heard.append((question, ()))
        told = Statement(f"About {question}", (1,))
        if "chip" in question:
            told = Statement("Somebody else has a chip.", (1,))
        if "weigh" in question:
            told = Statement("The Ray-Ban Meta weighs 49 g.", (1,))
        if "battery" in question:
            told = replace(told, role=Role.RUMOUR)
        answer = Answer(question, told.text, "released" in question, (told,), (SOURCE,))
        return answer, Trace(question, question, "build-1", (), (), "")

    desk = Desk(bench.store, ask, lambda: NAMES, clock=bench.clock, products=lambda: NAMES[2:])
    asked = bench.message("how heavy: weigh the ray-ban meta")
    assert desk.answer(asked).suggestions == ()
    desk.done(asked)
    for _ in range(3):
        assert desk.prepare()
    assert all("Oura" in question for question, _ in bench.scripted.heard[1:])
    while desk.prepare():
        pass
    reply = desk.answer(bench.message("weigh the ray-ban meta"))
    assert reply.suggestions == (
        "How much does the Ray-Ban Meta cost?",
        "How many units of the Ray-Ban Meta were sold?",
    )
    assert desk.suggested(reply.answer_id) == reply.suggestions
    asked = bench.message("who is meta")
    desk.accept(asked)
    reply = desk.answer(asked)
    desk.done(asked)
    assert len(reply.suggestions) == 3
    assert reply.suggestions[:2] == ("What did Meta announce?", "What is Meta working on?")
    bench.open()
    assert bench.desk.suggested(reply.answer_id) == reply.suggestions
    assert desk.suggested("gone") == ()


def test_settings_belong_to_a_place_or_its_home(bench: Bench) -> None:
    assert bench.desk.places.settings(GROUP) == PlaceSettings(language="en")
    bench.desk.places.change(GROUP, "mention_only", "off", home="guild")
    bench.desk.places.change(GROUP, "channels", "12, -34,12", home="guild")
    bench.desk.places.change(GROUP, "length", "Short", home="guild")
    chosen = bench.desk.places.change(GROUP, "language", "de", home="guild")
    assert chosen == PlaceSettings(mention_only=False, channels=("12", "-34"), length=Length.SHORT, language="de")
    bench.open()
    assert bench.desk.places.settings(Place("telegram", "elsewhere"), "guild") == chosen
    assert bench.desk.places.settings(GROUP) == PlaceSettings(language="en")
    assert bench.desk.places.change(GROUP, "channels", "all", home="guild").channels == ()


def test_the_language_of_a_persons_app_goes_until_somebody_chooses_one(bench: Bench) -> None:
    assert bench.desk.places.settings(GROUP, app="pt-BR").language == "en"
    assert bench.desk.places.settings(GROUP, app="de-AT").language == "de"
    assert bench.desk.places.change(GROUP, "length", "short", app="fr").language == "fr"
    assert bench.desk.places.settings(GROUP, app="es").language == "es", (
        "a change of something else chooses no language"
    )
    bench.desk.places.change(GROUP, "language", "en", app="fr")
    assert bench.desk.places.settings(GROUP, app="fr").language == "en"
    with pytest.raises(SettingsError, match="Möglich sind"):
        bench.desk.places.change(Place("telegram", "8"), "length", "long", app="de")


def test_who_is_forgotten_while_a_question_is_answered_leaves_nothing_of_it(bench: Bench) -> None:
    message, answering = bench.message("giraffe"), bench.desk._ask

    def forgetting(question: str, turns: Sequence[Turn]) -> tuple[Answer, Trace]:
        bench.desk.forget(message.place.platform, message.user)
        return answering(question, turns)

    bench.desk._ask = forgetting
    bench.desk.accept(message)
    reply = bench.desk.answer(message)
    bench.desk.done(message, "9")
    bench.desk._ask = answering
    assert not reply.apology
    assert bench.desk.kept(reply.answer_id) is None
    assert bench.desk.last(message.place, message.user) == ""
    bench.clock.now += 61
    again = bench.message("and now?")
    bench.reply(again)
    assert turns(bench) == []
    assert bench.desk.last(again.place, again.user) != ""


def test_forget_resets_the_chat_of_the_person_and_the_bot_whatever_its_number(bench: Bench) -> None:
    alone = Place("discord", "555")
    bench.desk.places.change(alone, "language", "de")
    bench.desk.forget("discord", "7")
    assert bench.desk.places.settings(alone).language == "de"
    bench.desk.forget("discord", "7", "555")
    assert bench.desk.places.settings(alone).language == "en"


def test_settings_changed_at_the_same_moment_are_all_kept(bench: Bench) -> None:
    wanted = [("mention_only", "off"), ("channels", "12"), ("length", "short"), ("language", "de"), ("layout", "rich")]
    for turn in range(20):
        home = f"guild {turn}"
        together = threading.Barrier(len(wanted))

        def change(setting: str, value: str, home: str = home, together: threading.Barrier = together) -> None:
            together.wait(10)
            bench.desk.places.change(GROUP, setting, value, home=home)

        changing = [threading.Thread(target=change, args=pair) for pair in wanted]
        for one in changing:
            one.start()
        for one in changing:
            one.join(10)
        chosen = bench.desk.places.settings(GROUP, home=home)
        assert (chosen.mention_only, chosen.channels, chosen.language) == (False, ("12",), "de")
        assert (chosen.length.value, chosen.layout.value) == ("short", "rich")


@pytest.mark.parametrize(
    ("setting", "value"), [("mention_only", "maybe"), ("channels", "#general"), ("length", "tiny"), ("x", "on")]
)
def test_a_wrong_setting_is_one_sentence(bench: Bench, setting: str, value: str) -> None:
    with pytest.raises(SettingsError):
        bench.desk.places.change(GROUP, setting, value)


def test_a_short_answer_is_its_first_sentence(bench: Bench) -> None:
    bench.desk.places.change(GROUP, "length", "short")
    message = bench.message()
    bench.desk.accept(message)
    reply = bench.desk.answer(message)
    assert reply.answer.statements == STATEMENTS[:1]
    assert reply.answer.text == "The Quark S1 costs 3,799."
    assert [c.n for c in reply.answer.citations] == [1]
    kept = bench.desk.kept(reply.answer_id)
    assert kept is not None
    assert len(kept.statements) == 3


def test_forget_leaves_no_byte(bench: Bench) -> None:
    person = "987654321987"
    private = Place("telegram", person)
    bench.desk.places.change(private, "language", "de")
    for number in range(60):
        bench.clock.now += 61
        other = bench.message(f"question {number} " + "x" * 300, user=str(number))
        bench.reply(other, f"other{number}")
        mine = bench.message(f"giraffe {number}", user=person, place=private)
        bench.reply(mine, f"sent{number}")
        bench.desk.useful(bench.desk.last(private, person), "telegram", person, useful=False, reason="because giraffe")
        bench.desk.gap(bench.desk.last(private, person), "telegram", person)
    bench.desk.accept(bench.message("a waiting giraffe", user=person, place=private))
    unsent = bench.message("another giraffe", user=person, place=private)
    bench.desk.accept(unsent)
    bench.desk.answer(unsent)
    who = bench.store.answers._person("telegram", person)
    assert b"giraffe" in on_disk(bench.folder)
    assert who in on_disk(bench.folder)
    bench.desk.forget("telegram", person)
    bench.desk.done(unsent, "9")
    left = on_disk(bench.folder)
    assert [planted for planted in (b"giraffe", person.encode(), who, b"sent5") if planted in left] == []
    assert bench.desk.pending("telegram") == []
    assert bench.desk.last(private, person) == ""
    assert bench.desk.places.settings(private) == PlaceSettings(language="en")
    bench.clock.now += 61
    bench.reply(bench.message("and now?", user=person, place=private))
    assert turns(bench) == []
    assert bench.desk.last(GROUP, "7") != ""


def test_a_full_disk_stops_no_answer(bench: Bench) -> None:
    bench.store.close()
    message = bench.message()
    assert bench.desk.accept(message)
    assert not bench.desk.accept(message)
    reply = bench.desk.answer(message)
    assert reply.apology == ""
    assert bench.desk.kept(reply.answer_id) is not None
    bench.desk.done(message, "5")
    assert bench.desk.pending("telegram") == []


def test_a_store_in_memory_does_all_but_outlive(bench: Bench) -> None:
    bench.stores.append(Store(None))
    bench.desk = Desk(bench.store, bench.scripted, lambda: NAMES, clock=bench.clock)
    answer_id = bench.reply(bench.message(), "500")
    assert bench.desk.carried(GROUP, "500") == answer_id
    bench.desk.forget("telegram", "11")
    assert bench.desk.kept(answer_id) is None
    bench.store.close()


def test_a_file_that_is_no_store_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "bot.sqlite").write_bytes(b"no database at all, and long enough to be sure of it" * 100)
    with pytest.raises(StoreError, match="move it away and start again"):
        Store(tmp_path)


def test_many_threads_share_a_desk(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Limits(of_user=10**6, of_chat=10**6, told_user=10**6, told_chat=10**6))
    messages = [bench.message(user=str(number)) for number in range(200)]
    accepted: list[bool] = []

    def work() -> None:
        for message in messages:
            if bench.desk.accept(message):
                accepted.append(True)
                bench.desk.answer(message)
                bench.desk.done(message, message.id)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accepted) == len(bench.scripted.heard) == 200
    assert bench.desk.pending("telegram") == []


def test_an_answer_without_suggestions_gets_them_when_nobody_else_asks(bench: Bench) -> None:
    def ask(question: str, _: Sequence[Turn]) -> tuple[Answer, Trace]:
        bench.scripted.heard.append((question, ()))
        told = Statement(f"About {question}", (1,))
        answer = Answer(question, told.text, declined=False, statements=(told,), citations=(SOURCE,))
        companies = ("Xiaomi",) if "moon" in question else ()
        return answer, Trace(question, question, "build-1", (), (), "", Wanted(companies=companies))

    names = [*NAMES, "Xiaomi"]
    desk = Desk(bench.store, ask, lambda: names, clock=bench.clock, products=lambda: NAMES[2:], offers_more=True)
    replies = []
    for text in ("where is the quark s1 made", "where is oura from", "where is the sun", "where is the moon"):
        asked = bench.message(text)
        desk.accept(asked)
        replies.append(desk.answer(asked))
        desk.done(asked)
    assert [reply.suggestions for reply in replies] == [()] * 4
    assert [desk.lacks(reply.answer_id) for reply in replies] == [True, True, False, True]
    offered = desk.more(replies[0].answer_id)
    assert offered == (
        "How much does the Quark S1 cost?",
        "How long does the battery of the Quark S1 last?",
        "How much does the Quark S1 weigh?",
    )
    assert len(bench.scripted.heard) == 7, "no more are tried than are offered"
    assert desk.more(replies[0].answer_id) == () == desk.more(replies[2].answer_id)
    assert desk.suggested(replies[0].answer_id) == offered
    assert desk.more(replies[3].answer_id)[0] == "What did Xiaomi announce?"
    with desk._counters:  # somebody asks
        assert desk.more(replies[1].answer_id) == ()
    assert not desk.lacks(replies[0].answer_id)
    without = Desk(bench.store, ask, lambda: names)
    assert (without.lacks(replies[3].answer_id), without.more(replies[1].answer_id)) == (False, ())
