"""Who may administer from Discord: the real client, every way in which an interaction comes from somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from discord_parts import Bench, connected
from discord_server import (
    ADMIN,
    ALICE,
    BOB,
    BOT,
    CHANNEL,
    DIRECT,
    EPHEMERAL,
    MANAGE_GUILD,
    discord_server,
    texts,
    until,
)
from liars import ON_DISCORD
from newsroom_parts import Witness

from bot.newsroom.acts import Choice, say


@asynccontextmanager
async def newsroom(folder: Path) -> AsyncIterator[tuple[Bench, Witness]]:
    """Lend a bot whose admin is ADMIN and whose editor is BOB."""
    witness = Witness()
    room = witness.newsroom("discord", ADMIN, BOB)
    async with discord_server() as server, connected(server, folder, newsroom=room) as found:
        yield found, witness


@pytest.mark.parametrize("lie", ON_DISCORD)
async def test_nobody_but_an_admin_administers(lie: str, tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, witness):
        asked = await found.server.admin("wipe", what="everything", **ON_DISCORD[lie])
        answer = await until(lambda: found.server.answer_to(asked))
        assert "Only admins" in texts(answer)
        assert asked.private
        assert (witness.done, witness.written) == ([], [])
        assert found.server.refusals == []


async def test_an_admin_administers_in_a_server_and_alone_with_the_bot(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, witness):
        for channel in (CHANNEL, DIRECT):
            asked = await found.server.admin("wipe", channel, ADMIN, what="everything")
            answer = await until(partial(found.server.answer_to, asked))
            assert "Do you mean it?" in texts(answer)
            assert answer["flags"] & EPHEMERAL
        asked = await found.server.admin("feed", user=BOB)
        await until(lambda: found.server.answer_to(asked))
        assert witness.done == [f"discord:{ADMIN} wipe everything"] * 2 + [f"discord:{BOB} feed"]
        assert len(witness.written) == 2


async def test_a_message_is_never_an_act(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, witness):
        await found.server.say("/admin wipe everything", channel=DIRECT, user=ADMIN)
        await found.server.say(f"<@{BOT}> /wipe everything", user=ADMIN)
        await until(lambda: len(found.asked.heard) == 2)
        assert witness.done == []


async def test_every_press_is_checked_again(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, witness):
        asked = await found.server.admin("wipe", user=ADMIN)
        answer = await until(lambda: found.server.answer_to(asked))
        liars: list[dict[str, Any]] = [{"user": ALICE}, {"user": BOB}, {"user": ADMIN, "installed": False}]
        for liar in liars:
            pressed = await found.server.press(int(answer["id"]), "Yes, wipe", **liar)
            refused = await until(partial(found.server.answer_to, pressed))
            assert "Only admins" in texts(refused)
        assert len(witness.done) == 1
        pressed = await found.server.press(int(answer["id"]), "Yes, wipe", ADMIN)
        await until(lambda: found.server.answer_to(pressed))
        assert witness.done[-1] == f"discord:{ADMIN} really all-of-it"
        assert found.server.refusals == []


async def test_progress_is_one_message_that_is_edited(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, witness):
        asked = await found.server.admin("slow", user=ADMIN)
        early = await until(lambda: found.server.answer_to(asked))
        assert "of many" in texts(early)
        witness.go_on.set()
        await until(lambda: "Done: slow" in texts(found.server.answer_to(asked) or early))
        assert asked.followups == []


async def test_a_chart_is_a_picture_and_a_failure_a_sentence(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, _):
        asked = await found.server.admin("chart", user=ADMIN)
        await until(lambda: asked.followups)
        assert found.server.messages[asked.followups[0]]["attachments"]
        asked = await found.server.admin("broken", user=ADMIN)
        answer = await until(lambda: found.server.answer_to(asked))
        assert "only the log tells" in texts(answer)
        assert found.server.refusals == []


async def test_the_commands_are_published_as_one_group(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, _):
        (group,) = (c for c in found.server.commands if c["name"] == "admin")
        assert {"wipe", "feed", "slow"} <= {option["name"] for option in group["options"]}
        assert "really" not in {option["name"] for option in group["options"]}
        assert group["default_member_permissions"] == MANAGE_GUILD


async def test_news_reach_the_admins_alone(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as (found, witness):
        witness.room.announce(say("The index is worse.", choices=(Choice("Switch anyway", "really", "force"),)))
        (told,) = await until(lambda: found.server.by_bot(DIRECT))
        assert "The index is worse." in texts(told)
        await found.server.press(int(told["id"]), "Switch anyway", ADMIN)
        await until(lambda: witness.done)
        assert found.server.refusals == []
