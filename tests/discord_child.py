"""The bot on Discord as a process of its own, which a test kills: folder, API, gateway, seconds an answer takes."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import closing
from pathlib import Path

from discord_parts import ROOMY, Scripted, settings_at

from bot.desk import Desk
from bot.discord import Discord
from bot.store import Store


async def main(folder: Path, api: str, gateway: str, seconds: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with closing(Store(folder)) as store:
        desk = Desk(store, Scripted(seconds=seconds), lambda: (), ROOMY)
        await Discord(desk, settings_at(folder, api, gateway)).run(stop)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])))
