"""How the bot introduces itself: at /start, in a group, behind its name, and to who types what it does not know."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord_parts import bench
from discord_server import BOT as DISCORD_BOT
from discord_server import until
from telegram_server import BOT, PERSON, Fake, Json
from telegram_talk import GROUP, chat

from bot.desk import Desk
from bot.phrases import LANGUAGES, phrases
from bot.store import Store
from bot.values import Answer, Citation, Statement, Trace

EN = phrases("en")
OTHER = -100700


def labels(message: Json) -> list[str]:
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


def member(status: str) -> Json:
    rights = ("can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "is_anonymous",
              "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
              "can_post_stories", "can_edit_stories", "can_delete_stories")  # fmt: skip
    more = dict.fromkeys(rights, False) if status == "administrator" else {}
    return {"user": BOT, "status": status, **({"until_date": 0} if status == "kicked" else more)}


def changed(server: Fake, before: str, now: str, chat_id: int = GROUP, kind: str = "supergroup", age: int = 0) -> None:
    server.update(
        "my_chat_member",
        {"chat": {"id": chat_id, "type": kind}, "from": PERSON, "date": int(time.time()) - age,
         "old_chat_member": member(before), "new_chat_member": member(now)},
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_start_greets_in_three_lines_with_two_questions_to_tap(tmp_path: Path, language: str) -> None:
    person, say = {**PERSON, "language_code": language}, phrases(language)

    async def talk(server: Fake) -> None:
        server.say("/start", sender=person)
        await server.answered(1)
        (message,) = server.messages.values()
        assert server.texts()[0].split("\n") == list(say.start)
        assert labels(message) == list(say.examples)
        server.press(message, say.examples[1], person)
        assert f"You asked “{say.examples[1]}”" in (await server.answered(2))[1]

    assert len(say.start) == 3
    assert len(say.examples) == 2
    assert chat(tmp_path, talk).refused == []


def test_the_questions_are_such_as_the_articles_answer_once_some_were_tried(tmp_path: Path) -> None:
    def ask(question: str, _: object) -> tuple[Answer, Trace]:
        text = "" if "revenue" in question or "announce" in question else question
        cited = Citation(1, "a", "t", "P", "", None, text, "")
        return (
            Answer(question, text, not text, (Statement(text, (1,)),), (cited,)),
            Trace(question, question, "b", (), (), "answered"),
        )

    names = ("Quark S1", "Lark Ring", "Snap")
    with closing(Store(tmp_path)) as store:
        desk = Desk(store, ask, lambda: names)
        assert desk.openers("de") == phrases("de").examples
        while desk.prepare():
            pass
        assert desk.openers("de") == ("What is Quark S1 working on?", "What is Lark Ring working on?")


@pytest.mark.parametrize("typed", ["/nonsense", "/nonsense and more", "/привет", "/", "/ask@other_bot price", "//"])
def test_an_unknown_command_gets_one_line_in_a_private_chat(tmp_path: Path, typed: str) -> None:
    async def talk(server: Fake) -> None:
        server.say(typed)
        await server.answered(1)
        server.say("price")
        await server.answered(2)

    assert chat(tmp_path, talk).texts()[0] == EN.unknown_command


def test_in_a_group_an_unknown_command_may_be_another_bots_unless_it_names_this_one(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        for typed in ("/nonsense", "/nonsense@other_bot", "/", "/nonsense@wearables_bot", "/start@wearables_bot"):
            server.say(typed, GROUP)
        await server.answered(2, GROUP)
        server.say("/ask price", GROUP)
        await server.answered(3, GROUP)

    assert set(chat(tmp_path, talk).texts(GROUP)[:2]) == {EN.unknown_command, EN.joined}


def test_a_group_that_adds_the_bot_is_told_once_how_to_ask(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        changed(server, "left", "member")
        server.updates.append({**server.updates[-1], "update_id": server.updates[-1]["update_id"] + 1})
        await server.answered(1, GROUP)
        changed(server, "member", "administrator")
        changed(server, "kicked", "administrator", OTHER, "group", age=4000)
        await server.answered(1, OTHER)
        server.say("/ask price", GROUP)
        await server.answered(2, GROUP)

    server = chat(tmp_path, talk)
    assert server.texts(GROUP)[0] == server.texts(OTHER)[0] == EN.joined
    assert len(server.texts(GROUP)) == 2
    assert server.refused == []


def test_nobody_else_is_told(tmp_path: Path) -> None:
    async def talk(server: Fake) -> None:
        changed(server, "member", "left")
        changed(server, "kicked", "member", 42, "private")
        changed(server, "left", "administrator", OTHER, "channel")
        server.say("price")
        await server.answered(1)

    server = chat(tmp_path, talk)
    assert len(server.texts()) == 1
    assert server.texts(GROUP) == server.texts(OTHER) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_types_only_its_name_sees_what_can_be_asked(tmp_path: Path, language: str) -> None:
    async def talk(server: Fake) -> None:
        person = {**PERSON, "language_code": language}
        server.update("inline_query", {"id": "1", "from": person, "query": " ", "offset": ""})
        await server.until(lambda: server.made("answerInlineQuery"))

    server, say = chat(tmp_path, talk), phrases(language)
    (answered,) = server.made("answerInlineQuery")
    assert [result["title"] for result in answered["results"]] == list(say.examples)
    for result in answered["results"]:
        assert result["description"] == say.like_this
        assert say.itself.split("\n")[0][:40] in result["input_message_content"]["message_text"].replace("&#x27;", "'")
    assert server.refused == []


@pytest.mark.parametrize(("age", "told"), [(1, 1), (4000, 0)])
async def test_a_discord_server_that_adds_the_bot_is_told_once_how_to_ask(tmp_path: Path, age: int, told: int) -> None:
    async with bench(tmp_path) as found:
        guild = found.server.described()
        joined = datetime.fromtimestamp(time.time() - age, UTC).isoformat()
        guild["members"][0]["joined_at"] = joined
        del guild["unavailable"]
        await asyncio.sleep(3)  # for two seconds after the last one the library takes each for one that was there
        for _ in range(2):
            await found.server.dispatch("GUILD_CREATE", guild)
        await found.server.say(f"<@{DISCORD_BOT}> price")
        await until(lambda: len(found.server.by_bot()) == 1 + told)
        assert sum(EN.joined[:40] in str(message) for message in found.server.by_bot()) == told
        assert found.server.refusals == []
