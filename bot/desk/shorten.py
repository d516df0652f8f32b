"""A short form of an answer."""

from __future__ import annotations

from dataclasses import replace

from bot.values import Answer


def shortened(answer: Answer) -> Answer:
    """Return an answer with its first statement alone; citations keep their n."""
    if answer.declined or not answer.statements:
        return answer
    first = answer.statements[0]
    return replace(
        answer,
        text=answer.text.split("\n", 1)[0],
        statements=(first,),
        citations=tuple(c for c in answer.citations if c.n in first.citations),
    )
