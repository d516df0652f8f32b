"""A platform as a trial sees it: a server that can go wrong, and one person after another who asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Protocol

import telegram_server
from discord_server import ALICE, BOT, CHANNEL, OTHER, TOKEN, Asked, DiscordServer, discord_server, texts
from discord_server import Fault as Failing
from telegram_server import Fake, shown

from benchmarks.chats.faults import Fault
from benchmarks.chats.secrets import QUESTION, WRONG
from bot.phrases import phrases

Steps = dict[str, Callable[[], Awaitable[object]]]


class Room(Protocol):
    """A server, and the people on it."""

    def settings(self) -> dict[str, Any]:
        """Return what a bot has to know of the server."""

    def arm(self, fault: Fault) -> None:
        """Let the next requests fail."""

    def spent(self) -> bool:
        """Tell whether all requests have failed that were to."""

    def ready(self) -> bool:
        """Tell whether a bot is connected."""

    async def ask(self, number: int) -> None:
        """Let a person ask, each time another one."""

    def told(self, number: int) -> list[str]:
        """Return what a question got, oldest first."""

    def steps(self) -> Steps:
        """Return what else can be done to the server, by name; each is done once the first question was asked."""

    async def open(self) -> None:
        """Begin to serve, again at the same address."""

    async def close(self) -> None:
        """Stop serving."""


class OnTelegram:
    """Private chats, one for each question."""

    def __init__(self) -> None:
        self.server = Fake(per_second=0.5)
        self._asked: dict[int, telegram_server.Json] = {}

    def settings(self) -> dict[str, Any]:
        """Return token and address."""
        return {"telegram_token": telegram_server.TOKEN, "telegram_api_url": self.server.url}

    def arm(self, fault: Fault) -> None:
        """Let the next requests of a method fail."""
        if fault.where:
            self.server.faults[fault.where] = list(fault.how)

    def spent(self) -> bool:
        """Tell whether all requests have failed that were to."""
        return not any(self.server.faults.values())

    def ready(self) -> bool:
        """Tell whether news were asked for."""
        return self.server.polled > 0

    async def ask(self, number: int) -> None:
        """Let a person write in a chat of their own."""
        person = {"id": 100 + number, "is_bot": False, "first_name": "Ada"}
        self._asked[number] = self.server.say(f"{QUESTION} {number}", 100 + number, sender=person)

    def told(self, number: int) -> list[str]:
        """Return the texts that answer a question, wherever they stand, and those in its chat."""
        chat, said = str(100 + number), f"{QUESTION} {number}”"
        standing = sorted(self.server.messages.items(), key=lambda one: one[0][1])
        return [shown(message) for (where, _), message in standing if where == chat or said in shown(message)]

    def steps(self) -> Steps:
        """Return what can be done to updates."""
        return {
            "unreadable update": self._unreadable,
            "update comes twice": self._twice,
            "answer edited to what it is": self._edited,
        }

    async def _unreadable(self) -> None:
        self.server.update("message", {"message_id": "x", "chat": {}})

    async def _twice(self) -> None:
        self.server.update("message", self._asked[0])

    async def _edited(self) -> None:
        await self.server.until(lambda: self.told(0), 60)
        self.server.update("edited_message", {**self._asked[0], "edit_date": self._asked[0]["date"] + 1})

    async def open(self) -> None:
        """Begin to serve."""
        await self.server.__aenter__()

    async def close(self) -> None:
        """Stop serving."""
        await self.server.__aexit__()


class OnDiscord:
    """One channel; commands where the fault is one of commands, else mentions."""

    def __init__(self, fault: Fault) -> None:
        self.server = DiscordServer(layouts=fault.name != "layouts unknown")
        self._token = WRONG if fault.name == "token is refused" else TOKEN
        self._wants_content = fault.name == "intent is not granted"
        self._commands = "callback" in fault.where or "@original" in fault.where or "command comes" in fault.name
        self._asked: dict[int, int | Asked] = {}
        self._running = AsyncExitStack()

    def settings(self) -> dict[str, Any]:
        """Return token and addresses."""
        return {
            "discord_token": self._token,
            "discord_api_url": self.server.api,
            "discord_gateway_url": self.server.gateway,
            "discord_message_content": self._wants_content,
        }

    def arm(self, fault: Fault) -> None:
        """Let the next requests fail, or the next connections."""
        if fault.where:
            self.server.faults += [Failing(fault.where, how) for how in fault.how]
        if fault.name == "handshake fails":
            self.server.close_next += [1011, 1011]

    def spent(self) -> bool:
        """Tell whether all requests and connections have failed that were to."""
        return not any(each.times for each in self.server.faults) and not self.server.close_next

    def ready(self) -> bool:
        """Tell whether there is a session that hears what people write."""
        heard = any(each.socket and not each.socket.closed for each in self.server.sessions)
        return heard and bool(self.server.commands)

    async def ask(self, number: int) -> None:
        """Let a person use a command or mention the bot."""
        said, channel = f"{QUESTION} {number}", (CHANNEL, OTHER)[number % 2]
        if self._commands:
            self._asked[number] = await self.server.command("ask", channel, ALICE + number, question=said)
        else:
            self._asked[number] = await self.server.say(f"<@{BOT}> {said}", channel, ALICE + number)

    def told(self, number: int) -> list[str]:
        """Return the texts that answer a question."""
        asked = self._asked[number]
        if isinstance(asked, Asked):
            found = [self.server.answer_to(asked), *(self.server.messages[each] for each in asked.followups)]
            return [texts(message) for message in found if message]
        said = f"{QUESTION} {number}"
        return [
            texts(message)
            for message in self.server.messages.values()
            if int(message["author"]["id"]) == BOT and said in texts(message)
        ]

    def steps(self) -> Steps:
        """Return what can be done to connections and events."""
        return {
            "connection cut, resumed": lambda: self.server.cut(4000),
            "connection cut, session gone": self._gone,
            "connection falls silent": self._silent,
            "event breaks library": lambda: self.server.dispatch("MESSAGE_CREATE", {"nonsense": True}),
            "frame breaks library": self._broken,
            "message comes twice": self.server.again,
            "command comes twice": self.server.again,
        }

    async def _gone(self) -> None:
        sockets = [session.socket for session in self.server.sessions if session.socket]
        self.server.forget_sessions()
        for socket in sockets:
            await socket.close(code=4000)

    async def _broken(self) -> None:
        for session in self.server.sessions:
            if session.socket:
                await session.socket.send_str("no JSON")
        # Whoever is cut off begins a new session; what people write before that is heard by nobody.
        self.server.forget_sessions()

    async def _silent(self) -> None:
        self.server.mute()

    async def open(self) -> None:
        """Begin to serve."""
        await self._running.enter_async_context(discord_server(self.server))

    async def close(self) -> None:
        """Stop serving; who was connected is not known afterwards."""
        await self._running.aclose()
        self.server.forget_sessions()


def room(fault: Fault) -> Room:
    """Return a room in which a fault is to strike."""
    return OnTelegram() if fault.platform == "Telegram" else OnDiscord(fault)


def sorry(text: str) -> bool:
    """Tell whether a text apologises for an answer of which nobody knows whether it arrived."""
    return text == phrases("").broke
