from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from discord_parts import bench, connected
from discord_server import ALICE, BOT, CHANNEL, GUILD, THREAD, Asked, Fault, Json, discord_server, texts, until

from bot.discord.platform import api_base

MENTION = f"<@{BOT}>"


@pytest.mark.parametrize(
    "channel",
    [{}, {"type": 0}, {"type": 2, "name": "voice"}, {"type": 5}, {"type": 11, "name": "thread"}, {"type": 15}],
)
async def test_where_the_bot_is_no_member_a_channel_may_be_told_in_part(tmp_path: Path, channel: Json) -> None:
    async with bench(tmp_path) as found:
        whole = found.server._interaction

        def partly(asked: Asked, user: int, data: Json, **more: object) -> Json:
            payload = whole(asked, user, data, **more)
            return payload | {"channel_id": "77", "channel": {"id": "77"} | channel}

        found.server._interaction = partly  # type: ignore[method-assign]
        option = {"name": "question", "type": 3, "value": "how much is the quark s1"}
        data = {"id": "1", "name": "ask", "type": 1, "options": [option]}
        asked = await found.server.interact(2, CHANNEL, ALICE, data, installed=False)
        assert "3,799" in texts(await until(partial(found.server.answer_to, asked), 20))
        assert asked.private


async def test_a_message_that_says_the_least_is_answered(tmp_path: Path) -> None:
    least = ("id", "channel_id", "guild_id", "content")
    async with bench(tmp_path) as found:
        first = await found.server.say("unheard")
        for channel in (CHANNEL, THREAD):
            message = found.server._message(channel, f"{MENTION} how much is the quark s1", {"id": str(ALICE)})
            told = {key: value for key, value in message.items() if key in least}
            told |= {"author": {"id": str(ALICE)}} | ({"mentions": [{"id": str(BOT)}]} if channel == CHANNEL else {})
            above = {"id": str(first), "channel_id": str(channel), "author": {"id": str(ALICE)}, "content": "hm"}
            told |= {"type": 19, "referenced_message": above}
            told["message_reference"] = {"message_id": str(first), "channel_id": str(channel)}
            await found.server.dispatch("MESSAGE_CREATE", told)
            await until(partial(found.server.by_bot, channel), 20)


async def test_a_server_that_is_described_in_few_words_is_served(tmp_path: Path) -> None:
    async with discord_server() as server:
        channels = [{"id": str(CHANNEL), "type": 0}]
        threads = [{"id": str(THREAD), "type": 11, "parent_id": str(CHANNEL)}]
        few = {"id": str(GUILD), "channels": channels, "threads": threads, "members": [{"user": {"id": str(BOT)}}]}
        server.described = lambda: few  # type: ignore[method-assign]
        async with connected(server, tmp_path) as found:
            for channel in (CHANNEL, THREAD):
                await server.say(f"{MENTION} how much is the quark s1", channel)
                await until(partial(server.by_bot, channel), 20)
            assert [len(turns) for _, turns in found.asked.heard] == [0, 0]


@pytest.mark.parametrize("lacking", [("owner",), ("owner", "bot_public", "verify_key", "icon"), ()])
async def test_an_application_that_is_told_in_part_or_not_at_all_is_served(
    tmp_path: Path, lacking: tuple[str, ...]
) -> None:
    async with discord_server() as server:
        if lacking:
            whole = server.application
            server.application = lambda: {k: v for k, v in whole().items() if k not in lacking}  # type: ignore[method-assign]
        else:
            server.faults.append(Fault("GET /api/v10/.*applications/@me", "404", 2))
        async with connected(server, tmp_path):
            await server.say(f"{MENTION} how much is the quark s1")
            await until(server.by_bot, 20)
            assert next(command["name"] for command in server.commands) == "ask"


@pytest.mark.parametrize("told", [{"url": "ws://127.0.0.1:1"}, {}])
async def test_a_gateway_that_is_told_in_part_is_that_of_the_settings(tmp_path: Path, told: Json) -> None:
    async with discord_server() as server:
        server.where = lambda: told  # type: ignore[method-assign]
        async with connected(server, tmp_path):
            await server.say(f"{MENTION} how much is the quark s1")
            await until(server.by_bot, 20)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v10"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/api/v10"),
        ("https://discord.com/api", "https://discord.com/api/v10"),
        ("https://discord.com/api/v10", "https://discord.com/api/v10"),
        ("http://proxy/discord/api/v9/", "http://proxy/discord/api/v9"),
        ("http://proxy/discord", "http://proxy/discord"),
    ],
)
def test_the_version_may_be_left_out_of_the_address(url: str, base: str) -> None:
    assert api_base(url) == base


@pytest.mark.parametrize("number", [1007, 123456789012345678])
async def test_numbers_that_tell_no_time_make_no_question_old(tmp_path: Path, number: int) -> None:
    async with bench(tmp_path) as found:
        asked = f"{MENTION} how much is the quark s1"
        message = found.server._message(CHANNEL, asked, {"id": str(ALICE)}) | {"id": str(number)}
        await found.server.dispatch("MESSAGE_CREATE", message | {"mentions": [{"id": str(BOT)}]})
        assert "3,799" in texts((await until(found.server.by_bot, 20))[0])
