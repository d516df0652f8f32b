"""Lines of JSON in, lines of JSON out; a bad line never harms those after it."""

from __future__ import annotations

import json
import logging
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from bot.cli.exits import Exit
from bot.errors import BotError, UnusableQuestion
from bot.text.question import checked
from bot.values import Turn

MAX_LINE = 1_000_000
"""Bytes: room for a long history, and no more memory than that for whatever else is piped in."""

T = TypeVar("T")
Id = str | int | float | None


class BadLine(ValueError):
    """A line that cannot be used; str() says why, id is the line's own where it could be read."""

    def __init__(self, reason: str, id: Id = None) -> None:  # noqa: A002  # the word of the format
        super().__init__(reason)
        self.id = id


@dataclass(frozen=True, slots=True)
class Line:
    """One question from a line of input."""

    id: Id
    question: str
    history: tuple[Turn, ...]


def read(raw: bytes) -> Line:
    """Return the question on a line. Raises BadLine with one sentence."""
    return question_in(fields_in(raw))


def question_in(fields: Mapping[str, Any]) -> Line:
    """Return the question that an object of the input holds. Raises BadLine with one sentence."""
    id_ = fields.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int | float | None):
        raise BadLine("id must be a string or a number.")
    question = fields.get("question")
    if not isinstance(question, str):
        raise BadLine("question is missing or is not a string.", id_)
    try:
        return Line(id_, checked(question), _history(fields.get("history")))
    except (BotError, BadLine) as error:
        raise BadLine(str(error), id_) from None


def fields_in(raw: bytes) -> dict[str, Any]:
    """Return the object on a line. Raises BadLine with one sentence."""
    if not raw.strip():
        raise BadLine("The line is empty.")
    if len(raw) > MAX_LINE:
        raise BadLine(f"The line is longer than {MAX_LINE} bytes.")
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise BadLine("The line is not valid UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadLine("The line is not valid JSON.") from None
    if not isinstance(value, dict):
        raise BadLine("The line is not a JSON object.")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _history(value: object) -> tuple[Turn, ...]:
    wanted = 'history must be a list of pairs like ["user", "..."] and ["bot", "..."].'
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadLine(wanted)
    turns = []
    for pair in value:
        match pair:
            case ["user" | "bot" as speaker, str(text)]:
                turns.append(Turn(speaker, text))
            case _:
                raise BadLine(wanted)
    return tuple(turns)


def raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of stream without their ends; of an endless one MAX_LINE bytes and one more, to be refused."""
    while line := stream.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        yield line.rstrip(b"\r\n") if len(line) <= MAX_LINE else line


def write(record: dict[str, Any]) -> None:
    """Print one object on one line and flush it.

    Only ASCII leaves, the rest is escaped: right in every locale, and no control character reaches a terminal.
    """
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


def each(stream: BinaryIO, reply: Callable[[Line], dict[str, Any]]) -> Exit:
    """Write reply's record for every line of stream, in order, and an error for a line that has none."""
    status = Exit.OK
    for raw in raw_lines(stream):
        record = _record(raw, reply)
        write(record)
        if "error" in record:
            status = Exit.PARTLY
    return status


def _record(raw: bytes, reply: Callable[[Line], dict[str, Any]]) -> dict[str, Any]:
    try:
        line = read(raw)
    except BadLine as error:
        return {"id": error.id, "error": str(error)}
    try:
        return {"id": line.id, **reply(line)}
    except BotError as error:
        return {"id": line.id, "error": str(error)}
    except Exception:  # one question that meets a fault of ours must not lose those after it
        logging.getLogger(__name__).exception("A question failed")
        return {"id": line.id, "error": "This question met a fault in the program; the log has more."}


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what work returns and how many milliseconds it took."""
    began = time.perf_counter()
    result = work()
    return result, round((time.perf_counter() - began) * 1000, 1)


def usable(arguments: Namespace) -> None:
    """Raise UnusableQuestion unless the command line asks either one question or, with --json, standard input."""
    if arguments.stdin == (arguments.question is not None):
        raise UnusableQuestion("Give one question in quotes, or --stdin --json to read many.")
    if arguments.stdin and not arguments.json:
        raise UnusableQuestion("--stdin needs --json: one object a line in, one a line out.")
