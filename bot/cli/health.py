"""python -m bot health"""

from __future__ import annotations

import sys
from argparse import Namespace

from bot.app import indexing, storing
from bot.cli.exits import Exit
from bot.settings import Settings
from bot.terminal.render import Look, line
from bot.terminal.screen import screen


def run(_: Namespace, settings: Settings) -> Exit:
    """Say whether there is a whole index to answer from and, where a token is set, whether every platform is served."""
    trouble = indexing.status(settings).current.damage
    if not trouble and settings.has_platform:
        trouble = storing.pulse(settings).trouble()
    screen(sys.stderr if trouble else sys.stdout)(
        [line(trouble or "All is well.", Look.ERROR if trouble else Look.REMARK)]
    )
    return Exit.UNWELL if trouble else Exit.OK
