"""A bot on both platforms as a process of its own, forked from one that has imported everything."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import telegram_server
from discord_server import TOKEN, DiscordServer
from pydantic import SecretStr
from telegram_parts import told

from benchmarks.chats.secrets import begin_log
from bot.desk import Desk, Limits
from bot.discord import Discord
from bot.serving import Serving
from bot.settings import Settings
from bot.store import Store
from bot.store.pulse import Pulse
from bot.telegram import Telegram
from bot.values import Answer, Trace, Turn

PLENTY = Limits(of_user=10**6, of_chat=10**6, told_user=10**6, told_chat=10**6, queue=10**6)


@dataclass(frozen=True, slots=True)
class Where:
    """The folder of a bot, and the servers that it talks to."""

    folder: Path
    telegram: str
    api: str
    gateway: str

    def settings(self) -> Settings:
        """Return the settings of such a bot."""
        return Settings(
            _env_file=None,
            data_dir=self.folder,
            telegram_token=SecretStr(telegram_server.TOKEN),
            telegram_api_url=self.telegram,
            discord_token=SecretStr(TOKEN),
            discord_api_url=self.api,
            discord_gateway_url=self.gateway,
        )


def where(folder: Path, telegram: telegram_server.Fake, discord: DiscordServer) -> Where:
    """Return what a bot over these servers needs to know."""
    return Where(folder, telegram.url, discord.api, discord.gateway)


def ask(question: str, turns: Sequence[Turn]) -> tuple[Answer, Trace]:
    """Answer with the question in it and a receipt, after about as long as it takes to look something up."""
    time.sleep(0.003)
    return told(question, turns)


def live(place: Where) -> None:
    """Serve both platforms, as the product does, until killed or told to stop."""
    settings = place.settings()
    begin_log(place.folder)
    with closing(Store(settings.data_dir)) as store:
        desk = Desk(store, ask, tuple, PLENTY, at_once=2)
        both = (Telegram(desk, settings), Discord(desk, settings))
        asyncio.run(Serving(both, Pulse(settings.data_dir).beat).run())


def nursery() -> ForkServerContext:
    """Return what forks processes in which all that a bot imports is there already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.chats.life", "benchmarks.chats.trial"])
    return context


def born(context: ForkServerContext, place: Where) -> ForkServerProcess:
    """Return a bot that has been started."""
    process = context.Process(target=live, args=(place,), daemon=True)
    process.start()
    return process
