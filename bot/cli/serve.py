"""python -m bot serve"""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace

from bot.app import serving, storing
from bot.cli.exits import Exit
from bot.errors import SettingsError
from bot.serving import Serving
from bot.settings import Settings
from bot.terminal.render import line
from bot.terminal.screen import screen


def run(_: Namespace, settings: Settings) -> Exit:
    """Serve every platform whose token is set until SIGTERM or Ctrl-C."""
    if not settings.has_platform:
        raise SettingsError(
            "Set BOT_TELEGRAM_TOKEN or BOT_DISCORD_TOKEN (README.md says how to get one), or open the terminal chat."
        )
    with serving.desk(settings) as (desk, newsroom):
        platforms = serving.platforms(settings, desk, newsroom)
        names = " and ".join(platform.name for platform in platforms)
        screen(sys.stderr)([line(f"Serving {names}; Ctrl-C stops.")])
        asyncio.run(Serving(platforms, storing.pulse(settings).beat).run())
    return Exit.OK
