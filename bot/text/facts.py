"""What a sentence states that can be checked letter by letter: quantities, numbers, negations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.text.periods import Period, periods


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
    """A number with its unit: kind, the digits levelled ("1799") and the place."""

    kind: Kind
    digits: str
    start: int
    end: int
    relative: bool
    """True for differences ("100 grams lighter", "$80 more"), which are no value of the thing itself."""


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
        key = ("-".join(digits) or _SPELLED_NUMBER.findall(raw)[0].lower()) + (
            f" {magnitude.group().lower()}" if magnitude else ""
        )
        relative = bool(_COMPARED.match(text[end : end + 24]) or _COMPARAND.search(text[:start]))
        found.append(Quantity(kind, key, start, end, relative))
    return found
