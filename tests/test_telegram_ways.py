"""What some servers, chats and clients know and others do not: drafts, rich messages, other numbers, closed doors."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from telegram_parts import HURRIED, QUOTE, served, told
from telegram_server import BOT, PERSON, TOKEN, Fake, shown
from telegram_talk import GROUP, MENTION, Talk, chat

from bot.desk import Desk
from bot.messages import Length
from bot.phrases import phrases
from bot.settings import Settings
from bot.store import Store
from bot.telegram import Telegram

ADMIN = {"id": 9, "is_bot": False, "first_name": "Owner"}


def test_a_person_who_waits_sees_a_draft_that_becomes_a_message(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("slow one")
        await server.answered(1)

    server = chat(tmp_path, talk)
    (draft,) = server.made("sendMessageDraft")
    assert draft["text"] == "Reading the articles…"
    assert server.refused == []
    assert [name for name, _ in server.calls if name.startswith("send")] == [
        "sendChatAction", "sendMessageDraft", "sendMessage",
    ]  # fmt: skip


def test_no_draft_is_shown_for_a_quick_answer_nor_in_a_group(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("price")
        await server.answered(1)
        server.say("/ask slow one", GROUP)
        await server.answered(1, GROUP)

    assert chat(tmp_path, talk).made("sendMessageDraft") == []


def test_a_server_without_drafts_is_asked_once_and_shows_typing(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for k in range(2):
            server.say("slow one")
            await server.answered(k + 1)

    server = chat(tmp_path, talk, unknown={"sendMessageDraft"})
    assert server.refused == ["sendMessageDraft: Not Found"]
    assert len(server.made("sendChatAction")) >= 3


def test_a_long_answer_is_one_rich_message_with_its_buttons_and_links(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("long one")
        await server.answered(1)

    server = chat(tmp_path, talk, rich=True)
    ((_, message),) = server.messages.items()
    assert shown(message).startswith("You asked “long one”")
    assert f"“{QUOTE}”" in shown(message)
    assert message["reply_markup"]
    (asked,) = server.made("sendRichMessage")
    assert asked["reply_parameters"]["allow_sending_without_reply"]
    assert 'href="https://news.example/quark#:~:text=' in asked["rich_message"]["html"]
    assert asked["rich_message"]["skip_entity_detection"]


def test_sources_and_quotes_are_rich_and_a_short_answer_is_not(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("price")
        await server.answered(1)
        server.press(next(iter(server.messages.values())), "quotes")
        await server.answered(2)
        server.say("/sources")
        await server.answered(3)

    server = chat(tmp_path, talk, rich=True)
    assert [name for name, _ in server.calls if name in ("sendMessage", "sendRichMessage")] == [
        "sendMessage", "sendRichMessage", "sendRichMessage",
    ]  # fmt: skip
    assert all(QUOTE in text for text in server.texts())


@pytest.mark.parametrize(("layout", "ways"), [("rich", {"sendRichMessage"}), ("plain", {"sendMessage"})])
def test_a_chat_chooses_how_its_messages_are_laid_out(tmp_path: Path, layout: str, ways: set[str]) -> None:
    async def talk(server: Fake) -> None:
        server.say(f"/settings layout {layout}")
        await server.answered(1)
        server.calls.clear()
        server.say("price")
        await server.answered(2)
        server.say("/sources")
        await server.answered(3)

    server = chat(tmp_path, talk, rich=True)
    assert {name for name, _ in server.calls if name in ("sendMessage", "sendRichMessage")} == ways


@pytest.mark.parametrize("yes", [False, True])
def test_a_server_that_knows_no_rich_messages_is_asked_once_and_gets_plain_ones(
    tmp_path: Path,
    yes: bool,  # noqa: FBT001
) -> None:
    async def talk(server: Fake) -> None:
        server.say("price")
        await server.answered(1)
        for k in range(2):
            server.say("/sources")
            await server.answered(k + 2)

    server = chat(tmp_path, talk, yes=yes)
    assert len(server.texts()) == 3
    assert server.refused == ([] if yes else ["sendRichMessage: Not Found"])


@pytest.mark.parametrize("fault", ["400 Bad Request: RICH_MESSAGE_INVALID", "429 1", "500 Internal", "garbage"])
def test_a_rich_message_that_is_refused_comes_as_plain_ones_and_the_next_is_rich_again(
    tmp_path: Path, fault: str
) -> None:
    async def talk(server: Fake) -> None:
        server.say("price")
        await server.answered(1)
        server.faults["sendRichMessage"] = [fault]
        for k in range(2):
            server.say("/sources")
            await server.answered(k + 2)

    server = chat(tmp_path, talk, rich=True)
    assert len(server.made("sendMessage")) == 2
    assert len(server.made("sendRichMessage")) == 1


@pytest.mark.parametrize(("fault", "messages"), [("drop", 1), ("drop after", 2)])
def test_a_rich_message_that_may_have_arrived_is_apologised_for_and_not_sent_again(
    tmp_path: Path, fault: str, messages: int
) -> None:
    async def talk(server: Fake) -> None:
        server.faults["sendRichMessage"] = [fault]
        server.say("long one")
        await server.until(lambda: phrases("en").broke in server.texts())

    assert len(chat(tmp_path, talk, rich=True).texts()) == messages


def test_a_reply_to_a_rich_message_continues_its_conversation(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("long one")
        await server.answered(1)
        ((_, sent),) = server.messages.items()
        await asyncio.sleep(0.2)
        server.say("and the other", reply_to_message=sent)
        assert "after 2 turns" in (await server.answered(2))[1]

    chat(tmp_path, talk, rich=True)


def test_what_a_group_had_goes_with_it_when_it_becomes_a_supergroup(tmp_path: Path) -> None:
    old, new = -500, -1000500

    async def talk(server: Fake) -> None:
        server.admins = {9}
        server.say("/settings length short", old, sender=ADMIN)
        await server.answered(1, old)
        server.moved = {str(old): str(new)}
        server.say("/ask after the move", old)
        await server.answered(1, new)
        server.say("/settings", new)
        assert "Length: short" in (await server.answered(2, new))[1]
        server.say("/settings length normal", new, sender=ADMIN)
        await server.answered(3, new)
        # Telegram says so in the old group, too; by then the new one has chosen for itself.
        server.say("", old, migrate_to_chat_id=new)
        server.say("/settings", new)
        assert "Length: normal" in (await server.answered(4, new))[3]

    chat(tmp_path, talk)


def test_a_question_that_waits_in_a_group_that_moved_is_answered_where_it_is_now(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("/ask slow one", -500)
        server.say("/ask another", -500)
        await server.until(lambda: server.made("sendChatAction"))
        server.say("", -500, migrate_to_chat_id=-1000500)
        server.moved = {"-500": "-1000500"}
        await server.answered(2, -1000500)

    server = chat(tmp_path, talk)
    with closing(Store(tmp_path)) as store:
        assert store.inbox.waiting("telegram") == []
    assert server.texts(-500) == []


def test_a_group_that_moves_round_in_circles_holds_up_nobody(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.moved = {"-500": "-600", "-600": "-600"}
        server.say("/ask lost", -500)
        server.say("price")
        await server.answered(1)

    chat(tmp_path, talk)


def test_the_file_carries_over_once_and_loses_nothing(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        chosen = store.settings("telegram", "-5")
        store.choose("telegram", "-5", type(chosen)(length=Length.SHORT))
        store.moved("telegram", "-5", "-6")
        assert store.settings("telegram", "-6").length is Length.SHORT
        assert store.settings("telegram", "-5") == chosen
        store.choose("telegram", "-6", chosen)
        store.moved("telegram", "-5", "-6")
        assert store.settings("telegram", "-6") == chosen


def member(status: str) -> dict[str, object]:
    about = {"until_date": 0} if status == "kicked" else {}
    return {"user": BOT, "status": status, **about}


def changed(server: Fake, old: str, new: str, chat_id: int = 77) -> None:
    server.update(
        "my_chat_member",
        {"chat": {"id": chat_id, "type": "private"}, "from": PERSON, "date": 1, "old_chat_member": member(old),
         "new_chat_member": member(new)},
    )  # fmt: skip


def is_shut(folder: Path, number: str = "77") -> bool:
    with closing(Store(folder)) as store:
        return store.is_shut("telegram", number)


def blocked(server: Fake) -> None:
    server.faults["sendMessage"] = ["403 Forbidden: bot was blocked by the user"]
    server.say("price", 77)


async def refused(server: Fake) -> None:
    blocked(server)
    await server.until(lambda: server.refused)


async def refused_then_asked(server: Fake) -> None:
    await refused(server)
    server.say("price", 77)
    await server.answered(1, 77)


async def kicked(server: Fake) -> None:
    changed(server, "member", "kicked")
    server.say("price")
    await server.answered(1)


async def kicked_then_back(server: Fake) -> None:
    changed(server, "member", "kicked")
    changed(server, "kicked", "member")
    server.say("price")
    await server.answered(1)


@pytest.mark.parametrize(
    ("talk", "shut"), [(refused, True), (refused_then_asked, False), (kicked, True), (kicked_then_back, False)]
)
def test_a_chat_that_takes_no_messages_is_remembered_until_it_does(tmp_path: Path, talk: Talk, shut: bool) -> None:  # noqa: FBT001
    chat(tmp_path, talk)
    assert is_shut(tmp_path) is shut


def test_forgetting_a_person_forgets_that_they_blocked_us(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        store.shut("telegram", "77", shut=True)
        store.forget("telegram", "77", "77")
    assert not is_shut(tmp_path)


def test_a_server_that_knows_only_the_least_is_served(tmp_path: Path) -> None:
    optional = {"deleteWebhook", "setMyCommands", "sendChatAction", "sendMessageDraft", "editMessageText"}

    async def talk(server: Fake) -> None:
        asked = server.say("slow frist")
        await server.answered(1)
        server.update(
            "edited_message", {**asked, "text": "slow first", "edit_date": asked["date"] + 5, "news": {"x": 1}}
        )
        assert "slow first" in (await server.answered(2))[1]

    chat(tmp_path, talk, unknown=optional)


@pytest.mark.parametrize("ending", ["", "/", "/bot", "/bot/"])
async def test_a_server_may_be_named_as_libraries_name_it(tmp_path: Path, ending: str) -> None:
    async with Fake(per_second=0.0) as server:
        where = server.url
        server.url += ending
        async with served(server, tmp_path):
            server.say("price")
            await server.answered(1)
        server.url = where


def test_a_post_that_is_forwarded_to_the_bot_is_looked_up_as_far_as_a_question_goes(tmp_path: Path) -> None:
    channel = {"id": -1007, "type": "channel", "title": "News"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 3}

    async def talk(server: Fake) -> None:
        server.say("The Quark S1 costs 3,799 yuan. " * 30, forward_origin=origin)
        (text,) = await server.answered(1)
        assert "You asked “The Quark S1 costs 3,799 yuan. The" in text

    chat(tmp_path, talk)


async def test_follow_up_questions_are_put_below_the_first_answer_too(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("where is the quark s1 made")
        await server.answered(1)
        (message,) = server.messages.values()
        await server.until(lambda: "How much" in str(message["reply_markup"]))
        assert [
            next(word for word in ("Useful", "quotes", "cost?") if word in str(row))
            for row in message["reply_markup"]["inline_keyboard"][:3]
        ] == ["Useful", "quotes", "cost?"]
        server.press(message, "cost?")
        assert "You asked “How much does the Quark S1 cost?”" in (await server.answered(2))[1]

    names = ["Quark S1"]
    async with Fake(per_second=0.0) as server:
        with closing(Store(tmp_path)) as store:
            desk = Desk(store, told, lambda: names, products=lambda: names, offers_more=True)
            settings = Settings(data_dir=tmp_path, telegram_token=SecretStr(TOKEN), telegram_api_url=server.url)
            stop = asyncio.Event()
            running = asyncio.create_task(Telegram(desk, settings, HURRIED).run(stop))
            await talk(server)
            stop.set()
            await running


def test_a_server_that_does_not_wait_for_news_is_not_hammered(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("price")
        await server.answered(1)
        server.polled = 0
        await asyncio.sleep(1)
        assert 1 <= server.polled <= 5
        server.say("weight")
        await server.answered(2)

    chat(tmp_path, talk, hasty=True)


@pytest.mark.parametrize("words", ["400 Bad Request: unknown method", "501 Not Implemented"])
def test_a_server_that_refuses_to_hear_of_webhooks_is_polled(tmp_path: Path, words: str) -> None:
    async def talk(server: Fake) -> None:
        server.faults["deleteWebhook"] = [words] * 1000
        server.say("price")
        await server.answered(1)

    chat(tmp_path, talk)


def test_a_mention_in_a_group_gets_reasons_that_leave_the_other_buttons(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        server.say("@wearables_bot price", GROUP, entities=MENTION)
        await server.answered(1, GROUP)
        (message,) = server.messages.values()
        before = message["reply_markup"]
        server.press(message, "Not useful")
        await server.until(lambda: "out of date" in str(message["reply_markup"]))
        server.press(message, "out of date")
        await server.until(lambda: message["reply_markup"] == before)

    chat(tmp_path, talk)


def test_a_mention_without_words_asks_about_what_it_replies_to(tmp_path: Path) -> None:
    bob = {"id": 43, "is_bot": False, "first_name": "Bob"}

    async def talk(server: Fake) -> None:
        said = server.say("The ring weighs two grams.", GROUP, sender=bob)
        server.say("@wearables_bot", GROUP, entities=MENTION, reply_to_message=said)
        assert "“The ring weighs two grams.”" in (await server.answered(1, GROUP))[0]
        server.say("@wearables_bot", GROUP, entities=MENTION)
        assert (await server.answered(2, GROUP))[1] == phrases("en").empty

    chat(tmp_path, talk)


@pytest.mark.parametrize("fault", ["drop", "drop after"])
def test_an_edit_of_which_nobody_knows_is_made_again_without_an_apology(tmp_path: Path, fault: str) -> None:
    async def talk(server: Fake) -> None:
        asked = server.say("frist")
        await server.answered(1)
        server.faults["editMessageText"] = [fault]
        server.update("edited_message", {**asked, "text": "first", "edit_date": asked["date"] + 5})
        await server.until(lambda: "“first”" in server.texts()[0] and not server.faults["editMessageText"])
        await asyncio.sleep(0.2)

    assert len(chat(tmp_path, talk).texts()) == 1
