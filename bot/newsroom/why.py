"""One answer replayed, also of last week: how it came about, and what would be answered today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from bot.errors import BotError, SettingsError
from bot.newsroom.acts import Act, Tell, Told
from bot.newsroom.days import moment
from bot.store import Feedback, Kept, Store
from bot.text.clean import brief
from bot.values import Answer, Ask, Candidate

_ID = re.compile(r"[A-Za-z0-9_-]{12}")
_HITS, _CANDIDATES, _LONG, _SHORT = 8, 12, 500, 120

DROPPED = MappingProxyType(
    {
        "variant": "it is about another variant",
        "currency": "it is in another currency",
        "period": "it is about another time",
        "place": "it is about another place",
        "superlative": "it does not say which of all it is",
        "company": "it names no company",
        "number": "it holds no number and no time",
        "name": "it does not name what was asked about",
        "property": "it does not tell what was asked",
        "words": "it has too little in common with the question",
    }
)
"""What the answerer calls the facet that a sentence lacks, in words."""


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
    """Yield how an answer came about: asked, understood, filtered, found, weighed, dropped, said."""
    kept, trace = replay.kept, replay.kept.trace
    took = f", made in {kept.ms:,.0f} ms" if kept.ms else ""
    yield f"Answer {kept.id} of {moment(kept.at)}{took}"
    if trace.asked or trace.rewritten:
        yield f"Asked: {brief(trace.asked, _LONG)}"
        yield f"Understood as: {brief(trace.rewritten, _LONG)}"
    else:
        yield "The question was not kept; BOT_KEEP_QUESTIONS=true keeps those to come."
    wanted = trace.wanted
    yield f"Wanted: {brief(wanted.words, _LONG) or 'nothing that could be told'}"
    if wanted.filters:
        yield f"Filters: {brief('; '.join(wanted.filters), _LONG)}"
    yield f"Index: {trace.build_id}{' (serves now)' if trace.build_id == replay.serving else ''}"
    yield f"Decision: {trace.decision}"
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
        yield _weighed(candidate)


def _weighed(candidate: Candidate) -> str:
    fate = f"dropped: {DROPPED.get(candidate.dropped, candidate.dropped)}" if candidate.dropped else "used"
    features = ", ".join(f"{name} {value:.2f}" for name, value in candidate.features.items())
    sentence = candidate.sentence
    return f"{candidate.score:.3f} {fate} ({features}) {sentence.article_id}: {brief(sentence.text, _SHORT)}"


def _again(before: Answer, now: Answer) -> str:
    return "the same" if before.text == now.text else brief(now.text, _LONG)
