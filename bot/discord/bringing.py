"""Files that admins and editors send to the bot alone: the same drafts as /admin add shows."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import aiohttp
import discord

from bot.discord.acting import attached, carried_out, sheets
from bot.discord.layout import layout
from bot.discord.reading import PLATFORM, home_of, place_of
from bot.discord.sending import steadily
from bot.discord.service import Service
from bot.discord.sheets import Sheet
from bot.newsroom.acts import Act, Person
from bot.newsroom.newsroom import Newsroom

log = logging.getLogger(__name__)


def brings(message: discord.Message, newsroom: Newsroom) -> bool:
    """Tell whether a message is nothing but files that an admin or editor sends to the bot alone, to be added.

    Files of a message that was forwarded are somebody else's, and do not stand among its own.
    """
    files = message.attachments and not message.content.strip() and not home_of(message)
    return bool(files) and newsroom.may(Person(PLATFORM, str(message.author.id)), "add")


async def bring(service: Service, message: discord.Message) -> None:
    """Show what is understood of each file, one after another."""
    who, place = Person(PLATFORM, str(message.author.id)), place_of(message.channel)
    for number, file in enumerate(message.attachments):
        act = Act(who, "add", document=attached(file, service.origins), place=place)
        below = _Below(message, number)
        try:
            told = await carried_out(service, act, below.show)
            first, *rest = sheets(told) if told else ()
            await below.show(first)
            for sheet in rest:
                await below.send(sheet)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.warning("What was understood of a file could not be told: %s.", error)


@dataclass(slots=True)
class _Below:
    """What is told of one file, below the message that brought it."""

    above: discord.Message
    number: int
    _sent: list[discord.Message] = field(default_factory=list)

    async def show(self, sheet: Sheet) -> None:
        """Show a sheet in the first message."""
        if self._sent:
            # Said again: the library does not do it for an edit that changes no plain content.
            nobody = discord.AllowedMentions.none()
            await steadily(lambda: self._sent[0].edit(view=layout(sheet), allowed_mentions=nobody))
        else:
            await self.send(sheet)

    async def send(self, sheet: Sheet) -> None:
        """Show a sheet in a message of its own."""
        # Within minutes Discord takes a second message with this nonce for the first, and returns that.
        nonce = f"{self.above.id}.{self.number}.{len(self._sent)}"
        sent = await steadily(
            lambda: self.above.channel.send(
                view=layout(sheet),
                nonce=nonce,
                reference=self.above.to_reference(fail_if_not_exists=False),
                mention_author=False,
                suppress_embeds=True,
            )
        )
        self._sent.append(sent)
