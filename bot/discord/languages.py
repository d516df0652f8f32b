"""What Discord tells of people's languages."""

from __future__ import annotations

from collections import OrderedDict

_REMEMBERED = 10_000


class Languages:
    """The languages of people's apps, which Discord tells with their commands only and not with what they write.

    In memory, of the last 10,000 people who used a command alone with the bot.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()

    def learn(self, user: str, language: str) -> None:
        """Remember the language of a person's app."""
        self._known[user] = language
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def of(self, user: str) -> str:
        """Return the language of a person's app; empty when it is not known."""
        return self._known.get(user, "")

    def forget(self, user: str) -> None:
        """Drop what is known of a person."""
        self._known.pop(user, None)
