"""Telegram: messages in, cited answers out, over the Bot API."""

from bot.telegram.client import Telegram

__all__ = ["Telegram"]
