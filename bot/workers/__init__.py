"""Questions answered in processes of their own, for Python code of one process runs on one core at a time."""

from bot.workers.crew import Crew, Patience
from bot.workers.worker import Answering, Start

__all__ = ["Answering", "Crew", "Patience", "Start"]
