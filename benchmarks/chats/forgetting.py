"""What /forget leaves of people: a search, byte by byte, through all that a bot keeps."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path

from discord_parts import ROOMY, connected
from discord_server import DIRECT, Asked, DiscordServer, discord_server, until
from telegram_parts import served, told
from telegram_server import Fake, Json
from telling_parts import Growing

Row = tuple[str, ...]
_FIRST = 987_650_000
"""Number of the first person; nobody else's, and no moment, begins so."""
_PATIENCE = 120.0
_SAID = 3
"""Messages of each."""
_AT_ONCE = 20
"""People who ask at once: of more the bot asks some to come back in a minute."""


def forgetting(count: int) -> list[Row]:
    """Return what is left of so many people on each platform that asked, rated, wished and chose."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            asyncio.run(_on_telegram(Path(folder) / "telegram", count)),
            asyncio.run(_on_discord(Path(folder) / "discord", count)),
        ]


async def _on_telegram(folder: Path, count: int) -> Row:
    people = range(_FIRST, _FIRST + count)
    async with Fake(per_second=0.0) as server, served(server, folder, ROOMY, ask=told):
        for few in (people[k : k + _AT_ONCE] for k in range(0, count, _AT_ONCE)):
            for number in few:
                server.say(f"how heavy is {_word(number)}", number, sender=_person(number))
                server.say(f"unknown {_word(number)}", number, sender=_person(number))
                server.say("/settings length short", number, sender=_person(number))
            await server.until(partial(_answered, server, few), _PATIENCE)
        for label in ("Not useful", "wrong", "gap", "Tell me"):
            await _pressed(server, label)
        before = _known(folder, people)
        for number in people:
            server.say("/forget", number, sender=_person(number))
        await server.until(lambda: all("deleted" in server.texts(number)[-1] for number in people), _PATIENCE)
        return _row("Telegram", count, before, _known(folder, people))


def _answered(server: Fake, people: range) -> bool:
    return all(len(server.texts(number)) == _SAID for number in people)


async def _pressed(server: Fake, label: str) -> None:
    """Let everybody press the button with that label below what they were answered."""
    before = len(server.made("answerCallbackQuery"))
    shown = [(int(chat), message) for (chat, _), message in server.messages.items() if label in str(message)]
    for number, message in shown:
        server.press(message, label, _person(number))
    await server.until(lambda: len(server.made("answerCallbackQuery")) == before + len(shown), _PATIENCE)


async def _on_discord(folder: Path, count: int) -> Row:
    people = range(_FIRST, _FIRST + count)
    async with discord_server() as server, connected(server, folder, ROOMY, Growing()):
        asked = [await server.command("ask", DIRECT, number, question=_word(number)) for number in people]
        await until(lambda: all(map(server.answer_to, asked)), _PATIENCE)
        for number, each in zip(people, asked, strict=True):
            offered = await _told(server, await server.press(each.original, "Report the gap", number))
            await _told(server, await server.press(offered, "Tell me when it is known", number))
        before = _known(folder, people)
        for number in people:
            await _told(server, await server.command("forget", DIRECT, number))
        return _row("Discord", count, before, _known(folder, people))


async def _told(server: DiscordServer, asked: Asked) -> int:
    """Wait until an interaction is answered and return the id of what answers it."""
    answer = await until(lambda: server.answer_to(asked), _PATIENCE)
    return int(answer["id"])


def _row(platform: str, count: int, before: int, after: int) -> Row:
    """Return a line; when nothing could be found of somebody before, nothing is proved, and they count as bad."""
    what = f"{platform}: people who asked, rated or wished, all found on disk before /forget; found afterwards"
    return what, f"{before:,}", f"{after + count - before:,}", "0"


def _known(folder: Path, people: range) -> int:
    """Return of how many people a word that they wrote, or their number, stands in any file of a folder."""
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return sum(_word(number).encode() in kept or str(number).encode() in kept for number in people)


def _word(number: int) -> str:
    return f"giraffe{number - _FIRST:05}"


def _person(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": "Ada"}
