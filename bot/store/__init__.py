"""What must outlive the process: questions, answers, feedback, gaps, notices, counts and the settings of places."""

from bot.store.answers import Answers
from bot.store.counts import Day, What
from bot.store.gaps import Kind, Missed
from bot.store.kept import Feedback, Gap, Kept
from bot.store.notices import Notice, State, Wish
from bot.store.pulse import Pulse
from bot.store.store import Store

__all__ = [
    "Answers",
    "Day",
    "Feedback",
    "Gap",
    "Kept",
    "Kind",
    "Missed",
    "Notice",
    "Pulse",
    "State",
    "Store",
    "What",
    "Wish",
]
