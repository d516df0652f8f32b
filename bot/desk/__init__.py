"""One desk for every platform: questions in, replies out, nothing lost and nobody starved."""

from bot.desk.desk import Desk
from bot.desk.limits import Limits

__all__ = ["Desk", "Limits"]
