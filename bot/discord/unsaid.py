"""What the library needs in an event and servers may leave out: Discord documents much of it as partial objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Object = Mapping[str, Any]
_TEXT, _PRIVATE = 0, 1
_THREADS = (10, 11, 12)
"""Discord's numbers for kinds of channels."""
_USER: Object = MappingProxyType({"username": "", "discriminator": "0", "avatar": None})
_MEMBER: Object = MappingProxyType({"roles": [], "flags": 0})
_MESSAGE: Object = MappingProxyType(
    {
        "type": 0,
        "content": "",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
    }
)
_APPLICATION: Object = MappingProxyType(
    {
        "name": "",
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
    }
)
_CHANNEL: Object = MappingProxyType(
    {"name": "", "position": 0, "permission_overwrites": [], "bitrate": 0, "user_limit": 0, "recipients": []}
)
_THREAD: Object = MappingProxyType(
    {
        "owner_id": 0,
        "message_count": 0,
        "member_count": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2015-01-01T00:00:00+00:00",
        },
    }
)


def whole(event: str, given: Any) -> Any:  # noqa: ANN401  # whatever came
    """Return what came as an event with what was left out of it; what is no object of Discord's comes back as it is."""
    fill = _EVENTS.get(event)
    return fill(given) if fill and isinstance(given, Mapping) else given


def application(given: Object, bot: int) -> Any:  # noqa: ANN401  # what the library wants it calls by a name of its own
    """Return what a server tells of our application with what was left out of it; bot: the number of our account."""
    # A team owns what has no owner of its own; neither is of use to us.
    return {"id": bot, "owner": _user({"id": bot}), **_APPLICATION, **given}


def _ready(given: Object) -> Object:
    return {"shard": [0, 1], "guilds": [], **given}


def _guild(given: Object) -> Object:
    channels = {kind: [_channel(each) for each in given[kind]] for kind in ("channels", "threads") if kind in given}
    members = [_member(each) for each in given.get("members", ())]
    return {**given, **channels, "members": members}


def _message(given: Object) -> Object:
    filled = {**_MESSAGE, **given}
    filled["mentions"] = [_user(each) for each in filled["mentions"]]
    if "author" in given:
        filled["author"] = _user(given["author"])
    if given.get("member"):
        filled["member"] = {**_MEMBER, **given["member"]}
    if given.get("referenced_message"):
        filled["referenced_message"] = _message(given["referenced_message"])
    return filled


def _interaction(given: Object) -> Object:
    channel = {"type": _TEXT if given.get("guild_id") else _PRIVATE, "id": given.get("channel_id")}
    filled = {"version": 1, "attachment_size_limit": 10 * 2**20, **given}
    filled["channel"] = _channel(channel | dict(given.get("channel") or {}))
    for name, fill in (("member", _member), ("user", _user), ("message", _message)):
        if given.get(name):
            filled[name] = fill(given[name])
    resolved = (given.get("data") or {}).get("resolved") or {}
    if "messages" in resolved:
        messages = {number: _message(each) for number, each in resolved["messages"].items()}
        filled["data"] = {**given["data"], "resolved": {**resolved, "messages": messages}}
    return filled


def _channel(given: Object) -> Object:
    # Where a thread belongs cannot be guessed; by itself it is at least a place of its own.
    thread = {**_THREAD, "parent_id": given.get("id")} if given.get("type") in _THREADS else {}
    return {**_CHANNEL, **thread, **given}


def _member(given: Object) -> Object:
    return {**_MEMBER, **given, **({"user": _user(given["user"])} if "user" in given else {})}


def _user(given: Object) -> Object:
    return {**_USER, **given}


_EVENTS: Mapping[str, Callable[[Object], Object]] = MappingProxyType(
    {
        "READY": _ready,
        "GUILD_CREATE": _guild,
        "MESSAGE_CREATE": _message,
        "INTERACTION_CREATE": _interaction,
        "CHANNEL_CREATE": _channel,
        "THREAD_CREATE": _channel,
    }
)
