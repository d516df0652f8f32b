"""The times that a question sets, each by itself or as a stretch of months, and how far a sentence is of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.answering.levels import Levels
from bot.answering.reading import Reading
from bot.text.periods import Period

_UNTIL = re.compile(r"^\s*(?:[-–]\s*|(?:to|through|thru|until|till|up to)\s+)(?:the\s)?$", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|ever since|starting (?:in|from)|(?<!was )up to|until|till)\s+(?:the\s)?$", re.IGNORECASE
)
_WHOLE = {
    ("1", "3"): "q1", ("4", "6"): "q2", ("7", "9"): "q3", ("10", "12"): "q4", ("1", "6"): "h1", ("7", "12"): "h2",
    ("1", "9"): "q1-q3", ("q1", "q3"): "q1-q3",
}  # fmt: skip
"""First and last part of a stretch -> the part of a year that it is."""
_WITHIN = {
    "early": ("q1", "1", "2", "3", "4"), "mid": ("q2", "q3", "5", "6", "7", "8", "summer"),
    "late": ("q4", "9", "10", "11", "12", "autumn"), "spring": ("q2", "3", "4", "5", "6"),
    "summer": ("q3", "6", "7", "8", "9"), "autumn": ("q4", "9", "10", "11", "12"), "winter": ("12", "1", "2"),
}  # fmt: skip
"""Loose part of a year -> the parts that somebody who says so may mean."""
_OTHER_TIME = 0.25
"""How well a sentence is of a time whose article is, when it names another time itself."""


def settled(when: Sequence[Period], text: str) -> tuple[list[Period], bool]:
    """Return the periods that the evidence has to be of, and whether the question runs over a longer stretch of time.

    "April to June 2025" is the second quarter; "since 2024" and "spring 2025 to early 2026" are stretches, in which
    no one period has to be met. A year that is said once holds for its neighbours: "q2 and q3 2025".
    """
    dated = _years(when)
    if any(_SINCE.search(text[: p.start]) for p in dated):
        return [p for p in dated if not _SINCE.search(text[: p.start])], True
    for first, last in pairwise(dated):
        if _UNTIL.match(text[first.end : last.start]):
            part = _WHOLE.get((first.part, last.part)) if first.year == last.year else None
            if part is None:
                return [], True
            whole = replace(last, part=part, day=0, start=first.start)
            return [whole if p is last else p for p in dated if p is not first], False
    return dated, False


def _years(when: Sequence[Period]) -> list[Period]:
    years = {(_sort(p), p.year) for p in when if p.year and p.part}
    one = {sort: year for sort, year in years if sum(s == sort for s, _ in years) == 1}
    return [p if p.year or not p.part else replace(p, year=one.get(_sort(p), 0)) for p in when]


def _sort(period: Period) -> str:
    return "month" if period.part.isdigit() else period.part[:1]


def same(asked: Period, stated: Period) -> bool:
    """Tell whether a period that a text states is the one asked for, as far as both are told."""
    if asked.year and stated.year and asked.year != stated.year:
        return False
    if asked.part and stated.part not in (asked.part, *_WITHIN.get(asked.part, ())):
        return False
    if asked.day and stated.day and asked.day != stated.day:
        return False
    return bool(stated.year) or not asked.year or bool(asked.part)


def differs(asked: Period, stated: Period) -> bool:
    """Tell whether a period that a text states is another one of the same sort: another year, another quarter."""
    if stated.year and asked.year and stated.year != asked.year:
        return True
    return asked.part[:1] == "q" == stated.part[:1] and stated.part != asked.part


def dated(asked: Period, reading: Reading) -> Levels:
    """Return how far each sentence of an article is of the period that is asked for."""
    stated = reading.stated
    published = reading.article.published
    in_year = not asked.part and published is not None and published.year == asked.year
    anywhere = any(same(asked, p) for st in stated for p in st.periods)
    titled = any(same(asked, p) for p in reading.title.periods)
    levels = []
    for i, st in enumerate(stated):
        other = any(differs(asked, p) for p in st.periods)
        if any(same(asked, p) for p in st.periods):
            levels.append(1.0)
        elif any(asked.part == p.part and differs(asked, p) for p in st.periods if asked.part):
            levels.append(0.1)
        elif titled or (i and any(same(asked, p) for p in stated[i - 1].periods)):
            levels.append(_OTHER_TIME if other else 0.85)
        elif in_year:
            levels.append(_OTHER_TIME if other else 0.75)
        else:
            levels.append(0.35 if anywhere and not other else 0.1)
    return levels


_SHIFT = re.compile(
    r"\b(?:the )?(?:(?P<ahead>next|following)|(?P<back>previous|prior|preceding)) (?P<unit>year|quarter|half)\b"
    r"|\b(?:the |one |a )?(?P<unit2>year|quarter|half) "
    r"(?:(?P<ahead2>after|later|afterwards)|(?P<back2>before|earlier))\b",
    re.IGNORECASE,
)


def shifted(before: Period, text: str) -> str:
    """Return the period that text means after one was spoken of: "the year before" Q2 2025 is Q2 2024; else ""."""
    said = _SHIFT.search(text)
    if not said or not before.year:
        return ""
    step = 1 if said["ahead"] or said["ahead2"] else -1
    unit = (said["unit"] or said["unit2"]).lower()
    sort, number = before.part[:1], before.part[1:]
    if unit == "year":
        quarter = f"{before.part.upper()} " if sort in ("q", "h") and number.isdigit() else ""
        return f"{quarter}{before.year + step}"
    parts = {"quarter": ("q", 4), "half": ("h", 2)}
    if sort != parts[unit][0] or not number.isdigit():
        return ""
    years, part = divmod(int(number) - 1 + step, parts[unit][1])
    return f"{sort.upper()}{part + 1} {before.year + years}"


def spelled(period: Period, text: str) -> str:
    """Return a period of a question as an answer writes it: "Q2 2025"."""
    said = re.sub(r"\b[qh]\d", lambda part: part[0].upper(), text[period.start : period.end])
    return said if not period.year or str(period.year)[2:] in said else f"{said} {period.year}"


def several(when: Sequence[Period]) -> list[Period]:
    """Return the different periods of a question in its order, or nothing when there are fewer than two."""
    different = list({(p.year, p.part, p.day): p for p in when}.values())
    return different if len(different) > 1 else []
