"""What is lost and what is answered twice when the bot is killed over and over, on both platforms at once."""

from __future__ import annotations

import asyncio
import logging
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from discord_server import BOT, Asked, DiscordServer, discord_server, until
from telegram_server import Fake, Json, shown

from benchmarks.chats.life import Where, born, nursery, where
from benchmarks.chats.secrets import QUESTION, Found, found_in
from bot.messages import Message, Place
from bot.phrases import phrases
from bot.store import Store

Row = tuple[str, ...]
"""What was tried, how often, how many went badly, and how many may."""
QUESTIONS = 30
"""For each life, on each platform."""
COMMANDS = 6
"""Of them, on Discord: slash commands, the others are mentions."""
AGAIN = 0.2
"""Share of the questions that are delivered twice."""
LONGEST = 1.5
"""Seconds after its questions were delivered at which a bot dies at the latest; by then it is through with them."""
_CONNECTED, _DONE, _CAUGHT_UP = 60.0, 120.0, 10.0
_FIRST_CHAT = 1000


@dataclass
class Loop:
    """Two servers that survive, and all that was asked of them."""

    telegram: Fake
    discord: DiscordServer
    chance: random.Random
    asked: int = 0
    """On Telegram, each in a chat of its own."""
    mentions: list[int] = field(default_factory=list)
    commands: list[Asked] = field(default_factory=list)
    hit: Counter[str] = field(default_factory=Counter)
    """Platform -> kills of a bot that had questions in hand."""

    async def ask(self) -> None:
        """Ask 30 questions on each platform, some of which are delivered twice."""
        for number in range(QUESTIONS):
            chat = _FIRST_CHAT + self.asked
            message = self.telegram.say(f"{QUESTION} {self.asked}", chat, sender=_person(chat))
            self.asked += 1
            if number % QUESTIONS < COMMANDS:
                self.commands.append(await self.discord.command("ask", question=f"{QUESTION} {len(self.commands)}"))
            else:
                self.mentions.append(await self.discord.say(f"<@{BOT}> {QUESTION} {len(self.mentions)}"))
            if self.chance.random() < AGAIN:
                self.telegram.update("message", message)
                await self.discord.again()

    def count_hits(self) -> None:
        """Note on which platforms something waits for an answer now."""
        self.hit["telegram"] += self.unanswered() > 0
        self.hit["discord"] += len(self.on_discord()) < len(self.mentions) + len(self.commands)

    def unanswered(self) -> int:
        """Return how many questions on Telegram have neither an answer nor an apology."""
        return self.asked - len(self.on_telegram())

    def on_telegram(self) -> dict[str, Counter[str]]:
        """Return chat -> what stands there, answers and apologies, how often."""
        found: dict[str, Counter[str]] = {}
        for (chat, _), message in self.telegram.messages.items():
            found.setdefault(chat, Counter())["apology" if shown(message) == phrases("").broke else "answer"] += 1
        return found

    def on_discord(self) -> Counter[int]:
        """Return question -> how often it is answered."""
        replies = (m.get("message_reference") for m in self.discord.messages.values() if _by_bot(m))
        found = Counter(int(reference["message_id"]) for reference in replies if reference)
        for command in self.commands:
            found[command.id] += bool(self.discord.answer_to(command)) + len(command.followups)
        return +found

    def accepted(self, folder: Path) -> set[int]:
        """Return what was accepted on Discord: mentions are on disk, commands show that the bot is thinking."""
        with closing(Store(folder)) as store:
            known = {
                number
                for number in self.mentions
                if store.inbox.knows(Message(str(number), Place("discord", ""), "", "", 0.0))
            }
        return known | {each.id for each in self.commands if each.original}


def kills(count: int) -> tuple[list[Row], Found]:
    """Return what came of so many kills, with 30 questions each on both platforms, and what the logs tell."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # of requests that a kill cut off
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_killed(Path(folder), count)), found_in(Path(folder))


async def _killed(folder: Path, count: int) -> list[Row]:
    context = nursery()
    async with Fake(per_second=0.0) as telegram, discord_server() as discord:
        loop, place = Loop(telegram, discord, random.Random(7)), where(folder, telegram, discord)
        for _ in range(count):
            process = await _started(loop, context, place)
            await loop.ask()
            await asyncio.sleep(loop.chance.uniform(0, LONGEST))
            process.kill()
            await asyncio.to_thread(process.join)
            loop.count_hits()
            _forget_confirmed(telegram)
        process = await _started(loop, context, place)
        with suppress(AssertionError):
            await until(lambda: not loop.unanswered() and loop.accepted(folder) <= set(loop.on_discord()), _DONE)
            await until(lambda: set(loop.mentions) <= set(loop.on_discord()), _CAUGHT_UP)
        process.terminate()
        await asyncio.to_thread(process.join, 60)
        return list(_rows(loop, loop.accepted(folder), count, process.exitcode))


async def _started(loop: Loop, context: ForkServerContext, place: Where) -> ForkServerProcess:
    """Return a new bot once it has asked Telegram for news and stands ready on Discord."""
    loop.discord.forget_sessions()
    polled, process = loop.telegram.polled, born(context, place)
    await until(lambda: loop.discord.sessions and loop.telegram.polled > polled, _CONNECTED)
    return process


def _rows(loop: Loop, accepted: set[int], count: int, ended: int | None) -> Iterator[Row]:
    telegram, discord, on_discord = loop.on_telegram(), loop.on_discord(), len(loop.mentions) + len(loop.commands)
    told = [each["answer"] for each in telegram.values()]
    lost = loop.unanswered()
    yield _row(f"Telegram: questions over {count} kills, {loop.hit['telegram']} among them; lost", loop.asked, lost, 0)
    yield _row("Telegram: answered twice", loop.asked, sum(each > 1 for each in told), loop.asked // 100)
    both = sum(each["answer"] > 0 and each["apology"] > 0 for each in telegram.values())
    yield ("Telegram: apologised for; bad: though the answer had come", f"{sum(map(_sorry, telegram.values())):,}",
           f"{both:,}", "-")  # fmt: skip
    lost = len(accepted - set(discord))
    yield _row(f"Discord: accepted over {count} kills, {loop.hit['discord']} among them; lost", len(accepted), lost, 0)
    yield _row("Discord: answered twice", len(accepted), sum(n > 1 for n in discord.values()), len(accepted) // 100)
    yield (
        "Discord: delivered; bad: to a process that died before it accepted them, and not read by a later one",
        f"{on_discord:,}", f"{on_discord - len(accepted):,}", "-",
    )  # fmt: skip
    yield _row("told to stop, it ends with status 0", 1, int(ended != 0), 0)


def _row(what: str, count: int, bad: int, most: int) -> Row:
    return what, f"{count:,}", f"{bad:,}", f"{most:,} at most" if most else "0"


def _sorry(told: Counter[str]) -> bool:
    return told["apology"] > 0


def _forget_confirmed(telegram: Fake) -> None:
    """Forget the updates that were confirmed, as Telegram does, but for the last, which numbers the next."""
    *before, last = telegram.updates
    telegram.updates = [*(each for each in before if each["update_id"] >= telegram.offset), last]


def _person(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": "Ada"}


def _by_bot(message: Json) -> bool:
    return int(message["author"]["id"]) == BOT
