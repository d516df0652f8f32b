"""The front desk of the newsroom: every admin act passes here, is checked, carried out and written down.

To add a command, write a function (Act, Tell) -> Told in a module of this room and add a Command for it to what
bot.app.newsroom puts together. It then works in both chats and the terminal, stands in their menus, and is checked
and audited:

    Command("gaps", "What people asked and no article tells", gaps.run)

The function is plain blocking code in a thread of its own. It may call tell(Told) to show how far it is: the adapter
edits one message, as often as the platform allows. What it returns replaces that. A BotError that it raises is told
as its sentence. Told.choices become buttons; a press comes back as an Act and is checked like one that is typed.
Told.picture is sent as a photo.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import BotError
from bot.newsroom.acts import Act, Person, Tell, Told, say
from bot.newsroom.roles import Role, Roles
from bot.phrases import phrases

log = logging.getLogger(__name__)

_WAITING = 20
"""News that wait for a platform at most."""

Note = Callable[[Act, str], None]
"""Writes an act and its outcome into the audit log."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that admins can do."""

    name: str
    """a-z and _, at most 20."""
    says: str
    """What it does, for menus: at most 100 characters."""
    run: Callable[[Act, Tell], Told]
    role: Role = Role.ADMIN
    """The least that a person must be."""
    takes: str = ""
    """What is typed behind it, in a word or two; empty: nothing is."""
    documents: bool = False
    """Whether a file can be sent with it."""
    changes: bool = False
    """Whether it changes or fetches anything, and so stands in the audit log."""
    hidden: bool = False
    """Whether only buttons lead to it."""


class Newsroom:
    """Carries out what admins want, and nothing that anybody else wants. Safe from several threads."""

    def __init__(
        self,
        roles: Roles | None = None,
        commands: Sequence[Command] = (),
        note: Note | None = None,
        stop: Callable[[], None] | None = None,
    ) -> None:
        self.roles = roles or Roles()
        self._commands = {command.name: command for command in commands}
        self._note = note
        self._stop = stop
        self._news: dict[str, deque[Told]] = {}

    def command(self, name: str) -> Command | None:
        """Return a command by its name, None when there is none."""
        return self._commands.get(name)

    def offered(self, role: Role) -> tuple[Command, ...]:
        """Return the commands that stand in the menu of whoever has a role."""
        return tuple(each for each in self._commands.values() if not each.hidden and role >= each.role)

    def may(self, who: Person | None, name: str) -> bool:
        """Tell whether a person may use a command; nobody may use one that is not there."""
        command = self._commands.get(name)
        return command is not None and self.roles.of(who) >= command.role

    def act(self, act: Act, tell: Tell) -> Told:
        """Carry an act out and return what to say; never raises. Whether the person may is checked here, each time."""
        command = self._commands.get(act.name)
        if command is None or not self.may(act.who, act.name):
            log.warning("Refused: %s wanted %s.", act.who or "somebody who is not known for sure", act.name)
            return say(refusal(command, act.language))
        try:
            told = command.run(act, tell)
        except BotError as error:
            told = say(str(error))
        except Exception:
            log.exception("The command %s failed.", act.name)
            told = say(phrases(act.language).acts["failed"])
        if command.changes:
            self.write(act, told.outcome or told.lines[0])
        return told

    def write(self, act: Act, outcome: str) -> None:
        """Write an act into the audit log, or into the log where that cannot be written."""
        try:
            if self._note:
                self._note(act, outcome)
        except BotError as error:
            # A full disk must not stop an admin who is freeing it; the log keeps what the audit log cannot.
            log.error("%s Not in the audit log: %s, %s %s: %s", error, act.who, act.name, act.what, outcome)  # noqa: TRY400

    def announce(self, told: Told) -> None:
        """Tell all admins of what they have not asked for; while nobody serves a platform, the last few wait."""
        for platform in self.roles.platforms():
            self._news.setdefault(platform, deque(maxlen=_WAITING)).append(told)

    def news(self, platform: str) -> list[tuple[str, Told]]:
        """Take what is to be told on a platform: the number of an admin's account, and what they are told."""
        waiting, told = self._news.get(platform), list[Told]()
        while waiting:
            told.append(waiting.popleft())
        admins = [number for number, role in self.roles.listed(platform).items() if role is Role.ADMIN]
        return [(number, each) for each in told for number in admins]

    def stop(self) -> None:
        """End what is under way, since the process is about to; what it was doing is as if it had never begun."""
        if self._stop:
            self._stop()


def refusal(command: Command | None, language: str) -> str:
    """Return the sentence for somebody who may not use a command, in their language."""
    if command is None:
        return phrases(language).acts["unknown"]
    return phrases(language).acts["editors" if command.role is Role.EDITOR else "admins"]
