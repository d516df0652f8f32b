"""The desk: where every platform hands in questions and takes replies from."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from itertools import islice

from bot.desk.about import about
from bot.desk.archive import Archive, unasked
from bot.desk.counters import Counters
from bot.desk.door import Door
from bot.desk.history import History
from bot.desk.limits import Limits, Verdict
from bot.desk.memory import Memory
from bot.desk.offering import Offering
from bot.desk.places import Places
from bot.desk.shorten import shortened
from bot.desk.suggesting import Names, Products, Suggesting
from bot.desk.telling import Serving, Telling
from bot.errors import BotError, UnusableQuestion
from bot.messages import Kind, Length, Message, Place, PlaceSettings, Reply
from bot.phrases import Phrases, phrases
from bot.phrases.courtesy import courtesy
from bot.store import Feedback, Gap, Kept, Store
from bot.store.spared import spared
from bot.text.clean import clean
from bot.text.question import MAX_QUESTION, checked
from bot.values import Answer, Ask, Trace, Turn

MAX_REASON = 300
_HANDS = 12
"""Questions of one platform at most that hold a thread while they wait: accepting and striking off need some, too."""

log = logging.getLogger(__name__)


class Desk:
    """Takes questions, keeps them until they are answered, at_once of them at a time. Safe from several threads.

    A file that cannot be written (a full disk) stops nothing: questions are then kept in memory, and a line is logged.
    offers_more: whether follow-up questions are tried for an answer that went out without any.
    keep_questions: whether the texts of questions stay with their answers, for replay; the operator's choice.
    """

    def __init__(  # noqa: PLR0913  # what a test or an operator may choose, most of it optional
        self,
        store: Store,
        ask: Ask,
        names: Names,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
        *,
        products: Products = tuple,
        serving: Serving = str,
        at_once: int = 1,
        offers_more: bool = False,
        keep_questions: bool = False,
    ) -> None:
        self._store = store
        self._ask = ask
        self._names = names
        self._limits = limits or Limits()
        self._clock = clock
        self._keep_questions = keep_questions
        self._door = Door(store, self._limits, clock)
        self._archive = Archive(store)
        self._memory = Memory(clock)
        self.places = Places(store, self._memory, clock)
        """What was chosen and heard of the places in which the bot is."""
        self._history = History(self._memory, self._archive, clock)
        self.hands = min(at_once + 1, _HANDS)
        """How many questions a platform hands in at a time: one waits while the others are answered."""
        self._counters = Counters(at_once)
        self._suggesting = Suggesting(self._guarded, names, products)
        self._offering = Offering(self._suggesting, self._archive, self._counters) if offers_more else None
        self.telling = Telling(store, self._memory, self._archive, self._guarded, serving, clock)

    def accept(self, message: Message) -> bool:
        """Keep a message before anything is done about it, and tell whether it is to be replied to.

        False for a duplicate, and for one of a flood so large that even apologies would be one. A message that is
        over a limit is accepted, and answer() apologises for it. It is on disk when this returns.
        """
        return self._door.accept(message)

    def pending(self, platform: str) -> list[Message]:
        """Return what was accepted and not done, oldest first: what a process that was killed still owes."""
        return self._door.pending(platform)

    def answer(self, message: Message) -> Reply:
        """Return the reply to a message, accepted or (an inline query, a preview) not; never raises.

        Too many, too old, too long, no word, a greeting, no index: an apology in the language of the place is returned.
        """
        settings = self.places.settings(message.place, message.home, message.language)
        say = phrases(settings.language)
        sorry = self._refused(message, say)
        try:
            question = checked(message.text)
        except UnusableQuestion:
            sorry = sorry or _unusable(message, say)
        else:
            sorry = sorry or courtesy(question, say)
            if not sorry:
                return self._answered(message, question, settings)
        return _apology(sorry, settings)

    def _answered(self, message: Message, question: str, settings: PlaceSettings) -> Reply:
        turns = self._history.before(message)
        asked, began = self._clock(), time.perf_counter()
        try:
            answer, trace = self._guarded(question, turns)
        except Exception:  # whatever it is, the person who asked gets a reply and the others theirs
            log.exception("A question could not be answered.")
            return _apology(phrases(settings.language).unavailable, settings)
        answer_id = secrets.token_urlsafe(9)
        suggestions = self._suggesting.suggestions(trace.rewritten, answer, trace.wanted)
        words = about(trace.rewritten, answer, trace.wanted.words)
        ms = 1000 * (time.perf_counter() - began)
        kept = Kept(answer_id, self._clock(), question, words, answer, trace, suggestions, ms)
        if not self._memory.forgotten(message, asked):
            self._archive.keep(message, kept if self._keep_questions else unasked(kept))
            self._memory.keep(answer_id, message, (*turns, Turn("user", question), Turn("bot", answer.text)))
            if self._offering and not suggestions:
                self._offering.lacks(answer_id, trace.rewritten, trace.wanted)
        shown = shortened(answer) if settings.length is Length.SHORT else answer
        return Reply(answer_id, shown, suggestions, settings=settings)

    def names(self, typed: str, most: int = 25) -> list[str]:
        """Return companies and products with a word that begins as typed, the most written about first."""
        begun = clean(typed).casefold()
        try:
            names = self._names()
        except BotError:
            return []
        fitting = (name for name in names if f" {name}".casefold().find(f" {begun}") >= 0)
        return list(islice(fitting, most))

    def openers(self, language: str) -> tuple[str, ...]:
        """Return two questions to begin with: such as the articles answer, once some were tried."""
        return self._suggesting.openers() or phrases(language).examples

    def prepare(self) -> bool:
        """Use a moment in which nobody asks to try one question; False when there is none left to try.

        First those that somebody waits for, then follow-up questions to offer.
        """
        try:
            return not self._counters.idle or self.telling.try_next() or self._suggesting.try_next()
        except BotError as error:
            log.warning("%s", error)
            return False
        except Exception:  # the question that fails here is left, and the next one is tried
            log.exception("A question could not be tried.")
            return True

    def _guarded(self, question: str, turns: Sequence[Turn]) -> tuple[Answer, Trace]:
        with self._counters:
            return self._ask(question, turns)

    def done(self, message: Message, sent_id: str = "") -> None:
        """Strike a message off once its reply was sent, and remember that the message sent_id carries it.

        The text of the question is gone from the disk within two seconds, unless the operator keeps questions.
        """
        self._archive.sent(message, sent_id)
        self._door.done(message)

    def kept(self, answer_id: str) -> Answer | None:
        """Return an answer with its citations, for the quotes and the sources; None when it is gone."""
        found = self._archive.get(answer_id)
        return found.answer if found else None

    def suggested(self, answer_id: str) -> tuple[str, ...]:
        """Return the follow-up questions that were offered with an answer, in their order; none when it is gone."""
        found = self._archive.get(answer_id)
        return found.suggestions if found else ()

    def lacks(self, answer_id: str) -> bool:
        """Tell whether an answer went out without follow-up questions, and more() may find some; never waits."""
        return self._offering is not None and self._offering.lacking(answer_id)

    def more(self, answer_id: str) -> tuple[str, ...]:
        """Return follow-up questions for an answer that went out without any, once; it takes as long as some answers.

        None while others ask, and for a desk that offers no more.
        """
        return self._offering.more(answer_id) if self._offering else ()

    def why(self, answer_id: str) -> Trace | None:
        """Return how an answer came about, without the question unless the operator keeps questions."""
        found = self._archive.get(answer_id)
        return found.trace if found else None

    def last(self, place: Place, user: str) -> str:
        """Return the id of the last answer that a person got in a place; empty when there is none."""
        return self._archive.last(place, user)

    def carried(self, place: Place, sent_id: str) -> str:
        """Return the id of the answer that a sent message carries; empty when it carries none."""
        return self._archive.carried(place, sent_id)

    def reply_to(self, platform: str, message_id: str) -> str:
        """Return the id of the sent message that answered a message, to answer an edited one in place; or empty."""
        return spared(lambda: self._store.answers.reply_to(platform, message_id), "")

    def useful(self, answer_id: str, platform: str, user: str, *, useful: bool, reason: str = "") -> bool:
        """Keep what a person says of an answer, their last word counts; False when the answer is gone."""
        feedback = Feedback(answer_id, self._clock(), useful, clean(reason)[:MAX_REASON])
        return spared(lambda: self._store.answers.useful(feedback, platform, user), otherwise=False)

    def gap(self, answer_id: str, platform: str, user: str) -> bool:
        """File what the articles do not tell; False when the answer is gone."""
        found = self._archive.get(answer_id)
        gap = Gap(answer_id, self._clock(), found.answer.text if found else "")
        return spared(lambda: self._store.answers.gap(gap, platform, user), otherwise=False)

    def forget(self, platform: str, user: str, alone: str = "") -> None:
        """Remove everything about a person, from memory and from disk to the last byte. Raises StoreError.

        alone: the chat of the person and the bot, whose settings go, too; empty: its number is that of the person.
        """
        self._memory.forget(platform, user)
        self._archive.forget(platform, user)
        self._store.forget(platform, user, alone or user)

    def _refused(self, message: Message, say: Phrases) -> str:
        if self._clock() - message.sent > self._limits.late and message.kind is Kind.QUESTION:
            return say.late
        verdict = self._door.verdict(message)
        sentences = {Verdict.TOO_MANY: say.too_many, Verdict.CROWDED: say.crowded, Verdict.BUSY: say.busy}
        return sentences.get(verdict, "")


def _unusable(message: Message, say: Phrases) -> str:
    if clean(message.text):
        return say.too_long.format(limit=MAX_QUESTION)
    return {Kind.WORDLESS: say.wordless, Kind.ADDED: say.joined}.get(message.kind, say.empty)


def _apology(sentence: str, settings: PlaceSettings) -> Reply:
    return Reply("", Answer("", sentence, declined=True), apology=sentence, settings=settings)
