"""The chat platforms: real clients over loopback against the strict servers of the tests, real answers by workers.

The servers, and the people on them, are a process of their own, and so is each worker that answers: what the bot's own
process computes, and how its event loop keeps up, is the cost of the platform layer and of nothing else.
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
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from benchmarks.bare import BareDiscord, BareTelegram
from benchmarks.crowd import Crowd, crowd
from benchmarks.desk import ASKERS, UNLIMITED, timed
from benchmarks.report import Table, show
from bot.app import answering
from bot.desk import Desk
from bot.discord import Discord
from bot.messages import Reply
from bot.serving import Patience, Platform
from bot.settings import Settings
from bot.store import Store
from bot.telegram import Telegram
from bot.telegram import patience as telegram_patience
from bot.values import Ask

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import discord_server  # fixtures of the tests
import telegram_server

HEAD = ("what", "Telegram", "Discord", "to reach")
TICK = 0.005
"""Seconds between two looks at the event loop."""
AT_ONCE = 50
"""People whose first reaction is measured while an index is being built."""
_WARMING = 20


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: who answers, by workers, what it costs to answer, and how long each answer took."""

    settings: Settings
    ask: Ask
    questions: Sequence[str]
    cpu: float
    """Seconds of CPU that an answer takes, the mean of all questions."""
    seconds: list[float] = field(default_factory=list)


def platforms(settings: Settings, questions: Sequence[str], fresh: Sequence[str]) -> Table:
    """Return what a platform adds to an answer, who waits when many ask, and how the event loop keeps up."""
    own = settings.model_copy(update={"workers": os.cpu_count() or 1})
    cpu = _cpu(own, questions, fresh)
    with answering.asking(own) as (ask, _):
        for question in questions:
            ask(question, ())
        subject = Subject(own, ask, questions, cpu)
        found = [asyncio.run(_measured(subject, platform)) for platform in ("telegram", "discord")]
        reacted = asyncio.run(_reactions(subject))
    rows = [(what, *(one[what] for one in found), target) for what, target in _targets()]
    rows.append((f"first reaction, {AT_ONCE} at once while an index is built: p99, s", "-", reacted, "1.5 at most"))
    remark = (
        f"{own.workers} workers; the servers in a process of their own. CPU is what the bot's own process computes for "
        f"a question, all threads, without the workers. Load average at the end {os.getloadavg()[0]:.1f}."
    )
    return Table("The platforms", HEAD, tuple(rows), remark)


def _cpu(settings: Settings, questions: Sequence[str], fresh: Sequence[str]) -> float:
    """Return the seconds of CPU of an answer alone, in one warm process, the mean of questions never asked before."""
    with answering.conversation(settings) as ask:
        for question in questions:
            ask(question, ())
        began = time.process_time()
        for question in fresh:
            ask(question, ())
        return (time.process_time() - began) / len(fresh)


def _targets() -> Iterable[tuple[str, str]]:
    yield "an answer alone, CPU ms", "-"
    yield "added by platform and desk, CPU ms", "-"
    yield "added by platform and desk, CPU of the answer's", "0.1 at most"
    yield "a bot of the library alone over the same workers, CPU ms", "-"
    yield "added above the library alone, CPU of the answer's", "0.1 at most"
    yield "an answer alone, median ms", "-"
    yield "from the question to the answer in the chat, median ms", "-"
    for askers in ASKERS:
        yield f"{askers} at once: p95 / (median of one x {askers})", "4 at most"
    yield f"event loop, {ASKERS[-1]} at once: lag p99, ms", "50 at most"


async def _measured(subject: Subject, platform: str) -> dict[str, str]:
    timed_ask = timed(subject.ask, subject.seconds)
    bare = await _bare(subject, platform)
    with crowd(platform) as people:
        async with _running(replace(subject, ask=timed_ask), platform, people.address):
            await people.asks(subject.questions, 1, _WARMING)
            subject.seconds.clear()
            added, waits = await _one_by_one(people, subject.questions)
            alone, one = statistics.median(subject.seconds), statistics.median(waits)
            numbers = [1000 * subject.cpu, 1000 * added, added / subject.cpu]
            numbers += [1000 * bare, (added - bare) / subject.cpu, 1000 * alone, 1000 * one]
            lags: list[float] = []
            for askers in ASKERS:
                lags, waits = await _at_once(people, subject.questions, askers)
                numbers.append(statistics.quantiles(waits, n=20)[-1] / (one * askers))
            numbers.append(1000 * statistics.quantiles(lags, n=100)[-1])
    return {what: show(number, 2) for (what, _), number in zip(_targets(), numbers, strict=True)}


