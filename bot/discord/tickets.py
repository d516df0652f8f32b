"""What it takes to answer something later, also after a restart, as the id of a message."""

from __future__ import annotations

from dataclasses import dataclass

import discord


@dataclass(frozen=True, slots=True)
class Ticket:
    """A deferred interaction: its token is good for 15 minutes and answers it without a connection of its own."""

    interaction: int
    application: int
    token: str
    private: bool

    @property
    def id(self) -> str:
        """The ticket as the id of a message; the same interaction delivered twice has the same id."""
        return f"interaction {self.interaction} {self.application} {'private' if self.private else 'open'} {self.token}"


def ticket_for(interaction: discord.Interaction, *, private: bool) -> Ticket:
    """Return the ticket of an interaction that was deferred."""
    return Ticket(interaction.id, interaction.application_id, interaction.token, private)


def ticket(message_id: str) -> Ticket | None:
    """Return the ticket that a message id is, None when it is the id of a message on Discord."""
    if not message_id.startswith("interaction "):
        return None
    _, interaction, application, kind, token = message_id.split(" ", 4)
    return Ticket(int(interaction), int(application), token, kind == "private")
