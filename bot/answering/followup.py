"""A question that leans on the turns before it, made to stand alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.answering.asked import Asked
from bot.answering.names import DEVICES, FILLING, Gazetteer, Mention, Name
from bot.answering.times import shifted
from bot.text.words import words
from bot.values import Turn

_LEANS = re.compile(
    r"^(?:and|but|so|then|or|what about|how about|same for|what else|und|et|y|e)\b"
    r"|\b(?:it|its|it's|they|them|their|he|she|his|her|him|that|those|this|these|there|one|ones|other"
    r"|another|both|previous|former|latter|same)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:and|but|so|then|or)\b\s*,?\s*|what about\s|how about\s|same for\s|und\s|et\s)+", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:the )?(?:other|second|cheaper|smaller|bigger|sibling) (?:one|model|version|pair|variant)?\b", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|she|his|her|him|this one|that one|this|that|those"
    r"|these)\b(?! (?:year|month|week|quarter))",
    re.IGNORECASE,
)

_BARE = re.compile(
    r"^(?:why|how come|how so|since when|until when|till when|when|where|how long|how often"
    r"|(?:from|by|to|over|with|for|against|about|on|at) (?:whom|who|what|which))"
    r"(?: (?:exactly|though|then|is that|was that))?\W*$",
    re.IGNORECASE,
)
"""A question word and nothing else: it asks more of what was asked before ("is it banned", "since when")."""
_ASKED = re.compile(
    r"^\W*(?:and |so |but |also )?(?:(?:at|from|in|on|by|since|until|to|for|over|with|about) )?"
    r"(?:how (?:much money|many \w+|much|long|come|often)|what|when|where|who(?:m|se)?|why|which)\b\s*",
    re.IGNORECASE,
)
"""What a question begins with that asks for one thing."""

Understand = Callable[[str], Asked]


def leans(question: str, asked: Asked) -> bool:
    """Tell whether a question cannot be understood without the turns before it."""
    bare = not asked.mentions and not asked.terms
    return (
        bool(_LEANS.search(question)) and not (asked.mentions and asked.askings and not _OPENING.search(question))
    ) or bare


def standalone(question: str, history: Sequence[Turn], understand: Understand, gazetteer: Gazetteer) -> str:
    """Return question with what it leans on put in, from the nearest earlier question that names something."""
    earlier = _earlier(history, understand)
    if earlier is None:
        return question
    question = _with_person(question, history, gazetteer)
    before, now = understand(earlier), understand(question)
    rest = _OPENING.sub("", question).strip() or question
    if _BARE.match(rest) and not now.mentions and before.mentions:
        return f"{rest.rstrip('?!. ')} {_ASKED.sub('', earlier, count=1)}"
    return _elliptical(earlier, before, now, rest) or _referring(earlier, before, now, rest, gazetteer)


_PERSON = re.compile(r"\b(?:he|she|his|him|her)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}\b")


def _with_person(question: str, history: Sequence[Turn], gazetteer: Gazetteer) -> str:
    """Return question with "he" or "she" replaced by the one person whom the last answer names, where it names one."""
    said = next((t.text for t in reversed(history) if t.speaker != "user"), "")
    named = [n for n in _NAME.findall(said) if not gazetteer.mentions([w.form for w in words(n)])]
    people = {n for n in named if not any(n in other for other in named if other != n)}
    return _PERSON.sub(lambda _: people.pop(), question, count=1) if len(people) == 1 else question


def _elliptical(earlier: str, before: Asked, now: Asked, rest: str) -> str:
    """Return the earlier question about what is named now ("and samsung?"), "" when more than a name is new."""
    if now.askings or len(now.terms) > 1:
        return ""
    if now.mentions:
        return _swapped(earlier, before, now)
    if now.periods and not now.terms:
        return _with_period(earlier, before, now.text[now.periods[0].start : now.periods[0].end], now.periods[0].year)
    if before.periods and (moved := shifted(before.periods[-1], now.text)):
        return earlier[: before.periods[-1].start] + moved + earlier[before.periods[-1].end :]
    if _OPENING.search(now.text) and now.terms and before.mentions:
        start, end = _spans(earlier, before.mentions[:1])[0]
        return earlier[:start] + rest.rstrip("?!. ") + earlier[end:]
    return ""


def _referring(earlier: str, before: Asked, now: Asked, rest: str, gazetteer: Gazetteer) -> str:
    """Return the question with its pronoun, its "other one" or nothing at all replaced by what was named before."""
    sibling = _sibling(before, gazetteer) if _OTHER.search(rest) else ""
    if sibling and not now.askings and before.mentions:
        start, end = _spans(earlier, before.mentions[:1])[0]
        return earlier[:start] + sibling + earlier[end:]
    if sibling:
        return _OTHER.sub(f"the {sibling}", rest, count=1)
    if now.product:
        return rest
    names = " ".join(earlier[s:e] for s, e in _kinds(earlier, before.mentions))
    if not names:
        return f"{earlier.rstrip('?!. ')} {rest}"
    if _PRONOUN.search(rest):
        return _PRONOUN.sub(lambda _: names, rest, count=1)
    return f"{rest.rstrip('?!. ')} {names}"


def _earlier(history: Sequence[Turn], understand: Understand) -> str | None:
    asked = [t.text for t in history if t.speaker == "user"][-4:]
    for text in reversed(asked):
        if understand(text).mentions:
            return text
    return asked[-1] if asked else None


def _spans(text: str, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    found = words(text)
    return [(found[m.first].start, found[m.last - 1].end) for m in mentions]


def _kinds(text: str, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """Return the spans of mentions, those of companies with the kind of device behind them: "Apple smart glasses"."""
    found, spans = words(text), _spans(text, mentions)
    for k, mention in enumerate(mentions):
        end = mention.last
        while not mention.product and end < len(found) and found[end].stem in FILLING | DEVICES:
            end += 1
        spans[k] = spans[k][0], found[end - 1].end
    return spans


def _swapped(earlier: str, before: Asked, now: Asked) -> str:
    """Return the earlier question about what is named now: "xiaomi bands q1" and "samsung?" give "samsung bands q1"."""
    named = " ".join(now.text[s:e] for s, e in _spans(now.text, now.mentions))
    same = [m for m in before.mentions if m.product == now.mentions[0].product] or list(before.mentions)
    if not same:
        return f"{earlier.rstrip('?!. ')} {named}"
    ((start, end),) = _spans(earlier, same[:1])
    return earlier[:start] + named + earlier[end:]


def _with_period(earlier: str, before: Asked, period: str, year: int) -> str:
    if before.periods:
        old = before.periods[0]
        said = f"{period} {old.year}" if old.year and not year else period
        return earlier[: old.start] + said + earlier[old.end :]
    return f"{earlier.rstrip('?!. ')} {period}"


def _sibling(before: Asked, gazetteer: Gazetteer) -> str:
    """Return the other product of the same family and the same articles: Quark G1 for Quark S1."""
    named = {m.form for m in before.mentions}
    for name in (n for m in before.mentions for n in m.names):
        family = [n for n in gazetteer.names if n.product and n.form not in named and _kin(n, name)]
        if family:
            return max(family, key=lambda n: (len(n.articles & name.articles), n.text)).text
    return ""


def _kin(one: Name, other: Name) -> bool:
    """Tell whether two products are editions of one family: the same first word, maker and length of name."""
    same = one.form[:1] == other.form[:1] and len(one.form) == len(other.form) and one.maker == other.maker
    return same and bool(one.articles & other.articles)
