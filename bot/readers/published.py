"""Read publication dates that are written out in full, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from bot.values import Published

# January to December as publishers write them in the languages of our sources; no two of them mean two months.
_NAMED = """
jan january januar janvier janv enero ene gennaio gen janeiro januari jän jänner
feb february februar février févr fév febrero febbraio fevereiro fev februari
mar march märz mär mrz mars marzo março maart mrt
apr april avril avr abril abr aprile
may mai mayo maggio mag maio mei
jun june juni juin junio giugno giu junho
jul july juli juillet juil julio luglio lug julho
aug august août agosto ago augustus
sep sept september septembre septiembre settembre set setembro
oct october oktober octobre octubre ottobre ott outubro out okt
nov november novembre noviembre novembro
dec december dezember dez décembre déc diciembre dic dicembre dezembro
"""
_MONTHS = {name: n for n, names in enumerate(_NAMED.strip().splitlines(), 1) for name in names.split()}
_MONTH = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.?º)?"
_WEEKDAY = r"(?:[^\W\d_]{2,13}(?:-feira)?\.?,? )?"
_CLOCK = (
    r"(?:(?:,? at |,? um |,? à |,? |T)\d{1,2}[:h]\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:[ap]\.?m\.?|uhr)?"
    r",? ?(?:Z|[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d\d:?\d\d)?)?"
)
_FORMS = (
    _YEAR,
    rf"{_YEAR}[-/.](?P<month>\d{{1,2}})",
    rf"{_YEAR}(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_CLOCK}",
    rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:T\d{{4,6}}(?:Z|[+-]\d{{4}})?)?",
    # Dots part day, month and year, in this order, wherever they are used.
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})\. ?(?P<month>\d{{1,2}})\. ?{_YEAR}{_CLOCK}",
    # With strokes only a number above 12 tells the day.
    rf"(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{{1,2}})/{_YEAR}{_CLOCK}",
    rf"(?P<month>\d{{1,2}})/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}{_CLOCK}",
    rf"{_YEAR} ?[年년] ?(?P<month>\d{{1,2}}) ?[月월](?: ?(?P<day>\d{{1,2}}) ?[日일])?{_CLOCK}",
    rf"{_MONTH},? (?:de )?{_YEAR}",
    rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}{_CLOCK}",
    rf"{_WEEKDAY}(?:le |el |il )?{_DAY}\.? (?:of |de |di )?{_MONTH},? (?:de )?{_YEAR}{_CLOCK}",
    rf"{_WEEKDAY}{_DAY}[- ]{_MONTH}[- ]{_YEAR}{_CLOCK}",
)

_STAMP = re.compile(
    r"(?:by [^\d\n]{3,60}?(?: on|\s?[,|·•–—-]) |(?:(?:first |originally )?(?:published|posted)|date)(?: on)?:? )?(.+)",
    re.IGNORECASE,
)
_HEAD_LINES = 8
_LONGEST = 60


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    # Compiled when the first date is read: most processes read none, and all of them would wait.
    return tuple(re.compile(form, re.IGNORECASE) for form in _FORMS)


def published(text: str) -> Published | None:
    """Return the date that a text consists of, as exact as it is written; None when it is anything else.

    Understood: 2025, 2025-11, 2025-11-28, 20251128, 2025/11/28, 28.11.2025, ISO 8601 and RFC 822 dates and times,
    November 2025, Nov 28, 2025, 28 November 2025, each with a weekday or a time of day, the month in English,
    German, French, Spanish, Italian, Portuguese or Dutch, and 2025年11月28日. The day is the one that is written,
    in the publisher's own time. A form that can mean two days (05/06/2025), a date that no calendar has and a
    relative one ("yesterday") are None: a date is never guessed.
    """
    folded = " ".join(text.split())
    if len(folded) > _LONGEST or any(sign.isdigit() and not sign.isascii() for sign in folded):
        return None
    for form in _forms():
        if found := form.fullmatch(folded):
            return _value(found.groupdict())
    return None


def dated(lines: Iterable[str]) -> Published | None:
    """Return the date that a line of its own near the top of a text gives, alone, after "Published" or a byline.

    A bare year is no date line. Looks at the first eight lines that are not empty.
    """
    for line in [line for line in lines if line.strip()][:_HEAD_LINES]:
        stamp = _STAMP.fullmatch(line.strip())
        if stamp and (found := published(stamp[1])) and found.month:
            return found
    return None


def _value(parts: dict[str, str | None]) -> Published | None:
    name = parts.get("name")
    month = _MONTHS[name.casefold()] if name else int(parts.get("month") or 0)
    value = Published(int(parts["year"] or 0), month, int(parts.get("day") or 0))
    if (parts.get("day") and not value.day) or ("month" in parts and not value.month):
        return None
    try:
        date(value.year, value.month or 1, value.day or 1)
    except ValueError:
        return None
    return value
