"""People who wish to be told when an article answers their question: each is told once, or apologised to."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.desk.about import about
from bot.desk.archive import Archive, unasked
from bot.desk.memory import Memory, Said
from bot.desk.shorten import shortened
from bot.errors import BotError
from bot.messages import Length, Message, Place, PlaceSettings, Reply
from bot.phrases import phrases, spoken
from bot.store import Kept, Notice, State, Store, Wish
from bot.store.spared import spared
from bot.values import Answer, Ask, Role, Turn

log = logging.getLogger(__name__)
WISHES = 20
"""Wishes of one person that are kept at most."""
Serving = Callable[[], str]
"""The id of the build that serves; empty when none can be told."""


class Wished(StrEnum):
    """What became of a wish; each is the name of the phrase that says so."""

    YES = "will_tell"
    NOT_YOURS = "not_your_question"
    TOO_MANY = "wishes_too_many"
    GONE = "ask_again_to_be_told"


@dataclass(frozen=True, slots=True)
class Telling:
    """The wishes and the notices that come of them. Safe from several threads."""

    store: Store
    memory: Memory
    archive: Archive
    ask: Ask
    serving: Serving
    clock: Callable[[], float] = time.time

    def wish(self, answer_id: str, place: Place, user: str, *, private: bool = False) -> Wished:
        """Keep a declined question, with the agreement of the one who asked it, until an article answers it.

        place: where it was asked; private: whether only the person could see the answer.
        """
        said, kept = self.memory.said(answer_id), self.archive.get(answer_id)
        if said is None or kept is None or not kept.answer.declined:
            return Wished.GONE
        if said.asker != (place.platform, user):
            return Wished.NOT_YOURS
        wish, build = self._wish(said, kept, private=private), kept.trace.build_id
        done = spared(lambda: self.store.notices.put(answer_id, self.clock(), build, wish, WISHES), None)
        return {True: Wished.YES, False: Wished.TOO_MANY, None: Wished.GONE}[done]

    def _wish(self, said: Said, kept: Kept, *, private: bool) -> Wish:
        """Return what has to be kept: the turns before the question only when it wants something else without them."""
        message = said.message
        *turns, question, _ = said.turns
        if turns and self.ask(question.text, ())[1].wanted == kept.trace.wanted:
            turns = []
        replies_to = "" if private else message.id
        return Wish(
            message.place,
            message.user,
            question.text,
            tuple(turns),
            replies_to,
            message.home,
            private,
            message.language,
        )

    def may_wish(self, answer_id: str, platform: str, user: str) -> bool:
        """Tell whether a person asked what was declined, so that they may wish to be told."""
        said, kept = self.memory.said(answer_id), self.archive.get(answer_id)
        asker = said is not None and said.asker == (platform, user)
        return asker and kept is not None and kept.answer.declined

    def take_back(self, answer_id: str, platform: str, user: str) -> bool:
        """Forget a wish, question and all; False when the person has none for that answer."""
        return spared(lambda: self.store.notices.take_back(answer_id, platform, user), otherwise=False)

    def try_next(self) -> bool:
        """Ask one waiting question on a build that it was not tried on; False when there is none."""
        build = self.serving()
        notice = spared(lambda: self.store.notices.untried(build, self.clock()), None) if build else None
        if notice is None:
            return False
        found, asked = False, build
        try:
            answer, trace = self.ask(notice.wish.question, notice.wish.turns)
            found, asked = _answers(answer), trace.build_id
        finally:  # one that fails is not asked for ever
            if found:
                self.store.notices.move(notice.answer_id, State.WAITING, State.READY)
            else:
                self.store.notices.tried(notice.answer_id, asked)
        return asked == build  # else who answers has not switched yet: a while later

    def recover(self, platform: str) -> None:
        """Take stock of what an earlier process, or connection, of a platform left half sent."""
        spared(lambda: self.store.notices.recover(platform), None)

    def due(self, platform: str) -> list[Notice]:
        """Return what is to be sent on a platform now, oldest first."""
        none: list[Notice] = []
        return spared(lambda: self.store.notices.due(platform), none)

    def begin(self, notice: Notice) -> Reply | None:
        """Return what to send, once and never again; None when there is nothing to send.

        The question is asked anew, on the build that serves now: what is told holds at that moment. It is on disk
        that the sending has begun when this returns, so that a kill makes no notice arrive twice. Never raises: what
        fails is due again.
        """
        try:
            return self._begin(notice)
        except BotError as error:
            log.warning("%s", error)
        except Exception:  # the others are told all the same
            log.exception("A question that somebody waits for could not be asked again.")
        return None

    def _begin(self, notice: Notice) -> Reply | None:
        settings = spared(lambda: self._settings(notice.wish), PlaceSettings())
        if notice.state is State.BROKEN:
            return self._apology(notice, settings)
        began = time.perf_counter()
        answer, trace = self.ask(notice.wish.question, notice.wish.turns)
        ms = 1000 * (time.perf_counter() - began)
        if not _answers(answer):
            self.store.notices.tried(notice.answer_id, trace.build_id)
            return None
        if not self.store.notices.move(notice.answer_id, State.READY, State.SENDING):
            return None
        answer_id, message, now = secrets.token_urlsafe(9), _message(notice, self.clock()), self.clock()
        kept = Kept(
            answer_id, now, "", about(trace.rewritten, answer, trace.wanted.words), answer, trace, ms=ms, asked=False
        )
        self.archive.keep(message, unasked(kept))
        asked = Turn("user", notice.wish.question)
        self.memory.keep(answer_id, message, (*notice.wish.turns, asked, Turn("bot", answer.text)))
        shown = shortened(answer) if settings.length is Length.SHORT else answer
        return Reply(answer_id, _headed(shown, notice.wish.question, settings), settings=settings)

    def broke(self, notice: Notice) -> None:
        """Note that nobody knows whether a notice arrived: an apology is owed, and for an apology nothing."""
        if notice.state is State.BROKEN:
            self.end(notice)
        else:
            spared(lambda: self.store.notices.move(notice.answer_id, State.SENDING, State.BROKEN), otherwise=False)

    def again(self, notice: Notice) -> None:
        """Note that a notice surely was not sent: it is due again."""
        now = State.APOLOGISING if notice.state is State.BROKEN else State.SENDING
        spared(lambda: self.store.notices.move(notice.answer_id, now, notice.state), otherwise=False)

    def end(self, notice: Notice, sent_id: str = "") -> None:
        """Forget a wish: it was told in the message sent_id, or, when that is empty, it never can be."""
        if sent_id:
            self.archive.sent(_message(notice, self.clock()), sent_id)
            spared(lambda: self.store.gaps.close(notice.answer_id), None)
        spared(lambda: self.store.notices.end(notice.answer_id), None)

    def _settings(self, wish: Wish) -> PlaceSettings:
        chosen = self.store.settings(wish.place.platform, wish.home or wish.place.chat)
        return replace(chosen, language=spoken(chosen.language, wish.language))

    def _apology(self, notice: Notice, settings: PlaceSettings) -> Reply | None:
        if not self.store.notices.move(notice.answer_id, State.BROKEN, State.APOLOGISING):
            return None
        sorry = phrases(settings.language).told_broke.format(question=_shown(notice.wish.question))
        return Reply("", Answer("", sorry, declined=True), apology=sorry, settings=settings)


def _answers(answer: Answer) -> bool:
    """Tell whether an answer is what somebody waited for: more than rumours and forecasts."""
    return not answer.declined and any(statement.role is Role.ANSWER for statement in answer.statements)


def _message(notice: Notice, now: float) -> Message:
    wish = notice.wish
    return Message(f"notice:{notice.answer_id}", wish.place, wish.user, wish.question, now, home=wish.home)


def _headed(answer: Answer, question: str, settings: PlaceSettings) -> Answer:
    """Return an answer with the reason why it comes."""
    why = phrases(settings.language).now_answered.format(question=_shown(question))
    return replace(answer, text=f"{why}\n{answer.text}", note=why)


def _shown(question: str) -> str:
    return " ".join(question.split())
