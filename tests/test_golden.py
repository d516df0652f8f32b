"""The same conversation in the terminal, on Telegram and on Discord: the same answers, citations and links."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from answering_parts import opened
from discord_parts import connected
from discord_server import DIRECT, DiscordServer, Json, discord_server, until
from golden import SAY, Told, in_discord, in_telegram, in_terminal
from telegram_parts import PLENTY, served
from telegram_server import Fake

from bot.conversation import Conversation
from bot.index.lending import Library
from bot.terminal.chat import chat
from bot.terminal.screen import screen
from bot.values import Ask

TYPED = (
    "how much is the quark s1",
    "and the g1?",
    "how much is the quark s3",
    "what is the price of the galaxy xr",
    "when will apple smart glasses launch",
    "who won the football world cup in 2022",
)


@contextmanager
def talking(home: Path) -> Iterator[Ask]:
    model, encoder = opened(home)
    with closing(Library(home, model.identity)) as library:
        yield Conversation(library, encoder).ask


def over_terminal(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    shown = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*TYPED, "/quit"]) + "\n"))
    chat(ask, screen(shown))
    return shown.getvalue().splitlines()


async def over_telegram(ask: Ask, folder: Path) -> list[Told]:
    async with Fake(per_second=0) as server, served(server, folder, PLENTY, ask=ask):
        told = []
        for count, typed in enumerate(TYPED, 1):
            server.say(typed)
            await server.answered(count)
            told.append(in_telegram([server.made("sendMessage")[-1]["text"]]))
        assert server.refused == []
        return told


def since(server: DiscordServer, count: int) -> list[Json]:
    return server.by_bot(DIRECT)[count - 1 :]


async def over_discord(ask: Ask, folder: Path) -> list[Told]:
    async with discord_server() as server, connected(server, folder, ask=ask):
        told = []
        for count, typed in enumerate(TYPED, 1):
            await server.say(typed, channel=DIRECT)
            answers = await until(partial(since, server, count), 60)
            told.append(in_discord(answers[0]))
        assert server.refusals == []
        return told


def test_one_conversation_is_the_same_in_terminal_telegram_and_discord(
    tmp_path: Path, starter_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with talking(starter_home) as ask:
        printed = over_terminal(ask, monkeypatch)
        telegram = asyncio.run(over_telegram(ask, tmp_path / "telegram"))
        discord = asyncio.run(over_discord(ask, tmp_path / "discord"))
    shown = list(in_terminal(printed))
    assert len(shown) == len(TYPED)
    assert telegram == shown
    assert discord == shown
    for told in shown:
        assert told.links.keys() == set(range(1, len(told.sources) + 1))
    declined = [told.said[0] == SAY.declined for told in shown]
    assert True in declined
    assert declined.count(False) > 1
