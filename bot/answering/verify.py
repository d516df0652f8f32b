"""The check that every answer passes before it leaves: each sentence stands in its quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.text.facts import negations, numbers
from bot.text.words import spelled, words
from bot.values import Article, Citation, Statement

_COUNTING = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion"
    " bn dozen first second third fourth fifth half quarter double triple january february march april may june july"
    " august september october november december jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_SENTENCE_ENDS = re.compile(r"[.!?;…][”’\"')\]]*\s+$|\n\s*$")


def faults(statement: Statement, citations: Mapping[int, Citation], article: Callable[[str], Article]) -> list[str]:
    """Return what is wrong with a statement, nothing when it may be sent.

    It must cite; every quote must stand in its article's body letter for letter; every number, in digits or words,
    every month and every name must stand in a quote; and a sentence may not lose or gain a negation against the
    words it quotes.
    """
    cited = [citations[n] for n in statement.citations if n in citations]
    if not cited or len(cited) != len(statement.citations):
        return ["it cites nothing"]
    if not spelled(statement.text):
        return ["it says nothing"]
    wrong = [
        f"quote {c.n} does not stand in {c.article_id}"
        for c in cited
        if not c.quote.strip() or c.quote not in article(c.article_id).body
    ]
    quoted = "\n\n".join(c.quote for c in cited)
    given = frozenset(n for c in cited for n in numbers(c.quote))
    wrong += [f"the number {n} is in no quote" for n in sorted(numbers(statement.text) - given)]
    known = {form for form, _, _ in spelled(quoted)}
    wrong += [f"the word {n} is in no quote" for n in _telling(statement.text) if n not in known]
    if negations(statement.text) > negations(quoted) or _lost_negation(statement.text, cited):
        wrong.append("a negation differs from the quote")
    return wrong


def _telling(text: str) -> list[str]:
    """Return the levelled words that a quote must hold: those with a capital or a digit, numbers and months.

    Whole words, as the 1 of "S1" is no receipt for "1 November".
    """
    return [w.form for w in words(text) if w.form in _COUNTING or _marked(text[w.start : w.end])]


def _marked(word: str) -> bool:
    return any(c.isupper() or c.isdigit() for c in word)


def _lost_negation(text: str, cited: list[Citation]) -> bool:
    """Tell whether text leaves out a negation of the quote that it is taken from.

    A part that is quoted word for word from the start of a sentence up to a semicolon or a full stop keeps its sense.
    """
    main = cited[-1].quote
    if negations(text) >= negations(main):
        return False
    return not any(_whole(part.rstrip("."), main) for part in (text, text.split(": ", 1)[-1]))


def _whole(part: str, quote: str) -> bool:
    at = quote.find(part)
    before, after = quote[: max(at, 0)], quote[at + len(part) :].lstrip()
    return at >= 0 and (not before or bool(_SENTENCE_ENDS.search(before))) and (not after or after[0] in ".;")
