"""Read publication dates that are written out in full, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
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
# Monday to Sunday, likewise. A word that is no weekday ("Ends 28 November 2025") makes a text no date.
_WEEKDAYS = """
mon monday mo montag lun lundi lunes lunedì lunedi segunda seg ma maandag
tue tues tuesday di dienstag mar mardi martes martedì martedi terça ter dinsdag
wed wednesday mi mittwoch mer mercredi mié miércoles mercoledì mercoledi quarta qua wo woensdag
thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedì giovedi quinta qui donderdag
fri friday fr freitag ven vendredi vie viernes venerdì venerdi sexta sex vr vrijdag
sat saturday sa samstag sonnabend sam samedi sáb sab sábado sabato za zaterdag
sun sunday so sonntag dim dimanche dom domingo domenica zo zondag
"""
_WEEKDAY = rf"(?:(?:{'|'.join(sorted(set(_WEEKDAYS.split()), key=len, reverse=True))})(?:-feira)?\.?,? )?"
_IN_SIGNS = r"(?: ?[(（]?(?:星期|周)?[日月火水木金土一二三四五六天월화수목금토일](?:曜日|요일)?[)）]?)?"
_ZONE = (
    r",? ?(?:Z|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d\d)?|[A-Z]{2,5})?"
    r"(?: UTC|\[[\w/+-]{1,40}\]| \([\w ]{1,40}\))?"
)
_CLOCK = (
    r"(?:(?:,? at |,? um |,? à |,? |T| ?[-–—|·•] ?)"
    rf"(?:\d{{1,2}}[:h.]\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?| ?uhr)?|\d{{1,2}} ?[ap]\.?m\.?){_ZONE})?"
)
_FORMS = (
    _YEAR,
    rf"{_YEAR}[-/.](?P<month>\d{{1,2}})",
    rf"{_YEAR}(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_CLOCK}",
    rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:T?(?:\d{{4}}|\d{{6}})(?:Z|[+-]\d{{4}})?)?",
    rf"{_YEAR}\. (?P<month>\d{{1,2}})\. (?P<day>\d{{1,2}})\.?{_CLOCK}",
    # Dots part day, month and year, in this order, wherever they are used.
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})\. ?(?P<month>\d{{1,2}})\. ?{_YEAR}{_CLOCK}",
    # With strokes only a number above 12 tells the day.
    rf"(?P<day>1[3-9]|2\d|3[01])(?P<sep>[/-])(?P<month>\d{{1,2}})(?P=sep){_YEAR}{_CLOCK}",
    rf"(?P<month>\d{{1,2}})(?P<sep>[/-])(?P<day>1[3-9]|2\d|3[01])(?P=sep){_YEAR}{_CLOCK}",
    rf"{_YEAR} ?[年년] ?(?P<month>\d{{1,2}}) ?[月월](?: ?(?P<day>\d{{1,2}}) ?[日일]{_IN_SIGNS})?{_CLOCK}",
    rf"{_MONTH},? (?:de )?{_YEAR}",
    rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}{_CLOCK}",
    rf"{_WEEKDAY}(?:le |el |il |the |den )?{_DAY}\.? (?:of |de |di )?{_MONTH},? (?:de )?{_YEAR}{_CLOCK}",
    rf"{_WEEKDAY}{_DAY}[- ]{_MONTH}[- ]{_YEAR}{_CLOCK}",
    rf"{_WEEKDAY}{_MONTH} {_DAY} \d\d:\d\d:\d\d(?: [A-Z]{{2,5}}| [+-]\d{{4}})? {_YEAR}",  # as C and Unix write it
)

_STAMP = re.compile(
    r"(?:by [^\d\n]{3,60}?(?: on|\s?[,|·•–—-]) |(?:(?:first |originally )?(?:published|posted)|date)(?: on)?:? )?(.+)",
    re.IGNORECASE,
)
_HEAD_LINES = 8
_LONGEST = 80
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHORT = re.compile(  # RFC 822, before years had four digits; the weekday has to agree
    rf"(?P<weekday>{'|'.join(_DAYS)}), (?P<rest>\d{{1,2}} {_MONTH} )(?P<short>\d\d)(?P<clock> \d\d:.*)",
    re.IGNORECASE,
)
_SECONDS = re.compile(r"(1\d{9})(?:\d{3}|\d{6})?(?:\.\d*)?")
_FIRST = date(1995, 1, 1)
_LATEST = 1_900_000_000
"""In 2030. From then on seconds and 1999123123, a day and an hour, look alike."""


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    # Compiled when the first date is read: most processes read none, and all of them would wait.
    return tuple(re.compile(form, re.IGNORECASE) for form in _FORMS)


def published(text: str) -> Published | None:
    """Return the date that a text consists of, as exact as it is written; None when it is anything else.

    Understood: 2025, 2025-11, 2025-11-28, 20251128, 2025/11/28, 28.11.2025, ISO 8601 and RFC 822 dates and times,
    November 2025, Nov 28, 2025, 28 November 2025, each with a weekday or a time of day, the month in English,
    German, French, Spanish, Italian, Portuguese or Dutch, 2025年11月28日 and 2025. 11. 28. The day is the one that is
    written, in the publisher's own time. A form that can mean two days (05/06/2025), a date that no calendar has and
    a relative one ("yesterday") are None: a date is never guessed.
    """
    folded = " ".join(text.split())
    if len(folded) > _LONGEST or any(sign.isdigit() and not sign.isascii() for sign in folded):
        return None
    for form in _forms():
        if found := form.fullmatch(folded):
            return _value(found.groupdict())
    return None


def stamped(text: str) -> Published | None:
    """Return the date in a field that holds nothing else: what published() reads, and what programs write.

    That is seconds since 1970, also in thousandths and millionths, from 2001 to 2030 and as a day in UTC; and years of
    two digits behind a weekday that agrees, as feeds of old have them.
    """
    folded = " ".join(text.split())
    if found := _SECONDS.fullmatch(folded):
        seconds = int(found[1])
        day = datetime.fromtimestamp(seconds, UTC)
        return Published(day.year, day.month, day.day) if seconds < _LATEST else None
    return _of_old(folded) or published(folded)


def plausible(when: Published | None) -> Published | None:
    """Return a date that an article on the web can have been published at: since 1995, and tomorrow at the latest."""
    return when if when and _FIRST <= when.earliest <= datetime.now(UTC).date() + timedelta(days=1) else None


def _of_old(folded: str) -> Published | None:
    found = _SHORT.fullmatch(folded)
    when = published(f"{found['rest']}20{found['short']}{found['clock']}") if found else None
    return when if found and when and _DAYS[when.earliest.weekday()] == found["weekday"].casefold() else None


def dated(lines: Iterable[str]) -> Published | None:
    """Return the date that a line of its own near the top of a text gives, alone, after "Published" or a byline.

    A bare year is no date line. Looks at the first eight lines that are not empty.
    """
    for line in [line for line in lines if line.strip()][:_HEAD_LINES]:
        stamp = _STAMP.fullmatch(line.strip())
        if stamp and (found := plausible(published(stamp[1]))) and found.month:
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
