"""The chat platforms: real clients over loopback against the strict servers of the tests, real answers by workers.

The servers share the event loop with the bot, so what they cost counts against us.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from benchmarks.desk import ASKERS, UNLIMITED, timed
from benchmarks.report import Table, show
from bot.app import answering
from bot.desk import Desk
from bot.discord import Discord
from bot.serving import Patience, Platform
from bot.settings import Settings
from bot.store import Store
from bot.telegram import Telegram
from bot.telegram import patience as telegram_patience
from bot.values import Ask

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import telegram_server  # fixtures of the tests
from discord_server import BOT, TOKEN, DiscordServer, discord_server, until
from telegram_server import Fake

HEAD = ("what", "Telegram", "Discord", "to reach")
TICK = 0.005
"""Seconds between two looks at the event loop."""
AT_ONCE = 50
"""People whose first reaction is measured while an index is being built."""
GIVE_UP = 120.0
Json = dict[str, Any]


class Room(Protocol):
    """A platform as those who ask see it."""

    async def ask(self, question: str, person: int) -> float:
        """Ask and return the seconds until the answer stands there."""


class Noticed(dict[Any, Json]):
    """The messages of a server, which tells who waits for one when it comes."""

    def __init__(self, key: Callable[[Any, Json], str]) -> None:
        super().__init__()
        self._key = key
        self._waiting: dict[str, asyncio.Future[float]] = {}

    def __setitem__(self, name: Any, message: Json) -> None:  # noqa: ANN401  # servers number as they like
        super().__setitem__(name, message)
        waiting = self._waiting.pop(self._key(name, message), None)
        if waiting is not None:
            waiting.set_result(time.perf_counter())

    async def comes(self, key: str, began: float) -> float:
        """Return the seconds from began until a message with that key came."""
        self._waiting[key] = asyncio.get_running_loop().create_future()
        return await asyncio.wait_for(self._waiting[key], GIVE_UP) - began


class OnTelegram:
    """Private chats, one for each person."""

    def __init__(self, server: Fake) -> None:
        self._server = server
        self._messages = server.messages = Noticed(lambda name, _: str(name[0]))

    async def ask(self, question: str, person: int) -> float:
        """Ask and return the seconds until the answer stands in the chat."""
        began = time.perf_counter()
        self._server.say(question, 1000 + person, sender={"id": 1000 + person, "is_bot": False, "first_name": "Ada"})
        return await self._messages.comes(str(1000 + person), began)


class OnDiscord:
    """Mentions in one channel."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self._messages = server.messages = Noticed(
            lambda _, message: str((message.get("message_reference") or {}).get("message_id", ""))
        )

    async def ask(self, question: str, person: int) -> float:
        """Ask and return the seconds until a reply stands in the channel."""
        began = time.perf_counter()
        asked = await self._server.say(f"<@{BOT}> {question}", user=10**6 + person)
        return await self._messages.comes(str(asked), began)


def platforms(settings: Settings, questions: Sequence[str]) -> Table:
    """Return what a platform adds to an answer, who waits when many ask, and how the event loop keeps up."""
    own = settings.model_copy(update={"workers": os.cpu_count() or 1})
    seconds: list[float] = []
    with answering.asking(own) as (ask, _):
        for question in questions:
            ask(question, ())
        found = [
            asyncio.run(_measured(room, timed(ask, seconds), own, questions, seconds))
            for room in (_on_telegram, _on_discord)
        ]
        reacted = asyncio.run(_reactions(own, ask, questions))
    rows = [(what, *(one[what] for one in found), target) for what, target in _targets()]
    rows.append((f"first reaction, {AT_ONCE} at once while an index is built: p99, s", "-", reacted, "1.5 at most"))
    remark = f"{own.workers} workers; real clients over loopback; load average at the end {os.getloadavg()[0]:.1f}."
    return Table("The platforms", HEAD, tuple(rows), remark)


def _targets() -> Iterable[tuple[str, str]]:
    yield "an answer alone, median ms", "-"
    yield "from the question to the answer in the chat, median ms", "-"
    yield "added by platform and desk, of the answer", "0.1 at most"
    for askers in ASKERS:
        yield f"{askers} at once: p95 / (median of one x {askers})", "4 at most"
    yield f"event loop, {ASKERS[-1]} at once: lag p99, ms", "50 at most"


