from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest
from discord_parts import bench, connected
from discord_server import ALICE, BOT, CHANNEL, GUILD, THREAD, Asked, Json, discord_server, texts, until

MENTION = f"<@{BOT}>"


@pytest.mark.parametrize(
    "channel",
    [{}, {"type": 0}, {"type": 2, "name": "voice"}, {"type": 5}, {"type": 11, "name": "thread"}, {"type": 15}],
)
def test_where_the_bot_is_no_member_a_channel_may_be_told_in_part(tmp_path: Path, channel: Json) -> None:
    async def talk() -> None:
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

    asyncio.run(talk())


def test_a_message_that_says_the_least_is_answered(tmp_path: Path) -> None:
    least = ("id", "channel_id", "guild_id", "content")

    async def talk() -> None:
        async with bench(tmp_path) as found:
            first = await found.server.say("unheard")
            for channel in (CHANNEL, THREAD):
                message = found.server._message(channel, f"{MENTION} how much is the quark s1", {"id": str(ALICE)})
                told = {key: value for key, value in message.items() if key in least}
                told |= {"author": {"id": str(ALICE)}, "mentions": [{"id": str(BOT)}]}
                above = {"id": str(first), "channel_id": str(channel), "author": {"id": str(ALICE)}, "content": "hm"}
                told |= {"type": 19, "referenced_message": above}
                told["message_reference"] = {"message_id": str(first), "channel_id": str(channel)}
                await found.server.dispatch("MESSAGE_CREATE", told)
                await until(partial(found.server.by_bot, channel), 20)

    asyncio.run(talk())


def test_a_server_that_is_described_in_few_words_is_served(tmp_path: Path) -> None:
    async def talk() -> None:
        async with discord_server() as server:
            channels = [{"id": str(CHANNEL), "type": 0}]
            threads = [{"id": str(THREAD), "type": 11, "parent_id": str(CHANNEL)}]
            few = {"id": str(GUILD), "channels": channels, "threads": threads, "members": [{"user": {"id": str(BOT)}}]}
            server._described = lambda: few  # type: ignore[method-assign]
            async with connected(server, tmp_path) as found:
                for channel in (CHANNEL, THREAD):
                    await server.say(f"{MENTION} how much is the quark s1", channel)
                    await until(partial(server.by_bot, channel), 20)
                assert [len(turns) for _, turns in found.asked.heard] == [0, 0]

    asyncio.run(talk())