async def _bare(subject: Subject, platform: str) -> float:
    """Return the seconds of CPU that a bot of nothing but the library takes for an answer of the same workers."""
    question = subject.questions[0]
    ready = Reply("floor", subject.ask(question, ())[0], (question,))
    with crowd(platform) as people:
        async with _serving(_settings(subject, people.address), partial(_made_bare, platform, subject.ask, ready)):
            await people.asks(subject.questions, 1, _WARMING)
            return (await _one_by_one(people, subject.questions))[0]


async def _one_by_one(people: Crowd, questions: Sequence[str]) -> tuple[float, list[float]]:
    """Return the seconds of CPU of each question when one person asks them, and how long that person waited."""
    began = time.process_time()
    waits = await people.asks(questions, 1, len(questions))
    return (time.process_time() - began) / len(waits), waits


async def _at_once(people: Crowd, questions: Sequence[str], askers: int) -> tuple[list[float], list[float]]:
    """Return how late the event loop was while so many asked ten times each, and how long they waited."""
    lags: list[float] = []
    ticking = asyncio.create_task(_tick(lags))
    try:
        return lags, await people.asks(questions, askers, 10)
    finally:
        ticking.cancel()


async def _reactions(subject: Subject) -> str:
    """Return the 99th percentile of the seconds until Discord heard that we are at it, with an index being built."""
    settings = subject.settings
    chosen = {"BOT_DATA_DIR": str(settings.data_dir), "BOT_CORPUS_DIR": str(settings.corpus_dir)}
    command = [sys.executable, "-m", "bot", "index", "--rebuild", "--json"]
    quiet = asyncio.subprocess.DEVNULL
    run = await asyncio.create_subprocess_exec(*command, env=os.environ | chosen, stdout=quiet, stderr=quiet)
    try:
        await asyncio.sleep(8)  # it reads and encodes by now
        with crowd("discord") as people:
            async with _running(subject, "discord", people.address):
                reactions = await people.reactions(subject.questions, AT_ONCE)
                building = run.returncode is None
    finally:
        with suppress(ProcessLookupError):
            run.terminate()
        await run.wait()
    if not building:
        raise SystemExit("The index was built before anybody asked; take a larger corpus.")
    return show(statistics.quantiles(reactions, n=100)[-1], 2)


async def _tick(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        lags.append(time.perf_counter() - began - TICK)


def _platform(name: str, desk: Desk, settings: Settings) -> Platform:
    if name == "discord":
        return Discord(desk, settings)
    # People ask on as soon as they are answered: faster than one message a second, which Telegram wants of a chat.
    return Telegram(desk, settings, replace(telegram_patience.Patience(), pace=0.0))


@asynccontextmanager
async def _running(subject: Subject, name: str, address: dict[str, str]) -> AsyncIterator[None]:
    settings = _settings(subject, address)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(Patience().threads, thread_name_prefix="desk"))
    (settings.data_dir / "state").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder))) as store:
        desk = Desk(store, subject.ask, tuple, UNLIMITED, at_once=settings.workers)
        async with _serving(settings, partial(_platform, name, desk)):
            yield


@asynccontextmanager
async def _serving(settings: Settings, made: Callable[[Settings], Platform]) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(made(settings).run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(running, return_exceptions=True)


def _made_bare(name: str, ask: Ask, ready: Reply, settings: Settings) -> Platform:
    return BareDiscord(settings, ask, ready) if name == "discord" else BareTelegram(settings, ask, ready)


def _settings(subject: Subject, address: dict[str, str]) -> Settings:
    tokens = {
        "telegram_token": SecretStr(telegram_server.TOKEN),
        "discord_token": SecretStr(discord_server.TOKEN),
    }
    return subject.settings.model_copy(update=tokens | address)
