"""Who may do what, by the numbers of accounts that the operator has listed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from bot.newsroom.acts import Person

TERMINAL = "terminal"
"""The platform of whoever sits at the keyboard: they could change every file anyway."""


class Role(IntEnum):
    """What a person may do; each may do what those before it may."""

    NOBODY = 0
    EDITOR = 1
    """May add articles."""
    ADMIN = 2
    """May administer."""


class Roles:
    """The admins and editors, as "telegram:12345" or "discord:678"; everybody else is nobody."""

    def __init__(self, admins: Iterable[str] = (), editors: Iterable[str] = ()) -> None:
        self._admins = frozenset(admins)
        self._editors = frozenset(editors)

    def of(self, who: Person | None) -> Role:
        """Return what a person may do; None: somebody whose account is not known for sure."""
        if who is None or not who.id:
            return Role.NOBODY
        if who.platform == TERMINAL or str(who) in self._admins:
            return Role.ADMIN
        return Role.EDITOR if str(who) in self._editors else Role.NOBODY

    def platforms(self) -> frozenset[str]:
        """Return the platforms that have admins."""
        return frozenset(name.split(":", 1)[0] for name in self._admins)

    def listed(self, platform: str) -> dict[str, Role]:
        """Return the numbers of the accounts of a platform that may do anything, with their roles."""
        people = [Person(*name.split(":", 1)) for name in sorted(self._admins | self._editors)]
        return {who.id: self.of(who) for who in people if who.platform == platform}
