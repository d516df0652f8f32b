"""A desk over a real file, with the ways in which admins look at it."""

from __future__ import annotations

import itertools
from pathlib import Path

from telling_parts import SOURCE, Growing

from bot.desk import Desk
from bot.messages import Message, Place
from bot.newsroom.gaps import Looking
from bot.newsroom.newsroom import Newsroom
from bot.newsroom.review import Review
from bot.newsroom.roles import Roles
from bot.newsroom.stats import Counting
from bot.newsroom.why import Replaying
from bot.store import Store
from bot.values import Article, Published

DAY = 86400.0
PLACE = Place("telegram", "701")
CARDS = (
    Article("s3", SOURCE.title, "", "https://e.org/s3", "EconomyWatch", Published(2026, 2, 1), topic="smart glasses"),
    Article("old", "An old ring", "", "", "", Published(2025, 11), topic="rings"),
    Article("year", "A watch", "", "", "EconomyWatch", Published(2025), topic="watch"),
    Article("undated", "A band", "", "", "Zdnet", None, topic="bands"),
)


class Clock:
    now = 1_790_000_000.0  # 21 September 2026

    def __call__(self) -> float:
        return self.now


class Bench:
    """Asks, rates, and looks."""

    def __init__(self, folder: Path, *, keep_questions: bool = False) -> None:
        self.folder = folder
        self.news = Growing()
        self.clock = Clock()
        self.store = Store(folder)
        self.desk: Desk = self.news.desk(self.store, clock=self.clock, keep_questions=keep_questions)
        self.review = Review(
            Looking(self.store, lambda: CARDS, None, self.news, self.clock),
            Replaying(self.store, self.news, self.news.serving),
            Counting(self.store, lambda: CARDS, self.clock),
        )
        self._ids = itertools.count(1)

    def newsroom(self, admin: str) -> Newsroom:
        return Newsroom(Roles([admin]), self.review.commands())

    def ask(self, text: str = "how heavy is the zebra s3", user: str = "701") -> str:
        message = Message(f"701:{next(self._ids)}", PLACE, user, text, self.clock.now)
        assert self.desk.accept(message)
        reply = self.desk.answer(message)
        self.desk.done(message, f"{next(self._ids)}")
        return reply.answer_id
