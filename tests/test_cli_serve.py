from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import ROOT, bot
from discord_server import BOT, discord_server, texts, until
from discord_server import TOKEN as DISCORD_TOKEN
from telegram_server import TOKEN as TELEGRAM_TOKEN
from telegram_server import Fake

from bot.cli.exits import Exit


@pytest.fixture(scope="module")
def home(starter_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of its own with the starter corpus indexed."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("models", "index"):
        shutil.copytree(starter_home / name, folder / name, copy_function=shutil.copy2)
    return folder


def environment(home: Path, **more: str) -> dict[str, str]:
    own = {"BOT_DATA_DIR": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "BOT_WORKERS": "1"}
    return {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | own | more


@contextmanager
def serving(home: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=home,
        env=environment(home, **more),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr
            assert "Serving" in process.stderr.readline()
            yield process
        finally:
            process.kill()


def test_without_a_token_serving_says_what_to_set(home: Path) -> None:
    run = bot("serve", folder=home, environment=environment(home))
    assert run.returncode == Exit.USAGE
    assert run.stderr.startswith(b"Set BOT_TELEGRAM_TOKEN or BOT_DISCORD_TOKEN")
    assert len(run.stderr.splitlines()) == 1


def test_a_bot_whose_platform_is_away_waits_for_it_and_stops_when_told(home: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = {
            "BOT_DISCORD_TOKEN": "planted-token-that-nobody-shows",
            "BOT_DISCORD_API_URL": f"http://127.0.0.1:{closed.getsockname()[1]}/api/v10",
        }
        assert bot("health", folder=home, environment=environment(home, **away)).returncode == Exit.UNWELL
        with serving(home, **away) as process:
            second = bot("serve", folder=home, environment=environment(home, **away))
            assert second.returncode == Exit.BUSY
            assert b"Another process serves from" in second.stderr
            deadline = time.monotonic() + 30
            while not (home / "state" / "pulse.json").exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            assert (home / "state" / "pulse.json").exists()
            process.send_signal(signal.SIGTERM)
            rest = process.communicate(timeout=60)[1]
        assert process.returncode == Exit.OK
        assert "planted-token" not in rest


async def asked_on_both(home: Path) -> tuple[str, str, int, str]:
    """Ask on both platforms of one process, stop it, and return the answers, its exit status and what it said."""
    async with Fake() as telegram, discord_server() as discord:
        env = environment(
            home,
            BOT_TELEGRAM_TOKEN=TELEGRAM_TOKEN,
            BOT_TELEGRAM_API_URL=telegram.url,
            BOT_DISCORD_TOKEN=DISCORD_TOKEN,
            BOT_DISCORD_API_URL=discord.api,
            BOT_WORKERS="2",
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=home, env=env, stderr=asyncio.subprocess.PIPE
        )
        try:
            telegram.say("how much is the quark s1")
            await until(lambda: discord.sessions and discord.commands, 90)
            await discord.say(f"<@{BOT}> how much is the quark s1")
            (told,) = await telegram.answered(1)
            (answer,) = await until(discord.by_bot, 30)
            process.send_signal(signal.SIGTERM)
            said = (await asyncio.wait_for(process.communicate(), 60))[1].decode()
        finally:
            if process.returncode is None:
                process.kill()
        return told, texts(answer), process.returncode or 0, said


def test_one_process_serves_both_platforms_with_real_answers_and_stops_when_told(home: Path) -> None:
    telegram, discord, status, said = asyncio.run(asked_on_both(home))
    for told in (telegram, discord):
        assert "The flagship Quark S1 costs RMB 3,799 (about $538)." in told
        assert "28 Nov 2025" in told
    assert status == Exit.OK
    assert [token for token in (TELEGRAM_TOKEN, DISCORD_TOKEN) if token in said] == []


def test_a_rejected_token_ends_the_start_with_one_clear_sentence(home: Path) -> None:
    async def run() -> tuple[int, str]:
        async with Fake() as server:
            env = environment(home, BOT_TELEGRAM_TOKEN="1" + TELEGRAM_TOKEN, BOT_TELEGRAM_API_URL=server.url)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=home, env=env, stderr=asyncio.subprocess.PIPE
            )
            said = (await asyncio.wait_for(process.communicate(), 90))[1].decode()
            return process.returncode or 0, said

    status, said = asyncio.run(run())
    assert status == Exit.REFUSED
    assert said.splitlines()[-1] == "Telegram refused the token: correct BOT_TELEGRAM_TOKEN (@BotFather shows it)."
    assert TELEGRAM_TOKEN not in said
