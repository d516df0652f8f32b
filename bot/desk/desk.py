"""The desk: where every platform hands in questions and takes replies from."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from bot.desk.about import about
from bot.desk.choices import changed
from bot.desk.limits import Gate, Limits, Verdict
from bot.desk.memory import Memory
from bot.desk.shorten import shortened
from bot.errors import BotError, StoreError, UnusableQuestion
from bot.phrases import Phrases, phrases
from bot.store import Feedback, Gap, Kept, Store
from bot.text.clean import clean
from bot.text.question import MAX_QUESTION, checked
from bot.values import Answer, Ask, Length, Message, Place, PlaceSettings, Reply, Trace, Turn

MAX_REASON = 300
_UNSENT = 1000
"""Answers that wait for done() at most, for platforms that never say it."""

log = logging.getLogger(__name__)
T = TypeVar("T")
Names = Callable[[], Sequence[str]]
"""The companies and products of the articles, the most written about first."""


class Desk:
    """Takes questions, keeps them until they are answered, and answers them one at a time. Safe from several threads.

    A file that cannot be written (a full disk) stops nothing: questions are then kept in memory, and a line is logged.
    keep_questions: whether the texts of questions stay with their answers, for replay; the operator's choice.
    """

    def __init__(
        self,
        store: Store,
        ask: Ask,
        names: Names,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
        *,
        keep_questions: bool = False,
    ) -> None:
        self._store = store
        self._ask = ask
        self._names = names
        self._limits = limits or Limits()
        self._clock = clock
        self._keep_questions = keep_questions
        self._gate = Gate(self._limits, clock)
        self._memory = Memory(clock)
        self._asking = threading.Lock()
        self._lock = threading.Lock()
        self._unstored: dict[tuple[str, str], tuple[Message, Verdict]] = {}
        """Accepted while the file could not be written."""
        self._unsent: OrderedDict[str, tuple[Message, Kept]] = OrderedDict()
        """Answers whose sending nobody has reported yet."""

    def accept(self, message: Message) -> bool:
        """Keep a message before anything is done about it, and tell whether it is to be replied to.

        False for a duplicate, and for one of a flood so large that even apologies would be one. A message that is
        over a limit is accepted, and answer() apologises for it. It is on disk when this returns.
        """
        key = (message.place.platform, message.id)
        try:
            if self._store.inbox.knows(message):
                return False
            verdict = self._gate.judge(message, self._store.inbox.count())
            return verdict is not Verdict.SILENCE and self._store.inbox.put(message, verdict, self._clock())
        except StoreError as error:
            log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
        with self._lock:
            if key in self._unstored:
                return False
            self._unstored[key] = (message, self._gate.judge(message, len(self._unstored)))
            return self._unstored[key][1] is not Verdict.SILENCE

    def pending(self, platform: str) -> list[Message]:
        """Return what was accepted and not done, oldest first: what a process that was killed still owes."""
        return _spared(lambda: self._store.inbox.waiting(platform), [])

    def answer(self, message: Message) -> Reply:
        """Return the reply to a message, accepted or (an inline query, a preview) not; never raises.

        Too many, too old, too long, empty, no index: the reply is an apology in the language of the place.
        """
        settings = self.settings(message.place, message.home)
        say = phrases(settings.language)
        sorry = self._refused(message, say)
        try:
            question = checked(message.text)
        except UnusableQuestion:
            sorry = sorry or (say.too_long.format(limit=MAX_QUESTION) if clean(message.text) else say.empty)
        else:
            if not sorry:
                return self._answered(message, question, settings)
        return _apology(sorry, settings)

    def _answered(self, message: Message, question: str, settings: PlaceSettings) -> Reply:
        turns = self._history(message)
        try:
            with self._asking:
                answer, trace = self._ask(question, turns)
        except Exception:  # whatever it is, the person who asked gets a reply and the others theirs
            log.exception("A question could not be answered.")
            return _apology(phrases(settings.language).unavailable, settings)
        answer_id = secrets.token_urlsafe(9)
        self._keep(message, self._kept(answer_id, question, answer, trace))
        said = (*turns, Turn("user", question), Turn("bot", answer.text))
        self._memory.keep(answer_id, message.place, message.user, said)
        shown = shortened(answer) if settings.length is Length.SHORT else answer
        return Reply(answer_id, shown, settings=settings)

    def names(self, typed: str, most: int = 25) -> list[str]:
        """Return companies and products with a word that begins as typed, the most written about first."""
        begun = clean(typed).casefold()
        try:
            names = self._names()
        except BotError:
            return []
        fitting = (name for name in names if f" {name}".casefold().find(f" {begun}") >= 0)
        return list(islice(fitting, most))

    def done(self, message: Message, sent_id: str = "") -> None:
        """Strike a message off once its reply was sent, and remember that the message sent_id carries it.

        After this the text of the question is nowhere on disk, unless the operator keeps questions.
        """
        with self._lock:
            self._unstored.pop((message.place.platform, message.id), None)
            ids = [i for i, (asked, _) in self._unsent.items() if (asked.place.platform, asked.id) == _key(message)]
            unsent = [self._unsent.pop(i) for i in ids]
        for asked, kept in unsent[-1:]:
            _spared(lambda: self._store.answers.put(kept, asked, sent_id), None)  # noqa: B023  # called at once
        _spared(lambda: self._store.inbox.remove(message), None)

    def kept(self, answer_id: str) -> Answer | None:
        """Return an answer with its citations, for the quotes and the sources; None when it is gone."""
        found = self._found(answer_id)
        return found.answer if found else None

    def why(self, answer_id: str) -> Trace | None:
        """Return how an answer came about, without the question unless the operator keeps questions."""
        found = self._found(answer_id)
        return found.trace if found else None

    def last(self, place: Place, user: str) -> str:
        """Return the id of the last answer that a person got in a place; empty when there is none."""
        with self._lock:
            for answer_id, (message, _) in reversed(self._unsent.items()):
                if message.place == place and message.user == user:
                    return answer_id
        found = _spared(lambda: self._store.answers.last(place, user), None)
        return found.id if found else ""

    def carried(self, place: Place, sent_id: str) -> str:
        """Return the id of the answer that a sent message carries; empty when it carries none."""
        found = _spared(lambda: self._store.answers.carried(place, sent_id), None)
        return found.id if found else ""

    def reply_to(self, platform: str, message_id: str) -> str:
        """Return the id of the sent message that answered a message, to answer an edited one in place; or empty."""
        return _spared(lambda: self._store.answers.reply_to(platform, message_id), "")

    def useful(self, answer_id: str, platform: str, user: str, *, useful: bool, reason: str = "") -> bool:
        """Keep what a person says of an answer, their last word counts; False when the answer is gone."""
        feedback = Feedback(answer_id, self._clock(), useful, clean(reason)[:MAX_REASON])
        return _spared(lambda: self._store.answers.useful(feedback, platform, user), otherwise=False)

    def gap(self, answer_id: str, platform: str, user: str) -> bool:
        """File what the articles do not tell; False when the answer is gone."""
        found = self._found(answer_id)
        gap = Gap(answer_id, self._clock(), found.answer.text if found else "")
        return _spared(lambda: self._store.answers.gap(gap, platform, user), otherwise=False)

    def forget(self, platform: str, user: str) -> None:
        """Remove everything about a person, from memory and from disk to the last byte. Raises StoreError."""
        self._memory.forget(platform, user)
        with self._lock:
            for answer_id, (message, _) in list(self._unsent.items()):
                if (message.place.platform, message.user) == (platform, user):
                    del self._unsent[answer_id]
        self._store.forget(platform, user)

    def settings(self, place: Place, home: str = "") -> PlaceSettings:
        """Return what the admins of a place have chosen; home: as in Message."""
        return _spared(lambda: self._store.settings(place.platform, home or place.chat), PlaceSettings())

    def change(self, place: Place, setting: str, value: str, home: str = "") -> PlaceSettings:
        """Change one setting of a place and return all; the adapter has checked that an admin asks for it.

        setting: mention_only (on, off), channels (ids with commas between, or all), length (short, normal), language
        (en, de, fr, es). Raises SettingsError with a sentence that names what is possible, StoreError.
        """
        chosen = changed(self._store.settings(place.platform, home or place.chat), setting, value)
        self._store.choose(place.platform, home or place.chat, chosen)
        return chosen

    def _refused(self, message: Message, say: Phrases) -> str:
        if self._clock() - message.sent > self._limits.late:
            return say.late
        verdict = self._verdict(message)
        sentences = {Verdict.TOO_MANY: say.too_many, Verdict.CROWDED: say.crowded, Verdict.BUSY: say.busy}
        return sentences.get(verdict, "")

    def _verdict(self, message: Message) -> Verdict:
        with self._lock:
            if _key(message) in self._unstored:
                return self._unstored[_key(message)][1]
        accepted: str | None = ""
        refusal = _spared(lambda: self._store.inbox.refusal(message), accepted)
        return self._gate.glance(message) if refusal is None else Verdict(refusal)

    def _history(self, message: Message) -> tuple[Turn, ...]:
        """Return the turns that a message leans on: its reply chain, else the last ones of its user in its place."""
        if not message.replies_to:
            return message.quoted or self._memory.last(message.place, message.user)
        answer_id = self.carried(message.place, message.replies_to)
        turns = self._memory.upto(answer_id)
        if turns or any(turn.speaker == "user" for turn in message.quoted):
            return turns or message.quoted
        kept = self._found(answer_id)
        return (Turn("user", kept.about), Turn("bot", kept.answer.text)) if kept else message.quoted

    def _kept(self, answer_id: str, question: str, answer: Answer, trace: Trace) -> Kept:
        subject = about(trace.rewritten, answer)
        if not self._keep_questions:
            answer, trace, question = replace(answer, question=""), replace(trace, asked="", rewritten=""), ""
        return Kept(answer_id, self._clock(), question, subject, answer, trace)

    def _keep(self, message: Message, kept: Kept) -> None:
        with self._lock:
            self._unsent[kept.id] = (message, kept)
            if len(self._unsent) > _UNSENT:
                self._unsent.popitem(last=False)

    def _found(self, answer_id: str) -> Kept | None:
        with self._lock:
            unsent = self._unsent.get(answer_id)
        if unsent:
            return unsent[1]
        return _spared(lambda: self._store.answers.get(answer_id), None)


def _spared(use: Callable[[], T], otherwise: T) -> T:
    """Use the file; when it refuses, log that and go on: answering matters more than remembering."""
    try:
        return use()
    except StoreError as error:
        log.error("%s", error)  # noqa: TRY400  # the sentence says what to do, the traceback nothing
        return otherwise


def _key(message: Message) -> tuple[str, str]:
    return message.place.platform, message.id


def _apology(sentence: str, settings: PlaceSettings) -> Reply:
    return Reply("", Answer("", sentence, declined=True), apology=sentence, settings=settings)
