"""A Bot API server on loopback: strict as the documentation, with the faults of a bad day on demand."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from telegram_parser import Refused, parse
from telegram_rich import parse_rich

TOKEN = "123456:" + "A" * 35
BOT = {"id": 123456, "is_bot": True, "first_name": "Bot", "username": "wearables_bot", "supports_inline_queries": True}
PERSON = {"id": 42, "is_bot": False, "first_name": "Ada"}
Json = dict[str, Any]


class Bad(Exception):
    """A request that is refused, with Telegram's code and words."""

    def __init__(self, code: int, words: str, **parameters: int) -> None:
        super().__init__(words)
        self.code = code
        self.parameters = parameters


@dataclass
class Fake:
    """The server: what was asked of it, what it holds, and what goes wrong next."""

    per_second: float = 1.0
    """Least time between two messages of a chat."""
    rich: bool = False
    """Whether it knows rich messages, as servers do since Bot API 10.1."""
    unknown: set[str] = field(default_factory=set)
    """Methods that it does not know."""
    yes: bool = False
    """Whether it says yes to methods that it does not know, which no honest server does."""
    hasty: bool = False
    """Whether it tells at once that there is nothing new, however long it may wait."""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    messages: dict[tuple[str, int], Json] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    moved: dict[str, str] = field(default_factory=dict)
    """Groups that are supergroups now, by their old number."""
    admins: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Id -> path and content of the files that people have sent."""
    fetched: list[str] = field(default_factory=list)
    offset: int = 0
    polled: int = 0
    """How often it was asked for news."""
    url: str = ""
    _last: dict[str, float] = field(default_factory=dict)
    _ids: int = 1000
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._receive)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", int(self.url.rpartition(":")[2] or 0))
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    # What people do.

    def say(self, text: str, chat: int = 42, *, sender: Json | None = None, **more: Any) -> Json:  # noqa: ANN401
        """Let a person write, and return the message."""
        self._ids += 1
        message = {
            "message_id": self._ids,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
            "from": sender or PERSON,
            "text": text,
            **more,
        }
        self.update("message", message)
        return message

    def update(self, kind: str, what: Json) -> int:
        """Queue an update and return its number."""
        self.updates.append({"update_id": (self.updates[-1]["update_id"] + 1 if self.updates else 1), kind: what})
        self._more.set()
        return int(self.updates[-1]["update_id"])

    def press(self, message: Json, label: str, sender: Json | None = None) -> None:
        """Let a person press the button of a message whose label begins so."""
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(b["callback_data"] for row in rows for b in row if label in b["text"])
        query = {"id": str(time.time_ns()), "from": sender or PERSON, "chat_instance": "1", "data": data}
        self.update("callback_query", {**query, "message": message})

    # What the bot did.

    def made(self, method: str) -> list[Json]:
        """Return the parameters of the requests that were carried out."""
        return [data for name, data in self.calls if name == method]

    def texts(self, chat: int = 42) -> list[str]:
        """Return what stands in a chat from the bot, in order."""
        return [shown(m) for (c, _), m in sorted(self.messages.items()) if c == str(chat)]

    async def until(self, met: Callable[[], object], seconds: float = 15.0) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(seconds):
            while not met():  # noqa: ASYNC110  # what is waited for happens on the wire
                await asyncio.sleep(0.01)

    async def answered(self, count: int, chat: int = 42) -> list[str]:
        """Wait until so many messages stand in a chat and return them."""
        await self.until(lambda: len(self.texts(chat)) >= count)
        return self.texts(chat)

    # What the server does.

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = await request.post()
        data: Json = {
            key: value if isinstance(value, web.FileField) else str(value) if key == "text" else _value(str(value))
            for key, value in form.items()
        }
        fault = self.faults[method].pop(0) if self.faults[method] else ""
        try:
            if request.match_info["token"] != TOKEN:
                raise Bad(401, "Unauthorized")  # noqa: TRY301
            if fault and fault != "drop after":
                return await self._go_wrong(fault, request)
            result = await self._carry_out(method, data)
        except Bad as error:
            if error.code != 409:
                self.refused.append(f"{method}: {error}")
            body = {"ok": False, "error_code": error.code, "description": str(error)}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.code)
        if fault == "drop after":
            _cut(request)
        return web.json_response({"ok": True, "result": result})

    async def _go_wrong(self, fault: str, request: web.Request) -> web.StreamResponse:
        if fault == "drop":
            _cut(request)
        if fault in ("drip", "hang"):
            return await _never(request, drips=fault == "drip")
        if fault == "garbage":
            return web.Response(text="<html>", status=502)
        if fault.startswith("429"):
            raise Bad(429, f"Too Many Requests: retry after {fault[4:]}", retry_after=int(fault[4:]))
        if fault.startswith("migrate"):
            raise Bad(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=int(fault[8:]))
        code, _, words = fault.partition(" ")
        raise Bad(int(code), words)

    async def _carry_out(self, method: str, data: Json) -> Any:  # noqa: ANN401
        made: dict[str, Callable[[], object]] = {
            "getMe": lambda: BOT,
            "sendMessage": lambda: self._send(data),
            "sendRichMessage": lambda: self._send(data),
            "sendMessageDraft": lambda: self._draft(data),
            "getFile": lambda: self._found(data),
            "sendPhoto": lambda: self._photo(data),
            "editMessageText": lambda: self._edit(data),
            "editMessageReplyMarkup": lambda: self._edit(data),
            "getChatMember": lambda: self._member(data),
            "answerInlineQuery": lambda: self._inline(data["results"]),
            "answerGuestQuery": lambda: {"inline_message_id": self._inline([data["result"]]) and "g1"},
            "answerCallbackQuery": lambda: self._limited(data.get("text", ""), 200),
            "sendChatAction": lambda: True,
            "setMyCommands": lambda: self._commands(data["commands"], data.get("language_code", "")),
            "deleteWebhook": lambda: True,
            "setWebhook": lambda: True,
        }
        if method == "getUpdates":
            return await self._updates(data)
        if method in self.unknown or method not in made or (method == "sendRichMessage" and not self.rich):
            if self.yes:
                return True
            raise Bad(404, "Not Found")
        result = made[method]()
        self.calls.append((method, data))
        return result

    async def _updates(self, data: Json) -> list[Json]:
        self.polled += 1
        self.offset = max(self.offset, int(data.get("offset", 0)))
        ends = time.monotonic() + (0 if self.hasty else float(data.get("timeout", 0)))
        while True:
            self._more.clear()
            waiting = [u for u in self.updates if u["update_id"] >= self.offset]
            if waiting or time.monotonic() >= ends:
                return waiting[: int(data.get("limit", 100))]
            try:
                await asyncio.wait_for(self._more.wait(), max(0.01, ends - time.monotonic()))
            except TimeoutError:
                continue

    def _send(self, data: Json) -> Json:
        chat = str(data["chat_id"])
        if chat in self.moved:
            raise Bad(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=int(self.moved[chat]))
        now = time.monotonic()
        if now - self._last.get(chat, -9.0) < self.per_second - 0.05:
            raise Bad(429, "Too Many Requests: retry after 1", retry_after=1)
        content = self._content(data)
        reply = data.get("reply_parameters")
        if reply and not reply.get("allow_sending_without_reply"):
            raise Bad(400, "Bad Request: message to be replied not found")
        self._last[chat] = now
        self._ids += 1
        message: Json = {
            "message_id": self._ids,
            "date": int(time.time()),
            "chat": {"id": int(chat), "type": "private" if int(chat) > 0 else "supergroup"},
            "from": BOT,
            **content,
        }
        if data.get("message_thread_id"):
            message |= {"message_thread_id": data["message_thread_id"], "is_topic_message": True}
        self.messages[chat, self._ids] = message
        return message

    def _draft(self, data: Json) -> bool:
        if int(data["chat_id"]) < 0:
            raise Bad(400, "Bad Request: TEXTDRAFT_PEER_INVALID")
        if not int(data["draft_id"]):
            raise Bad(400, "Bad Request: RANDOM_ID_EMPTY")
        return self._limited(str(data["text"]), 4096)

    def _found(self, data: Json) -> Json:
        if data["file_id"] not in self.files:
            raise Bad(400, "Bad Request: file is too big")
        path, content = self.files[data["file_id"]]
        return {"file_id": data["file_id"], "file_unique_id": "u", "file_size": len(content), "file_path": path}

    async def _file(self, request: web.Request) -> web.StreamResponse:
        self.fetched.append(request.path.partition("/documents")[2])
        found = [content for path, content in self.files.values() if path == request.match_info["path"]]
        if request.match_info["token"] != TOKEN or not found:
            return web.Response(status=404)
        return web.Response(body=found[0])

    def _photo(self, data: Json) -> Json:
        attached = str(data["photo"]).removeprefix("attach://")
        file = data.get(attached, data["photo"])
        if not isinstance(file, web.FileField) or not file.file.read(8).startswith(b"\x89PNG"):
            raise Bad(400, "Bad Request: IMAGE_PROCESS_FAILED")
        self._ids += 1
        chat = int(data["chat_id"])
        sizes = [{"file_id": "p", "file_unique_id": "p", "width": 8, "height": 8}]
        made = {"message_id": self._ids, "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        return {**made, "from": BOT, "photo": sizes}

    def _edit(self, data: Json) -> Json:
        message = self.messages.get((str(data["chat_id"]), int(data["message_id"])))
        if message is None:
            raise Bad(400, "Bad Request: message to edit not found")
        content = self._content(data) if "text" in data else self._markup(data)
        if all(message.get(key) == value for key, value in content.items()):
            raise Bad(400, "Bad Request: message is not modified")
        message.update(content)
        return message

    def _content(self, data: Json) -> Json:
        if "rich_message" in data:
            return self._rich_content(data)
        text = str(data["text"])
        if data.get("parse_mode") == "HTML":
            try:
                parsed = parse(text)
            except Refused as error:
                raise Bad(400, f"Bad Request: {error}") from error
            if len(parsed.entities) > 100:
                raise Bad(400, "Bad Request: too many entities")
            text = parsed.text
        self._limited(text, 4096)
        if not text.strip():
            raise Bad(400, "Bad Request: message text is empty")
        if not data.get("link_preview_options", {}).get("is_disabled"):
            raise Bad(400, "Bad Request: this fixture wants link previews off")
        return {"text": text, **self._markup(data)}

    def _rich_content(self, data: Json) -> Json:
        try:
            rich = parse_rich(data["rich_message"]["html"])
        except Refused as error:
            raise Bad(400, f"Bad Request: {error}") from error
        # As blocks, which no client of today's version knows.
        return {"rich_message": {"blocks": [{"type": "paragraph", "text": rich.text}]}, **self._markup(data)}

    def _markup(self, data: Json) -> Json:
        rows = data.get("reply_markup", {}).get("inline_keyboard", [])
        for button in (b for row in rows for b in row):
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Bad(400, "Bad Request: BUTTON_DATA_INVALID")
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}

    def _inline(self, results: list[Json]) -> bool:
        if len(results) > 50:
            raise Bad(400, "Bad Request: RESULTS_TOO_MUCH")
        for result in results:
            content = result["input_message_content"]
            self._content({**content, "text": content["message_text"]})
        return True

    def _member(self, data: Json) -> Json:
        user = int(data["user_id"])
        member: Json = {"user": {**PERSON, "id": user}, "status": "member"}
        if user in self.admins:
            member |= {"status": "creator", "is_anonymous": False}
        return member

    def _commands(self, commands: list[Json], language: str) -> bool:
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise Bad(400, "Bad Request: invalid language code specified")
        if any(not 1 <= len(c["command"]) <= 32 or not 1 <= len(c["description"]) <= 256 for c in commands):
            raise Bad(400, "Bad Request: BOT_COMMAND_INVALID")
        return True

    def _limited(self, text: str, most: int) -> bool:
        if len(text.encode("utf-16-le")) // 2 > most:
            raise Bad(400, "Bad Request: message is too long")
        return True


def shown(message: Json) -> str:
    """Return what a person reads in a message, rich or not."""
    return str(message["text"] if "text" in message else message["rich_message"]["blocks"][0]["text"])


def _value(text: str) -> Any:  # noqa: ANN401
    if text[:1] in "{[" or text in ("true", "false"):
        return json.loads(text)
    return text


async def _never(request: web.Request, *, drips: bool) -> web.StreamResponse:
    """Answer so slowly, or not at all, that nobody waits for the end."""
    response = web.StreamResponse()
    if drips:
        await response.prepare(request)
    for _ in range(600):
        if drips:
            await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


def _cut(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()
    raise ConnectionResetError
