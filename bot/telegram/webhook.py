"""Updates that Telegram brings: confirmed once they are taken, refused without the secret."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from telegram import Update

from bot.settings import Settings
from bot.telegram.api import Api, read

_LARGEST = 1_000_000
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def webhook(
    api: Api, settings: Settings, updates: Sequence[str], take: Callable[[Update], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Listen for updates until stop is set; the proxy in front of us does the encryption."""
    given = settings.telegram_webhook_secret
    secret = given.get_secret_value() if given else secrets.token_urlsafe(32)

    async def receive(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(_HEADER, "").encode(), secret.encode()):
            return web.Response(status=403)
        try:
            raw = await request.json()
        except ValueError:
            return web.Response(status=400)
        if update := read(raw, api):
            await take(update)
        return web.Response()

    server = web.Application(client_max_size=_LARGEST)
    server.router.add_post("/{path:.*}", receive)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.telegram_webhook_listen, settings.telegram_webhook_port).start()
        await api.set_webhook(settings.telegram_webhook_url, secret_token=secret, allowed_updates=updates)
        await stop.wait()
    finally:
        await runner.cleanup()
