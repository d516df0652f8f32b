"""Read publication dates that are written out in full, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.values import Published

_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CLOCK = (
    r"(?:(?:,? at |,? |T)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:[ap]\.?m\.?)?,? ?(?:Z|[A-Z]{2,5}|[+-]\d\d:?\d\d)?)?"
)
_FORMS = [
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        _YEAR,
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})",
        rf"{_YEAR}(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_CLOCK}",
        rf"{_MONTH},? {_YEAR}",
        rf"(?:[a-z]{{3,9}}\.?,? )?{_MONTH} {_DAY},? {_YEAR}{_CLOCK}",
        rf"(?:[a-z]{{3,9}}\.?,? )?{_DAY}\.? (?:of )?{_MONTH},? {_YEAR}{_CLOCK}",
    )
]

_STAMP = re.compile(r"(?:(?:(?:first |originally )?(?:published|posted)|date)(?: on)?:? )?(.+)", re.IGNORECASE)
_HEAD_LINES = 8
_LONGEST = 60


def published(text: str) -> Published | None:
    """Return the date that a text consists of, as exact as it is written; None when it is anything else.

    Understood: 2025, 2025-11, 2025-11-28, 2025/11/28, an ISO 8601 date and time, November 2025, Nov 28, 2025,
    28 November 2025, each with a weekday or a time of day. A form that can mean two days (05/06/2025), a date
    that no calendar has and a relative one ("yesterday") are None: a date is never guessed.
    """
    folded = " ".join(text.split())
    if len(folded) > _LONGEST:
        return None
    for form in _FORMS:
        if found := form.fullmatch(folded):
            return _value(found.groupdict())
    return None


def dated(lines: Iterable[str]) -> Published | None:
    """Return the date that a line of its own near the top of a text gives, alone or after "Published".

    A bare year is no date line. Looks at the first eight lines that are not empty.
    """
    for line in [line for line in lines if line.strip()][:_HEAD_LINES]:
        stamp = _STAMP.fullmatch(line.strip())
        if stamp and (found := published(stamp[1])) and found.month:
            return found
    return None


def _value(parts: dict[str, str | None]) -> Published | None:
    name = parts.get("name")
    month = _MONTHS[name[:3].casefold()] if name else int(parts.get("month") or 0)
    value = Published(int(parts["year"] or 0), month, int(parts.get("day") or 0))
    if ("day" in parts and not value.day) or ("month" in parts and not value.month):
        return None
    try:
        date(value.year, value.month or 1, value.day or 1)
    except ValueError:
        return None
    return value
