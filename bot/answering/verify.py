"""The check that every answer passes before it leaves: each sentence stands in its quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.text.facts import negations, numbers
from bot.text.words import Word, words
from bot.values import Article, Citation, Statement


def faults(statement: Statement, citations: Mapping[int, Citation], article: Callable[[str], Article]) -> list[str]:
    """Return what is wrong with a statement, nothing when it may be sent.

    It must cite; every quote must stand in its article's body letter for letter; every number and every name must
    stand in a quote; and a sentence may not lose or gain a negation against the words it quotes.
    """
    cited = [citations[n] for n in statement.citations if n in citations]
    if not cited or len(cited) != len(statement.citations):
        return ["it cites nothing"]
    wrong = [
        f"quote {c.n} does not stand in {c.article_id}"
        for c in cited
        if not c.quote.strip() or c.quote not in article(c.article_id).body
    ]
    quoted = " ".join(c.quote for c in cited)
    wrong += [f"the number {n} is in no quote" for n in sorted(numbers(statement.text) - numbers(quoted))]
    known = {w.form for w in words(quoted)}
    wrong += [f"the name {n} is in no quote" for n in _names(words(statement.text)) if n not in known]
    if negations(statement.text) > negations(quoted) or _lost_negation(statement.text, cited):
        wrong.append("a negation differs from the quote")
    return wrong


def _names(found: Iterable[Word]) -> list[str]:
    return [w.form for w in found if w.capital]


def _lost_negation(text: str, cited: list[Citation]) -> bool:
    """Tell whether text leaves out a negation of the quote that it is taken from.

    A part that is quoted word for word up to a semicolon or a full stop keeps its own sense.
    """
    main = cited[-1].quote
    if negations(text) >= negations(main):
        return False
    told = text.split(": ", 1)[-1].rstrip(".")
    at = main.find(told)
    end = main[at + len(told) :].lstrip()
    return not (at >= 0 and (not end or end[0] in ".;")) or negations(told) < negations(main[at : at + len(told)])
