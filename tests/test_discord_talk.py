from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from discord_parts import LINK, QUARK, Bench, bench, connected
from discord_server import (
    ADMIN,
    ALICE,
    BOB,
    BOT,
    CHANNEL,
    DIRECT,
    EPHEMERAL,
    GUILD,
    LOCKED,
    OTHER,
    ROBOT,
    SUPPRESS,
    THREAD,
    V2,
    Asked,
    DiscordServer,
    Json,
    buttons,
    discord_server,
    texts,
    until,
)

from bot.desk import Limits
from bot.messages import Place
from bot.phrases import LANGUAGES
from bot.values import Answer, Statement, Trace, Turn

MENTION = f"<@{BOT}>"
LOCALES = ("de", "es-ES", "es-419", "fr")
"""Those of Discord that the interface has a language for, beside English."""


async def quiet(found: Bench) -> None:
    """Long enough for an answer that should not come."""
    await asyncio.sleep(0.3)
    assert found.asked.heard == []
    assert found.server.nonces == {}


async def test_a_mention_is_answered_with_its_receipts(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        asked = await found.server.say(f"{MENTION} how much is the quark s1")
        (answer,) = await until(found.server.by_bot)
        assert found.asked.heard == [("how much is the quark s1", ())]
        assert f"The flagship Quark S1 costs RMB 3,799. [[1]](<{LINK}>) (28 Nov 2025)" in texts(answer)
        assert "EconomyWatch · 28 Nov 2025" in texts(answer)
        assert [b["url"] for b in buttons(answer) if "url" in b] == [LINK]
        assert answer["flags"] & V2
        assert answer["flags"] & SUPPRESS
        assert int(answer["message_reference"]["message_id"]) == asked
        assert found.server.typed == []  # nobody waited
        assert found.server.refusals == []


async def test_who_waits_sees_that_the_bot_is_typing(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        found.asked.seconds = 0.6
        await found.server.say(f"{MENTION} how much is the quark s1")
        await until(found.server.by_bot)
        assert found.server.typed == [CHANNEL]


async def test_the_bot_leaves_alone_what_is_not_for_it(tmp_path: Path) -> None:
    async with bench(tmp_path, privileged=True) as found:
        await found.server.say("how much is the quark s1")
        await found.server.say(f"{MENTION} hello", user=ROBOT)
        await found.server.say(f"{MENTION} hello", user=BOT)
        await found.server.say(f"{MENTION} hello", webhook_id="77")
        await found.server.say(f"<@{BOB}> hello")
        await found.server.say(f"{MENTION} hello", channel=LOCKED)
        await quiet(found)


async def test_a_direct_message_needs_no_mention(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        await found.server.say("how much is the quark s1", channel=DIRECT)
        assert "3,799" in texts((await until(lambda: found.server.by_bot(DIRECT)))[0])
        assert found.server.refusals == []


async def test_a_reply_continues_its_conversation_also_after_a_restart(tmp_path: Path) -> None:
    async with discord_server() as server:
        async with connected(server, tmp_path) as found:
            await server.say(f"{MENTION} how much is the quark s1")
            (first,) = await until(server.by_bot)
            await until(lambda: found.desk.carried(Place("discord", str(CHANNEL)), first["id"]))
            await server.say("and the other one?", user=BOB, reply_to=int(first["id"]))
            await until(lambda: len(server.by_bot()) == 2)
            question, history = found.asked.heard[-1]
            assert question == "and the other one?"
            assert [turn.speaker for turn in history] == ["user", "bot"]
            assert history[0].text == "how much is the quark s1"
        server.forget_sessions()
        async with connected(server, tmp_path) as found:
            await server.say("and in yuan?", user=BOB, reply_to=int(first["id"]))
            await until(lambda: len(server.by_bot()) == 3)
            assert "The flagship Quark S1 costs RMB 3,799." in found.asked.heard[-1][1][-1].text


async def test_a_chain_that_the_bot_never_saw_is_read_from_discord(tmp_path: Path) -> None:
    async with bench(tmp_path, privileged=True) as found:
        first = await found.server.say("the quark s1 is out")
        second = await found.server.say("how much is it?", user=BOB, reply_to=first)
        await found.server.say(f"{MENTION} do you know?", reply_to=second)
        await until(found.server.by_bot)
        assert found.asked.heard == [
            ("do you know?", (Turn("user", "the quark s1 is out"), Turn("user", "how much is it?")))
        ]


async def test_threads_stay_apart(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        await found.server.say(f"{MENTION} how much is the quark s1")
        await until(found.server.by_bot)
        await found.server.say(f"{MENTION} and the other one?", channel=THREAD)
        await until(lambda: found.server.by_bot(THREAD))
        assert found.asked.heard[1:] == [("and the other one?", ())]
        await found.server.say(f"{MENTION} and that?", channel=THREAD)
        await until(lambda: len(found.server.by_bot(THREAD)) == 2)
        assert [turn.text for turn in found.asked.heard[-1][1]][0:1] == ["and the other one?"]


async def test_a_flood_gets_friendly_apologies(tmp_path: Path) -> None:
    limits = Limits(of_user=2)
    async with discord_server() as server, connected(server, tmp_path, limits) as found:
        for number in range(4):
            await server.say(f"{MENTION} question {number}")
        await until(lambda: len(server.by_bot()) == 4)
        assert len(found.asked.heard) == 2
        assert sum("wait a minute" in texts(m) for m in server.by_bot()) == 2


async def test_a_slash_command_is_deferred_at_once_and_then_answered(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        asked = await found.server.command("ask", question="how much is it", about="Quark S1")
        answer = await until(lambda: found.server.answer_to(asked))
        assert found.asked.questions == ["Quark S1: how much is it"]
        assert asked.reaction is not None
        assert asked.reaction < 1
        assert not asked.private
        assert texts(answer).startswith("\n-# Quark S1: how much is it\nThe flagship")
        assert found.server.refusals == []
        assert sorted(c["name"] for c in found.server.commands) == [
            "Check with sources",
            "ask",
            "forget",
            "privacy",
            "settings",
            "sources",
            "why",
        ]
        assert all(c["contexts"] == [0, 1, 2] for c in found.server.commands)
        for command in (c for c in found.server.commands if c["type"] == 1 and c["name"] != "admin"):
            menus = {locale: LANGUAGES[locale[:2]].menu[command["name"]] for locale in LOCALES}
            assert command["description_localizations"] == menus
            for option in command["options"]:
                options = {locale: LANGUAGES[locale[:2]].options[option["name"]] for locale in LOCALES}
                assert option["description_localizations"] == options
        (check,) = (c for c in found.server.commands if c["type"] == 3)
        assert check["name_localizations"] == {locale: LANGUAGES[locale[:2]].check for locale in LOCALES}
        assert all(c["integration_types"] == [0, 1] for c in found.server.commands)


async def test_companies_and_products_complete_themselves(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        asked = await found.server.complete("ask", "about", "quark")
        choices = await until(lambda: asked.choices)
        assert [choice["name"] for choice in choices] == ["Quark S1", "Quark G1"]


async def test_where_the_bot_is_no_member_the_answer_is_private_and_can_be_shared(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        asked = await found.server.interact(2, CHANNEL, ALICE, ask_data("how much is the quark s1"), installed=False)
        answer = await until(lambda: found.server.answer_to(asked))
        assert asked.private
        assert answer["flags"] & EPHEMERAL
        shared = await found.server.press(int(answer["id"]), "Share here", installed=False)
        open_to_all = await until(lambda: found.server.answer_to(shared))
        assert not shared.private
        assert "3,799" in texts(open_to_all)
        assert "Share here" not in [b.get("label") for b in buttons(open_to_all)]


def ask_data(question: str) -> dict[str, object]:
    return {"id": "1", "name": "ask", "type": 1, "options": [{"name": "question", "type": 3, "value": question}]}


async def test_a_message_is_checked_from_its_menu(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        message = await found.server.say("The Quark S1 costs 3,799. " * 60, user=BOB)
        asked = await found.server.check(message)
        await until(lambda: found.server.answer_to(asked))
        assert asked.private
        assert found.asked.questions[0].endswith("3,799.")
        assert 400 < len(found.asked.questions[0]) <= 500


async def test_what_a_message_shows_is_checked_where_it_says_nothing_itself(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        embed = {"type": "article", "title": "The Quark S1 costs 3,799", "description": "So says Alibaba."}
        link = await found.server.say("<https://example.org/news>", user=BOB, embeds=[embed])
        await found.server.say(f"{MENTION} how much is the quark s1")
        (ours,) = await until(found.server.by_bot)
        await found.server.say("https://example.org/ The Quark S1 costs 4,000.", user=BOB)
        last = max(found.server.messages)
        for message in (link, int(ours["id"]), last):
            asked = await found.server.check(message)
            await until(partial(found.server.answer_to, asked))
        assert found.asked.questions[1:] == [
            "The Quark S1 costs 3,799. So says Alibaba",
            "The flagship Quark S1 costs RMB 3,799. (28 Nov 2025)",
            "The Quark S1 costs 4,000",
        ]


async def test_buttons_work_also_after_a_restart(tmp_path: Path) -> None:
    async with discord_server() as server:
        async with connected(server, tmp_path):
            await server.say(f"{MENTION} how much is the quark s3")
            (answer,) = await until(server.by_bot)
        server.forget_sessions()
        async with connected(server, tmp_path):
            number = int(answer["id"])
            quotes = await until_answered(server, await server.press(number, "Show the quotes", BOB))
            assert "“The flagship Quark S1 costs RMB 3,799.”" in texts(quotes)
            assert quotes["flags"] & EPHEMERAL
            assert "Thank" in texts(await until_answered(server, await server.press(number, "Useful", BOB)))
            poor = await until_answered(server, await server.press(number, "Not useful", BOB))
            reason = await server.press(int(poor["id"]), "It is out of date", BOB)
            assert "Thank" in texts(await until_answered(server, reason))
            assert "Noted" in texts(await until_answered(server, await server.press(number, "Report the gap", BOB)))
        assert server.refusals == []


async def until_answered(server: DiscordServer, asked: Asked) -> Json:
    found: Json = await until(lambda: server.answer_to(asked))
    return found


async def test_sources_why_privacy_and_forget_are_for_the_person_alone(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        server = found.server
        await server.say(f"{MENTION} how much is the quark s1")
        await until(server.by_bot)
        expected = {
            "sources": "“The flagship Quark S1 costs RMB 3,799.”",
            "why": "build-1",
            "privacy": "/forget deletes everything",
            "forget": "everything about you is deleted",
        }
        for name, text in expected.items():
            asked = await server.command(name)
            assert text in texts(await until_answered(server, asked)).replace("\\", "")
            assert asked.private
        asked = await server.command("sources")
        assert "not asked anything" in texts(await until_answered(server, asked))


async def test_only_admins_change_settings_and_a_listed_channel_is_the_only_one(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        server = found.server
        refused = await server.command("settings", length="short")
        assert "Only admins" in texts(await until_answered(server, refused))
        asked = await server.command("settings", user=ADMIN, channels=f"<#{OTHER}>", language="de")
        told = texts(await until_answered(server, asked)).replace("\\", "")
        assert f"Kanäle: {OTHER}" in told
        assert "Sprache: Deutsch" in told
        asked = await server.command("privacy")
        assert LANGUAGES["de"].privacy[0] in texts(await until_answered(server, asked))
        await server.say(f"{MENTION} how much is the quark s1")
        await server.say(f"{MENTION} how much is the quark s1", channel=OTHER)
        (answer,) = await until(lambda: server.by_bot(OTHER))
        assert "Nützlich" in [b.get("label") for b in buttons(answer)]
        hidden = await server.command("ask", question="how much is the quark g1")
        await until_answered(server, hidden)
        assert hidden.private
        assert server.by_bot(CHANNEL) == []


async def test_in_a_listed_channel_every_message_may_be_a_question(tmp_path: Path) -> None:
    privileged: dict[str, Any] = {"discord_message_content": True}
    async with discord_server(privileged=True) as server, connected(server, tmp_path, **privileged):
        asked = await server.command("settings", OTHER, ADMIN, channels="here", mention_only=False)
        await until_answered(server, asked)
        await server.say("how much is the quark s1", channel=OTHER)
        await until(lambda: server.by_bot(OTHER))


@pytest.mark.parametrize("question", ["", "x" * 600])
async def test_what_is_no_question_gets_a_friendly_sentence(tmp_path: Path, question: str) -> None:
    async with bench(tmp_path) as found:
        await found.server.say(f"{MENTION} {question}")
        (answer,) = await until(found.server.by_bot)
        assert "Ask me something" in texts(answer) or "too long" in texts(answer)
        assert buttons(answer) == []


async def test_a_message_that_is_forwarded_to_the_bot_is_looked_up(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        told: dict[str, Any] = {
            "content": "how much is the quark s1",
            "timestamp": "2026-01-01T00:00:00+00:00",
            "mentions": [],
        }
        told |= {
            "edited_timestamp": None,
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "type": 0,
            "flags": 0,
        }
        reference = {"type": 1, "message_id": "1", "channel_id": str(CHANNEL), "guild_id": "77"}
        more: dict[str, Any] = {"message_snapshots": [{"message": told}], "message_reference": reference}
        await found.server.say("", DIRECT, **more)
        await until(lambda: found.server.by_bot(DIRECT))
        assert found.asked.heard == [("how much is the quark s1", ())]


@pytest.mark.parametrize("command", [False, True])
async def test_follow_up_questions_are_put_below_the_first_answer_too(tmp_path: Path, *, command: bool) -> None:
    def ask(question: str, _: Sequence[Turn]) -> tuple[Answer, Trace]:
        told = Statement(f"About {question}", (1,))
        answer = Answer(question, told.text, declined=False, statements=(told,), citations=(QUARK,))
        return answer, Trace(question, question, "build-1", (), (), "answered")

    async with discord_server() as server, connected(server, tmp_path, ask=ask, offers_more=True):
        if command:
            await server.command("ask", question="where is the quark s1 made")
        else:
            await server.say(f"{MENTION} where is the quark s1 made")
        (answer,) = await until(server.by_bot)
        await until(lambda: any("What did Quark S1" in b.get("label", "") for b in buttons(server.by_bot()[0])))
        assert "where is the quark s1 made" in texts(server.by_bot()[0])
        assert server.by_bot()[0]["id"] == answer["id"]
        assert server.refusals == []
        assert server.typed == []


async def test_who_replies_without_a_ping_is_told_once_that_it_cannot_be_read(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        await found.server.say(f"{MENTION} how much is the quark s1")
        (answer,) = await until(found.server.by_bot)
        for _ in range(2):
            await found.server.say("and the g1?", reply_to=int(answer["id"]), ping=False)
        await until(lambda: len(found.server.by_bot()) == 2)
        await found.server.say("and the g1?", reply_to=int(answer["id"]))
        await until(lambda: len(found.server.by_bot()) == 3)
        told = [texts(message) for message in found.server.by_bot()]
        assert "leave the ping on" in told[1].replace("\\", "")
        assert "3,799" in told[2]
        assert found.asked.questions == ["how much is the quark s1", "and the g1?"]


async def test_between_two_people_the_answer_is_for_the_one_who_asked(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        apart = await found.server.interact(2, DIRECT, ALICE, ask_data("how much is it"), context=2, installed=False)
        alone = await found.server.interact(2, DIRECT, ALICE, ask_data("how much is it"), context=1)
        await until_answered(found.server, apart)
        await until_answered(found.server, alone)
        assert (apart.private, alone.private) == (True, False)


async def test_a_flood_of_commands_leaves_no_sign_of_thinking(tmp_path: Path) -> None:
    async with discord_server() as server, connected(server, tmp_path, Limits(told_user=1)):
        await until_answered(server, await server.command("ask", question="how much is it"))
        silenced = await server.command("ask", question="how much is it")
        await until(lambda: silenced.original in server.deleted)


async def test_a_suggested_question_is_asked_by_pressing_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        server = found.server
        await server.say(f"{MENTION} how much is the quark s1")
        (answer,) = await until(server.by_bot)
        # As the desk offers it once it has tried that the articles answer it.
        button = {"type": 2, "style": 1, "label": "how much is the quark g1", "custom_id": "ask:abcdefghijkl:0"}
        answer["components"][0]["components"].append({"type": 1, "components": [button]})
        asked = await server.press(int(answer["id"]), "how much is the quark g1", BOB)
        assert "how much is the quark g1" in texts(await until_answered(server, asked))
        assert found.asked.questions[-1] == "how much is the quark g1"
        assert not asked.private


async def test_a_server_that_was_not_described_is_no_direct_message(tmp_path: Path) -> None:
    async with bench(tmp_path, privileged=True) as found:
        for text in ("nobody is spoken to", f"{MENTION} how much is the quark s1"):
            await found.server.say(text, channel=OTHER, guild_id=str(GUILD + 7))
        await until(lambda: found.server.by_bot(OTHER))
        assert found.asked.questions == ["how much is the quark s1"]


async def test_a_server_that_does_not_describe_the_bot_is_answered(tmp_path: Path) -> None:
    async with discord_server(describes_bot=False) as server, connected(server, tmp_path):
        await server.say(f"{MENTION} how much is the quark s1")
        await until(server.by_bot)
        await server.say(f"{MENTION} and that?", channel=LOCKED)
        await until(lambda: server.refusals)
        assert server.by_bot(LOCKED) == []
