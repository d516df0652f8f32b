"""Messages out: each once, whatever Telegram answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from telegram import ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, Forbidden, InvalidToken, TelegramError

from bot.desk.underway import Mark
from bot.messages import Place
from bot.telegram.api import Api
from bot.telegram.buttons import Button
from bot.telegram.chats import Chats
from bot.telegram.outcomes import Lost, Undeliverable, refused, wait_after
from bot.telegram.rendering import Outgoing
from bot.telegram.waiting import thread

log = logging.getLogger(__name__)
Rows = Sequence[Sequence[Button]]
TRIES = 40
"""How often a request that Telegram surely did not carry out is made again: a quarter of an hour at the longest."""


def keyboard(rows: Rows) -> dict[str, object] | None:
    """Return buttons as Telegram takes them; None when there are none."""
    if not rows:
        return None
    return {"inline_keyboard": [[{"text": b.label, "callback_data": str(b.press)} for b in row] for row in rows]}


class Sender:
    """Sends and edits messages."""

    def __init__(self, api: Api, chats: Chats) -> None:
        self._api = api
        self._chats = chats
        self._rich = True

    async def send(
        self, place: Place, messages: Sequence[Outgoing], reply_to: int = 0, mark: Mark | None = None
    ) -> list[str]:
        """Send messages in order and return their ids. Raises Lost, Undeliverable.

        mark: set while nobody can know whether one of them has arrived, so before the first; never unset after it.
        """
        if messages and messages[0].rich and self._rich:
            sent = await self._send_rich(place, messages, reply_to, mark)
            if sent:
                return [sent]
        return [
            await self._send(place, message, reply_to, None if number else mark)
            for number, message in enumerate(messages)
        ]

    async def picture(self, place: Place, png: bytes, reply_to: int = 0) -> None:
        """Send a picture. Raises Lost, Undeliverable."""

        async def once() -> None:
            await self._api.send_photo(
                self._chats.number(place),
                png,
                message_thread_id=thread(place),
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
            )

        try:
            await self._patiently(place, once)
        except BadRequest as error:
            raise Undeliverable(str(error)) from error

    async def edit(self, place: Place, sent: str, message: Outgoing) -> bool:
        """Put a message in place of one that was sent; False when that one is gone. Raises Lost, Undeliverable."""

        async def once(mode: str | None) -> None:
            fields = {"chat_id": self._chats.number(place), "message_id": int(sent), **_told(message, mode)}
            await self._api.call("editMessageText", fields)

        try:
            await _again(lambda: self._readable(place, once))
        except (BadRequest, InvalidToken) as error:  # of a wrong token the next request tells, too
            said = str(error).lower()
            if "not modified" in said:
                return True
            log.info("A message could not be edited: %s.", error)
            return False
        return True

    async def put_buttons(self, place: Place, sent: int, buttons: Rows) -> None:
        """Put other buttons below a message that was sent; it is worth one try."""
        try:
            fields = {"chat_id": self._chats.number(place), "message_id": sent, "reply_markup": keyboard(buttons)}
            await self._api.call("editMessageReplyMarkup", fields)
        except TelegramError as error:  # most likely they stand there already
            log.info("Buttons could not be changed: %s.", error)

    async def _send(self, place: Place, message: Outgoing, reply_to: int, mark: Mark | None) -> str:
        sent: list[int] = []

        async def once(mode: str | None) -> None:
            where = {
                "chat_id": self._chats.number(place),
                "message_thread_id": thread(place),
                "reply_parameters": _reply(reply_to),
            }
            said = await self._api.call("sendMessage", where | _told(message, mode), mark.begin if mark else None)
            sent.append(int(said["message_id"]))

        try:
            await self._readable(place, once, mark)
        except BadRequest as error:
            raise Undeliverable(str(error)) from error
        return str(sent[-1])

    async def _readable(
        self, place: Place, once: Callable[[str | None], Awaitable[None]], mark: Mark | None = None
    ) -> None:
        """Make a request with markup, and without it when Telegram cannot read the markup."""
        try:
            await self._patiently(place, lambda: once(ParseMode.HTML), mark)
        except BadRequest as error:
            if "parse entities" not in str(error).lower():
                raise
            log.warning("Telegram could not read our markup: %s.", error)
            await self._patiently(place, lambda: once(None), mark)

    async def _send_rich(self, place: Place, messages: Sequence[Outgoing], reply_to: int, mark: Mark | None) -> str:
        """Send all as a rich message and return its id; empty when it surely was not, so that plain ones may be."""
        asked = {
            "chat_id": self._chats.number(place),
            "message_thread_id": thread(place),
            # Quotes stand verbatim; what would be a link or a mention in them must not come alive.
            "rich_message": {"html": messages[0].rich, "skip_entity_detection": True},
            "reply_parameters": _reply(reply_to),
            "reply_markup": keyboard(messages[-1].buttons),
        }
        given = {name: value for name, value in asked.items() if value is not None}
        try:
            sent = await self._api.do_api_request(
                "sendRichMessage", api_kwargs=given, rate_limit_args=mark.begin if mark else None
            )
        except Forbidden as error:
            await self._chats.shut(self._chats.number(place))
            raise Undeliverable(str(error)) from error
        except (TelegramError, TimeoutError) as error:
            if not refused(error):
                raise Lost(str(error)) from error
            # Whatever the matter is, the plain messages wait, move or give up as it demands.
            _refused(mark)
            log.info("No rich message, but plain ones: %s.", error)
            self._rich = not isinstance(error, EndPointNotFound)
            return ""
        # A server that says yes to what it does not know has sent nothing.
        self._rich = isinstance(sent, dict) and isinstance(sent.get("message_id"), int)
        return str(sent["message_id"]) if self._rich else ""

    async def _patiently(self, place: Place, once: Callable[[], Awaitable[None]], mark: Mark | None = None) -> None:
        """Make a request, again only when it surely was not carried out."""
        pause = 1.0
        for _ in range(TRIES):
            try:
                return await once()
            except ChatMigrated as error:
                _refused(mark)
                await self._follow(place, str(error.new_chat_id))
                continue
            except Forbidden as error:
                await self._chats.shut(self._chats.number(place))
                raise Undeliverable(str(error)) from error
            except (TelegramError, TimeoutError) as error:
                wait = wait_after(error, pause)
                _refused(mark)
            await asyncio.sleep(wait)
            pause = min(2 * pause, 30.0)
        raise Undeliverable("It was refused too often.")

    async def _follow(self, place: Place, new: str) -> None:
        """Send to the number that a chat has now; once, for a server may send us round in circles."""
        if self._chats.number(place) == new:
            raise Undeliverable("The chat has moved, and says so where it has moved to.")
        await self._chats.moved(place.chat, new)


async def _again(edit: Callable[[], Awaitable[None]]) -> None:
    """Make an edit, and once more when nobody knows whether it was made: twice is as good as once. Raises Lost."""
    try:
        await edit()
    except Lost:
        await edit()


def _refused(mark: Mark | None) -> None:
    if mark:
        mark.refused()


def _told(message: Outgoing, mode: str | None) -> dict[str, object]:
    """Return what is shown of a message, with its markup or without."""
    return {
        "text": message.html if mode else message.plain,
        "parse_mode": mode,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": keyboard(message.buttons),
    }


def _reply(to: int) -> dict[str, object] | None:
    return {"message_id": to, "allow_sending_without_reply": True} if to else None
