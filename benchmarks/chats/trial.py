"""One fault, once: a server and a bot in a process of their own, with the waits of the product."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.chats.faults import AWAY, AWAY_EARLY, After, Fault
from benchmarks.chats.life import PLENTY, ask
from benchmarks.chats.rooms import Room, room, sorry
from benchmarks.chats.secrets import Found, begin_log, found_in, note
from bot.desk import Desk
from bot.discord import Discord
from bot.errors import PlatformError
from bot.serving import Platform, Serving
from bot.settings import Settings
from bot.store import Store
from bot.store.pulse import Pulse
from bot.telegram import Telegram
from bot.values import Answer, Trace, Turn

BACK = 60.0
"""Seconds within which the bot must be back."""
_GONE = 10.0
_FIRST = ("connection cut, resumed", "connection falls silent")
"""Faults that strike before the first question is asked: it comes while nobody hears it."""

_SLOW, _SLOWLY = "typing refused", 0.6
"""A fault that strikes only while somebody waits, and the seconds that an answer then takes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one trial."""

    seconds: float
    """From the fault, or its end where the server was away, until the bot had answered or, told why, ended."""
    bad: str
    """What went wrong; empty when nothing did."""
    found: Found


def tried(fault: Fault) -> Outcome:
    """Return what comes of a fault; to be called once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        begin_log(Path(folder))
        seconds, bad = asyncio.run(_tried(fault, Path(folder)))
        logging.shutdown()
        return Outcome(seconds, bad, found_in(Path(folder)))


async def _tried(fault: Fault, folder: Path) -> tuple[float, str]:
    place = room(fault)
    await place.open()
    settings = Settings(_env_file=None, data_dir=folder, **place.settings())
    if fault.name == AWAY_EARLY:
        await place.close()
    try:
        with closing(Store(folder)) as store:
            answered = _slowly if fault.name == _SLOW else ask
            platform = _platform(fault, Desk(store, answered, tuple, PLENTY, at_once=2), settings)
            serving = asyncio.create_task(Serving((platform,), Pulse(folder).beat).run())
            try:
                return await (_ending if fault.after is After.ENDED else _struck)(fault, place, serving)
            finally:
                await _stopped(serving)
                note(folder, settings, platform, store, *_errors(serving))
    finally:
        await place.close()


def _slowly(question: str, turns: Sequence[Turn]) -> tuple[Answer, Trace]:
    time.sleep(_SLOWLY)
    return ask(question, turns)


def _platform(fault: Fault, desk: Desk, settings: Settings) -> Platform:
    return Telegram(desk, settings) if fault.platform == "Telegram" else Discord(desk, settings)


async def _ending(fault: Fault, place: Room, serving: asyncio.Task[None]) -> tuple[float, str]:
    """Wait until a bot ends that cannot be helped."""
    place.arm(fault)
    began = time.monotonic()
    # One more minute: that another process reads the same updates must be so for as long.
    await asyncio.wait({serving}, timeout=2 * BACK)
    said = str(serving.exception()) if serving.done() else ""
    told = serving.done() and isinstance(serving.exception(), PlatformError) and said.endswith(".")
    return time.monotonic() - began, "" if told else f"it did not end, or not with a sentence: {said}"


async def _struck(fault: Fault, place: Room, serving: asyncio.Task[None]) -> tuple[float, str]:
    """Let a fault strike, and wait until the question that it hits, and the next one, are answered."""
    if not fault.early:
        await _until(place.ready, serving)
    place.arm(fault)
    try:
        began = await _strike(fault, place, serving)
        await _until(lambda: place.told(0) or fault.after is After.SILENT, serving)
        await _until(lambda: place.spent() and place.ready(), serving)
        await place.ask(1)
        await _until(lambda: place.told(1), serving)
    except TimeoutError:
        return 2 * BACK, f"not back within {BACK:.0f} s"
    seconds = time.monotonic() - began
    await asyncio.sleep(1)  # for a second answer, which there must not be
    return seconds, _judged(fault, place, seconds)


async def _strike(fault: Fault, place: Room, serving: asyncio.Task[None]) -> float:
    """Do to the server what a fault says, have the first question asked, and return when it was over."""
    began = time.monotonic()
    if fault.name == AWAY_EARLY:
        await asyncio.sleep(_GONE)
        await place.open()
    if fault.early:
        await _until(place.ready, serving)
        await place.ask(0)
    elif step := place.steps().get(fault.name):
        first, then = (step, partial(place.ask, 0)) if fault.name in _FIRST else (partial(place.ask, 0), step)
        await first()
        await then()
    else:
        await place.ask(0)
    if fault.name == AWAY:
        await place.close()
        await asyncio.sleep(_GONE)
        await place.open()
    return time.monotonic() if fault.name in (AWAY, AWAY_EARLY) else began


def _judged(fault: Fault, place: Room, seconds: float) -> str:
    """Return what is wrong with what two people got; empty when nothing is."""
    first, second = place.told(0), place.told(1)
    answers, sorries = [text for text in first if not sorry(text)], [text for text in first if sorry(text)]
    if seconds > BACK:
        return f"back after {seconds:.0f} s"
    if len(answers) > 1 or len(sorries) > 1 or len(second) != 1 or sorry(second[0]):
        return f"answered {len(answers)} times, apologised {len(sorries)} times, the next answered {len(second)} times"
    if sorries and fault.after is not After.SORRY:
        return "apologised for what could have been answered"
    return "" if bool(first) is (fault.after is not After.SILENT) else "answered what nobody could see"


async def _until(met: Callable[[], object], serving: asyncio.Task[None]) -> None:
    """Wait until something is so. Raises TimeoutError, and what the bot raised when it ended."""
    async with asyncio.timeout(BACK):
        while not met():
            if serving.done():
                raise serving.exception() or TimeoutError
            await asyncio.sleep(0.02)


async def _stopped(serving: asyncio.Task[None]) -> None:
    """Ask the bot to stop as its operator does, and wait until it has."""
    if not serving.done():
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait({serving}, timeout=BACK)
        serving.cancel()
    with suppress(Exception, asyncio.CancelledError):
        await serving


def _errors(serving: asyncio.Task[None]) -> tuple[object, ...]:
    error = None if serving.cancelled() else serving.exception()
    return (error, "".join(traceback.format_exception(error))) if error else ()
