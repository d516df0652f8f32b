"""Every platform in one event loop: started, watched, restarted, stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bot.errors import PlatformError

log = logging.getLogger(__name__)


class Platform(Protocol):
    """A chat platform."""

    @property
    def name(self) -> str:
        """What it is called in the log."""

    async def run(self, stop: asyncio.Event) -> None:
        """Connect, answer what is pending and what comes until stop is set, finish what was accepted, return.

        Raises PlatformError when the platform refuses us for good. Whatever else it raises, or when it returns
        before stop is set, it is run again, so that it must leave nothing open.
        """


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    first_pause: float = 1.0
    longest_pause: float = 30.0
    """Between two starts of a platform that dies; doubled from the first on."""
    lived: float = 60.0
    """After this long a platform counts as having served: its next death waits the first pause again."""
    grace: float = 25.0
    """For a platform to finish what it has accepted; a container is given a little more."""
    beat: float = 10.0
    """Between two reports of health."""
    threads: int = 32
    """For the blocking calls of all platforms together."""


Beat = Callable[[dict[str, str]], None]
"""Takes what each platform does now: "running", or why it does not."""


class Serving:
    """Runs platforms side by side, so that the death of one is noticed and mended without touching the others."""

    def __init__(self, platforms: Sequence[Platform], beat: Beat, patience: Patience | None = None) -> None:
        self._platforms = platforms
        self._beat = beat
        self._patience = patience or Patience()
        self._states = {platform.name: "starting" for platform in platforms}

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT; a second one does not wait for what was accepted.

        Raises PlatformError when a platform refuses us at the start, or when the last one that ran refuses us.
        """
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._patience.threads, thread_name_prefix="desk"))
        stop, tasks = asyncio.Event(), set[asyncio.Task[None]]()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt there
                loop.add_signal_handler(number, _asked_to_stop, stop, tasks)
        beating = asyncio.create_task(self._beats())
        tasks |= {asyncio.create_task(self._supervise(platform, stop)) for platform in self._platforms}
        try:
            await self._watch(tasks, stop)
        finally:
            stop.set()
            await self._finish(tasks)
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _watch(self, tasks: set[asyncio.Task[None]], stop: asyncio.Event) -> None:
        """Return when all is over; raise when a platform is refused at the start, or the last one is."""
        began, waiting = asyncio.get_running_loop().time(), set(tasks)
        stopping = asyncio.create_task(stop.wait())
        try:
            while waiting and not stop.is_set():
                done, _ = await asyncio.wait({*waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
                refused = [task.exception() for task in done & waiting if not task.cancelled() and task.exception()]
                waiting -= done
                early = asyncio.get_running_loop().time() - began < self._patience.lived
                for error in refused:
                    log.error("%s", error)
                    if error and (early or not waiting):
                        raise error
        finally:
            stopping.cancel()

    async def _finish(self, tasks: set[asyncio.Task[None]]) -> None:
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._patience.grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _supervise(self, platform: Platform, stop: asyncio.Event) -> None:
        pause, patience, loop = self._patience.first_pause, self._patience, asyncio.get_running_loop()
        while not stop.is_set():
            began = loop.time()
            self._states[platform.name] = "running"
            why = await self._run_once(platform, stop)
            if stop.is_set():
                break
            if loop.time() - began >= patience.lived:
                pause = patience.first_pause
            self._states[platform.name] = why
            log.error("%s: %s; starting it again in %.0f s.", platform.name, why, pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(2 * pause, patience.longest_pause)

    async def _run_once(self, platform: Platform, stop: asyncio.Event) -> str:
        """Run a platform in a task of its own, so that not even its cancelling reaches us; return how it ended."""
        running = asyncio.create_task(platform.run(stop), name=platform.name)
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            raise
        if running.cancelled():
            return "it was cancelled"
        error = running.exception()
        if isinstance(error, PlatformError):
            self._states[platform.name] = str(error)
            raise error
        if error is not None:
            log.error("%s failed.", platform.name, exc_info=error)
            return f"it died of {type(error).__name__}"
        return "it ended by itself"

    async def _beats(self) -> None:
        while True:
            with suppress(OSError):  # a full disk: the report grows old, and says so by that
                await asyncio.to_thread(self._beat, dict(self._states))
            await asyncio.sleep(self._patience.beat)


def _asked_to_stop(stop: asyncio.Event, tasks: set[asyncio.Task[None]]) -> None:
    if stop.is_set():
        for task in tasks:
            task.cancel()
    stop.set()
