"""Who may administer from Telegram: the real client, and every way to lie about who wrote or pressed."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from liars import CHANNEL, GROUP, ON_TELEGRAM, account
from newsroom_parts import ADMIN, EDITOR, STRANGER, Witness
from telegram_parts import served
from telegram_server import BOT, Fake

from bot.newsroom.acts import Choice, say


@asynccontextmanager
async def newsroom(folder: Path) -> AsyncIterator[tuple[Fake, Witness]]:
    """Lend a server with the bot on it, whose admin is ADMIN and whose editor is EDITOR."""
    witness = Witness()
    async with Fake(per_second=0) as server, served(server, folder, newsroom=witness.newsroom("telegram")):
        yield server, witness


@pytest.mark.parametrize("lie", ON_TELEGRAM)
async def test_nobody_but_an_admin_administers(lie: str, tmp_path: Path) -> None:
    chat, more = ON_TELEGRAM[lie]
    async with newsroom(tmp_path) as (server, witness):
        server.say("/wipe everything", chat, **({"sender": account(chat)} | more))
        server.say("/wipe@wearables_bot everything", chat, **({"sender": account(chat)} | more))
        server.say("/feed", ADMIN, sender=account(ADMIN))
        await server.answered(1, ADMIN)
        await server.until(lambda: witness.done)
        assert witness.done == [f"telegram:{ADMIN} feed"]
        assert witness.written == []
        if chat > 0 and chat != ADMIN:
            await server.answered(2, chat)
            assert all("Only admins" in text for text in server.texts(chat))
        assert server.refused == []


async def test_other_ways_to_write_administer_nothing(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, witness):
        me = account(ADMIN)
        said = server.say("hello", ADMIN, sender=me)
        server.update("edited_message", {**said, "text": "/wipe all", "edit_date": int(time.time())})
        chat = {"id": -5, "type": "group", "title": "elsewhere"}
        guest = {**said, "message_id": 9000, "chat": chat, "text": "/wipe all", "guest_query_id": "g7"}
        server.update("guest_message", guest)
        server.update("inline_query", {"id": "8", "from": me, "query": "/wipe all", "offset": ""})
        server.update("channel_post", {**said, "message_id": 9001, "chat": CHANNEL, "text": "/wipe all"})
        server.say("/feed", ADMIN, sender=me)
        await server.until(lambda: witness.done and server.made("answerInlineQuery"))
        assert witness.done == [f"telegram:{ADMIN} feed"]


async def test_an_admin_administers_in_private_and_in_a_group(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, witness):
        server.say("/wipe everything", ADMIN, sender=account(ADMIN))
        await server.answered(1, ADMIN)
        server.say("/wipe", GROUP, sender=account(ADMIN))
        await server.answered(1, GROUP)
        server.say("/feed", EDITOR, sender=account(EDITOR))
        await server.answered(1, EDITOR)
        assert witness.done == [
            f"telegram:{ADMIN} wipe everything",
            f"telegram:{ADMIN} wipe",
            f"telegram:{EDITOR} feed",
        ]
        assert witness.written == [f"telegram:{ADMIN} wipe: Do you mean it?"] * 2


async def test_every_press_is_checked_again(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, witness):
        server.say("/wipe", GROUP, sender=account(ADMIN))
        await server.answered(1, GROUP)
        (asked,) = (m for (chat, _), m in server.messages.items() if chat == str(GROUP))
        liars = (account(STRANGER), account(EDITOR), account(1087968824), account(ADMIN, is_bot=True))
        for liar in liars:
            server.press(asked, "Yes", liar)
        await server.until(lambda: len(server.made("answerCallbackQuery")) == len(liars))
        told = [p.get("text", "") for p in server.made("answerCallbackQuery")]
        # A bot that presses is told nothing of admins; presses are answered in any order.
        assert sum("Only admins" in text for text in told) == len(liars) - 1
        assert witness.done == [f"telegram:{ADMIN} wipe"]
        server.press(asked, "Yes", account(ADMIN))
        await server.until(lambda: len(witness.done) == 2)
        assert witness.done[-1] == f"telegram:{ADMIN} really all-of-it"


async def test_a_made_up_press_reaches_no_command_that_is_not_there(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, witness):
        message = server.say("x", ADMIN, sender=account(ADMIN)) | {"from": BOT}
        for data in ("a:nothing:x", "a:wipe:" + "x" * 50, "a::", "a:wipe;drop:x"):
            query = {"id": data, "from": account(ADMIN), "chat_instance": "1", "data": data, "message": message}
            server.update("callback_query", query)
        await server.until(lambda: len(server.made("answerCallbackQuery")) == 4)
        assert witness.done == []


async def test_progress_is_one_message_that_is_edited(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, witness):
        server.say("/slow", ADMIN, sender=account(ADMIN))
        await server.until(lambda: len(server.made("editMessageText")) >= 2)
        assert "of many" in server.texts(ADMIN)[0]
        witness.go_on.set()
        await server.until(lambda: server.texts(ADMIN) == ["Done: slow ."])
        assert len(server.made("sendMessage")) == 1


async def test_a_chart_is_sent_as_a_picture_and_a_failure_is_a_sentence(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, _):
        server.say("/chart", ADMIN, sender=account(ADMIN))
        await server.until(lambda: server.made("sendPhoto") and server.texts(ADMIN))
        server.say("/broken", ADMIN, sender=account(ADMIN))
        assert "only the log tells" in (await server.answered(2, ADMIN))[1]
        assert server.refused == []


async def test_menus_show_each_their_own(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, _):
        await server.until(lambda: len(server.made("setMyCommands")) == 14)
        menus = {
            (m["scope"]["type"], m["scope"].get("chat_id")): {c["command"] for c in m["commands"]}
            for m in server.made("setMyCommands")
        }
        assert {"wipe", "feed", "slow", "ask", "why"} <= menus["chat", ADMIN]
        assert "feed" in menus["chat", EDITOR]
        assert not {"wipe", "really"} & menus["chat", EDITOR]
        assert "really" not in menus["chat", ADMIN]
        assert not {"wipe", "feed"} & menus["all_private_chats", None]
        assert not {"wipe", "feed"} & menus["all_group_chats", None]


async def test_a_command_of_everybody_stays_theirs(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (server, witness):
        server.say("/why", STRANGER, sender=account(STRANGER))
        assert "Only admins" not in (await server.answered(1, STRANGER))[0]
        server.say("/why", ADMIN, sender=account(ADMIN))
        await server.answered(1, ADMIN)
        assert witness.done == [f"telegram:{ADMIN} why"]


async def test_news_reach_the_admins_alone(tmp_path: Path) -> None:
    room = Witness().newsroom("telegram")
    async with Fake(per_second=0) as server, served(server, tmp_path, newsroom=room):
        room.announce(say("The index is worse.", choices=(Choice("Switch anyway", "really", "force"),)))
        (told,) = await server.answered(1, ADMIN)
        assert told == "The index is worse."
        (shown,) = server.messages.values()
        server.press(shown, "Switch", account(ADMIN))
        await server.answered(2, ADMIN)
        assert server.texts(EDITOR) == []
