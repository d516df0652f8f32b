"""Which products and companies a question names, and the marks behind them: "quark s1", "oura 5", "orbit 2"."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace

from bot.answering.concepts import Lexicon
from bot.answering.names import Gazetteer, Mention, designator
from bot.answering.spelling import common
from bot.text.facts import Kind, quantities
from bot.text.periods import periods
from bot.text.words import Word, stem, words

_NOT_MARKED = frozenset(
    (
        "top last first next past in of on for to at by from the a an and or over than about under since "
        "until q h fy are is was how all these those between with vs versus per series_ gen_ january february "
        "march april may june july august september october november december "
        "it its they them he she we you i me my minus type stage phase level class age number no not only just "
        "maybe like say said around roughly almost nearly up down out off"
    ).split()
)


def mentions_in(gazetteer: Gazetteer, found: list[Word], text: str, lexicon: Lexicon) -> list[Mention]:
    """Return the names of a question; a mark behind one ("s1" in "quark glasses s1") is joined to it where known."""
    mentions = [m for run in _runs(found, text) for m in _moved(gazetteer.mentions([w.form for w in run]), run, found)]
    mentions = [m for m in mentions if not _everyday(m, found, lexicon)]
    begun = {m.first for m in mentions}
    marked: list[Mention] = []
    for mention in mentions:
        if marked and mention.first < marked[-1].last:
            continue
        joined = mention.last < len(found) and not _owning(found[mention.last - 1], text)
        mark = found[mention.last] if joined and mention.last not in begun else None
        marked.append(_marked(mention, mark, gazetteer, text, _narrowed(mention, found, lexicon.categories)))
    return _plain(marked, found)


def _everyday(mention: Mention, found: list[Word], lexicon: Lexicon) -> bool:
    """Tell whether a mention is no name but an everyday word beside the next one: "noise cancellation"."""
    behind = found[mention.last].form if mention.last < len(found) else ""
    return len(mention.form) == 1 and behind in lexicon.everyday.get(mention.form[0], ())


def _runs(found: list[Word], text: str) -> list[list[Word]]:
    """Return the words cut behind each possessive: "Huawei's watches" are not the Huawei Watch."""
    runs: list[list[Word]] = [[]]
    for word in found:
        runs[-1].append(word)
        if _owning(word, text):
            runs.append([])
    return runs


def _owning(word: Word, text: str) -> bool:
    return text[word.start : word.end].endswith(("'s", "’s"))


def _moved(mentions: list[Mention], run: list[Word], found: list[Word]) -> list[Mention]:
    """Return the mentions of a run with their places in the whole question."""
    by = found.index(run[0]) if mentions else 0
    return [replace(m, first=m.first + by, last=m.last + by) for m in mentions]


def _marked(mention: Mention, mark: Word | None, gazetteer: Gazetteer, text: str, narrowed: Mention | None) -> Mention:
    """Return what a name and the mark behind it mean together; a mark that no known name has is kept as its variant."""
    if mark is None:
        return narrowed or mention
    form = (mention.form[0], mark.form)
    if form in gazetteer.by_form and (designator(mark.form) or mark.form in _MARKS):
        return Mention(form, tuple(gazetteer.by_form[form]), mention.first, mention.last + 1)
    known = narrowed or _numbered(mention, mark, gazetteer) or mention
    unknown = known.last == mention.last and mark.form not in known.form and _marks(mark, text)
    return replace(known, variant=mark.form) if unknown else known


def _numbered(mention: Mention, mark: Word, gazetteer: Gazetteer) -> Mention | None:
    """Return the one product that a maker's or family's name with a mark means: "oura 5" is the Oura Ring 5."""
    if not designator(mark.form):
        return None
    first = mention.form[0]
    found = [
        n
        for n in gazetteer.names
        if n.product
        and n.form[-1] == mark.form
        and len(n.form) > 1
        and set(mention.form[1:]) <= set(n.form)
        and first in (n.form[0], words(n.maker)[0].form if n.maker else "")
    ]
    forms = {n.form for n in found}
    return Mention(found[0].form, tuple(found), mention.first, mention.last + 1) if len(forms) == 1 else None


_WORDS = frozenset({"strategy", "research"})


def _counters(mentions: list[Mention], found: list[Word], firms: AbstractSet[str]) -> list[Mention]:
    """Return mentions with the firms that count the market and that no article names: their figures are not known."""
    named = {i for m in mentions for i in range(m.first, m.last)}
    new = [
        Mention((w.form,), (), i, i + 1)
        for i, w in enumerate(found)
        if w.form in firms and w.form not in _WORDS and i not in named
    ]
    return sorted([*mentions, *new], key=lambda m: m.first)


def unheard(
    mentions: list[Mention],
    found: list[Word],
    text: str,
    firms: AbstractSet[str],
    noise: AbstractSet[str],
    known: AbstractSet[str],
) -> list[Mention]:
    """Return mentions with what only articles' texts know, or nobody: a word with a mark ("orbit 2"), a firm.

    A question without any name is about the word that neither the articles nor English knows: "withings price".
    """
    dated = {i for i, w in enumerate(found) if any(p.start <= w.start < p.end for p in periods(text))}
    mentions = _counters(mentions, found, firms) or [
        Mention((w.form,), (), i, i + 1) for i, w in enumerate(found) if _strange(w, known)
    ]
    named = {i for m in mentions for i in range(m.first, m.last)}
    marked = (i for i, w in enumerate(found) if _MODEL.search(w.form) and w.form not in known)
    models = [i for i in marked if i not in named | dated]
    mentions += [Mention((found[i].form,), (), i, i + 1) for i in models]
    named |= {*models}
    taken = {(m.form[-1], m.variant) for m in mentions}
    pairs = [p for p in marked_pairs(found, named, dated, text, noise) if p not in taken]
    new = []
    for first, mark in pairs:
        at = next(i for i in range(len(found) - 1) if (found[i].form, found[i + 1].form) == (first, mark))
        if at not in named:
            new.append(Mention((first, mark), (), at, at + 2))
    return sorted([*mentions, *new], key=lambda m: m.first)


def _strange(word: Word, known: AbstractSet[str]) -> bool:
    """Tell whether a word can only be a name: it is in no list of English and in no article, with or without an s."""
    plain = word.form.isascii() and word.form.isalpha() and len(word.form) >= _NAME_LETTERS
    inflected = word.stem in known and len(word.form) - len(word.stem) <= _ENDING  # "withings" is no form of "with"
    heard = word.form in known or word.form.removesuffix("s") in known or inflected
    return plain and not heard and common(word.form) < _EVERYDAY


def _plain(mentions: list[Mention], found: list[Word]) -> list[Mention]:
    """Return mentions without everyday words that only happen to be a name: the "specs" of another maker, "true"."""
    mentions = [m for m in mentions if not _said_of_anything(m, found[m.first])]
    makers = {w.form for m in mentions if not m.product for n in m.names for w in words(n.text)}
    kept = []
    for m in mentions:
        everyday = m.product and len(m.form) == 1 and found[m.first].form.isalpha() and common(m.form[0]) >= _EVERYDAY
        owners = {w.form for n in m.names for w in words(n.maker)}
        if not (everyday and makers and not makers & owners):
            kept.append(m)
    return kept


def _said_of_anything(mention: Mention, word: Word) -> bool:
    """Tell whether a mention is one small word that everybody uses, and only a part of the name: True Ventures."""
    part = all(len(name.form) > 1 for name in mention.names)
    return part and len(mention.form) == 1 and not word.capital and common(mention.form[0]) >= _EVERYWHERE


_EVERYWHERE = 20_000
"""Occurrences in a list of English from which a word that is part of a name does not stand for the name."""
_MODEL = re.compile(r"\d[a-z]+\d|[a-z]\d+[a-z]+\d|[a-z]\d{3,}$")
"""What only names of models look like: "1000xm6", "sm-l330"."""
_NAME_LETTERS = 4
_ENDING = 3
_EVERYDAY = 40
"""Occurrences in a list of English from which a word is an everyday word."""


def _narrowed(mention: Mention, found: list[Word], categories: frozenset[str]) -> Mention | None:
    """Return the one name whose other words stand beside the mention: "camera airpods" are the AirPods with cameras."""
    if len(mention.names) == 1:
        return None
    beside = {w.stem for w in found[max(0, mention.first - 2) : mention.first] + found[mention.last : mention.last + 2]}
    own = {w.stem for w in found[mention.first : mention.last]}
    for name in mention.names:
        rest = {stem(f) for f in name.form if f not in ("with", "and", "of", "the", "by")} - own
        if name.product and rest - categories and rest <= beside and all(f.isalpha() for f in rest):
            return Mention(name.form, (name,), mention.first, mention.last, narrowed=True)
    return None


_NO_MARK = re.compile(
    r"max (?:brightness|heart|hr|resolution|volume|depth|speed|range|refresh|output|temperature|capacity|number"
    r"|amount)\b"
    r"|pro[ -](?:forma|rata)\b",
    re.IGNORECASE,
)
"""Words that look like the mark of a variant and say something of what follows."""
_MARKS = frozenset(["pro", "ultra", "max", "mini", "plus", "lite", "classic"])


def _marks(word: Word, text: str) -> bool:
    """Tell whether a word behind a name is the mark of a variant: not a year, a period or a quantity with a unit."""
    if word.form in _MARKS:
        return not _NO_MARK.match(text, word.start)
    if re.match(r"\s*(?:or|and|-|to|vs|bucks|percent|million|billion|times|people|pairs)\b", text[word.end :]):
        return False
    if not designator(word.form) or re.fullmatch(r"[qh]\d|\d+(?:mm|g|h|k|m)|[345]g", word.form):
        return False
    measured = [q for q in quantities(text) if q.start <= word.start < q.end and q.kind is not Kind.NUMBER]
    return not measured and not any(p.start <= word.start < p.end for p in periods(text))


def marked_pairs(
    found: list[Word], named: set[int], dated: set[int], text: str, noise: AbstractSet[str]
) -> tuple[tuple[str, str], ...]:
    """Return the words with the mark of a variant behind them that must stand side by side in the evidence."""
    pairs = []
    for i, word in enumerate(found[1:], 1):
        before = found[i - 1]
        if i in named or i in dated or i - 1 in dated or before.form in _NOT_MARKED or before.form.isdigit():
            continue
        if i - 1 not in named and before.form in noise:  # "which 3 things" counts, "orbit 2" names
            continue
        if _marks(word, text) and (word.form not in _MARKS or i - 1 in named):
            pairs.append((before.form, word.form))
    return tuple(pairs)
