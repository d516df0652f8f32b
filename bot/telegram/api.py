"""The connection to a Bot API server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

import httpx
from telegram import Update
from telegram.ext import BaseRateLimiter, ExtBot

from bot.telegram.wire import Wire, proxy_to

log = logging.getLogger(__name__)
Begin = Callable[[], None]
DEADLINE = 60.0
"""Seconds for one request in all, once its turn has come, so that a connection that drips is given up."""
_PACED = ("send", "edit")
_FREE = ("sendChatAction", "sendMessageDraft", "editMessageReplyMarkup")
_GROUP_MINUTE = 20
_OVERALL = 30


class Pacing(BaseRateLimiter[Begin]):
    """Keeps to https://core.telegram.org/bots/faq: 1 message a second in a chat, 20 a minute in a group, 30 a second.

    Unlike the library's own it knows private chats, and a chat that was told to wait holds up no other. What it is
    given as rate_limit_args is called when the turn of a request has come, right before the first byte is sent.
    """

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace
        self._next: dict[str, float] = {}
        self._minutes: dict[str, list[float]] = {}
        self._sent: list[float] = []

    async def initialize(self) -> None:
        """Make ready; there is nothing to do."""

    async def shutdown(self) -> None:
        """Let go; there is nothing to do."""

    async def process_request(  # the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Begin | None,
    ) -> Any:  # noqa: ANN401
        """Make a request when its turn has come."""
        if endpoint.startswith(_PACED) and endpoint not in _FREE and "chat_id" in data:
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(self._take(str(data["chat_id"]), now) - now)
        if rate_limit_args:
            rate_limit_args()
        async with asyncio.timeout(DEADLINE):
            return await callback(*args, **kwargs)

    def _take(self, chat: str, now: float) -> float:
        """Return the time from which a request may be made, and reserve it."""
        at = max(now, self._next.get(chat, now))
        minute = [t for t in self._minutes.get(chat, []) if t > now - 60]
        if chat.startswith("-") and len(minute) >= _GROUP_MINUTE:
            at = max(at, minute[-_GROUP_MINUTE] + 60)
        self._sent = sorted(t for t in self._sent if t > now - 1)
        if len(self._sent) >= _OVERALL:
            at = max(at, self._sent[-_OVERALL] + 1)
        self._sent.append(at)
        self._next[chat] = at + self._pace
        self._minutes[chat] = [*minute, at]
        if len(self._next) > 1000:  # noqa: PLR2004  # chats; those that are quiet hold nobody up
            self._next = {c: t for c, t in self._next.items() if t > now}
            self._minutes = {c: ts for c, ts in self._minutes.items() if ts[-1] > now - 60}
        return at


class Api(ExtBot[Begin]):
    """The library's client, with ways around its objects where every answer passes.

    Making objects of a message, its buttons and the copy that Telegram sends back takes as long as all else that the
    library does for an answer, and of the copy only the number is of use.
    """

    async def call(self, method: str, fields: Mapping[str, object], begin: Begin | None = None) -> Any:  # noqa: ANN401
        """Make a request and return what Telegram says, as it came; a field that is None is left out.

        begin: called when the turn of the request has come. Raises the library's errors.
        """
        return await self._post(method, dict(fields), api_kwargs=self._merge_api_rl_kwargs(None, begin))

    async def news(self, offset: int, wait: float, kinds: Sequence[str], most: int | None = None) -> list[Update]:
        """Return the updates from a number on, as soon as there are some, within so many seconds."""
        fields = {"offset": offset, "timeout": wait, "allowed_updates": kinds, "limit": most}
        found = await self._post("getUpdates", fields, read_timeout=wait + (self._request[0].read_timeout or 0))
        updates = [read(raw, self) for raw in found] if isinstance(found, list) else []
        return [update for update in updates if update]


def read(raw: object, api: Api | None) -> Update | None:
    """Return what a server sent as an update, None for what is none.

    One that the library cannot read is logged, and has nothing but its number, so that it holds up no other. The
    library itself would give up all that came with it, and log what people wrote.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        return None
    try:
        return Update.de_json(raw, api)
    except Exception as error:  # noqa: BLE001  # whatever the library trips over, the other updates must be read
        log.warning("An update could not be read and is left out: %s.", type(error).__name__)
        return Update(raw["update_id"])


def connect(token: str, url: str, pace: float = 1.0) -> Api:
    """Return a client of the Bot API server at url; nothing is sent yet. pace: seconds between messages of a chat."""
    verify = httpx.create_ssl_context()  # reading the certificates twice takes as long as an answer
    proxy = proxy_to(url)
    return Api(
        token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=Wire(64, verify, proxy),
        get_updates_request=Wire(2, verify, proxy),
        rate_limiter=Pacing(pace),
    )
