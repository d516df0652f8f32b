"""The company that a question only describes: "the startup behind the Stream ring" is Sandbar."""

from __future__ import annotations

import re

from bot.answering.names import Gazetteer
from bot.text.words import words

_BEHIND = re.compile(
    r"(?:the )?(?:company|startup|start-up|firm|business|manufacturer|maker|brand|team)s?"
    r" (?:behind|that (?:makes?|made|built|builds|sells?)|which (?:makes?|made|built|sells?)|making|of) (?:the )?",
    re.IGNORECASE,
)


def behind(text: str, gazetteer: Gazetteer) -> str:
    """Return a question with the maker's name where it speaks of the company behind a product whose maker is known.

    "headcount at the startup behind the Stream ring" asks the same as "headcount at Sandbar".
    """
    found = words(text)
    starts = {found[m.first].start: m for m in gazetteer.mentions(tuple(w.form for w in found)) if m.product}
    for said in _BEHIND.finditer(text):
        mention = starts.get(said.end())
        makers = {name.maker for name in mention.names} if mention else set()
        if mention and len(makers) == 1 and (maker := makers.pop()):
            return f"{text[: said.start()]}{maker}{text[found[mention.last - 1].end :]}"
    return text
