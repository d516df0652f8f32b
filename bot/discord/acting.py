"""An act of the newsroom, carried out in a thread and told in one message that is edited."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import aiohttp
import discord

from bot.discord.rendering import text_sheets
from bot.discord.service import Service
from bot.discord.sheets import Press, Sheet, rows
from bot.newsroom.acts import Act, Document, Told
from bot.newsroom.attached import download
from bot.phrases import phrases


async def carried_out(
    service: Service, act: Act, show: Callable[[Sheet], Awaitable[object]], seconds: float = float("inf")
) -> Told | None:
    """Carry an act out and return what came of it; None when it takes longer than so many seconds, and goes on.

    show: tells how far it is. It may fail: what comes of the act is told all the same.
    """
    latest: list[Told] = []
    work = asyncio.create_task(asyncio.to_thread(service.newsroom.act, act, latest.append))
    service.mind(work)
    shown, ends = None, time.monotonic() + seconds
    while not work.done() and time.monotonic() < ends:
        await asyncio.wait({work}, timeout=service.progress)
        if latest and latest[-1] != shown and not work.done():
            shown = latest[-1]
            with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await show(sheets(shown)[-1])
    return work.result() if work.done() else None


def sheets(told: Told) -> tuple[Sheet, ...]:
    """Return what is told as messages, the buttons under the last."""
    pressed = [Press(each.label, f"act:{each.name}:{each.what}") for each in told.choices]
    return text_sheets(told.lines or (phrases("").acts["done"],), tuple(rows(pressed)))


def attached(file: discord.Attachment, origins: tuple[str, ...]) -> Document:
    """Return a file that was sent; reading it asks the platform's own servers only."""
    url = file.url
    return Document(file.filename, lambda most: download(url, origins, most))
