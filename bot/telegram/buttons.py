"""The buttons below a message: what they say, and what a press of one means, in 64 bytes that outlive a restart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.messages import Reply
from bot.phrases import Phrases, phrases
from bot.telegram.markup import line

_LABEL = 80
_PRESS = re.compile(r"([a-z]):([\w.-]{1,48})(?::([\w-]{1,24}))?", re.ASCII)


class Does(StrEnum):
    """What a press asks for; the first part of a button's data."""

    USEFUL = "u"
    USELESS = "n"
    REASON = "r"
    QUOTES = "q"
    SUGGESTION = "s"
    GAP = "g"
    TELL = "b"
    DONT_TELL = "k"
    SETTING = "t"
    ACT = "a"
    """An act of the newsroom: about is the command."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button asks for: of which answer (or setting), and which choice."""

    does: Does
    about: str
    choice: str = ""

    def __str__(self) -> str:
        """Return what the button carries."""
        return ":".join(part for part in (self.does.value, self.about, self.choice) if part)


@dataclass(frozen=True, slots=True)
class Button:
    """One button."""

    label: str
    press: Press


def pressed(carried: str) -> Press | None:
    """Return what a button's data asks for, None for data that no button of ours carries."""
    match = _PRESS.fullmatch(carried)
    if not match or match[1] not in set(Does):
        return None
    return Press(Does(match[1]), match[2], match[3] or "")


def buttons(reply: Reply) -> tuple[tuple[Button, ...], ...]:
    """Return the rows of buttons below a reply; none below an apology."""
    if not reply.answer_id or reply.apology:
        return ()
    say = phrases(reply.settings.language)
    if reply.answer.declined:
        first: tuple[Button, ...] = (Button(f"📮 {say.file_gap}", Press(Does.GAP, reply.answer_id)),)
    else:
        first = (
            Button(f"👍 {say.useful}", Press(Does.USEFUL, reply.answer_id)),
            Button(f"👎 {say.not_useful}", Press(Does.USELESS, reply.answer_id)),
        )
    rows = [first]
    if reply.answer.citations:
        rows.append((Button(f"❝ {say.quotes}", Press(Does.QUOTES, reply.answer_id)),))
    for k, suggestion in enumerate(reply.suggestions):
        label = line(suggestion)
        if label:
            shown = label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"
            rows.append((Button(shown, Press(Does.SUGGESTION, reply.answer_id, str(k))),))
    return tuple(rows)


def wish_button(answer_id: str, say: Phrases, *, wished: bool) -> Button:
    """Return the button that lets the one who asked be told when an article answers, or takes that back."""
    if wished:
        return Button(f"🔕 {say.dont_tell}", Press(Does.DONT_TELL, answer_id))
    return Button(f"🔔 {say.tell_me}", Press(Does.TELL, answer_id))


def reasons(answer_id: str, say: Phrases) -> tuple[tuple[Button, ...], ...]:
    """Return the rows of buttons that ask why an answer was of no use."""
    labels = {"wrong": say.wrong, "outdated": say.outdated, "off_topic": say.off_topic, "unclear": say.unclear}
    offered = [Button(label, Press(Does.REASON, answer_id, key)) for key, label in labels.items()]
    return tuple(offered[:2]), tuple(offered[2:])
