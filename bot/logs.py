"""Log lines that show no secret and no control character, whoever writes them."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType
from urllib.parse import quote

from bot.text.clean import clean

HIDDEN = "[secret]"
_SHAPES = (
    # A Telegram token, whoever's it is, and the one-time tokens in the paths of Discord's interactions and webhooks.
    re.compile(r"\b(?P<kept>\d{6,}):[\w-]{30,}"),
    re.compile(r"(?P<kept>/(?:webhooks|interactions)/\d+/)[^/\s?\"']+"),
    re.compile(r"(?P<kept>)[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"),
)


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return what takes secrets, in every spelling in which they travel, out of a text."""
    spellings = {
        s for secret in secrets for part in _parts(secret) for s in (part, quote(part, safe=""), repr(part)[1:-1])
    }
    known = re.compile("|".join(re.escape(s) for s in sorted(spellings, key=len, reverse=True)) or r"(?!)")

    def redact(text: str) -> str:
        text = known.sub(HIDDEN, text)
        for shape in _SHAPES:
            text = shape.sub(lambda found: found["kept"] + HIDDEN, text)
        return text

    return redact


def begin(level: str, secrets: Iterable[str]) -> None:
    """Log to standard error from now on, and take secrets out of every record and every traceback.

    Records are redacted where they are made, so that no handler, whoever installs it, sees a secret.
    """
    redact = redactor(secrets)
    handler = logging.StreamHandler()
    handler.setFormatter(_Clean("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    logging.setLogRecordFactory(lambda *given, **named: _redacted(logging.LogRecord(*given, **named), redact))
    sys.excepthook = lambda kind, error, trace: _last_words(redact, kind, error, trace)
    threading.excepthook = lambda died: _last_words(redact, died.exc_type, died.exc_value, died.exc_traceback)


class _Clean(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


def _parts(secret: str) -> set[str]:
    """Return a secret, and the half of it that alone is as good as all: what follows the colon in Telegram's."""
    half = secret.partition(":")[2]
    return {part for part in (secret, half if len(half) > 20 else "") if part}  # noqa: PLR2004  # Telegram's has 35


def _redacted(record: logging.LogRecord, redact: Callable[[str], str]) -> logging.LogRecord:
    try:
        said = record.getMessage()
    except (TypeError, ValueError):  # a call that does not fit its own format
        said = f"{record.msg} {record.args}"
    record.msg, record.args = redact(said), ()
    if record.exc_info and record.exc_info[0]:
        record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip())
        record.exc_info = None
    if record.stack_info:
        record.stack_info = redact(record.stack_info)
    return record


def _last_words(
    redact: Callable[[str], str],
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    sys.stderr.write(clean(redact("".join(traceback.format_exception(kind, error, trace)))) + "\n")
