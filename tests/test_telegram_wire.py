"""What a request to the Bot API tells when it fails: whether it can have been carried out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram_server import TOKEN, Fake

from bot.telegram.api import Api, connect
from bot.telegram.outcomes import surely_not_done


def _send(api: Api) -> Awaitable[object]:
    return api.call("sendMessage", {"chat_id": 1, "text": "x", "link_preview_options": {"is_disabled": True}})


async def failing(act: Callable[[Api], Awaitable[object]], url: str) -> TelegramError:
    api = connect(TOKEN, url, 0.0)
    for request in api._request:
        await request.initialize()
    try:
        with pytest.raises(TelegramError) as raised:
            await act(api)
        return raised.value
    finally:
        for request in api._request:
            await request.shutdown()


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        error = asyncio.run(failing(_send, url))
    assert isinstance(error, NetworkError)
    assert surely_not_done(error)
    assert TOKEN not in str(error)


@pytest.mark.parametrize(
    ("fault", "sure"),
    [("drop", False), ("drop after", False), ("garbage", True), ("500 Internal Server Error", True)],
)
def test_a_connection_that_breaks_leaves_a_send_in_doubt_and_an_answer_does_not(fault: str, *, sure: bool) -> None:
    async def run() -> TelegramError:
        async with Fake(per_second=0) as server:
            server.faults["sendMessage"] = [fault]
            return await failing(_send, server.url)

    assert surely_not_done(asyncio.run(run())) is sure


def test_a_server_that_says_nothing_leaves_a_send_in_doubt() -> None:
    async def run() -> TelegramError:
        async with Fake(per_second=0) as server:
            server.faults["sendChatAction"] = ["hang"]
            return await failing(lambda api: api.send_chat_action(1, "typing", read_timeout=0.2), server.url)

    error = asyncio.run(run())
    assert isinstance(error, TimedOut)
    assert not surely_not_done(error)


async def test_what_is_sent_arrives_to_the_letter() -> None:
    text = "a+b & c=d; 100% %41 #1 / ? é 😀 “x”\n\u2060<b>'y'</b> [1]"
    async with Fake(per_second=0) as server:
        api = connect(TOKEN, server.url, 0.0)
        await api.initialize()
        fields = {"chat_id": 1, "text": text, "link_preview_options": {"is_disabled": True}, "reply_markup": None}
        await api.call("sendMessage", fields)
        await api.shutdown()
    assert [message["text"] for message in server.messages.values()] == [text]


def test_without_a_connection_nothing_is_asked() -> None:
    with pytest.raises(RuntimeError, match="no connection"):
        asyncio.run(connect(TOKEN, "http://127.0.0.1:1")._request[1].do_request("http://127.0.0.1:1", "POST"))


def test_who_reaches_telegram_only_by_a_proxy_says_so_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[str]:
        heard: list[str] = []

        async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
            for name in ("http_proxy", "no_proxy", "NO_PROXY"):
                monkeypatch.delenv(name, raising=False)
            monkeypatch.setenv("HTTP_PROXY", f"http://ada:pw@127.0.0.1:{server.sockets[0].getsockname()[1]}")
            await failing(_send, "http://telegram.example")
            monkeypatch.setenv("NO_PROXY", "telegram.invalid")
            await failing(_send, "http://telegram.invalid")
        return heard

    (request,) = asyncio.run(run())
    assert request.startswith("POST http://telegram.example/bot")
    assert "Proxy-Authorization: Basic YWRhOnB3" in request
