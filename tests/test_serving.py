from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.errors import PlatformError
from bot.serving import Patience, Platform, Serving
from bot.store import Pulse

QUICK = Patience(first_pause=0.02, longest_pause=0.05, lived=0.3, grace=0.3, beat=0.02)
Script = Callable[[int, asyncio.Event], Awaitable[None]]


@dataclass
class Scripted:
    """A platform whose every run is scripted; remembers how often it was run and how its runs ended."""

    name: str
    script: Script
    runs: int = 0
    finished: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        self.runs += 1
        await self.script(self.runs, stop)
        self.finished += 1


@dataclass
class Beats:
    heard: list[Mapping[str, str]] = field(default_factory=list)

    def __call__(self, states: Mapping[str, str]) -> None:
        self.heard.append(states)


async def steady(_: int, stop: asyncio.Event) -> None:
    await stop.wait()


def serve(*platforms: Platform, lasting: float = 0.2, signals: int = 1) -> Beats:
    beats = Beats()

    async def serving() -> None:
        loop = asyncio.get_running_loop()
        for number in range(signals):
            loop.call_later(lasting + number * 0.05, os.kill, os.getpid(), signal.SIGTERM)
        await Serving(platforms, beats, QUICK).run()

    asyncio.run(serving())
    return beats


async def failing(_: int, __: asyncio.Event) -> None:
    raise ConnectionResetError("gone")


async def leaving(_: int, __: asyncio.Event) -> None:
    return


async def cancelling(_: int, __: asyncio.Event) -> None:
    raise asyncio.CancelledError


@pytest.mark.parametrize("script", [failing, leaving, cancelling])
def test_a_platform_that_dies_is_run_again_and_the_other_is_left_alone(
    script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    dying, other = Scripted("dying", script), Scripted("other", steady)
    beats = serve(dying, other, lasting=0.4)
    assert dying.runs >= 3
    assert (other.runs, other.finished) == (1, 1)
    assert "dying: it" in caplog.text
    assert any(states["dying"].startswith("it ") and states["other"] == "running" for states in beats.heard)


def test_sigterm_lets_a_platform_finish_what_it_accepted() -> None:
    async def draining(_: int, stop: asyncio.Event) -> None:
        await stop.wait()
        await asyncio.sleep(0.15)

    platform = Scripted("draining", draining)
    serve(platform)
    assert platform.finished == 1


async def deaf(_: int, __: asyncio.Event) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize("signals", [1, 2])
def test_a_platform_that_never_finishes_stops_no_stop(signals: int) -> None:
    began = time.monotonic()
    serve(Scripted("deaf", deaf), signals=signals)
    assert time.monotonic() - began < 5


def test_a_rejected_token_ends_the_start_with_its_sentence() -> None:
    async def rejected(_: int, __: asyncio.Event) -> None:
        raise PlatformError("Telegram refuses the token: set BOT_TELEGRAM_TOKEN to the one from @BotFather.")

    other = Scripted("other", steady)
    with pytest.raises(PlatformError, match="refuses the token"):
        asyncio.run(Serving([Scripted("rejected", rejected), other], Beats(), QUICK).run())
    assert other.finished == 1


def test_a_token_revoked_later_stops_that_platform_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def revoked(_: int, __: asyncio.Event) -> None:
        await asyncio.sleep(QUICK.lived + 0.1)
        raise PlatformError("Telegram refuses the token.")

    platform, other = Scripted("revoked", revoked), Scripted("other", steady)
    beats = serve(platform, other, lasting=0.9)
    assert (platform.runs, other.finished) == (1, 1)
    assert beats.heard[-1] == {"revoked": "Telegram refuses the token.", "other": "running"}
    assert "Telegram refuses the token." in caplog.text


def test_the_pulse_tells_how_a_bot_fares(tmp_path: Path) -> None:
    now = [1000.0]
    pulse = Pulse(tmp_path, lambda: now[0])
    assert "No bot has served" in pulse.trouble()
    pulse.beat({"telegram": "running", "discord": "running"})
    assert pulse.trouble() == ""
    pulse.beat({"telegram": "running", "discord": "it died of OSError"})
    assert pulse.trouble() == "Not every platform is served: discord: it died of OSError."
    now[0] += 61
    assert "61 seconds ago" in pulse.trouble()
    (tmp_path / "state" / "pulse.json").write_text("[", "utf-8")
    assert "No bot has served" in pulse.trouble()
