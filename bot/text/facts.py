"""What a sentence states that can be checked letter by letter: quantities, periods, negations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.text.words import level


class Kind(StrEnum):
    """What a quantity measures."""

    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    WEIGHT = "weight"
    LENGTH = "length"
    ANGLE = "angle"
    BRIGHTNESS = "brightness"
    CHARGE = "charge"
    STORAGE = "storage"
    FREQUENCY = "frequency"
    PIXELS = "pixels"
    RATING = "rating"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: kind, the digits levelled ("1799"), the unit and the place."""

    kind: Kind
    digits: str
    unit: str
    start: int
    end: int
    relative: bool
    """True for differences ("100 grams lighter", "$80 more"), which are no value of the thing itself."""


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


_NUMBER = r"\d+(?:[.,\u202f ]\d{3}(?!\d))*(?:\.\d+)?"
_SCALE = r"(?:\s?(?:hundred|thousand|million|billion|trillion|bn|m|k)\b)?"
_CURRENCY = r"(?:US\$|HK\$|A\$|C\$|[$€£¥₩₹]|RMB|CNY|USD|EUR|GBP|JPY)"
_CURRENCY_WORD = r"(?:yuan|dollars?|euros?|pounds?|yen|won|rupees?|RMB|USD|EUR|CHF|francs?)"
_RANGE = r"\s?(?:to|-|–|or|and)\s?"
_SPELLED = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty)"
_SPELLED_NUMBER = re.compile(r"(?i)\b(?:an?|\w+?)\b")
_MAGNITUDE = re.compile(r"(?i)\b(hundred|thousand|million|billion|trillion|bn)\b")

_UNITS: dict[Kind, str] = {
    Kind.PERCENT: r"(?:%|percent\b|per cent\b|percentage points?\b)",
    Kind.CHARGE: r"(?:mAh|Wh)\b",
    Kind.WEIGHT: r"(?:kg|kilograms?|grams?|(?-i:g)|ounces?|oz|lbs?)\b",
    Kind.LENGTH: r"(?:-?(?:mm|nm|millimet(?:er|re)s?|cm|centimet(?:er|re)s?|inch(?:es)?|met(?:er|re)s?|m|ft|feet|ATM)"
    r"\b)",
    Kind.ANGLE: r"(?:-?degrees?\b|°(?!\s?[CF]))",
    Kind.BRIGHTNESS: r"nits?\b",
    Kind.STORAGE: r"(?:GB|TB|MB)\b",
    Kind.FREQUENCY: r"(?:[GMk]?Hz\b|fps\b|frames per second\b|times (?:per|a) (?:second|minute|day)\b)",
    Kind.PIXELS: r"(?:(?:mega)?pixels?\b|-?megapixels?\b|MP\b|ppi\b|ppd\b)",
    Kind.DURATION: r"-?(?:hours?|hrs?|h|minutes?|mins?|seconds?|days?|weeks?|months?|years?|quarters?)\b",
}
_QUANTITY = re.compile(
    # Where none of them begins, one look is enough: most places of a text are inside a word.
    r"(?=[-+±\d$€£¥₩₹]|\b[uhacregjiotfsen])(?:"
    rf"(?P<money>(?:{_CURRENCY}\s?{_NUMBER}(?:{_SCALE}{_RANGE}(?={_CURRENCY}?\s?\d){_CURRENCY}?\s?{_NUMBER})?{_SCALE})"
    rf"|(?:{_NUMBER}(?:{_SCALE}{_RANGE}{_NUMBER})?{_SCALE}\s?{_CURRENCY_WORD}\b))"
    r"|(?P<rating>\bIP(?:X?\d{1,2}|\d[X\d])\b)"
    r"|(?P<pixels_by>\d[\d,]*\s?[x×]\s?\d[\d,]*)"
    + "".join(
        rf"|(?P<{kind.value}>(?<![\w.,])[-+±]?{_NUMBER}{_SCALE}(?:{_RANGE}{_NUMBER}{_SCALE})?\s?{unit})"
        for kind, unit in _UNITS.items()
    )
    + rf"|(?P<number>(?<![\w.,]){_NUMBER}{_SCALE}(?!\w|[.,]\d))"
    # Spelled numbers count where the unit leaves no doubt; "a month" is a rate more often than a duration.
    + rf"|(?P<duration_by>\b(?:{_SPELLED}[\s-](?:full\s)?|(?:an?|one) (?:full )?(?=day|week|hour))"
    + rf"{_UNITS[Kind.DURATION]}))",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"^\s*(?:[a-z]+\s)?(?:more|less|higher|lower|lighter|heavier|larger|bigger|smaller|thinner|slimmer"
    r"|brighter|longer"
    r"|shorter|faster|slower|cheaper|stronger|better|wider|narrower|off|discount|above|below|ahead)\b",
    re.IGNORECASE,
)
_COMPARAND = re.compile(
    r"\b(?:lighter|heavier|larger|bigger|smaller|thinner|longer|shorter|faster|cheaper|more|less)"
    r" than (?!\$|€|£|\d|a\b)\w[^;]*$"
)
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
_YEAR_GROUPS = (
    "nmy",
    "nmty",
    "runy",
    "fy",
    "qy",
    "qoy",
    "hy",
    "hoy",
    "holy",
    "dmy",
    "imy",
    "amy",
    "mdy",
    "sy",
    "py",
    "ay",
    "iy",
    "y",
)
_BARE_SEASONS = ("fall", "spring")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot"
    r"|un(?:likely|confirmed|disclosed|available|audited|released|changed)"
    r"|(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|wo|ca)n[’']t)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPS = re.compile(r"(?<=\d)[,\u202f\u00a0 ](?=\d{3}(?!\d))")


def numbers(text: str) -> frozenset[str]:
    """Return the digits of every number in text without thousands separators: "1,799" gives "1799"."""
    return frozenset(_DIGITS.findall(_GROUPS.sub("", text)))


def negations(text: str) -> int:
    """Return how many words of text deny something."""
    return len(_NEGATION.findall(text))


def quantities(text: str, when: Sequence[Period] | None = None) -> list[Quantity]:
    """Return the quantities of text in order; years and dates are left to periods().

    when: what periods() gave for text, for who has it already.
    """
    taken = [(p.start, p.end) for p in (periods(text) if when is None else when)]
    found = []
    for match in _QUANTITY.finditer(text):
        kind = Kind((match.lastgroup or "number").removesuffix("_by"))
        start, end = match.span()
        if kind is Kind.NUMBER and any(s < end and start < e for s, e in taken):
            continue
        raw = match.group()
        digits = _DIGITS.findall(_GROUPS.sub("", raw))
        magnitude = _MAGNITUDE.search(raw)
        unit = level(_DIGITS.sub("", raw)).strip(" .,-")
        key = ("-".join(digits) or _SPELLED_NUMBER.findall(raw)[0].lower()) + (
            f" {magnitude.group().lower()}" if magnitude else ""
        )
        relative = bool(_COMPARED.match(text[end : end + 24]) or _COMPARAND.search(text[:start]))
        found.append(Quantity(kind, key, unit, start, end, relative))
    return found


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
    year = next((_year(g[k]) for k in _YEAR_GROUPS if k in g), 0)
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
