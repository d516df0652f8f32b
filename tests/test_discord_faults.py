from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import sqlite3
import sys
from asyncio.subprocess import Process
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from discord_parts import Bench, bench, connected
from discord_server import (
    ALICE,
    BOT,
    CHANNEL,
    DIRECT,
    TOKEN,
    Asked,
    DiscordServer,
    Fault,
    Json,
    discord_server,
    texts,
    until,
)

from bot.errors import PlatformError
from bot.messages import Place

MENTION = f"<@{BOT}>"
QUESTION = f"{MENTION} how much is the quark s1"
SEND, DEFER, EDIT = "POST .*/messages$", "POST .*/callback", "PATCH .*/@original"
KILLS = 3


async def one_answer(found: Bench) -> str:
    """Ask, and return the one answer that comes, after a while in which no second one may come."""
    await found.server.say(QUESTION)
    await until(found.server.by_bot, 20)
    await asyncio.sleep(0.2)
    (answer,) = found.server.by_bot()
    return texts(answer)


@pytest.mark.parametrize("kind", ["429", "cloudflare", "500", "502", "reset", "lost"])
async def test_a_failed_send_is_tried_again_and_answers_once(tmp_path: Path, kind: str) -> None:
    async with bench(tmp_path) as found:
        found.server.faults.append(Fault(SEND, kind))
        assert "3,799" in await one_answer(found)


@pytest.mark.parametrize("kind", ["429", "cloudflare", "reset", "lost"])
@pytest.mark.parametrize("where", [DEFER, EDIT])
async def test_a_failed_interaction_is_tried_again_and_answers_once(tmp_path: Path, kind: str, where: str) -> None:
    async with bench(tmp_path) as found:
        found.server.faults.append(Fault(where, kind))
        asked = await found.server.command("ask", question="how much is the quark s1")
        answer = await until(lambda: found.server.answer_to(asked), 20)
        assert "3,799" in texts(answer)
        assert len(found.server.by_bot()) == 1
        assert len(found.asked.heard) == 1


