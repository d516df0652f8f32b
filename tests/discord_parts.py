"""What the tests of Discord share: a desk over a real file, and the real client against the server on loopback."""

# ruff: noqa: ANN401  # choices are handed on to settings and server as they are
from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from discord_server import TOKEN, DiscordServer, discord_server, until

from bot.desk import Desk, Limits
from bot.discord import Discord
from bot.discord.client import SILENCE
from bot.newsroom.newsroom import Newsroom
from bot.settings import Settings
from bot.store import Store
from bot.values import Answer, Ask, Citation, Published, Role, Statement, Trace, Turn

LINK = "https://example.org/quark#:~:text=The%20flagship"
QUARK = Citation(
    1,
    "seed-quark",
    "Two Quark models",
    "EconomyWatch",
    "https://example.org/quark",
    Published(2025, 11, 28),
    "The flagship Quark S1 costs RMB 3,799.",
    LINK,
)
DECLINED = Answer("", "", True, (Statement(QUARK.quote, (1,), Role.CLOSEST),), (QUARK,))  # noqa: FBT003
NAMES = ("Alibaba", "Quark S1", "Quark G1")
ROOMY = Limits(of_user=1000, of_chat=1000, told_user=2000, told_chat=2000)


@dataclass
class Scripted:
    """A conversation that answers what it was given, and remembers what it was asked."""

    heard: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    seconds: float = 0.0

    def __call__(self, question: str, history: Sequence[Turn]) -> tuple[Answer, Trace]:
        self.heard.append((question, tuple(history)))
        time.sleep(self.seconds)
        trace = Trace(question, question, "build-1", (), (), "answered")
        if "s3" in question:
            return replace(DECLINED, question=question), trace
        statement = Statement(QUARK.quote, (1,), Role.RUMOUR if "rumour" in question else Role.ANSWER)
        return Answer(
            question, f"{QUARK.quote} [1]", declined=False, statements=(statement,), citations=(QUARK,)
        ), trace

    @property
    def questions(self) -> list[str]:
        return [question for question, _ in self.heard]


@dataclass
class Bench:
    """A server, and the bot that is connected to it."""

    server: DiscordServer
    desk: Desk
    asked: Scripted
    stop: asyncio.Event
    running: asyncio.Task[None]

    async def ended(self) -> None:
        """Stop the bot and wait for it."""
        self.stop.set()
        await asyncio.wait_for(self.running, 20)


def settings_at(folder: Path, api: str, gateway: str, **more: Any) -> Settings:
    choices: dict[str, Any] = {
        "data_dir": folder,
        "discord_token": TOKEN,
        "discord_api_url": api,
        "discord_gateway_url": gateway,
    }
    return Settings(_env_file=None, **(choices | more))


@asynccontextmanager
async def connected(
    server: DiscordServer,
    folder: Path,
    limits: Limits = ROOMY,
    ask: Ask | None = None,
    newsroom: Newsroom | None = None,
    *,
    offers_more: bool = False,
    **more: Any,
) -> AsyncIterator[Bench]:
    """Lend the bot connected to a server, over the desk in a folder; what it owes is still owed the next time.

    more: settings, and silence: the seconds after which a connection counts as dead.
    """
    with closing(Store(folder)) as store:
        asked = Scripted()
        desk = Desk(store, ask or asked, lambda: NAMES, limits, offers_more=offers_more)
        stop = asyncio.Event()
        silence = more.pop("silence", SILENCE)
        settings = settings_at(folder, server.api, server.gateway, **more)
        platform = Discord(desk, settings, newsroom, progress=0.1, silence=silence)
        running = asyncio.create_task(platform.run(stop))
        bench = Bench(server, desk, asked, stop, running)
        try:
            await until(lambda: (server.sessions and server.commands) or running.done())
            yield bench
        finally:
            stop.set()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def bench(folder: Path, **choices: Any) -> AsyncIterator[Bench]:
    """Lend a server with the bot connected to it."""
    async with discord_server(**choices) as server, connected(server, folder) as found:
        yield found
