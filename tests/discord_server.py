"""Discord on loopback: a gateway and a REST server that refuse what Discord refuses and fail where they are told to.

Written from Discord's documentation (https://discord.com/developers/docs): message, component and interaction limits,
gateway opcodes and close codes. Every refusal is remembered, so that a test can see that there was none.
"""

# ruff: noqa: ANN401  # what goes over the wire is JSON of any shape
from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]
BOT, APP, TOKEN = 1001, 1001, "planted.discord.token"
GUILD, CHANNEL, OTHER, LOCKED, THREAD, DIRECT = 2001, 3001, 3002, 3003, 3101, 4001
ALICE, BOB, ADMIN, ROBOT = 5001, 5002, 5003, 5009
V2, EPHEMERAL, SUPPRESS = 1 << 15, 1 << 6, 1 << 2
MESSAGE_CONTENT = 1 << 15
MANAGE_GUILD = 1 << 5
EVERYTHING = (1 << 50) - 1
MEMBER = EVERYTHING & ~(1 << 3)
"""All but ADMINISTRATOR, which no channel can take from anybody."""
LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]  # as the documentation lists them
)
"""https://discord.com/developers/docs/reference#locales"""
ACTION_ROW, BUTTON, TEXT, SEPARATOR, CONTAINER = 1, 2, 10, 14, 17


@dataclass
class Refusal(Exception):
    """An answer with an error."""

    status: int
    code: int
    message: str


@dataclass
class Fault:
    """What goes wrong with the next requests whose "METHOD /path" matches."""

    pattern: str
    kind: str
    """429, cloudflare, 403, 404, 500, 502, hang, reset (before anything happens), lost (done, answer cut) or late."""
    times: int = 1


@dataclass
class Asked:
    """An interaction and what became of it."""

    id: int
    token: str
    channel: int
    sent: float
    kind: int
    reaction: float | None = None
    private: bool = False
    deferred: bool = False
    choices: list[Json] = field(default_factory=list)
    original: int = 0
    followups: list[int] = field(default_factory=list)


@dataclass
class Session:
    """A gateway session, which a client may resume."""

    id: str
    socket: web.WebSocketResponse | None
    sent: list[Json] = field(default_factory=list)


