"""The pictures in the README: drawn from what the servers saw, nothing of it by hand."""

from __future__ import annotations

import asyncio
import html
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from discord_parts import LINK, connected
from discord_server import BOT, discord_server, until
from phone import discord_page, discord_said, discord_typed, telegram_page, telegram_said, telegram_typed
from telegram_parts import QUOTE, served
from telegram_server import Fake

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "tools" / "pictures.py"


def shown(page: str) -> str:
    """What a person reads on a page."""
    body = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def test_a_page_of_telegram_holds_the_messages_links_and_buttons_that_were_sent(tmp_path: Path) -> None:
    async def talk() -> str:
        async with Fake(per_second=0) as server, served(server, tmp_path):
            server.say("<price>")
            await server.answered(1)
            return telegram_page([telegram_typed("<price>"), telegram_said(server.made("sendMessage")[0])])

    page = asyncio.run(talk())
    read = shown(page)
    for text in ("<price>", "EconomyWatch · 28 Nov 2025", f"“{QUOTE}”", "Not useful"):
        assert text in read
    assert 'href="https://news.example/quark#:~:text=' in page


def test_a_page_of_discord_holds_the_layout_that_was_sent(tmp_path: Path) -> None:
    async def talk() -> str:
        async with discord_server() as server, connected(server, tmp_path):
            await server.say(f"<@{BOT}> a rumour")
            (answer,) = await until(server.by_bot)
            return discord_page([discord_typed(f"<@{BOT}> a rumour"), discord_said(answer)])

    page = asyncio.run(talk())
    read = " ".join(shown(page).split())
    assert "@wearables a rumour" in read
    assert "Rumour (EconomyWatch): The flagship Quark S1 costs RMB 3,799." in read
    assert "[1] EconomyWatch · 28 Nov 2025" in read
    assert f'href="{LINK}"' in page
    assert "\\" not in read


def test_a_missing_browser_is_one_clear_sentence() -> None:
    run = subprocess.run(
        [sys.executable, str(TOOL)], env={**os.environ, "PATH": ""}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("No Chromium was found: install it")


@pytest.mark.parametrize("name", ["telegram", "discord"])
def test_the_readme_shows_pictures_that_a_phone_can_load(name: str) -> None:
    picture = (ROOT / "docs" / "pictures" / f"{name}.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert 400 <= width <= 900
    assert height > width
    assert len(picture) <= 200_000
    assert f"docs/pictures/{name}.png" in (ROOT / "README.md").read_text("utf-8")
