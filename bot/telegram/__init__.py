"""Telegram: messages in, cited answers out, over the Bot API."""