async def test_who_sees_that_the_bot_is_thinking_is_answered_though_nobody_told_the_bot_so(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        found.server.faults.append(Fault(DEFER, "late"))
        asked = await found.server.command("ask", question="how much is the quark s1")
        assert "3,799" in texts(await until(lambda: found.server.answer_to(asked), 20))


async def test_an_event_that_comes_twice_is_answered_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        await found.server.say(QUESTION)
        await found.server.again()
        await until(found.server.by_bot)
        asked = await found.server.command("ask", question="how much is the quark s1")
        await found.server.again()
        await until(lambda: found.server.answer_to(asked))
        await asyncio.sleep(0.2)
        assert len(found.server.by_bot()) == 2
        assert len(found.asked.heard) == 2
        assert found.server.refusals == []


async def test_an_event_that_comes_again_after_a_restart_is_answered_once(tmp_path: Path) -> None:
    async with discord_server() as server:
        async with connected(server, tmp_path):
            number = await server.say(QUESTION)
            await until(server.by_bot)
        server.forget_sessions()
        async with connected(server, tmp_path) as found:
            await server.dispatch("MESSAGE_CREATE", server.messages[number])
            await asyncio.sleep(0.3)
            assert found.asked.heard == []
            assert len(server.by_bot()) == 1


async def test_a_session_that_was_cut_off_resumes_and_misses_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        await found.server.cut(4000)
        await found.server.say(QUESTION)
        await until(found.server.by_bot, 20)
        assert found.server.resumed == 1
        assert len(found.server.identified) == 1


async def test_a_session_is_resumed_over_the_gateway_of_the_settings_whatever_discord_names(tmp_path: Path) -> None:
    async with discord_server() as server:
        whole = server._ready
        server._ready = lambda *given: whole(*given) | {"resume_gateway_url": "ws://127.0.0.1:1"}  # type: ignore[method-assign]
        async with connected(server, tmp_path) as found:
            assert "3,799" in await one_answer(found)
            await server.cut(4000)
            await until(lambda: server.resumed, 20)
            assert len(server.identified) == 1


async def test_a_gateway_that_asks_for_few_signs_of_life_may_be_silent_for_longer(tmp_path: Path) -> None:
    async with discord_server(beat=5000) as server, connected(server, tmp_path, silence=1.5) as found:
        assert "3,799" in await one_answer(found)
        await server.cut(4000)
        await until(lambda: server.resumed, 20)
        await found.server.say(QUESTION)
        await until(lambda: len(server.by_bot()) == 2, 20)
        connections = len(server.identified) + server.resumed
        await asyncio.sleep(3)
        assert len(server.identified) + server.resumed == connections


async def test_a_session_that_cannot_resume_begins_anew(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        old = found.server.sessions[0]
        found.server.forget_sessions()
        assert old.socket is not None
        await old.socket.close(code=4000)
        await until(lambda: len(found.server.identified) == 2, 20)
        assert "3,799" in await one_answer(found)


@pytest.mark.parametrize("code", [1011])
async def test_a_handshake_that_fails_is_tried_again(tmp_path: Path, code: int) -> None:
    async with discord_server() as server:
        server.close_next.append(code)
        async with connected(server, tmp_path) as found:
            await until(lambda: server.sessions, 20)
            assert "3,799" in await one_answer(found)


@pytest.mark.parametrize("event", ["MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "TYPING_START"])
async def test_an_event_that_the_library_cannot_read_is_left_out_and_costs_no_connection(
    tmp_path: Path, event: str
) -> None:
    async with bench(tmp_path) as found:
        await found.server.dispatch(event, {"nonsense": True})
        assert "3,799" in await one_answer(found)
        assert len(found.server.identified) == 1


@pytest.mark.parametrize("channel", [CHANNEL, DIRECT])
async def test_an_interaction_that_says_the_least_is_answered_in_its_channel(tmp_path: Path, channel: int) -> None:
    lacking = ("version", "attachment_size_limit", "channel", "context", "authorizing_integration_owners", "locale")
    async with bench(tmp_path) as found:
        whole = found.server._interaction

        def least(asked: Asked, user: int, data: Json, **more: object) -> Json:
            return {key: value for key, value in whole(asked, user, data, **more).items() if key not in lacking}

        found.server._interaction = least  # type: ignore[method-assign]
        for _ in range(2):
            asked = await found.server.command("ask", channel, question="how much is the quark s1")
            assert "3,799" in texts(await until(partial(found.server.answer_to, asked), 20))
        assert [len(turns) for _, turns in found.asked.heard] == [0, 2]
        assert found.desk.last(Place("discord", str(channel)), str(ALICE))


async def test_a_session_that_names_no_shard_is_one(tmp_path: Path) -> None:
    async with discord_server() as server:
        whole = server._ready
        server._ready = lambda *given: {k: v for k, v in whole(*given).items() if k != "shard"}  # type: ignore[method-assign]
        async with connected(server, tmp_path) as found:
            assert "3,799" in await one_answer(found)
            assert len(server.identified) == 1


async def test_a_frame_that_breaks_the_library_costs_one_connection(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        (session,) = found.server.sessions
        assert session.socket is not None
        await session.socket.send_str("no JSON")
        await until(lambda: len(found.server.identified) == 2, 20)
        assert "3,799" in await one_answer(found)


async def test_an_interface_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with discord_server() as server:
        server.faults.append(Fault("GET .*/users/@me", "reset", 2))
        async with connected(server, tmp_path) as found:
            await until(lambda: server.sessions, 20)
            assert "3,799" in await one_answer(found)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"discord_token": "wrong"}, "copy it again"),
        ({"discord_message_content": True}, "enable MESSAGE CONTENT INTENT"),
    ],
)
async def test_what_no_new_try_can_change_ends_with_one_clear_sentence(
    tmp_path: Path, more: dict[str, Any], sentence: str
) -> None:
    async with discord_server() as server, connected(server, tmp_path, **more) as found:
        with pytest.raises(PlatformError, match=sentence) as raised:
            await asyncio.wait_for(found.running, 10)
        assert TOKEN not in str(raised.value)
        assert len(server.identified) <= 1


async def test_an_interaction_that_is_too_old_is_left_alone(tmp_path: Path) -> None:
    async with bench(tmp_path, window=-1.0) as found:
        await found.server.command("ask", question="how much is the quark s1")
        await until(lambda: found.server.refusals)
        await asyncio.sleep(0.2)
        assert found.asked.heard == []
        assert found.desk.pending("discord") == []


async def test_a_command_is_on_disk_before_anybody_sees_that_the_bot_is_thinking(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        found.server.faults.append(Fault(DEFER, "429", 3))
        asked = await found.server.command("ask", question="how much is the quark s1")
        await until(lambda: found.desk.pending("discord"))
        assert asked.reaction is None
        assert found.asked.heard == []
        await until(lambda: found.server.answer_to(asked), 20)
        assert len(found.asked.heard) == 1


async def test_what_discord_forbids_is_not_tried_for_ever(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        found.server.faults.append(Fault(SEND, "403"))
        await found.server.say(QUESTION)
        await until(lambda: found.asked.heard and found.desk.pending("discord") == [])
        assert found.server.by_bot() == []
        assert "3,799" in await one_answer(found)


async def test_a_layout_that_discord_refuses_is_sent_as_plain_text(tmp_path: Path) -> None:
    async with bench(tmp_path, layouts=False) as found:
        assert "3,799" in await one_answer(found)
        asked = await found.server.command("ask", question="how much is the quark s1")
        answer = await until(lambda: found.server.answer_to(asked))
        assert "3,799" in answer["content"]


async def test_told_to_stop_it_finishes_what_it_accepted(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        found.asked.seconds = 0.1
        for _ in range(5):
            await found.server.say(QUESTION)
        await until(lambda: len(found.desk.pending("discord")) == 5)
        await found.ended()
        assert len(found.server.by_bot()) == 5
        assert found.desk.pending("discord") == []


async def test_many_at_once_are_all_acknowledged_in_time(tmp_path: Path) -> None:
    async with bench(tmp_path) as found:
        found.asked.seconds = 0.02
        asked = await asyncio.gather(*(found.server.command("ask", question=f"question {n}") for n in range(50)))
        await until(lambda: all(found.server.answer_to(one) for one in asked), 30)
        assert max(one.reaction or 99 for one in asked) < 1.5


async def started(folder: Path, server: DiscordServer) -> Process:
    server.forget_sessions()
    child = Path(__file__).with_name("discord_child.py")
    path = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(child), str(folder), server.api, server.gateway, "0.02"),
        env={**os.environ, "PYTHONPATH": path},
        stderr=asyncio.subprocess.DEVNULL,
    )
    await until(lambda: server.sessions, 30)
    return process


async def test_killed_at_any_moment_it_answers_every_accepted_question_once(tmp_path: Path) -> None:
    async with discord_server() as server:
        said: list[int] = []
        asked: list[Asked] = []
        dice = random.Random(7)  # noqa: S311  # moments, no secrets
        for _ in range(KILLS):
            process = await started(tmp_path, server)
            said += [await server.say(f"{QUESTION} {number}") for number in range(10)]
            asked.append(await server.command("ask", question="how much is the quark s1"))
            await all_accepted(tmp_path, len(said) + len(asked), asked[-1])
            await asyncio.sleep(dice.uniform(0, 0.2))
            process.kill()
            await process.wait()
        process = await started(tmp_path, server)
        await until(lambda: set(said) <= set(answered(server)), 30)
        await until(lambda: all(server.answer_to(one) for one in asked), 30)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert len(answered(server)) == len(said)


def answered(server: DiscordServer) -> list[int]:
    """The messages that were replied to, once for each reply."""
    found = [m["message_reference"]["message_id"] for m in server.by_bot() if "message_reference" in m]
    return [int(number) for number in found]


async def all_accepted(folder: Path, asked: int, last: Asked) -> None:
    """What was accepted is on disk, and each process answers a command after deferring it."""
    with closing(sqlite3.connect(folder / "state" / "bot.sqlite", timeout=10)) as file:
        await until(lambda: file.execute("SELECT count(*) FROM seen").fetchone() == (asked,) and last.original)


async def test_no_log_line_tells_a_question_or_a_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with bench(tmp_path) as found:
        found.server.faults += [Fault(EDIT, "502"), Fault(SEND, "reset"), Fault("GET .*/users/@me", "reset")]
        asked = await found.server.command("ask", question="how heavy is the quark s1")
        await until(lambda: found.server.answer_to(asked), 20)
        await found.server.cut(4000)
        await one_answer(found)
        logged = caplog.text
        assert "trying again" in logged
        assert not [told for told in (TOKEN, asked.token, "how heavy", "how much is") if told in logged]