@dataclass
class DiscordServer:
    """The server; a test plays the people on it."""

    privileged: bool = False
    window: float = 3.0
    lifetime: float = 900.0
    layouts: bool = True
    """Whether Components V2 are known; an older server refuses them."""
    locale: str = "en-US"
    """Of the apps of all who use commands and press buttons."""
    describes_bot: bool = True
    """Whether it tells the bot about itself as a member of the guild."""
    beat: int = 41250
    """Milliseconds from one sign of life that it asks for to the next."""
    port: int = 0
    messages: dict[int, Json] = field(default_factory=dict)
    attachments: dict[str, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    unread: set[int] = field(default_factory=set)
    """Channels whose history the bot may not read."""
    commands: list[Json] = field(default_factory=list)
    refusals: list[tuple[str, int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    interactions: dict[str, Asked] = field(default_factory=dict)
    typed: list[int] = field(default_factory=list)
    identified: list[Json] = field(default_factory=list)
    resumed: int = 0
    nonces: dict[tuple[int, str], int] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    close_next: deque[int] = field(default_factory=deque)
    """Close codes for the next gateway connections, instead of READY."""
    down: bool = False
    muted: set[web.WebSocketResponse] = field(default_factory=set)
    """Connections on which nothing comes any more, though they stand, as when a network between has died."""
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    def snowflake(self) -> int:
        return (int(time.time() * 1000) - 1420070400000) << 22 | next(self._ids) & 0x3FFFFF

    # ---- what people do

    async def say(self, text: str, channel: int = CHANNEL, user: int = ALICE, **more: Any) -> int:
        """A person writes; returns the id of the message."""
        message = self._message(channel, text, _user(user))
        message["mentions"] = [_user(int(found)) for found in re.findall(r"<@!?(\d+)>", text)]
        reply_to = more.pop("reply_to", 0)
        if reply_to:
            above = self.messages.get(reply_to)
            message |= {
                "type": 19,
                "message_reference": {"type": 0, "message_id": reply_to, "channel_id": channel, "guild_id": GUILD},
                "referenced_message": above,
            }
            if more.pop("ping", True) and above:
                message["mentions"].append(above["author"])
        message |= more
        self.messages[int(message["id"])] = message
        await self.dispatch("MESSAGE_CREATE", self._visible(message))
        return int(message["id"])

    def _visible(self, message: Json) -> Json:
        """A message as a bot sees it that has not been granted the intent."""
        mentioned = any(int(user["id"]) == BOT for user in message["mentions"])
        if self.privileged or mentioned or int(message["channel_id"]) == DIRECT:
            return message
        return message | {"content": "", "components": []}

    async def command(self, name: str, channel: int = CHANNEL, user: int = ALICE, **options: Any) -> Asked:
        """A person uses a slash command."""
        kinds = {str: 3, int: 4, bool: 5}
        given = [{"name": key, "type": kinds[type(value)], "value": value} for key, value in options.items()]
        return await self.interact(2, channel, user, {"id": "1", "name": name, "type": 1, "options": given})

    async def admin(  # what a person can give a command
        self, name: str, channel: int = CHANNEL, user: int = ALICE, what: str = "", file: str = "", **more: Any
    ) -> Asked:
        """A person uses a subcommand of /admin; file: the address of an attachment."""
        given: list[Json] = [{"name": "what", "type": 3, "value": what}] if what else []
        data: Json = {"id": "1", "name": "admin", "type": 1}
        if file:
            given.append({"name": "file", "type": 11, "value": "77"})
            sent = {"id": "77", "filename": file.rpartition("/")[2], "size": 9, "url": file, "proxy_url": file}
            data["resolved"] = {"attachments": {"77": sent}}
        data["options"] = [{"name": name, "type": 1, "options": given}]
        return await self.interact(2, channel, user, data, **more)

    async def complete(self, name: str, option: str, typed: str) -> Asked:
        """A person types into an option that completes itself."""
        options = [{"name": option, "type": 3, "value": typed, "focused": True}]
        return await self.interact(4, CHANNEL, ALICE, {"id": "1", "name": name, "type": 1, "options": options})

    async def check(self, message: int, user: int = ALICE) -> Asked:
        """A person picks "Check with sources" in the menu of a message."""
        resolved = {"messages": {str(message): self.messages[message]}}
        data = {"id": "2", "name": "Check with sources", "type": 3, "target_id": str(message), "resolved": resolved}
        return await self.interact(2, CHANNEL, user, data)

    async def press(self, message: int, label: str, user: int = ALICE, **more: Any) -> Asked:
        """A person presses the button with that label under a message."""
        found = next(b for b in buttons(self.messages[message]) if b.get("label") == label)
        assert "custom_id" in found, f"{label} is a link"
        channel = int(self.messages[message]["channel_id"])
        data = {"component_type": 2, "custom_id": found["custom_id"]}
        return await self.interact(3, channel, user, data, message=self.messages[message], **more)

    async def interact(self, kind: int, channel: int, user: int, data: Json, **more: Any) -> Asked:
        """Any interaction; more: installed=False for a server that has not added the bot, permissions, message."""
        asked = Asked(self.snowflake(), f"token-{next(self._ids)}-aW50", channel, time.monotonic(), kind)
        self.interactions[asked.token] = asked
        payload = self._interaction(asked, user, data, **more)
        await self.dispatch("INTERACTION_CREATE", payload)
        return asked

    def _interaction(self, asked: Asked, user: int, data: Json, **more: Any) -> Json:
        installed, in_guild = more.pop("installed", True), asked.channel != DIRECT
        permissions = more.pop("permissions", EVERYTHING if user == ADMIN else 1 << 11)
        payload = {
            "id": str(asked.id),
            "application_id": str(APP),
            "type": asked.kind,
            "token": asked.token,
            "version": 1,
            "locale": self.locale,
            "entitlements": [],
            "attachment_size_limit": 524288,
            "channel": _channel(asked.channel),
            "channel_id": str(asked.channel),
            "data": data,
            "app_permissions": str(EVERYTHING),
            "authorizing_integration_owners": {"0": str(GUILD if in_guild else 0)} if installed else {"1": str(user)},
            "context": 0 if in_guild else 1,
            **more,
        }
        if not in_guild:
            return payload | {"user": _user(user)}
        where = GUILD if installed else GUILD + 1
        member = {**_member(user), "permissions": str(permissions)}
        guild = {"id": str(where), "locale": "en-US", "features": []}
        return payload | {"guild_id": str(where), "guild": guild, "member": member}

    # ---- what tests wait for

    def by_bot(self, channel: int = CHANNEL) -> list[Json]:
        """The messages of the bot in a channel, oldest first, private ones and signs of thinking left out."""
        found = [m for m in self.messages.values() if int(m["author"]["id"]) == BOT and int(m["channel_id"]) == channel]
        return [
            m
            for m in found
            if not m.get("thinking") and not m["flags"] & EPHEMERAL and int(m["id"]) not in self.deleted
        ]

    def answer_to(self, asked: Asked) -> Json | None:
        """The answer to an interaction, once it stands there."""
        found = self.messages.get(asked.original)
        return found if found and not found.get("thinking") else None

    # ---- gateway

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event to every session; one that is cut off gets it when it resumes."""
        for session in self.sessions:
            await self._emit(session, event, data)

    async def _emit(self, session: Session, event: str, data: Json) -> None:
        frame = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(frame)
        if session.socket and not session.socket.closed and session.socket not in self.muted:
            await session.socket.send_str(json.dumps(frame))

    async def again(self) -> None:
        """Deliver the last event once more, as Discord does now and then."""
        for session in self.sessions:
            last = session.sent[-1]
            await self._emit(session, last["t"], last["d"])

    async def cut(self, code: int) -> None:
        """Close every gateway connection."""
        for session in self.sessions:
            if session.socket:
                await session.socket.close(code=code)

    def mute(self) -> None:
        """Let every connection that stands fall silent; new ones are not concerned."""
        self.muted |= {session.socket for session in self.sessions if session.socket}

    def forget_sessions(self) -> None:
        """Whatever was connected cannot resume: the process behind it is gone."""
        self.sessions.clear()

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.down:
            await socket.close(code=4000)
            return socket
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": self.beat}, "s": None, "t": None}))
        async for frame in socket:
            if frame.type is WSMsgType.TEXT and socket not in self.muted:
                await self._hear(socket, json.loads(frame.data))
        return socket

    async def _hear(self, socket: web.WebSocketResponse, frame: Json) -> None:
        if frame["op"] == 1:
            await socket.send_str(json.dumps({"op": 11, "d": None, "s": None, "t": None}))
        elif frame["op"] == 2:
            await self._identify(socket, frame["d"])
        elif frame["op"] == 6:
            await self._resume(socket, frame["d"])

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.identified.append(data)
        if data["token"] != TOKEN:
            await socket.close(code=4004)
        elif data["intents"] & MESSAGE_CONTENT and not self.privileged:
            await socket.close(code=4014)
        elif self.close_next:
            await socket.close(code=self.close_next.popleft())
        else:
            session = Session(f"session-{next(self._ids)}", socket)
            self.sessions = [session]
            await self._emit(session, "READY", self._ready(session, data))
            await self._emit(session, "GUILD_CREATE", self.described())

    def described(self) -> Json:
        """Return the guild as the gateway describes it."""
        guild = _guild() | ({} if self.describes_bot else {"members": []})
        for channel in (*guild["channels"], *guild["threads"]):
            written = [n for n, message in self.messages.items() if message["channel_id"] == channel["id"]]
            channel["last_message_id"] = str(max(written)) if written else None
        return guild

    def _ready(self, session: Session, data: Json) -> Json:
        return {
            "v": 10,
            "user": _user(BOT),
            "guilds": [{"id": str(GUILD), "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.gateway,
            "shard": data.get("shard", [0, 1]),
            "application": {"id": str(APP), "flags": 0},
        }

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> None:
        for session in self.sessions:
            if session.id == data["session_id"]:
                session.socket, missed = socket, session.sent[data["seq"] :]
                for frame in missed:
                    await socket.send_str(json.dumps(frame))
                await self._emit(session, "RESUMED", {"_trace": []})
                self.resumed += 1
                return
        await socket.send_str(json.dumps({"op": 9, "d": False, "s": None, "t": None}))

    # ---- REST

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        line = f"{request.method} {request.path}"
        fault = next((f for f in self.faults if f.times and re.search(f.pattern, line)), None)
        if fault:
            fault.times -= 1
            if fault.kind == "lost":
                await self._served(request, handler)
            if fault.kind == "late":
                response = await self._served(request, handler)
                await asyncio.sleep(4)
                return response
            return await self._failing(request, fault.kind)
        return await self._served(request, handler)

    async def _served(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        try:
            open_to_all = re.search("^/gateway|/attachments/|/interactions/|/webhooks/", request.path)
            if not open_to_all and request.headers.get("Authorization") != f"Bot {TOKEN}":
                raise Refusal(401, 0, "401: Unauthorized")  # noqa: TRY301  # refused like everything else below
            response: web.StreamResponse = await handler(request)
        except Refusal as refusal:
            self.refusals.append((f"{request.method} {request.path}", refusal.code, refusal.message))
            return _json({"code": refusal.code, "message": refusal.message}, refusal.status)
        return response

    async def _failing(self, request: web.Request, kind: str) -> web.StreamResponse:
        if kind == "429":
            body = {"message": "You are being rate limited.", "retry_after": 0.2, "global": False}
            return _json(body, 429, {"Via": "1.1 google", "X-RateLimit-Scope": "user"})
        if kind == "cloudflare":
            return web.Response(status=429, text="error code: 1015", content_type="text/html")
        if kind == "403":
            return _json({"code": 50013, "message": "Missing Permissions"}, 403)
        if kind == "404":
            return web.Response(status=404, text="404: Not Found")
        if kind in ("500", "502"):
            return web.Response(status=int(kind), text="<html>Bad gateway</html>", content_type="text/html")
        if kind == "hang":
            await asyncio.sleep(600)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _me(self, _: web.Request) -> web.Response:
        return _json(_user(BOT))

    async def _alone(self, request: web.Request) -> web.Response:
        user = int((await request.json())["recipient_id"])
        return _json({"id": str(DIRECT), "type": 1, "last_message_id": None, "recipients": [_user(user)]})

    async def _application(self, _: web.Request) -> web.Response:
        return _json(self.application())

    def application(self) -> Json:
        """What the server tells of the application."""
        return {
            "id": str(APP), "name": "wearables", "icon": None, "description": "", "bot_public": True,
            "bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0, "owner": _user(ADMIN), "team": None,
        }  # fmt: skip

    async def _where(self, _: web.Request) -> web.Response:
        return _json(self.where())

    def where(self) -> Json:
        """What the server tells of its gateway."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        return {"url": self.gateway, "shards": 1, "session_start_limit": limit}

    async def _publish(self, request: web.Request) -> web.Response:
        given = await request.json()
        for command in given:
            if not re.fullmatch(r"[-_\w]{1,32}", command["name"]) and command["type"] == 1:
                raise Refusal(400, 50035, f"Invalid name {command['name']}")
            below = command["options"] if command["type"] == 1 else []
            if command["type"] == 1 and any(not 1 <= len(c["description"]) <= 100 for c in (command, *below)):
                raise Refusal(400, 50035, "Invalid description")
            for each in (command, *below):
                self._inspected_localizations(each)
            if len(below) > 25:
                raise Refusal(400, 50035, "Must be 25 or fewer in length.")
        known = {"version": "1", "application_id": str(APP), "default_member_permissions": None, "description": ""}
        self.commands = [known | command | {"id": str(number)} for number, command in enumerate(given, 1)]
        return _json(self.commands)

    def _inspected_localizations(self, command: Json) -> None:
        for key, most in (("name_localizations", 32), ("description_localizations", 100)):
            for locale, text in (command.get(key) or {}).items():
                if locale not in LOCALES or not 1 <= len(text) <= most:
                    raise Refusal(400, 50035, f"Invalid {key}: {locale} {text}")

    async def _type(self, request: web.Request) -> web.Response:
        self.typed.append(int(request.match_info["channel"]))
        return web.Response(status=204)

    async def _get(self, request: web.Request) -> web.Response:
        found = self.messages.get(int(request.match_info["message"]))
        if found is None:
            raise Refusal(404, 10008, "Unknown Message")
        return _json(found if int(found["author"]["id"]) == BOT else self._visible(found))

    async def _send(self, request: web.Request) -> web.Response:
        channel, body = int(request.match_info["channel"]), await request.json()
        if channel not in (CHANNEL, OTHER, LOCKED, THREAD, DIRECT):
            raise Refusal(404, 10003, "Unknown Channel")
        if channel == LOCKED:
            raise Refusal(403, 50013, "Missing Permissions")
        self._inspected(body)
        nonce = str(body.get("nonce", ""))
        if len(nonce) > 25:
            raise Refusal(400, 50035, "Invalid nonce")
        if body.get("enforce_nonce") and (channel, nonce) in self.nonces:
            return _json(self.messages[self.nonces[channel, nonce]])
        if body.get("message_reference"):
            self._replied(channel, body["message_reference"])
        message = self._keep(channel, body)
        if nonce:
            self.nonces[channel, nonce] = int(message["id"])
        return _json(message)

    def _replied(self, channel: int, told: Json) -> None:
        if channel in self.unread:
            raise Refusal(403, 160002, "Cannot reply without permission to read message history")
        if int(told["message_id"]) not in self.messages and told.get("fail_if_not_exists", True):
            raise Refusal(400, 50035, "Unknown message")

    async def _list(self, request: web.Request) -> web.Response:
        """Messages of a channel, the newest first, as https://discord.com/developers/docs/resources/message has it.

        Those next to "after" or "before" when one of them is given, else the last ones.
        """
        limit, after = int(request.query.get("limit", 50)), int(request.query.get("after", 0))
        before = int(request.query.get("before", 1 << 64))
        if not 1 <= limit <= 100 or ("after" in request.query and "before" in request.query):
            raise Refusal(400, 50035, "Invalid Form Body")
        channel = request.match_info["channel"]
        if int(channel) in self.unread:
            raise Refusal(403, 50001, "Missing Access")
        found = [m for n, m in sorted(self.messages.items()) if m["channel_id"] == channel and after < n < before]
        found = found[:limit] if "after" in request.query else found[-limit:]
        return _json([m if int(m["author"]["id"]) == BOT else self._visible(m) for m in found[::-1]])

    async def _amend(self, request: web.Request) -> web.Response:
        found, body = self.messages.get(int(request.match_info["message"])), await request.json()
        if found is None or found["channel_id"] != request.match_info["channel"]:
            raise Refusal(404, 10008, "Unknown Message")
        if int(found["author"]["id"]) != BOT:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        self._inspected(body | {"flags": body.get("flags", found["flags"])})
        return _json(self._filled(found, body))

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self.interactions.get(request.match_info["token"])
        if asked is None or time.monotonic() - asked.sent > self.window:
            raise Refusal(404, 10062, "Unknown interaction")
        if asked.reaction is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        body = await request.json()
        data = body.get("data") or {}
        asked.reaction = time.monotonic() - asked.sent
        if body["type"] == 8:
            asked.choices = data["choices"]
            if len(asked.choices) > 25 or any(not 1 <= len(c["name"]) <= 100 for c in asked.choices):
                raise Refusal(400, 50035, "Invalid choices")
            return _json(_acknowledged(asked, body["type"]))
        if body["type"] != 5:
            raise Refusal(400, 50035, f"Unexpected type {body['type']}")
        asked.private = bool(data.get("flags", 0) & EPHEMERAL)
        thinking = self._message(asked.channel, "", _user(BOT)) | {"thinking": True}
        thinking["flags"] = EPHEMERAL if asked.private else 0
        asked.original = int(thinking["id"])
        self.messages[asked.original] = thinking
        return _json(_acknowledged(asked, body["type"]))

    async def _attachment(self, request: web.Request) -> web.Response:
        return web.Response(body=self.attachments[request.match_info["name"]])

    def _token(self, request: web.Request) -> Asked:
        asked = self.interactions.get(request.match_info["token"])
        if asked is None or int(request.match_info["app"]) != APP:
            raise Refusal(404, 10015, "Unknown Webhook")
        if time.monotonic() - asked.sent > self.lifetime:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        if not asked.original:
            raise Refusal(404, 10008, "Unknown Message")
        return asked

    async def _edit(self, request: web.Request) -> web.Response:
        asked, body = self._token(request), await request.json()
        self._inspected(body)
        message = self._filled(self.messages[asked.original], body)
        message["flags"] |= EPHEMERAL if asked.private else 0
        message.pop("thinking", None)
        return _json(message)

    async def _follow(self, request: web.Request) -> web.Response:
        asked, body = self._token(request), await _body(request)
        self._inspected(body)
        message = self._keep(asked.channel, body)
        asked.followups.append(int(message["id"]))
        return _json(message)

    async def _delete(self, request: web.Request) -> web.Response:
        self.deleted.add(self._token(request).original)
        return web.Response(status=204)

    def _inspected(self, body: Json) -> None:
        if body.get("flags", 0) & V2 and not self.layouts:
            raise Refusal(400, 50035, "Unknown flag")
        _inspect(body)

    def _keep(self, channel: int, body: Json) -> Json:
        message = self._filled(self._message(channel, "", _user(BOT)), body)
        self.messages[int(message["id"])] = message
        return message

    def _filled(self, message: Json, body: Json) -> Json:
        for key in ("content", "components", "flags", "allowed_mentions", "message_reference", "attachments"):
            if body.get(key) is not None:
                message[key] = body[key]
        for number, part in enumerate(_walk(message["components"]), 1):
            part["id"] = number
        return message

    def _message(self, channel: int, text: str, author: Json) -> Json:
        message: Json = {
            "id": str(self.snowflake()), "channel_id": str(channel), "author": author, "content": text,
            "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "tts": False, "type": 0, "flags": 0,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "components": [], "pinned": False,
        }  # fmt: skip
        if channel != DIRECT:
            message |= {"guild_id": str(GUILD), "member": _member(int(author["id"]))}
        return message

    def routes(self) -> web.Application:
        """The server as an application."""
        app = web.Application(middlewares=[self._guard])
        base, hook = "/api/v10", "/api/v10/webhooks/{app}/{token}"
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/attachments/{name}", self._attachment)
        app.router.add_get(f"{base}/users/@me", self._me)
        app.router.add_post(f"{base}/users/@me/channels", self._alone)
        app.router.add_get(f"{base}/oauth2/applications/@me", self._application)
        app.router.add_get(f"{base}/gateway/bot", self._where)
        app.router.add_put(f"{base}/applications/{APP}/commands", self._publish)
        app.router.add_post(f"{base}/channels/{{channel}}/typing", self._type)
        app.router.add_post(f"{base}/channels/{{channel}}/messages", self._send)
        app.router.add_get(f"{base}/channels/{{channel}}/messages", self._list)
        app.router.add_get(f"{base}/channels/{{channel}}/messages/{{message}}", self._get)
        app.router.add_patch(f"{base}/channels/{{channel}}/messages/{{message}}", self._amend)
        app.router.add_post(f"{base}/interactions/{{id}}/{{token}}/callback", self._callback)
        app.router.add_patch(f"{hook}/messages/@original", self._edit)
        app.router.add_delete(f"{hook}/messages/@original", self._delete)
        app.router.add_post(hook, self._follow)
        return app


@asynccontextmanager
async def discord_server(before: DiscordServer | None = None, **choices: Any) -> AsyncIterator[DiscordServer]:
    """Lend a running server; before: one that was away and comes back."""
    server = before or DiscordServer(**choices)
    runner = web.AppRunner(server.routes(), shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", server.port)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await server.cut(1001)
        await runner.cleanup()


async def until(what: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Wait until something is there and return it."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.02)
    return found


def texts(message: Json) -> str:
    """The texts of a message as one."""
    return "\n".join([message["content"], *text_blocks(message)])


def text_blocks(message: Json) -> list[str]:
    """The texts of a layout, in their order."""
    return [part["content"] for part in _walk(message["components"]) if part["type"] == TEXT]


def buttons(message: Json) -> list[Json]:
    """The buttons of a message."""
    return [part for part in _walk(message["components"]) if part["type"] == BUTTON]


def _walk(components: list[Json]) -> Iterator[Json]:
    for part in components:
        yield part
        yield from _walk(part.get("components", []))


def _inspect(body: Json) -> None:
    """Refuse what Discord refuses, and what this bot must never send."""
    content, components, flags = body.get("content") or "", body.get("components") or [], body.get("flags", 0)
    if body.get("allowed_mentions", {}).get("parse") != [] or body["allowed_mentions"].get("replied_user"):
        raise Refusal(400, 1, "This message could ping somebody")
    if len(content) > 2000:
        raise Refusal(400, 50035, "Must be 2000 or fewer in length.")
    if not content and not components and not body.get("attachments"):
        raise Refusal(400, 50006, "Cannot send an empty message")
    parts = list(_walk(components))
    if flags & V2:
        _inspect_layout(content, parts)
    elif any(part["type"] not in (ACTION_ROW, BUTTON) for part in parts):
        raise Refusal(400, 50035, "These components need the flag IS_COMPONENTS_V2")


def _inspect_layout(content: str, parts: list[Json]) -> None:
    if content:
        raise Refusal(400, 50035, "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
    if len(parts) > 40:
        raise Refusal(400, 50035, "Must be 40 or fewer components in total.")
    if sum(len(part["content"]) for part in parts if part["type"] == TEXT) > 4000:
        raise Refusal(400, 50035, "The text of all components must be 4000 or fewer in length.")
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(ids) != len(set(ids)):
        raise Refusal(400, 50035, "Component custom id cannot be duplicated")
    for part in parts:
        _inspect_part(part)


def _inspect_part(part: Json) -> None:
    if part["type"] == TEXT and not part["content"].strip():
        raise Refusal(400, 50035, "A text must have 1 or more characters.")
    if part["type"] == ACTION_ROW and not 1 <= len(part["components"]) <= 5:
        raise Refusal(400, 50035, "A row has 1 to 5 buttons.")
    if part["type"] == BUTTON:
        if not 1 <= len(part.get("label") or "") <= 80 or len(part.get("custom_id", "")) > 100:
            raise Refusal(400, 50035, "A label has 1 to 80 characters, an id 100.")
        if part["style"] == 5 and not re.fullmatch(r"https?://\S{1,504}", part.get("url", "")):
            raise Refusal(400, 50035, "Not a well formed URL.")


async def _body(request: web.Request) -> Json:
    """What a request says, also when it brings a file, which must be a picture then."""
    if request.content_type != "multipart/form-data":
        found: Json = await request.json()
        return found
    form = await request.post()
    file = form.get("files[0]")
    if not isinstance(file, web.FileField) or not file.file.read(8).startswith(b"\x89PNG"):
        raise Refusal(400, 50035, "Not a picture")
    url = f"https://cdn.discordapp.com/attachments/{file.filename}"
    attached = {"id": "1", "filename": file.filename, "size": 8, "url": url, "proxy_url": url}
    told: Json = json.loads(str(form["payload_json"]))
    return told | {"attachments": [attached]}


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # As bytes: with text aiohttp names a character set, which discord.py takes for no JSON.
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json", headers=headers)


def _acknowledged(asked: Asked, kind: int) -> Json:
    return {
        "interaction": {
            "id": str(asked.id),
            "type": asked.kind,
            "response_message_id": str(asked.original or asked.id),
        },
        "resource": {"type": kind},
    }


def _user(user: int) -> Json:
    names = {BOT: "wearables", ALICE: "alice", BOB: "bob", ADMIN: "admin", ROBOT: "robot"}
    found = {"id": str(user), "username": names.get(user, "someone"), "discriminator": "0", "avatar": None}
    return found | {"global_name": None, "bot": user in (BOT, ROBOT), "public_flags": 0}


def _member(user: int) -> Json:
    return {
        "user": _user(user), "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False,
        "flags": 0, "nick": None, "avatar": None, "premium_since": None, "pending": False,
    }  # fmt: skip


def _channel(channel: int) -> Json:
    if channel == DIRECT:
        return {"id": str(DIRECT), "type": 1, "last_message_id": None, "recipients": [_user(ALICE)], "flags": 0}
    common = {"id": str(channel), "guild_id": str(GUILD), "name": f"room-{channel}", "flags": 0, "permissions": "0"}
    if channel == THREAD:
        times: Json = {"archived": False, "auto_archive_duration": 60, "locked": False}
        times |= {"archive_timestamp": "2026-01-01T00:00:00+00:00"}
        return common | {
            "type": 11, "parent_id": str(CHANNEL), "owner_id": str(ALICE), "message_count": 0, "member_count": 1,
            "rate_limit_per_user": 0, "thread_metadata": times, "last_message_id": None,
        }  # fmt: skip
    closed = [{"id": str(GUILD), "type": 0, "allow": "0", "deny": str(1 << 11)}] if channel == LOCKED else []
    return common | {
        "type": 0, "position": channel, "permission_overwrites": closed, "topic": None, "nsfw": False,
        "last_message_id": None, "rate_limit_per_user": 0, "parent_id": None,
    }  # fmt: skip


def _guild() -> Json:
    everyone = {
        "id": str(GUILD), "name": "@everyone", "color": 0, "hoist": False, "position": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "permissions": str(MEMBER), "managed": False, "mentionable": False, "flags": 0,
    }  # fmt: skip
    return {
        "id": str(GUILD), "name": "guild", "icon": None, "splash": None, "discovery_splash": None,
        "owner_id": str(ADMIN), "afk_channel_id": None,
        "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "roles": [everyone], "emojis": [], "features": [], "mfa_level": 0,
        "application_id": None, "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None,
        "vanity_url_code": None, "description": None, "banner": None, "premium_tier": 0, "preferred_locale": "en-US",
        "public_updates_channel_id": None, "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": False,
        "joined_at": "2026-01-01T00:00:00+00:00", "large": False, "unavailable": False, "member_count": 4,
        "voice_states": [], "members": [_member(BOT)], "channels": [_channel(c) for c in (CHANNEL, OTHER, LOCKED)],
        "threads": [_channel(THREAD)], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }  # fmt: skip
