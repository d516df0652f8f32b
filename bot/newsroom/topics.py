"""Gaps sorted into topics: what they name, else what was wanted alike, else what comes nearest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.index.encoder import Encoder
from bot.store import Kind, Missed
from bot.text.words import words

ALIKE = 0.93
"""Cosine from which two wordings want the same thing: "the price" and "the cost" are at 0.95, "the price" and "the
weight" at 0.91. Of pairs written for that it takes 9 of 16 that mean the same and none of 18 that do not."""
MOST_WORDINGS = 400
"""Wordings that are compared, the most frequent ones: each costs an encoding."""
_NEWEST = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """Several gaps that one article could close."""

    title: str
    why: str
    """What the gaps have in common, in a few words."""
    wanted: tuple[tuple[str, int], ...]
    """What was wanted and how often, the most frequent first."""
    declined: int
    not_useful: int
    reported: int
    """How often people who asked reported it as a gap."""
    nearest: str
    """The id of the article that came nearest most often; empty when none is near."""
    first: float
    last: float
    answers: tuple[str, ...]
    """The ids of its newest answers, to be replayed."""
    questions: tuple[str, ...] = ()
    """Some that the operator keeps, the newest first."""

    @property
    def count(self) -> int:
        """How many gaps it has."""
        return self.declined + self.not_useful


def topics(missed: Iterable[Missed], encoder: Encoder | None = None) -> list[Topic]:
    """Return every gap in exactly one topic, the largest topic first; the order of the gaps changes nothing.

    What was reported counts twice.

    Gaps that name the same product or company are one topic. Those that name none are one where their wordings mean
    the same (without an encoder: are the same), and those of which not even that is known, where the same article
    came nearest.
    """
    listed = sorted(missed, key=lambda m: (m.at, m.answer_id))
    named = [m for m in listed if _form(m.name)]
    worded = [m for m in listed if not _form(m.name) and _wording(m)]
    mute = [m for m in listed if not _form(m.name) and not _wording(m)]
    found = [_topic(_most(m.name for m in group), "they name it", group) for group in _grouped(named, _named).values()]
    found += _alike(_grouped(worded, _wording), encoder)
    found += [
        _topic(
            "something the articles do not cover",
            "the same article came nearest" if near else "no article came near",
            group,
        )
        for near, group in _grouped(mute, lambda m: m.nearest).items()
    ]
    return sorted(found, key=lambda topic: (-topic.count - topic.reported, topic.title, topic.nearest))


def _alike(by_wording: dict[str, list[Missed]], encoder: Encoder | None) -> list[Topic]:
    """Return topics of wordings: each wording joins the most frequent one that it is like, or leads a topic itself."""
    wordings = sorted(by_wording, key=lambda wording: (-len(by_wording[wording]), wording))
    compared = wordings[:MOST_WORDINGS] if encoder else []
    vectors = encoder.encode(compared) if encoder and compared else np.zeros((0, 1), np.float32)
    led: dict[int, list[int]] = {}
    for k in range(len(compared)):
        leader = next((j for j in led if float(vectors[j] @ vectors[k]) >= ALIKE), k)
        led.setdefault(leader, []).append(k)
    groups = [[wordings[k] for k in members] for members in led.values()]
    groups += [[wording] for wording in wordings[len(compared) :]]
    return [
        _topic(
            by_wording[group[0]][0].wanted or by_wording[group[0]][0].question,
            "they mean the same" if len(group) > 1 else "they are worded alike",
            [m for wording in group for m in by_wording[wording]],
        )
        for group in groups
    ]


def _topic(title: str, why: str, group: Sequence[Missed]) -> Topic:
    wanted = Counter(m.wanted for m in group if m.wanted)
    newest = sorted(group, key=lambda m: (m.at, m.answer_id), reverse=True)
    questions = dict.fromkeys(m.question for m in newest if m.question)
    return Topic(
        title=title,
        why=why,
        wanted=tuple(sorted(wanted.items(), key=lambda pair: (-pair[1], pair[0]))),
        declined=sum(m.kind is Kind.DECLINED for m in group),
        not_useful=sum(m.kind is Kind.NOT_USEFUL for m in group),
        reported=sum(m.reported for m in group),
        nearest=_most(m.nearest for m in group),
        first=newest[-1].at,
        last=newest[0].at,
        answers=tuple(m.answer_id for m in newest[:_NEWEST]),
        questions=tuple(questions)[:_NEWEST],
    )


def _grouped(missed: Iterable[Missed], key: Callable[[Missed], str]) -> dict[str, list[Missed]]:
    groups: dict[str, list[Missed]] = {}
    for each in missed:
        groups.setdefault(key(each), []).append(each)
    return groups


def _named(missed: Missed) -> str:
    return _form(missed.name)


def _wording(missed: Missed) -> str:
    return _form(missed.wanted) or _form(missed.question)


def _form(text: str) -> str:
    return " ".join(word.form for word in words(text))


def _most(texts: Iterable[str]) -> str:
    """Return the most frequent text that is not empty, of several the first in the alphabet; empty when none is."""
    counted = Counter(text for text in texts if text)
    return min(counted, key=lambda text: (-counted[text], text), default="")
