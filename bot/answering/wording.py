"""A message cut into what it asks, and its words as they were meant."""

from __future__ import annotations

import re

from bot.answering.asked import Knowledge
from bot.answering.concepts import Lexicon
from bot.answering.spelling import common, mend
from bot.text.words import level, stem, words

_SPLIT = re.compile(
    r"(?<=[?!;])\s+|(?<=[a-z]{3}\.)\s+|\n+|,?\s+also,?\s+(?=what|how|when|who|where|why|which|is|does|did|tell)"
    r"|,?\s+(?:and\s+)?then\s+(?=(?:tell|what|how|when|who|where|why|which)\b)"
    r"|\s+[+&]\s+(?=(?:what|how|when|who|where|why|which)\b)"
    r"|,?\s+and\s+(?=(?:do|does|did|is|are|was|were|can|could|will|has|have) (?:it|they|he|she)\b)"
    r"|,?\s+and\s+(?=(?:(?:at|for|in|on|to|from|by|with) )?(?:what|how|when|who|where|why|which)\b)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(?:please |pls |now |and |then )*(?:ignore|disregard|forget (?:all|your|the|everything|previous)"
    r"|pretend|act as|roleplay|print|reveal|output|repeat (?:after|the)|delete|erase|override|you are now"
    r"|you(?:'re| are) (?:now )?\w+ (?:now|mode)\b|(?:list|show|dump|send|leak)\b.*\b(?:env(?:ironment)? var"
    r"|api keys?|system prompt|your (?:\w+ )?(?:secret|password|token|instruction))"
    r"|from now on|system\s*:|admin override|translate your|say that|reply with|respond with"
    r"|answer (?:only )?with|make up|invent|write (?:me )?an? |stop citing|new instructions?\b)",
    re.IGNORECASE,
)
_DENIALS = {
    word.replace("'", ""): word
    for word in (
        "isn't aren't wasn't weren't doesn't didn't don't hasn't haven't hadn't couldn't wouldn't shouldn't can't "
        "won't mustn't needn't ain't"
    ).split()
}
"""Denials as they are typed in a hurry -> as they are spelled: read as a slip, "couldnt" would become "could"."""
_COMMON = 1_000
"""Occurrences in a list of English from which a plural is that of the word, not of a name: boats, not boAt."""
_GLUED = re.compile(r"([a-z]{2,3})(\d{1,2})$")


def clauses(question: str) -> list[str]:
    """Return the separate things that a message asks, in order; nothing when it only gives the bot orders.

    An order is text like any other: it is neither followed nor looked up.
    """
    parts = [p.strip(" ,;") for p in _SPLIT.split(question)]
    return [p for p in parts if words(p) and not _ORDER.search(p)]


def respell(text: str, known: Knowledge, lexicon: Lexicon, *, mending: bool = True) -> str:
    """Return text with its slips mended and people's short names replaced.

    Without mending, for words of other languages, only the short names are replaced.
    """
    found = words(text)
    forms = [w.form for w in found]
    denials = {i: denied for i, f in enumerate(forms) if mending and (denied := _DENIALS.get(f))}
    slips = mend(["" if i in denials else f for i, f in enumerate(forms)], known.dictionary) if mending else {}
    slips |= denials
    forms = [slips.get(i, f) for i, f in enumerate(forms)]
    for i, form in enumerate(forms):  # alibabas, whoops, gt6
        glued = _GLUED.match(form)
        if glued and form not in known.vocabulary and glued.groups() in known.gazetteer.pairs:
            slips[i] = " ".join(glued.groups())
        elif _several(forms[i - 1] if i else "", form, known, lexicon) or (
            form.endswith("s")
            and form not in known.vocabulary
            and (form,) not in known.gazetteer.by_form
            and (form[:-1],) in known.gazetteer.by_form
            and min(common(form), common(form[:-1])) < _COMMON
        ):
            slips[i] = form[:-1]
    pieces, at = [], 0
    for i, word in enumerate(found):
        if i in slips and word.start >= at:
            # "wach8" is two words in one place: what is mended keeps its number.
            rest = [forms[i + 1]] if i + 1 < len(found) and found[i + 1].start == word.start else []
            pieces += [text[at : word.start], " ".join([slips[i], *rest])]
            at = word.end
    return _expand("".join([*pieces, text[at:]]), lexicon)


def _several(before: str, form: str, known: Knowledge, lexicon: Lexicon) -> bool:
    """Tell whether a word is the last one of a product's name, of which there are several: "vision pros"."""
    pairs = known.gazetteer.pairs
    one = form.endswith("s") and (before, form[:-1]) in pairs and (before, form) not in pairs
    return one and stem(form[:-1]) not in lexicon.categories


def _expand(text: str, lexicon: Lexicon) -> str:
    found = words(text)
    forms = tuple(w.form for w in found)
    for phrase, meaning in lexicon.alias:
        if phrase[0] not in forms:
            continue
        for i in range(len(found) - len(phrase) + 1):
            if forms[i : i + len(phrase)] == phrase:
                start, end = found[i].start, found[i + len(phrase) - 1].end
                if level(meaning) not in level(text):
                    return _expand(text[:start] + meaning + text[end:], lexicon)
    return text
