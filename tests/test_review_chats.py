"""Gaps, numbers and replays from both chats, over a real file: the real clients, servers on loopback."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from discord_parts import connected
from discord_server import ADMIN, ALICE, discord_server, texts, until
from newsroom_parts import ADMIN as TELEGRAM_ADMIN
from review_parts import Bench
from telegram_parts import served
from telegram_server import Fake


def account(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "Ada"}


async def test_on_telegram_an_admin_sees_gaps_numbers_and_replays_and_nobody_else_does(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "review")
    answer_id = bench.ask()
    bench.ask("how heavy is @everyone <b>the</b> zebra [1](http://evil.example)", user="9")
    room = bench.newsroom(f"telegram:{TELEGRAM_ADMIN}")
    async with Fake(per_second=0) as server, served(server, tmp_path, newsroom=room):
        me = account(TELEGRAM_ADMIN)
        for number, (typed, says) in enumerate(
            (
                ("/gaps", "1. Quark S3: 2 declined"),
                (f"/why {answer_id}", "Wanted: the weight of Quark S3"),
                ("/stats 7", "Questions in the chats: 2 (0 answered, 2 declined)"),
            ),
            1,
        ):
            server.say(typed, TELEGRAM_ADMIN, sender=me)
            assert says in (await server.answered(number, TELEGRAM_ADMIN))[-1]
        assert len(server.made("sendPhoto")) == 1
        for typed in ("/gaps", "/stats"):
            before = len(server.texts())
            server.say(typed)
            assert "Only admins" in (await server.answered(before + 1))[-1]
        assert len(server.made("sendPhoto")) == 1
        assert server.refused == []


async def test_on_discord_an_admin_sees_gaps_numbers_and_replays_and_nobody_else_does(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "review")
    answer_id = bench.ask()

    def asked_pictures(server: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        return [message for message in server.messages.values() if message["attachments"]]

    room = bench.newsroom(f"discord:{ADMIN}")
    async with discord_server() as server, connected(server, tmp_path, newsroom=room):
        for name, what, says in (
            ("gaps", "", "Quark S3: 1 declined"),
            ("why", answer_id, "Wanted: the weight of Quark S3"),
            ("stats", "7", "Questions in the chats: 1 (0 answered, 1 declined)"),
        ):
            options: dict[str, Any] = {"what": what} if what else {}
            asked = await server.admin(name, user=ADMIN, **options)
            answer = await until(partial(server.answer_to, asked))
            assert says in texts(answer)
            assert asked.private
            refused = await server.admin(name, user=ALICE, **options)
            assert "Only admins" in texts(await until(partial(server.answer_to, refused)))
        (picture,) = await until(lambda: asked_pictures(server))
        assert picture["attachments"]
        assert server.refusals == []
