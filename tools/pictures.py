"""Draw the pictures in docs/pictures: a talk with the bot on Telegram and on Discord, as the tests' servers saw it.

The talk runs over the index that serves (BOT_DATA_DIR) and the real clients. It needs Chromium, and a font with signs:

    apt-get install chromium fonts-inter fonts-noto-color-emoji
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from discord_parts import connected  # noqa: E402  # from the tests, which are no package
from discord_server import BOT, DiscordServer, Json, discord_server, until  # noqa: E402
from phone import (  # noqa: E402
    Turn,
    discord_page,
    discord_said,
    discord_typed,
    telegram_page,
    telegram_said,
    telegram_typed,
)
from telegram_parts import PLENTY, served  # noqa: E402
from telegram_server import Fake  # noqa: E402

from bot.app import answering  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.values import Ask  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
LARGEST = 200_000
"""Bytes of a picture."""
ON_TELEGRAM = ("how much is the quark s1", "how much is the quark s3")
ON_DISCORD = ("when did apple launch the quark s1?", "when will samsung glasses come out")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
    "--force-device-scale-factor=1.4",
)  # fmt: skip
WIDTH = 412


async def telegram_turns(ask: Ask, folder: Path) -> list[Turn]:
    """Return a talk in a private chat on Telegram."""
    turns: list[Turn] = []
    async with Fake(per_second=0) as server, served(server, folder, PLENTY, None, ask):
        for count, typed in enumerate(ON_TELEGRAM, 1):
            server.say(typed)
            await server.answered(count)
            turns += [telegram_typed(typed), telegram_said(server.made("sendMessage")[-1])]
    return turns


async def discord_turns(ask: Ask, folder: Path) -> list[Turn]:
    """Return a talk in a channel on Discord, by mentions."""
    turns: list[Turn] = []
    async with discord_server() as server, connected(server, folder, ask=ask):
        for count, typed in enumerate(ON_DISCORD, 1):
            await server.say(f"<@{BOT}> {typed}")
            answers = await until(partial(answered, server, count))
            turns += [discord_typed(f"<@{BOT}> {typed}"), discord_said(answers[-1])]
    return turns


def answered(server: DiscordServer, count: int) -> list[Json]:
    """Return the answers on Discord once there are so many, none before."""
    answers = server.by_bot()
    return answers if len(answers) == count else []


def pages(folder: Path) -> dict[str, str]:
    """Return the pages by name; the bot keeps its files in folder."""
    with answering.conversation(Settings()) as ask:
        return {
            "telegram": telegram_page(asyncio.run(telegram_turns(ask, folder / "telegram"))),
            "discord": discord_page(asyncio.run(discord_turns(ask, folder / "discord"))),
        }


def photograph(browser: str, page: Path, picture: Path, profile: Path) -> None:
    """Write a picture of a page, as high as the page is."""
    args = [browser, *QUIET, f"--user-data-dir={profile}"]
    told = subprocess.run(
        [*args, "--dump-dom", "--virtual-time-budget=2000", page.as_uri()], capture_output=True, text=True, check=True
    ).stdout
    height = int(told.rpartition("<!--height:")[2].partition("-->")[0])
    subprocess.run(
        [*args, f"--window-size={WIDTH},{height}", f"--screenshot={picture}", page.as_uri()],
        capture_output=True,
        check=True,
    )


def draw(browser: str, folder: Path) -> None:
    """Write the pictures. folder: for what is needed on the way."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, page in pages(folder).items():
        written, picture = folder / f"{name}.html", PICTURES / f"{name}.png"
        written.write_text(page, "utf-8")
        photograph(browser, written, picture, folder / f"profile-{name}")
        if picture.stat().st_size > LARGEST:
            raise SystemExit(f"{picture.name} has more than {LARGEST} bytes: shorten the talk.")


def main() -> None:
    """Draw the pictures, or say what is missing."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise SystemExit("No Chromium was found: install it (Debian: apt-get install chromium) and run this again.")
    with tempfile.TemporaryDirectory() as folder:
        draw(browser, Path(folder))


if __name__ == "__main__":
    main()
