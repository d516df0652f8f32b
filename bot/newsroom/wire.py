"""What an index run in a process of its own says to the process that started it: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from bot import errors
from bot.index.report import Report

_REPORT = TypeAdapter(Report)
_KINDS = {kind.__name__: kind for kind in vars(errors).values() if isinstance(kind, type)}


@dataclass(frozen=True, slots=True)
class Step:
    """How far a stage is; total 0 when unknown."""

    stage: str
    done: int
    total: int


def step_line(step: Step) -> str:
    """Return a step as a line."""
    return json.dumps({"step": asdict(step)})


def report_line(report: Report) -> str:
    """Return what was done as a line, the last one."""
    return json.dumps({"report": asdict(report)})


def error_line(error: errors.BotError) -> str:
    """Return what went wrong as a line, the last one."""
    reasons = error.reasons if isinstance(error, errors.AnswersWorse) else ()
    return json.dumps({"error": type(error).__name__, "says": str(error), "reasons": reasons})


def heard(line: str) -> Step | Report | errors.BotError | None:
    """Return what a line says; None for one that says nothing we know."""
    try:
        said = json.loads(line)
        if "step" in said:
            return Step(**said["step"])
        if "report" in said:
            return _REPORT.validate_python(said["report"], strict=False)
        return _error(said["error"], said["says"], tuple(said["reasons"]))
    except (ValueError, TypeError, KeyError, ValidationError):
        return None


def _error(name: str, sentence: str, reasons: tuple[str, ...]) -> errors.BotError:
    if name == errors.AnswersWorse.__name__:
        return errors.AnswersWorse(sentence, reasons)
    kind = _KINDS.get(name, errors.BotError)
    return kind(sentence) if issubclass(kind, errors.BotError) else errors.BotError(sentence)
