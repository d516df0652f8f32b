"""A newsroom that remembers what it was made to do, for the tests of who may make it do anything."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from bot.newsroom.acts import Act, Choice, Tell, Told, say
from bot.newsroom.newsroom import Command, Newsroom
from bot.newsroom.roles import Role, Roles

ADMIN, EDITOR, STRANGER = 701, 702, 703
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@dataclass
class Witness:
    """Commands that note who used them."""

    done: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)
    room: Newsroom = field(default_factory=Newsroom)

    def newsroom(self, platform: str, admin: int = ADMIN, editor: int = EDITOR) -> Newsroom:
        roles = Roles([f"{platform}:{admin}"], [f"{platform}:{editor}"])
        commands = (
            Command("wipe", "Wipes", self.wipe, takes="What to wipe", changes=True),
            Command("feed", "Feeds", self.note, Role.EDITOR),
            Command("slow", "Takes its time", self.slow),
            Command("chart", "Draws", self.chart),
            Command("broken", "Breaks", self.broken),
            Command("really", "Wipes really", self.note, hidden=True, changes=True),
            Command("why", "How an answer came about", self.note),
        )
        self.room = Newsroom(
            roles, commands, lambda act, outcome: self.written.append(f"{act.who} {act.name}: {outcome}")
        )
        return self.room

    def note(self, act: Act, _: Tell) -> Told:
        self.done.append(f"{act.who} {act.name} {act.what}".strip())
        return say(f"Done: {act.name} {act.what}.")

    def wipe(self, act: Act, _: Tell) -> Told:
        self.done.append(f"{act.who} wipe {act.what}".strip())
        return say("Do you mean it?", choices=(Choice("Yes, wipe", "really", "all-of-it"),))

    def slow(self, act: Act, tell: Tell) -> Told:
        for number in range(1000):
            tell(say(f"{number} of many"))
            if self.go_on.wait(0.02):
                break
        return self.note(act, tell)

    def chart(self, _: Act, __: Tell) -> Told:
        return Told(("A chart.",), picture=PNG)

    def broken(self, _: Act, __: Tell) -> Told:
        raise ZeroDivisionError
