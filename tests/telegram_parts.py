"""A bot on the wire: the real client, a desk over a real file, and the server on loopback."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr
from telegram.error import TelegramError
from telegram_server import TOKEN, Fake

from bot.answering.links import link_to
from bot.desk import Desk, Limits
from bot.logs import begin
from bot.newsroom.newsroom import Newsroom
from bot.phrases import phrases
from bot.settings import Settings
from bot.store import Store
from bot.telegram import Telegram
from bot.telegram.patience import Patience
from bot.values import Answer, Ask, Citation, Published, Statement, Trace, Turn

HURRIED = Patience(
    poll=2,
    dripping=1.0,
    pause=0.05,
    longest=0.2,
    conflict=0.5,
    typing=0.15,
    pace=0.0,
    progress=0.1,
    working=0.05,
    draft=0.2,
    telling=0.05,
)
PLENTY = Limits(of_user=10_000, of_chat=10_000, told_user=20_000, told_chat=20_000, queue=10_000)
FAULTS = {
    "too many requests": ("sendMessage", ["429 1", "429 1"]),
    "server error": ("sendMessage", ["500 Internal Server Error"]),
    "bad gateway": ("sendMessage", ["garbage"]),
    "markup refused": ("sendMessage", ["400 Bad Request: can't parse entities: Unsupported start tag"]),
    "polling refused": ("getUpdates", ["401 Unauthorized", "404 Not Found"]),
    "polling conflict": ("getUpdates", ["409 Conflict: terminated by other getUpdates request"]),
    "polling drips": ("getUpdates", ["drip"]),
    "polling drops": ("getUpdates", ["drop", "drop"]),
    "polling garbage": ("getUpdates", ["garbage"]),
    "polling too fast": ("getUpdates", ["429 1"]),
    "typing refused": ("sendChatAction", ["403 Forbidden"]),
    "greeting fails": ("getMe", ["500 Internal Server Error", "drop"]),
    "commands refused": ("setMyCommands", ["400 Bad Request: BOT_COMMAND_INVALID"]),
    "webhook stays": ("deleteWebhook", ["500 Internal Server Error"]),
}
"""What goes wrong -> the method, and how its next requests fail."""
QUOTE = "The Quark S1 costs 3,799 yuan."


def told(question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
    """Answer with the question in it, so that a test can tell answers apart."""
    trace = Trace(question, question, "build-1", (), (), "answered")
    url = "https://news.example/quark"
    source = Citation(1, "quark", "Quark", "EconomyWatch", url, Published(2025, 11, 28), QUOTE, link_to(url, QUOTE))
    if question.startswith("unknown"):
        return Answer(question, phrases("en").declined, declined=True), trace
    if question.startswith("slow"):
        time.sleep(0.5)
    text = f"You asked “{question}” after {len(history)} turns." + (" It is long." * 700 if "long" in question else "")
    return Answer(question, text, declined=False, statements=(Statement(text, (1,)),), citations=(source,)), trace


def wired(
    folder: Path,
    url: str,
    limits: Limits = PLENTY,
    pace: float = 0.0,
    newsroom: Newsroom | None = None,
    ask: Ask = told,
    **more: str,
) -> tuple[Store, Telegram]:
    """Return a platform that talks to the server at url, and its file."""
    store = Store(folder)
    settings = Settings(data_dir=folder, telegram_token=SecretStr(TOKEN), telegram_api_url=url, **more)  # type: ignore[arg-type]
    return store, Telegram(Desk(store, ask, list, limits), settings, replace(HURRIED, pace=pace), newsroom)


@asynccontextmanager
async def served(
    server: Fake,
    folder: Path,
    limits: Limits = PLENTY,
    newsroom: Newsroom | None = None,
    ask: Ask = told,
    **more: str,
) -> AsyncIterator[asyncio.Task[None]]:
    """Run the bot while the body runs, again when it fails, as serving does."""
    store, platform = wired(folder, server.url, limits, server.per_second, newsroom, ask, **more)
    stop = asyncio.Event()

    async def keep_running() -> None:
        while not stop.is_set():
            with suppress(RuntimeError, TelegramError):
                await platform.run(stop)
            await asyncio.sleep(0.05)

    running = asyncio.create_task(keep_running())
    try:
        yield running
    finally:
        stop.set()
        with suppress(Exception):
            await asyncio.wait_for(running, 20)
        store.close()


async def main(folder: Path, url: str) -> None:
    """Serve until killed."""
    _, platform = wired(folder, url)
    await platform.run(asyncio.Event())


if __name__ == "__main__":
    if sys.argv[3:] == ["DEBUG"]:
        begin("DEBUG", [TOKEN])
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
