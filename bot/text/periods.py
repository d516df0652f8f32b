"""The stretches of time that a text names: days, months, seasons, quarters, halves, years."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that a text names.

    year is 0 where it names none; part is q1..q4, h1, h2, a month "1".."12", a season, early, mid or late.
    """

    year: int
    part: str
    day: int
    start: int
    end: int


_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_YEAR = r"(?:19|20)\d{2}"
_SHORT_YEAR = r"(?:[’']\d{2}(?!\d)|2\d(?!\d|[.,]\d|\s?(?:%|percent|million|billion|units)))"
"""A year of two digits, where nothing else can be meant: "Q3 25"."""
# The names of the groups that hold a year end with y.
_PERIOD = re.compile(
    r"(?=\d|\b[qfsnthjmaodewl])(?:"
    rf"\bq1\s?(?:-|–|to)\s?(?P<nm>q3)(?:\s*(?:of\s)?(?P<nmy>{_YEAR}))?"
    rf"|\b(?P<nmt>first (?:three quarters|nine months)|9 months|nine months)(?: of)?(?:\s(?P<nmty>{_YEAR}))?"
    rf"|\b(?P<run>(?:first|last) (?:three|six|3|6) months)(?: of| in)? (?P<runy>{_YEAR})"
    r"|\bfy\s?[’']?(?P<fy>\d{2})\b"
    rf"|\bq(?P<q>[1-4])(?:\s*(?:of|in|,)?\s*(?:the\s)?(?:fy\s?)?(?P<qy>{_YEAR}|{_SHORT_YEAR}))?\b"
    rf"|\b(?P<qo>first|second|third|fourth|1st|2nd|3rd|4th) (?:fiscal )?quarter"
    rf"(?:\s(?:(?:of|in)\s)?(?:fiscal\s)?(?P<qoy>{_YEAR}|{_SHORT_YEAR}))?"
    rf"|\bh(?P<h>[12])(?:\s*(?:of|in)?\s*(?P<hy>{_YEAR}|{_SHORT_YEAR}))?\b"
    rf"|\b(?P<ho>first|second|1st|2nd) half(?: of(?: the year)?)?(?:\s*(?P<hoy>{_YEAR}|{_SHORT_YEAR}))?"
    rf"|\b(?P<hol>holiday quarter)(?: of)? (?P<holy>{_YEAR})"
    rf"|\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:-\d{{1,2}})? (?P<dm>{_MONTH})\b\.?,?(?:\s\(?(?P<dmy>{_YEAR}))?"
    # "in October 25" is a year, "October 25" a day.
    rf"|(?<=\bin )(?P<im>{_MONTH})\b\.? (?P<imy>2\d)(?!\d|st|nd|rd|th|[.,]\d)"
    rf"|\b(?P<am>{_MONTH})\b\.? ?[’'](?P<amy>\d{{2}})(?!\d)"
    rf"|\b(?P<md>{_MONTH})\b\.?(?:\s(?P<mdd>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?)?,?(?:\s\(?(?P<mdy>{_YEAR}))?"
    rf"|\b(?P<season>spring|summer|autumn|fall|winter)(?: of)?(?:\s(?P<sy>{_YEAR}))?"
    rf"|\b(?P<part>early|mid|late)[\s-](?P<py>{_YEAR})"
    r"|(?<=[’'])(?P<ay>2\d)(?![\d%’'\"]|[.,]\d)"
    r"|(?<=\bin )(?P<iy>2[4-9])(?=\W*$|\s(?:and|or|vs|versus|compared)\b)"
    rf"|(?<![\d.,$€£])(?P<y>{_YEAR})(?![\d%]|[.,]\d)(?!\s(?:yuan|dollars|euros|units|adults|people|nits"
    rf"|pixels|mAh|hours|grams)\b)"
    rf"(?!\s?[x×]\s?\d))",
    re.IGNORECASE,
)
_RUNS = {"first 3": "q1", "last 3": "q4", "first 6": "h1", "last 6": "h2"}
"""Months at an end of a year -> the part of it that they are."""
_BARE_SEASONS = ("fall", "spring")


def periods(text: str) -> list[Period]:
    """Return the periods and dates that text names, in order."""
    return [p for p in map(_period, _PERIOD.finditer(text)) if p is not None]


def _month(name: str) -> str:
    return str(next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(name.lower()[:3])))


def _year(digits: str) -> int:
    short = digits.strip("’'")
    return int(short) + 2000 if len(short) <= len("25") else int(short)


def _period(match: re.Match[str]) -> Period | None:
    g = {k: v for k, v in match.groupdict().items() if v}
    year = next((_year(digits) for name, digits in g.items() if name.endswith("y")), 0)
    day = int(g.get("d") or g.get("mdd") or 0)
    bare_may = g.get("md") == "may" and not day and not year
    season = g.get("season", "").lower()
    if bare_may or (season in _BARE_SEASONS and not year):
        return None
    return Period(year, _part(g), day, match.start(), match.end())


def _part(g: dict[str, str]) -> str:
    if "nm" in g or "nmt" in g or "run" in g:
        run = g.get("run", "").lower().replace("three", "3").replace("six", "6").removesuffix(" months")
        return _RUNS.get(run, "q1-q3")
    if "q" in g or "qo" in g:
        return f"q{g.get('q') or _ORDINALS[g['qo'].lower()]}"
    if "h" in g or "ho" in g:
        return f"h{g.get('h') or _ORDINALS[g['ho'].lower()]}"
    if "hol" in g:
        return "q4"
    for month in ("dm", "im", "am", "md"):
        if month in g:
            return _month(g[month])
    season = g.get("season", g.get("part", "")).lower()
    return "autumn" if season == "fall" else season
