"""The words of "I don't know": what is missing, and what the articles cover nearest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.answering.asked import Asked
from bot.answering.compose import Receipts
from bot.answering.ranking import Ranked
from bot.answering.times import spelled
from bot.text.day import day
from bot.text.words import words
from bot.values import Article

_RELATED = 0.35
_ABOUT = 0.7
_SHARED = 0.3
"""What a sentence holds of the words of a question, by how telling they are, when it shares one that tells."""
_PROPERTY = {
    "units": "number sold",
    "share": "market share",
    "leader": "head",
    "ceo": "chief executive",
    "count": "number",
    "length_of_time": "time",
    "sum_raised": "sum raised",
    "users": "number of users",
    "water": "water rating",
    "decline": "fall",
    "staff": "number of people",
    "counted_by": "source",
    "announced": "announcement",
    "jobs": "number of jobs cut",
    "production": "place of production",
    "founded": "founder",
    "stock": "share price",
    "system": "operating system",
    "finance_chief": "head of finance",
    "technology_chief": "head of technology",
    "headcount": "number of employees",
    "market_size": "size of the market",
}
_KINDS = frozenset(
    ("date", "person", "place", "reason", "count", "amount", "length_of_time", "rank", "function", "connectivity")
)
"""Properties whose names alone say nothing: "the date of the Oura Ring"."""


def missing(asked: Asked, ranked: Sequence[Ranked]) -> str:
    """Return in a few words what no article gives: "the Quark S2", "the weight of the Snap Specs", "Q1 2026"."""
    told = [named(asked, k) for k in range(len(asked.mentions))]
    whom = " and ".join(dict.fromkeys(told))
    if whom and any(t.inside and not t.place for t in asked.terms):  # a word that no article has is not said again
        whom = f"that part of {whom}"
    unknown = [n for n, m in zip(told, asked.mentions, strict=True) if m.variant]
    marked = unknown or [f"{a} {b}" for a, b in asked.variants]
    near = [r for r in ranked[:5] if r.unfit]
    if marked and any(r.unfit == "variant" for r in near):
        return f"anything about {marked[0]}"
    maker = "supplier" if asked.supplier else ""
    telling = sorted(asked.askings, key=lambda a: (a.concept.name != maker, not a.concept.strict, not a.concept.values))
    properties = [a.concept.name for a in telling]
    properties = [name for name in properties if not (name in _KINDS and whom)]
    what = _PROPERTY.get(properties[0], properties[0].replace("_", " ")) if properties else ""
    period = " ".join(spelled(p, asked.text) for p in asked.periods[:1])
    parts = [f"the {what}" if what else "", f"of {whom}" if whom and what else whom, f"for {period}" if period else ""]
    parts.append(f"in {asked.currency}" if asked.currency and what else "")
    where = next((t.form for t in asked.terms if t.inside and t.place and not t.everywhere), "")
    parts.append(f"in {_place(where)}" if where and (what or whom) else "")
    if what and not any(parts[1:]):
        return ""
    if not what and any(parts):
        parts.insert(0, "an answer about")
    return " ".join(p for p in parts if p)


def _place(form: str) -> str:
    return f"the {form.upper()}" if form in ("us", "usa", "uk", "eu") else form.title()


def named(asked: Asked, k: int) -> str:
    """Return a mention as its known name is spelled, with the mark that no known name has: "Quark S2"."""
    mention = asked.mentions[k]
    if not mention.names:
        return asked.spelled(mention)
    best = max(mention.names, key=lambda n: (n.form == mention.form, len(n.articles)))
    spelled = {w.form: best.text[w.start : w.end] for w in words(best.text)}
    name = best.text if best.form == mention.form else " ".join(spelled.get(f, f) for f in mention.form)
    mark = mention.variant.title() if mention.variant.isalpha() else mention.variant.upper()
    return f"{name} {mark}".strip()


def nearest(asked: Asked, ranked: Sequence[Ranked]) -> Ranked | None:
    """Return the sentence that comes nearest to a question that was declined, None when nothing is related.

    It is about what the question names or, when that is nothing, shares a telling word with it: the "ring".
    """
    related = [r for r in ranked if r.cosine >= _RELATED and (r.facets.names >= 0.4 or r.facets.terms >= _SHARED)]
    named = bool(asked.mentions)
    return max(
        related, key=lambda r: (r.facets.names >= _ABOUT, named or r.facets.terms >= _SHARED, r.score), default=None
    )


def words_of_decline(
    asked: Asked, ranked: Sequence[Ranked], receipts: Receipts, cards: Iterable[Article]
) -> tuple[str, str]:
    """Return the text of a declined answer and its note: what is missing, the nearest article or the topics."""
    what = missing(asked, ranked)
    close = nearest(asked, ranked)
    opening = f"I don't know: no article gives {what}." if what and close else "I don't know: no article answers that."
    if close is None:
        topics = Counter(c.topic for c in cards if c.topic)
        listed = ", ".join(t for t, _ in topics.most_common(6))
        note = f"The articles cover {listed}." if listed else ""
        return f"{opening} {note}".strip(), note
    n = receipts.cite(close.reading.article, close.sentence.text)
    source = receipts.citations[n - 1]
    subject = next(
        iter((*close.reading.article.products, *close.reading.article.companies)), close.reading.article.topic
    )
    about = f" on {subject}" if subject else ""
    note = f"Nearest: {source.publisher}{about} [{n}] ({day(source.published)})."
    return f"{opening} {note}", note
