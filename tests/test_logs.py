from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.logs import HIDDEN, redactor

ROOT = Path(__file__).parents[1]
# Planted, so that a leak is found; put together here so that no scanner takes them for real ones.
TELEGRAM = "123456789" + ":" + "AAF-planted_planted_planted_planted1"
OF_ANOTHER = "987654321" + ":" + "AAF-another_another_another_another"
DISCORD = ".".join([base64.b64encode(b"123456789012345678").decode(), "GxPlan", "planted-planted-planted-planted-pl"])
WEBHOOK = "aW50ZXJhY3Rpb246planted"

_LEAKS = f"""
import logging, sys, threading
from bot.logs import begin
begin("DEBUG", [{TELEGRAM!r}, {DISCORD!r}])
log = logging.getLogger("library.deep.inside")
other = logging.StreamHandler(sys.stdout)
other.setFormatter(logging.Formatter("%(message)s %(args)s"))
log.addHandler(other)
class Bot:
    def __repr__(self): return "Bot[token={TELEGRAM}]"
log.info("HTTP Request: POST https://api.telegram.org/bot{TELEGRAM}/getMe %s", 200)
log.info("made %r", Bot())
log.info("quoted %s", "{TELEGRAM.replace(":", "%3A")}")
log.info("half %s", "{TELEGRAM.partition(":")[2]}")
log.info("of another {OF_ANOTHER}")
log.debug("POST https://discord.com/api/v10/interactions/11/{WEBHOOK}/callback and /webhooks/22/{WEBHOOK}/messages")
log.warning("bad format %d", "{DISCORD}")
try:
    try:
        raise ValueError("The token `{TELEGRAM}` was rejected")
    except ValueError as cause:
        raise RuntimeError("{DISCORD}") from cause
except RuntimeError:
    log.exception("failed", stack_info=True)
def work(): raise KeyError("{TELEGRAM}")
thread = threading.Thread(target=work); thread.start(); thread.join()
log.warning("evil \\x1b[2J name")
raise SystemError("{DISCORD}")
"""


def test_no_secret_reaches_a_log_a_traceback_or_another_handler() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _LEAKS],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    shown = run.stdout + run.stderr
    assert [
        planted for planted in (TELEGRAM, TELEGRAM.partition(":")[2], DISCORD, OF_ANOTHER, WEBHOOK) if planted in shown
    ] == []
    for kept in (
        "HTTP Request: POST https://api.telegram.org/bot",
        "made Bot[token=",
        "RuntimeError",
        "KeyError",
        "SystemError",
    ):
        assert kept in shown
    assert shown.count(HIDDEN) >= 18
    assert "\x1b" not in run.stderr


@given(st.text(), st.text(min_size=6), st.text())
def test_a_known_secret_never_survives(before: str, secret: str, after: str) -> None:
    redacted = redactor([secret])(before + secret + after)
    assert secret not in redacted.replace(HIDDEN, "\0" * len(HIDDEN))


def test_without_secrets_text_stays() -> None:
    assert redactor([])("how much is the quark s1 at 12:30?") == "how much is the quark s1 at 12:30?"
