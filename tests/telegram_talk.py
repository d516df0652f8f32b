"""A talk with the bot on Telegram as a test has it: a server, the bot on the wire, and what people do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from telegram_parts import PLENTY, served
from telegram_server import Fake

from bot.desk import Limits

GROUP = -100500
MENTION = [{"type": "mention", "offset": 0, "length": 14}]
Talk = Callable[[Fake], Awaitable[None]]


def chat(folder: Path, talk: Talk, *, limits: Limits = PLENTY, **server: object) -> Fake:
    """Run a talk with the bot and return the server with all that was said; server: what it is like."""

    async def run() -> Fake:
        async with Fake(**{"per_second": 0.0, **server}) as fake:  # type: ignore[arg-type]
            async with served(fake, folder, limits):
                await talk(fake)
            return fake

    return asyncio.run(run())
