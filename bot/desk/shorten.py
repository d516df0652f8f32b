"""A short form of an answer that hides nothing against it."""

from __future__ import annotations

from dataclasses import replace

from bot.values import Answer, Role


def shortened(answer: Answer) -> Answer:
    """Return an answer with its first statement, and every correction and disagreement; citations keep their n."""
    lines = answer.text.split("\n")
    opening = len(lines) - len(answer.statements)
    if answer.declined or opening < 0:
        return answer
    shown = [k for k, s in enumerate(answer.statements) if k == 0 or s.role in (Role.CORRECTION, Role.DISAGREES)]
    statements = tuple(answer.statements[k] for k in shown)
    numbers = {n for s in statements for n in s.citations}
    return replace(
        answer,
        text="\n".join([*lines[:opening], *(lines[opening + k] for k in shown)]),
        statements=statements,
        citations=tuple(c for c in answer.citations if c.n in numbers),
    )
