"""What must outlive the process: accepted questions, answers, feedback, gaps and the settings of places."""

from bot.store.answers import Feedback, Gap, Kept
from bot.store.pulse import Pulse
from bot.store.store import Store

__all__ = ["Feedback", "Gap", "Kept", "Pulse", "Store"]
