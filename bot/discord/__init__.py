"""Discord as a place to chat: an adapter over the desk. Inside it `import discord` is the library."""

from bot.discord.platform import Discord

__all__ = ["Discord"]