async def _measured(
    room: Callable[[Settings, Ask], AbstractAsyncContextManager[Room]],
    ask: Ask,
    settings: Settings,
    questions: Sequence[str],
    seconds: list[float],
) -> dict[str, str]:
    async with room(settings, ask) as people:
        for question in questions[:5]:
            await people.ask(question, 0)
        seconds.clear()
        waits = [await people.ask(question, 0) for question in questions]
        alone, one = statistics.median(seconds), statistics.median(waits)
        added = statistics.median(wait - answer for wait, answer in zip(waits, seconds, strict=True))
        numbers = [show(1000 * alone, 1), show(1000 * one, 1), show(added / alone, 3)]
        lags: list[float] = []
        for askers in ASKERS:
            lags = []
            ticking = asyncio.create_task(_tick(lags))
            waits = await _at_once(people, questions, askers)
            ticking.cancel()
            numbers.append(show(statistics.quantiles(waits, n=20)[-1] / (one * askers), 2))
        numbers.append(show(1000 * statistics.quantiles(lags, n=100)[-1], 1))
    return dict(zip((what for what, _ in _targets()), numbers, strict=True))


async def _at_once(people: Room, questions: Sequence[str], askers: int) -> list[float]:
    """Return the waits of so many people, each of whom asks again as soon as the answer is there."""

    async def person(number: int) -> list[float]:
        return [await people.ask(questions[(number * 7 + n) % len(questions)], number) for n in range(10)]

    return [wait for waits in await asyncio.gather(*(person(n) for n in range(askers))) for wait in waits]


async def _reactions(settings: Settings, ask: Ask, questions: Sequence[str]) -> str:
    """Return the 99th percentile of the seconds until Discord heard that we are at it, with an index being built."""
    chosen = {"BOT_DATA_DIR": str(settings.data_dir), "BOT_CORPUS_DIR": str(settings.corpus_dir)}
    command = [sys.executable, "-m", "bot", "index", "--rebuild", "--json"]
    quiet = asyncio.subprocess.DEVNULL
    run = await asyncio.create_subprocess_exec(*command, env=os.environ | chosen, stdout=quiet, stderr=quiet)
    try:
        await asyncio.sleep(8)  # it reads and encodes by now
        async with discord_server() as server, _discord(server, settings, ask):
            asked = await asyncio.gather(
                *(server.command("ask", question=questions[n % len(questions)]) for n in range(AT_ONCE))
            )
            async with asyncio.timeout(GIVE_UP):
                while not all(server.answer_to(each) for each in asked):  # noqa: ASYNC110  # on the wire
                    await asyncio.sleep(0.05)
            building = run.returncode is None
    finally:
        with suppress(ProcessLookupError):
            run.terminate()
        await run.wait()
    if not building:
        raise SystemExit("The index was built before anybody asked; take a larger corpus.")
    return show(statistics.quantiles([each.reaction or GIVE_UP for each in asked], n=100)[-1], 2)


async def _tick(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        lags.append(time.perf_counter() - began - TICK)


@asynccontextmanager
async def _on_telegram(settings: Settings, ask: Ask) -> AsyncIterator[Room]:
    async with Fake(per_second=0.0) as server:
        chosen = {"telegram_token": SecretStr(telegram_server.TOKEN), "telegram_api_url": server.url}
        # People ask on as soon as they are answered: faster than one message a second, which Telegram wants of a chat.
        hurried = replace(telegram_patience.Patience(), pace=0.0)
        own = settings.model_copy(update=chosen)
        async with _running(own, ask, lambda desk: Telegram(desk, own, hurried)):
            yield OnTelegram(server)


@asynccontextmanager
async def _on_discord(settings: Settings, ask: Ask) -> AsyncIterator[Room]:
    async with discord_server() as server, _discord(server, settings, ask):
        yield OnDiscord(server)


@asynccontextmanager
async def _discord(server: DiscordServer, settings: Settings, ask: Ask) -> AsyncIterator[None]:
    chosen = {
        "discord_token": SecretStr(TOKEN),
        "discord_api_url": server.api,
        "discord_gateway_url": server.gateway,
    }
    own = settings.model_copy(update=chosen)
    async with _running(own, ask, lambda desk: Discord(desk, own)):
        await until(lambda: server.sessions and server.commands)
        yield


@asynccontextmanager
async def _running(settings: Settings, ask: Ask, made: Callable[[Desk], Platform]) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(Patience().threads, thread_name_prefix="desk"))
    (settings.data_dir / "state").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder))) as store:
        stop = asyncio.Event()
        running = asyncio.create_task(made(Desk(store, ask, tuple, UNLIMITED, at_once=settings.workers)).run(stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(running, return_exceptions=True)
