"""What was written to the bot while nobody listened: read where Discord lets it, as far back as it is worth a reply."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

import discord

from bot.discord.sending import LONGEST_TRY, steadily

_LOOK_BACK = 3600.0
"""Seconds; what is older is not read. What is too old for an answer gets the desk's apology, as on Telegram."""
_DOUBT = 60.0
"""Seconds before the last sign of life that count as missed, too: a connection that is dead looks alive for a while."""
_NOTED_EVERY = 5.0
_CHANNELS, _MESSAGES = 50, 100
"""The channels that are read, and the newest messages in each."""
_DIRECT = 200
_KEPT_EVERY = 3600.0

log = logging.getLogger(__name__)


class Hearing:
    """Knows until when Discord was heard, by an earlier process too: the date of a file tells it.

    Discord repeats to a session that resumes what it missed, and nothing to a new one.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        """Take the path of the file, which may be missing; then nobody has listened before."""
        self._path = path
        self._clock = clock
        self._direct: OrderedDict[int, tuple[str, float]] = OrderedDict()
        try:
            self._until = path.stat().st_mtime
        except OSError:
            self._until = clock() - _NOTED_EVERY

    def hears(self) -> None:
        """Note that Discord is heard at this moment."""
        if self._clock() - self._until < _NOTED_EVERY:
            return
        self._until = self._clock()
        with suppress(OSError):  # a full disk costs what is written while the next process starts
            self._path.touch()

    def talks(self, channel: int, user: str) -> bool:
        """Remember a direct channel in which a person wrote: Discord gives no list of them.

        True when that is to be kept on disk, too: for the first time, and once an hour.
        """
        now, (_, kept) = self._clock(), self._direct.get(channel, ("", 0.0))
        due = now - kept >= _KEPT_EVERY
        self._direct[channel] = user, now if due else kept
        self._direct.move_to_end(channel)
        if len(self._direct) > _DIRECT:
            self._direct.popitem(last=False)
        return due

    def forget(self, user: str) -> None:
        """Drop the direct channels of a person."""
        for channel in [channel for channel, (whose, _) in self._direct.items() if whose == user]:
            del self._direct[channel]

    def since(self) -> datetime:
        """Return the time from which messages may have been missed."""
        return datetime.fromtimestamp(max(self._until - _DOUBT, self._clock() - _LOOK_BACK), UTC)

    async def missed(self, client: discord.Client, direct: Iterable[int]) -> AsyncIterator[discord.Message]:
        """Yield the messages since then, oldest first in each channel; a channel that cannot be read is left out.

        direct: channels that an earlier process knew, the last one first.
        """
        since = self.since()
        known = islice(dict.fromkeys((*reversed(self._direct), *direct)), _DIRECT)
        for channel in (*_written_in(client, since), *map(client.get_partial_messageable, known)):
            if client.is_closed():
                return
            try:
                found = await steadily(partial(_newest, channel, since), LONGEST_TRY)
            except (discord.Forbidden, discord.NotFound):  # a permission of its own; a channel that is gone
                continue
            except Exception as error:  # noqa: BLE001  # whatever it is, the other channels are read
                log.warning("A channel could not be read: %s.", type(error).__name__)
                continue
            for message in found:
                yield message


async def _newest(channel: discord.abc.Messageable, since: datetime) -> list[discord.Message]:
    found = [message async for message in channel.history(limit=_MESSAGES, after=since, oldest_first=False)]
    return found[::-1]


def _written_in(client: discord.Client, since: datetime) -> Iterator[discord.abc.Messageable]:
    """Yield the channels in which something was written since, the last one first; then those that do not tell."""
    after = discord.utils.time_snowflake(since)
    found: list[tuple[int, discord.abc.Messageable]] = []
    for guild in client.guilds:
        for channel in (*guild.channels, *guild.threads):
            if isinstance(channel, discord.abc.Messageable):
                last = getattr(channel, "last_message_id", None) or 0
                if not last or last > after:
                    found.append((last, channel))
    found.sort(key=lambda one: one[0], reverse=True)
    yield from (channel for _, channel in found[:_CHANNELS])
