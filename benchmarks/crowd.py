"""A server and the people on it as a process of their own, so that a bot beside them is measured alone."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from discord_server import BOT, DiscordServer, discord_server, until
from telegram_server import Fake

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
        self.server = server
        self._messages = server.messages = Noticed(
            lambda _, message: str((message.get("message_reference") or {}).get("message_id", ""))
        )

    async def ask(self, question: str, person: int) -> float:
        """Ask and return the seconds until a reply stands in the channel."""
        began = time.perf_counter()
        asked = await self.server.say(f"<@{BOT}> {question}", user=10**6 + person)
        return await self._messages.comes(str(asked), began)


class Crowd:
    """The process as the bot's own sees it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.address: dict[str, str] = pipe.recv()
        """What the bot's settings have to say of the server."""

    async def asks(self, questions: Sequence[str], people: int, times: int) -> list[float]:
        """Return the waits of so many people, each of whom asks again as soon as the answer is there."""
        return await self._call("asks", list(questions), people, times)

    async def reactions(self, questions: Sequence[str], people: int) -> list[float]:
        """Return after how many seconds each of so many, who use a command at once, saw that the bot is at it."""
        return await self._call("reactions", list(questions), people)

    async def _call(self, what: str, *given: object) -> list[float]:
        self._pipe.send((what, given))
        found: list[float] = await asyncio.to_thread(self._pipe.recv)
        return found


@contextmanager
def crowd(platform: str) -> Iterator[Crowd]:
    """Lend the people of a platform, "telegram" or "discord"."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_gather, args=(platform, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Crowd(ours)
    finally:
        ours.close()
        process.join(10)
        process.kill()


def _gather(platform: str, pipe: Connection) -> None:
    asyncio.run(_serve(_on_telegram if platform == "telegram" else _on_discord, pipe))


async def _serve(room: Callable[[Connection], Any], pipe: Connection) -> None:
    async with room(pipe) as people:
        while True:
            try:
                what, given = await asyncio.to_thread(pipe.recv)
            except EOFError:
                return
            pipe.send(await (_asks if what == "asks" else _reactions)(people, *given))


async def _asks(room: Room, questions: Sequence[str], people: int, times: int) -> list[float]:
    async def person(number: int) -> list[float]:
        return [await room.ask(questions[(number * 7 + n) % len(questions)], number) for n in range(times)]

    return [wait for waits in await asyncio.gather(*(person(n) for n in range(people))) for wait in waits]


async def _reactions(room: OnDiscord, questions: Sequence[str], people: int) -> list[float]:
    server = room.server
    asked = await asyncio.gather(
        *(server.command("ask", question=questions[n % len(questions)]) for n in range(people))
    )
    await until(lambda: all(server.answer_to(each) for each in asked), GIVE_UP)
    return [each.reaction or GIVE_UP for each in asked]


@asynccontextmanager
async def _on_telegram(pipe: Connection) -> AsyncIterator[Room]:
    async with Fake(per_second=0.0) as server:
        pipe.send({"telegram_api_url": server.url})
        yield OnTelegram(server)


@asynccontextmanager
async def _on_discord(pipe: Connection) -> AsyncIterator[Room]:
    async with discord_server() as server:
        pipe.send({"discord_api_url": server.api, "discord_gateway_url": server.gateway})
        await until(lambda: server.sessions and server.commands, GIVE_UP)
        yield OnDiscord(server)
