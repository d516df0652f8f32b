"""Known questions with what a good answer holds, and whether a new index answers them worse.

The file is TOML; each question is a table:

    [[question]]
    ask = "how much is the quark s1"
    after = ["what is the quark g1"]          # questions asked before it; may be left out
    must = [["3,799", "3799"]]                # of each list one must stand in the answer
    must_not = ["1,899"]                      # none of these may
    declines = false                          # true: the articles do not tell, and the answer must say so
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from bot.errors import BotError, CorpusError
from bot.text.matching import states
from bot.values import Answer, Ask, Turn

MOST = 200
"""Questions of a file; each is asked of two builds at most."""
_LARGEST = 1_000_000
Text = Annotated[str, Field(min_length=1, max_length=500)]


@checked(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Golden:
    """A known question."""

    ask: Text
    after: tuple[Text, ...] = ()
    must: tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...] = ()
    must_not: tuple[Text, ...] = ()
    declines: bool = False


_FILE = TypeAdapter(tuple[Golden, ...])


def load_golden(path: Path) -> tuple[Golden, ...]:
    """Return the known questions of a file, none when it is not there.

    Raises CorpusError for one that cannot be used: passing over it would let any index through.
    """
    try:
        if not path.exists():
            return ()
        if path.stat().st_size > _LARGEST:
            raise CorpusError(f"{path} is larger than a megabyte: keep the questions that matter.")
        asked = tomllib.loads(path.read_text("utf-8")).get("question", [])
        found = _FILE.validate_python(asked)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CorpusError(f"Correct {path}, question {where}: {first['msg']}.") from error
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path} cannot be read as TOML ({error}): correct it or move it away.") from error
    if len(found) > MOST:
        raise CorpusError(f"{path} holds more than {MOST} questions: keep those that matter.")
    return found


def fault(golden: Golden, answer: Answer) -> str:
    """Return why an answer is not good; empty when it is."""
    if answer.declined != golden.declines:
        return "it is declined" if answer.declined else "it is answered, though the articles do not tell"
    for choices in golden.must:
        if not any(states(answer.text, value) for value in choices):
            return f"the answer lacks {choices[0]}"
    return next((f"the answer says {value}" for value in golden.must_not if states(answer.text, value)), "")


def asked(golden: Golden, ask: Ask) -> str:
    """Ask a known question and return why its answer is not good; empty when it is."""
    turns: list[Turn] = []
    try:
        for before in golden.after:
            answer, _ = ask(before, tuple(turns))
            turns += [Turn("user", before), Turn("bot", answer.text)]
        answer, _ = ask(golden.ask, tuple(turns))
    except BotError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  # an index that makes answering fail is worse, whatever the reason
        return f"answering failed with {type(error).__name__}"
    return fault(golden, answer)


def failed(golden: Sequence[Golden], ask: Ask) -> list[tuple[Golden, str]]:
    """Return the known questions that an index answers badly, each with the reason."""
    return [(each, why) for each in golden if (why := asked(each, ask))]


def worse(golden: Sequence[Golden], new: Ask, serving: Ask) -> tuple[str, ...]:
    """Return for each question that the serving index answers well and the new one does not, which and why."""
    return tuple(f"“{each.ask}”: {why}" for each, why in failed(golden, new) if not asked(each, serving))
