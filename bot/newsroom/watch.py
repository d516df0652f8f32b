"""Watches what answers: an index that falls silent, whoever switched to it, gives way to the one before it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from bot.errors import BotError
from bot.newsroom.acts import Told, say
from bot.newsroom.canary import silent
from bot.values import Answer, Ask, Trace, Turn

LATELY, LONG = 40, 1000
"""Questions that count as lately, and those that show what is usual."""
FAR = 0.4
"""By how much the share of declined questions must exceed the usual one to be looked into."""

log = logging.getLogger(__name__)


class Watch:
    """Asks what answers for the titles of its own articles, and counts what it declines. Safe from several threads."""

    def __init__(
        self,
        ask: Ask,
        serving: Callable[[], str],
        titles: Callable[[], Sequence[str]],
        back: Callable[[], str],
        tell: Callable[[Told], None],
    ) -> None:
        """Watch over ask.

        serving: the id of the build that answers. titles: of its articles. back: lets the build before it serve and
        returns its id. tell: is told when that happens.
        """
        self._ask = ask
        self._serving = serving
        self._titles = titles
        self._back = back
        self._tell = tell
        self._lock = threading.Lock()
        self._declined: deque[bool] = deque(maxlen=LONG)
        self._looked = ""
        self._left = ""
        """The build that was left because it was silent, until one answers again: no other is left before that."""
        self._trouble = ""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return what the watched one answers, and count it."""
        answer, trace = self._ask(question, history)
        with self._lock:
            self._declined.append(answer.declined)
        return answer, trace

    def trouble(self) -> str:
        """Return what is wrong with the answers, one sentence; empty when nothing is known to be."""
        return self._trouble

    def look(self) -> None:
        """Try what answers when it is new, or when it declines far more than usual; fall back when it is silent."""
        build, odd = self._serving(), self._odd()
        if build == self._looked and not odd:
            return
        self._looked = build
        if not silent(self._ask, self._titles()):
            self._left = ""
            self._trouble = odd
        elif self._serving() == build:
            self._silent(build)
        self._forget()

    def _silent(self, build: str) -> None:
        wrong = f"The index {build} answers nothing, not even the titles of its own articles"
        if self._left:
            self._say(f"{wrong}, and neither does {self._left}: look at the articles and index again.")
            return
        try:
            other = self._back()
        except BotError as error:
            self._say(f"{wrong}; there is no other to fall back to ({error})")
            return
        self._left = build
        self._say(f"{wrong}, so {other} answers again: look at the articles and index again.")

    def _say(self, sentence: str) -> None:
        log.error("%s", sentence)
        self._trouble = sentence
        self._tell(say(sentence))

    def _odd(self) -> str:
        """Return by how much more is declined lately than usual; empty when it is not, or too little was asked."""
        with self._lock:
            asked = list(self._declined)
        before, lately = asked[:-LATELY], asked[-LATELY:]
        if len(before) < LATELY:
            return ""
        usual, now = sum(before) / len(before), sum(lately) / LATELY
        if now < usual + FAR:
            return ""
        return f"Of the last {LATELY} questions {now:.0%} were declined, {usual:.0%} are usual: /gaps names them."

    def _forget(self) -> None:
        """Count anew once a share was looked into, so that it is not looked into with each question."""
        with self._lock:
            while len(self._declined) > LATELY and self._trouble:
                self._declined.popleft()
