"""One answer replayed, also of last week: how it came about, and what would be answered today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.errors import BotError, SettingsError
from bot.newsroom.acts import Act, Tell, Told
from bot.newsroom.days import moment
from bot.phrases import Phrases, phrases
from bot.store import Feedback, Kept, Store
from bot.text.clean import brief
from bot.values import Answer, Ask, Candidate, Trace

_ID = re.compile(r"[A-Za-z0-9_-]{12}")
_HITS, _CANDIDATES, _LONG, _SHORT = 8, 12, 500, 120

_SAY = phrases("en")


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer with all that is kept of it."""

    kept: Kept
    feedback: tuple[Feedback, ...]
    serving: str
    """The build that serves now; empty when none does."""
    again: Answer | None
    """The answer to the same question now; None when the question was not kept, or nothing is indexed."""


@dataclass(frozen=True, slots=True)
class Replaying:
    """Replays answers. Safe from several threads."""

    store: Store
    ask: Ask
    serving: Callable[[], str]

    def replay(self, answer_id: str) -> Replay:
        """Return an answer as it was, and as it would be now. Raises SettingsError when it is gone, StoreError."""
        kept = self.store.answers.get(answer_id)
        if kept is None:
            raise SettingsError("There is no such answer: give the 12 letters of one of the last 30 days.")
        said = tuple(each for each in self.store.answers.feedback() if each.answer_id == answer_id)
        serving, again = "", None
        try:
            serving = self.serving()
            if kept.trace.rewritten:
                again = self.ask(kept.trace.rewritten, ())[0]
        except BotError:  # nothing is indexed; what was answered is known all the same
            pass
        return Replay(kept, said, serving, again)

    def run(self, act: Act, _: Tell) -> Told:
        """Tell of the answer that was named, or replied to, or else of the last one that the admin got there."""
        return Told(tuple(lines(self.replay(self._meant(act)))))

    def _meant(self, act: Act) -> str:
        if act.what:
            found = _ID.fullmatch(act.what.strip())
            if not found:
                raise SettingsError("Give the 12 letters of an answer, or reply to it.")
            return found[0]
        answers = self.store.answers
        meant = answers.carried(act.place, act.replies_to) if act.place and act.replies_to else ""
        if not meant and act.place and act.who:
            meant = answers.last(act.place, act.who.id)
        return meant


def lines(replay: Replay) -> Iterator[str]:
    """Yield how an answer came about: asked, read, decided, said, found, weighed."""
    kept, trace = replay.kept, replay.kept.trace
    took = f", made in {kept.ms:,.0f} ms" if kept.ms else ""
    yield f"Answer {kept.id} of {moment(kept.at)}{took}"
    if trace.asked or trace.rewritten:
        yield from (f"{label}: {brief(text, _LONG)}" for label, text in read_as(trace, _SAY))
    else:
        yield "The question was not kept; BOT_KEEP_QUESTIONS=true keeps those to come."
    wanted = trace.wanted
    yield f"Wanted: {brief(wanted.words, _LONG) or 'nothing that could be told'}"
    if named := ", ".join(dict.fromkeys(filter(None, (wanted.name, *wanted.companies)))):
        yield f"About: {brief(named, _LONG)}"
    yield f"Index: {trace.build_id}{' (serves now)' if trace.build_id == replay.serving else ''}"
    yield f"Decision: {decided(trace, _SAY)}"
    yield f"Said: {brief(kept.answer.text, _LONG)}"
    yield from _evidence(replay)
    for said in replay.feedback:
        yield f"Called {'useful' if said.useful else 'not useful'}{f': {said.reason}' if said.reason else ''}"
    if replay.again:
        yield f"Asked again, {replay.serving} answers: {_again(kept.answer, replay.again)}"


def _evidence(replay: Replay) -> Iterator[str]:
    trace = replay.kept.trace
    yield f"Passages found: {len(trace.hits)}"
    for hit in trace.hits[:_HITS]:
        scores = f"{hit.score:.3f} (cosine {hit.cosine:.3f}, words {hit.bm25:.2f})"
        yield f"{scores} {hit.passage.article_id}: {brief(hit.passage.text, _SHORT)}"
    yield f"Sentences considered: {len(trace.candidates)}"
    for candidate in trace.candidates[:_CANDIDATES]:
        yield weighed(candidate, _SAY)


def read_as(trace: Trace, say: Phrases) -> Iterator[tuple[str, str]]:
    """Yield what was asked and, where it is something else, what was read, each with its label; nothing if not kept."""
    if trace.asked:
        yield say.why["asked"], trace.asked
    if trace.rewritten and trace.rewritten != trace.asked:
        yield say.why["understood"], trace.rewritten


def decided(trace: Trace, say: Phrases) -> str:
    """Return whether a question was answered, and how likely the best sentence had to be and was to answer it."""
    odds = say.why["odds"].format(percent=_percent(trace.likely), needed=_percent(trace.needed))
    return f"{say.why.get(trace.decision, trace.decision)}{f' ({odds})' if trace.needed else ''}"


def weighed(candidate: Candidate, say: Phrases) -> str:
    """Return a sentence that was considered: how likely it answers, what became of it, and what weighed most."""
    likely, fate = say.why["likely"].format(percent=_percent(candidate.score)), candidate.dropped or "used"
    weights = ", ".join(f"{name} {weight:+.1f}" for name, weight in candidate.features.items())
    source = "; ".join(filter(None, (candidate.sentence.article_id, weights)))
    return f"{likely}, {say.why.get(fate, fate)}: “{brief(candidate.sentence.text, _SHORT)}” ({source})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _again(before: Answer, now: Answer) -> str:
    return "the same" if before.text == now.text else brief(now.text, _LONG)
