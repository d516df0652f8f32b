"""The real python-telegram-bot client over real sockets against a strict server on loopback."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
from telegram import Update
from telegram_parts import FAULTS, PLENTY, QUOTE, served, told, wired
from telegram_server import BOT, PERSON, TOKEN, Fake
from telegram_talk import GROUP, MENTION, chat

from bot.desk import Limits
from bot.errors import PlatformError
from bot.messages import Message, Place
from bot.phrases import LANGUAGES, phrases
from bot.store import Kept, Store
from bot.telegram.api import read
from bot.telegram.showing import PRIVATE
from bot.values import Answer, Statement, Trace, Turn


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert isinstance(port, int)
        return port


def test_a_private_question_is_answered_as_a_reply_with_receipts_and_no_preview(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("how much is the Quark S1")
        (text,) = await server.answered(1)
        assert text.startswith("You asked “how much is the Quark S1” after 0 turns. [1] (28 Nov 2025)")
        assert f"[1] “{QUOTE}”" in text

    server = chat(tmp_path, talk)
    (sent,) = server.made("sendMessage")
    assert sent["reply_parameters"]["message_id"] == 1001
    assert server.made("sendChatAction") == []  # nobody waited
    assert server.refused == []


def test_a_follow_up_leans_on_the_turns_before_and_a_topic_stands_apart(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("first")
        await server.answered(1)
        server.say("second")
        assert "after 2 turns" in (await server.answered(2))[1]
        for thread in (7, 8, 7):
            begin = {"message_id": thread, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": PERSON,
                     "forum_topic_created": {"name": "Glasses", "icon_color": 1}}  # fmt: skip
            server.say("@wearables_bot and", GROUP, message_thread_id=thread, is_topic_message=True,
                       reply_to_message=begin, entities=[{"type": "mention", "offset": 0, "length": 14}])  # fmt: skip
        texts = await server.answered(3, GROUP)
        assert sum("after 0 turns" in text for text in texts) == 2
        assert sum("after 2 turns" in text for text in texts) == 1

    server = chat(tmp_path, talk)
    # Topics are answered side by side, so that either may be first.
    assert sorted(str(sent.get("message_thread_id")) for sent in server.made("sendMessage")[2:]) == ["7", "7", "8"]


def test_in_a_group_only_what_is_meant_for_us_is_answered(tmp_path: Path) -> None:
    mention = [{"type": "mention", "offset": 0, "length": 14}]
    bot = {"id": 7, "is_bot": True, "first_name": "Other"}

    async def talk(server: Fake) -> None:
        server.say("nobody asked you", GROUP)
        server.say("/ask@other_bot no", GROUP)
        server.say("@wearables_bot from a bot", GROUP, sender=bot, entities=mention)
        server.say("@wearables_bot by way of us", GROUP, via_bot=BOT, entities=mention)
        server.say("@wearables_boy no", GROUP, entities=mention)
        server.say("@wearables_bot a", GROUP, entities=mention)
        server.say("/ask@wearables_bot b", GROUP)
        server.say("/ask c", GROUP)
        ours = {"message_id": 5, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": BOT, "text": "x"}
        server.say("d", GROUP, reply_to_message=ours)
        server.say("me@wearables_bot.example, @wearables_bots and @other_bot", GROUP)
        server.say("e @Wearables_Bot", GROUP)  # a server may leave out where mentions stand
        texts = await server.answered(5, GROUP)
        assert [text.split("“")[1].split("”")[0] for text in texts] == list("abcde")

    assert len(chat(tmp_path, talk).made("sendMessage")) == 5


def test_an_edited_question_is_answered_again_in_place(tmp_path: Path) -> None:
    def stands(server: Fake, said: str) -> bool:
        return f"“{said}”" in server.texts()[0]

    async def talk(server: Fake) -> None:
        asked = server.say("frist")
        await server.answered(1)
        for said in ("first", "last"):
            server.update("edited_message", {**asked, "text": said, "edit_date": asked["date"] + len(said)})
            await server.until(partial(stands, server, said))
        assert len(server.texts()) == 1

    chat(tmp_path, talk)


def test_a_question_edited_twice_in_a_second_is_answered_as_it_stands_last(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        asked = server.say("frist")
        await server.answered(1)
        for said in ("fist", "first"):
            server.update("edited_message", {**asked, "text": said, "edit_date": asked["date"]})
        await server.until(lambda: "“first”" in server.texts()[0])
        assert len(server.texts()) == 1

    chat(tmp_path, talk)


def test_a_server_that_counts_from_one_again_is_answered(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        asked = server.say("before")
        await server.answered(1)
        server.update("message", {**asked, "text": "after", "date": asked["date"] + 1})
        assert "“after”" in (await server.answered(2))[1]

    chat(tmp_path, talk)


def test_buttons_rate_show_quotes_file_gaps_and_outlive_a_restart(tmp_path: Path) -> None:
    async def ask(server: Fake) -> None:
        server.say("price")
        server.say("unknown thing")
        await server.answered(2)

    first = chat(tmp_path, ask)

    async def press(server: Fake) -> None:
        server.messages.update(first.messages)
        server._ids += 1000
        answer, declined = (m for _, m in sorted(first.messages.items()))
        for message, label in ((answer, "Useful"), (declined, "gap"), (answer, "quotes"), (answer, "Not useful")):
            server.press(message, label)
        await server.until(lambda: len([c for c, _ in server.calls if c == "answerCallbackQuery"]) == 4)
        assert f"“{QUOTE}”" in server.texts()[-1]
        await server.until(lambda: "wrong" in str(answer["reply_markup"]))
        assert "quotes" in str(answer["reply_markup"])
        server.press(answer, "wrong")
        await server.until(lambda: len(server.made("answerCallbackQuery")) == 5)
        assert "wrong" not in str(answer["reply_markup"])
        assert "quotes" in str(answer["reply_markup"])

    server = chat(tmp_path, press)
    texts = Counter(str(d.get("text", "")) for d in server.made("answerCallbackQuery"))
    assert texts == {"Thank you.": 3, "Noted: this gap will be looked at.": 1, "": 1}


def test_a_button_that_is_not_ours_or_too_old_says_so(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        message = {"message_id": 5, "date": 1, "chat": {"id": 42, "type": "private"}, "from": BOT, "text": "x"}
        for data in ("u:gone12345678", "x", "s:../../etc:1"):
            server.update("callback_query", {"id": data, "from": PERSON, "chat_instance": "1", "data": data,
                                             "message": message})  # fmt: skip
        await server.until(lambda: len(server.made("answerCallbackQuery")) == 3)

    assert {d["text"] for d in chat(tmp_path, talk).made("answerCallbackQuery")} == {
        "That answer is too old: please ask again."
    }


def test_a_suggestion_is_asked_by_its_button(tmp_path: Path) -> None:
    rows = [[{"text": "How heavy is it?", "callback_data": "s:gone12345678:0"}]]
    shown = {"message_id": 5, "date": 1, "chat": {"id": 42, "type": "private"}, "from": BOT, "text": "x",
             "reply_markup": {"inline_keyboard": rows}}  # fmt: skip

    async def talk(server: Fake) -> None:
        server.press(shown, "How heavy")
        (text,) = await server.answered(1)
        assert text.startswith("You asked “How heavy is it?”")

    assert chat(tmp_path, talk).made("sendMessage")[0]["reply_parameters"]["message_id"] == 5


def test_buttons_of_a_message_too_old_to_be_shown_work(tmp_path: Path) -> None:
    answer, trace = told("price")
    store = Store(tmp_path)
    kept = Kept("abcdefghijkl", time.time(), "", "price", answer, trace, ("How heavy is it?",))
    store.answers.put(kept, Message("42:1:900", Place("telegram", "42"), "42", "price", time.time()), "1002")
    store.close()
    # https://core.telegram.org/bots/api#inaccessiblemessage
    shown = {"message_id": 1002, "date": 0, "chat": {"id": 42, "type": "private"}}

    async def talk(server: Fake) -> None:
        for data in ("u:abcdefghijkl", "n:abcdefghijkl", "q:abcdefghijkl", "s:abcdefghijkl:0", "s:abcdefghijkl:1"):
            query = {"id": data, "from": PERSON, "chat_instance": "1", "data": data, "message": shown}
            server.update("callback_query", query)
        await server.until(lambda: len(server.made("answerCallbackQuery")) == 5)
        texts = await server.answered(2)
        assert any(text.startswith("[1] EconomyWatch") for text in texts)
        assert any("You asked “How heavy is it?”" in text for text in texts)

    server = chat(tmp_path, talk)
    answered = {d["callback_query_id"]: d.get("text", "") for d in server.made("answerCallbackQuery")}
    say = phrases("en")
    assert list(dict(sorted(answered.items())).values()) == [say.thanks, "", "How heavy is it?", say.gone, say.thanks]
    assert not server.made("editMessageReplyMarkup")


def test_commands_are_announced_in_scopes_and_answered(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("price")
        await server.answered(1)
        for k, typed in enumerate(("/sources", "/why", "/help", "/privacy", "/settings", "/forget", "/sources")):
            server.say(typed)
            await server.answered(k + 2)
        texts = server.texts()
        assert QUOTE in texts[1]
        assert "answered" in texts[2]
        assert "/ask" in texts[3]
        assert "deleted" in texts[4]
        assert "Length: normal" in texts[5]
        assert texts[6:] == ["Done: everything about you is deleted.", phrases("en").nothing_yet]
        await server.until(lambda: len(server.made("setMyCommands")) == 12)

    server = chat(tmp_path, talk)
    languages = {m.get("language_code", ""): m["commands"] for m in server.made("setMyCommands")}
    assert {code: commands[0]["description"] for code, commands in languages.items()} == {
        "" if code == "en" else code: say.menu["ask"] for code, say in LANGUAGES.items()
    }
    assert {scope["scope"]["type"] for scope in server.made("setMyCommands")} == {
        "all_private_chats", "all_group_chats", "all_chat_administrators",
    }  # fmt: skip


def test_only_admins_change_the_settings_of_a_group(tmp_path: Path) -> None:
    admin = {"id": 9, "is_bot": False, "first_name": "Owner"}
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}

    async def talk(server: Fake) -> None:
        server.admins = {9, 1087968824}
        server.say("/settings length short", GROUP)
        server.say("/settings length short", GROUP, sender=anonymous, sender_chat={"id": GROUP, "type": "supergroup"})
        server.say("/settings length short", GROUP, sender=admin)
        texts = await server.answered(3, GROUP)
        assert texts[:2] == ["Only admins of this place can change that."] * 2
        assert "Length: short" in texts[2]
        shown = next(m for m in server.messages.values() if "Length: short" in m["text"])
        server.press(shown, "Deutsch")
        await server.until(lambda: len(server.made("answerCallbackQuery")) == 1)
        assert "Language: English" in shown["text"]
        server.press(shown, "Deutsch", admin)
        await server.until(lambda: "Sprache: Deutsch" in shown["text"])

    chat(tmp_path, talk)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_chat_is_spoken_to_in_the_language_that_it_chose(tmp_path: Path, language: str) -> None:
    async def talk(server: Fake) -> None:
        typed = (f"/settings language {language}", "/help", "/privacy", "/settings length long", "/settings channels x")
        for k, command in enumerate((*typed, "/sources", "hello", "/forget"), 1):
            server.say(command)
            await server.answered(k)
        say = LANGUAGES[language]
        told, *texts = server.texts()
        assert say.told("language", language) in told
        assert say.settings_hint not in told, "there is nothing to set in a topic"
        assert texts == [
            "\n".join([*say.help, "", *(f"/{name} – {say.menu[name]}" for name in PRIVATE if name != "help")]),
            "\n".join(say.privacy).format(platform="Telegram"),
            say.choose.format(languages=", ".join(LANGUAGES)),
            say.choose_channels.format(most=100),
            say.nothing_yet,
            say.empty,
            say.forgotten,
        ]

    assert chat(tmp_path, talk).refused == []


def test_an_inline_question_gets_a_cited_answer_once_the_typing_rests(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for k, typed in enumerate(("ho", "how", "how much")):
            server.update("inline_query", {"id": str(k), "from": PERSON, "query": typed, "offset": ""})
        await server.until(lambda: server.made("answerInlineQuery"))

    (answered,) = chat(tmp_path, talk).made("answerInlineQuery")
    assert answered["inline_query_id"] == "2"
    (result,) = answered["results"]
    assert result["title"].startswith("You asked “how much”")
    assert QUOTE in result["input_message_content"]["message_text"]


def test_a_guest_question_is_answered_where_we_have_not_joined(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        message = {"message_id": 5, "date": 4_000_000_000, "chat": {"id": GROUP, "type": "supergroup"},
                   "from": PERSON, "text": "@wearables_bot price", "guest_query_id": "g77"}  # fmt: skip
        server.update("guest_message", message)
        await server.until(lambda: server.made("answerGuestQuery"))

    (answered,) = chat(tmp_path, talk).made("answerGuestQuery")
    assert answered["guest_query_id"] == "g77"


def test_a_guest_is_answered_though_the_first_try_fails(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.faults["answerGuestQuery"] = ["429 1", "drop after"]
        message = {"message_id": 5, "date": 4_000_000_000, "chat": {"id": GROUP, "type": "supergroup"}}
        server.update("guest_message", {**message, "from": PERSON, "text": "price", "guest_query_id": "g7"})
        await server.until(lambda: len(server.made("answerGuestQuery")) == 2)

    chat(tmp_path, talk)


def test_a_long_answer_comes_in_parts_no_faster_than_a_message_a_second(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("long one")
        await server.until(lambda: any(m.get("reply_markup") for m in server.messages.values()))

    server = chat(tmp_path, talk, per_second=1.0)
    assert len(server.texts()) > 1
    assert server.refused == ["sendRichMessage: Not Found"]


def test_a_duplicate_is_answered_once_and_a_flood_is_told_to_wait(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        asked = server.say("price")
        server.update("message", asked)
        for k in range(3):
            server.say(f"more {k}")
        texts = await server.answered(4)
        assert sum("You asked" in text for text in texts) == 2
        assert sum("wait a minute" in text for text in texts) == 2

    chat(tmp_path, talk, limits=Limits(of_user=2))


def test_what_comes_again_is_done_once_and_of_a_flood_of_commands_some(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        asked = server.say("price")
        await server.answered(1)
        for _ in range(2):
            server.update("message", {**asked, "text": "/help", "message_id": 7})
            message = server.messages["42", 1002]
            query = {"id": "q1", "from": PERSON, "chat_instance": "1", "message": message}
            data = message["reply_markup"]["inline_keyboard"][1][0]["callback_data"]
            server.update("callback_query", {**query, "data": data})
        await server.answered(3)
        for number in range(100):
            server.update("message", {**asked, "text": "/privacy", "message_id": 2000 + number})
        server.say("last")
        # What the flood was told in time may still be on its way when the last answer is there.
        await server.until(
            lambda: (
                any("“last”" in text for text in server.texts())
                and sum("keyed hashes" in text for text in server.texts()) >= 40
            )
        )
        told = server.texts()
        assert sum("in a group mention me" in text.lower() for text in told) == 1
        assert sum(text.startswith("[1] EconomyWatch") for text in told) == 1
        assert sum("keyed hashes" in text for text in told) < 100

    chat(tmp_path, talk, per_second=0.1)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_delays_an_answer_and_loses_none(fault: str, tmp_path: Path) -> None:
    method, faults = FAULTS[fault]
    async with Fake(per_second=0) as server:
        server.faults[method] = list(faults)
        async with served(server, tmp_path):
            server.say("slow price")  # slow, so that typing is tried too
            (text,) = await server.answered(1)
            assert "You asked “slow price”" in text
            assert server.faults[method] == []


@pytest.mark.parametrize("fault", ["drop", "drop after"])
def test_a_send_that_may_have_arrived_is_not_made_again_but_apologised_for(fault: str, tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.faults["sendMessage"] = [fault]
        server.say("price")
        await server.until(lambda: phrases("en").broke in server.texts())

    texts = chat(tmp_path, talk).texts()
    assert len(texts) == (2 if fault == "drop after" else 1)


def test_a_group_that_moved_gets_its_answer_and_a_blocked_chat_holds_up_nobody(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.faults["sendMessage"] = ["migrate -100999"]
        server.say("/ask moved", GROUP)
        await server.answered(1, -100999)
        server.faults["sendMessage"] = ["403 Forbidden: bot was blocked by the user"]
        server.say("blocked", 77)
        await server.until(lambda: not server.faults["sendMessage"])
        server.say("price")
        await server.answered(1)
        assert server.texts(77) == []

    chat(tmp_path, talk)


def test_an_update_that_cannot_be_read_is_left_out_and_the_next_is_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"message_id": "x", "chat": {}, "text": "nobody else's business"}
    assert read({"update_id": 1, "message": broken}, None) == Update(1)

    async def talk(server: Fake) -> None:
        server.update("message", broken)
        server.say("price")
        await server.answered(1)

    chat(tmp_path, talk)
    assert "could not be read" in caplog.text
    assert "business" not in caplog.text


def test_what_is_no_update_at_all_is_left_out() -> None:
    came = ["nonsense", {"message": {}}, {"update_id": 7, "of_a_later_version": {}}]
    assert [read(raw, None) for raw in came] == [None, None, Update(7)]


def test_a_refused_token_ends_the_start_with_one_sentence_and_no_log_shows_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def run() -> None:
        async with Fake() as server:
            server.faults["getMe"] = ["401 Unauthorized"]
            store, platform = wired(tmp_path, server.url)
            with pytest.raises(PlatformError, match="refused the token") as refused:
                await platform.run(asyncio.Event())
            store.close()
            assert TOKEN not in str(refused.value)
            assert refused.value.__context__ is None
            assert refused.value.__cause__ is None

    asyncio.run(run())
    assert TOKEN not in caplog.text


async def test_another_poller_is_said_loudly_and_ends_ours(tmp_path: Path) -> None:
    async with Fake() as server:
        server.faults["getUpdates"] = ["409 Conflict: terminated by other getUpdates request"] * 1000
        store, platform = wired(tmp_path, server.url)
        with pytest.raises(PlatformError, match="Another process"):
            await asyncio.wait_for(platform.run(asyncio.Event()), 10)
        store.close()


async def test_the_start_waits_for_a_server_that_is_down(tmp_path: Path) -> None:
    async with Fake() as gone:
        url = gone.url
    store, platform = wired(tmp_path, url)
    stop = asyncio.Event()
    running = asyncio.create_task(platform.run(stop))
    await asyncio.sleep(0.3)
    async with Fake(url=url) as server:
        server.say("price")
        await server.answered(1)
        stop.set()
        await asyncio.wait_for(running, 5)
    store.close()


async def test_the_webhook_takes_updates_with_the_secret_only(tmp_path: Path, unused_port: int) -> None:
    given = {
        "telegram_webhook_url": "https://bot.example/hook",
        "telegram_webhook_secret": "s3cret",
        "telegram_webhook_port": str(unused_port),
    }
    async with (
        Fake() as server,
        served(server, tmp_path, PLENTY, None, told, **given),
        httpx.AsyncClient() as client,
    ):
        await server.until(lambda: server.made("setWebhook"))
        assert server.made("setWebhook")[0]["secret_token"] == given["telegram_webhook_secret"]
        server.say("price")
        url, update = f"http://127.0.0.1:{unused_port}/hook", server.updates[-1]
        header = "X-Telegram-Bot-Api-Secret-Token"
        assert (await client.post(url, json=update)).status_code == 403
        assert (await client.post(url, json=update, headers={header: "wrong"})).status_code == 403
        assert (await client.post(url, content=b"{", headers={header: "s3cret"})).status_code == 400
        assert (await client.post(url, json={"update_id": 1, "message": {"x": 1}},
                                  headers={header: "s3cret"})).status_code == 200  # fmt: skip
        for _ in range(2):
            assert (await client.post(url, json=update, headers={header: "s3cret"})).status_code == 200
        await server.answered(1)
        await asyncio.sleep(0.2)
        assert len(server.texts()) == 1


async def test_killed_with_questions_waiting_each_is_answered_or_apologised_for_and_none_twice(tmp_path: Path) -> None:
    child = [sys.executable, str(Path(__file__).with_name("telegram_parts.py")), str(tmp_path)]
    path = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)])
    env = {**os.environ, "PYTHONPATH": path}

    def reached(server: Fake, done: int) -> bool:
        return len({chat for chat, _ in server.messages}) > done

    async with Fake(per_second=0) as server:
        for k in range(30):
            server.say(f"question {k}", 1000 + k)
        for done in (0, 8, 20, 29):
            process = await asyncio.create_subprocess_exec(*child, server.url, env=env)
            await server.until(partial(reached, server, done), 40)
            process.kill()
            await process.wait()
        answered = Counter(c for (c, _), m in server.messages.items() if "You asked" in m["text"])
        # The kills come when a message has just arrived, the worst moment: its sender cannot know that it did.
        assert max(answered.values()) == 1, answered
        assert sum(len(server.texts(chat)) > 1 for chat in range(1000, 1030)) <= 12


async def test_asked_to_stop_it_finishes_what_was_accepted(tmp_path: Path) -> None:
    async with Fake(per_second=0) as server:
        store, platform = wired(tmp_path, server.url)
        stop = asyncio.Event()
        running = asyncio.create_task(platform.run(stop))
        for k in range(6):
            server.say(f"slow {k}", 50 + k)
        await server.until(lambda: server.made("sendChatAction"))
        stop.set()
        await asyncio.wait_for(running, 15)
        assert len(server.messages) == 6
        store.close()


def test_no_log_line_of_a_bad_day_tells_a_question_or_the_token(tmp_path: Path) -> None:
    child = [sys.executable, str(Path(__file__).with_name("telegram_parts.py")), str(tmp_path)]
    path = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)])

    async def run() -> str:
        async with Fake(per_second=0) as server:
            for method, faults in FAULTS.values():
                server.faults[method] += [fault for fault in faults if fault[:3] not in ("401", "404")]
            process = await asyncio.create_subprocess_exec(
                *child, server.url, "DEBUG", env={**os.environ, "PYTHONPATH": path}, stderr=asyncio.subprocess.PIPE
            )
            for k in range(3):
                server.say(f"how heavy is ring {k}", 100 + k)
            await server.until(lambda: all(server.texts(100 + k) for k in range(3)), 60)
            process.kill()
            return (await process.communicate())[1].decode()

    logged = asyncio.run(run())
    assert "could not read our markup" in logged
    assert "trying again" in logged
    assert [told for told in (TOKEN, TOKEN.partition(":")[2], "how heavy") if told in logged] == []


def test_an_edit_that_changes_nothing_is_a_success(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("/settings")
        await server.answered(1)
        (message,) = server.messages.values()
        server.press(message, "Length: normal")  # which it is already
        await server.until(lambda: server.made("answerCallbackQuery"))
        assert server.texts() == [message["text"]]

    server = chat(tmp_path, talk)
    assert server.refused == ["editMessageText: Bad Request: message is not modified"]


def test_admins_choose_the_topics_in_which_it_answers_and_may_have_every_message_answered(tmp_path: Path) -> None:
    admin = {"id": 9, "is_bot": False, "first_name": "Owner"}

    async def talk(server: Fake) -> None:
        server.admins = {9}
        server.say("/settings channels here", GROUP, sender=admin, message_thread_id=7, is_topic_message=True)
        server.say("/settings mention_only off", GROUP, sender=admin)
        await server.answered(2, GROUP)
        for thread, text in ((8, "@wearables_bot not here"), (7, "nobody is named"), (8, "nor here")):
            server.say(text, GROUP, message_thread_id=thread, is_topic_message=True, entities=MENTION * ("@" in text))
        assert "“nobody is named”" in (await server.answered(3, GROUP))[2]

    server = chat(tmp_path, talk)
    assert len(server.texts(GROUP)) == 3


def test_an_inline_answer_of_several_sentences_can_be_sent_short(tmp_path: Path) -> None:
    def ask(question: str, history: Sequence[Turn]) -> tuple[Answer, Trace]:
        answer, trace = told(question, history)
        return replace(
            answer, text=f"{answer.text}\nMore.", statements=(*answer.statements, Statement("More.", (1,)))
        ), trace

    async def talk(server: Fake) -> None:
        server.update("inline_query", {"id": "5", "from": PERSON, "query": "price", "offset": ""})
        await server.until(lambda: server.made("answerInlineQuery"))

    async def run() -> list[str]:
        async with Fake() as server, served(server, tmp_path, PLENTY, None, ask):
            await talk(server)
            return [
                result["input_message_content"]["message_text"]
                for result in server.made("answerInlineQuery")[0]["results"]
            ]

    whole, short = asyncio.run(run())
    assert "More." in whole
    assert "More." not in short
    assert QUOTE in short
