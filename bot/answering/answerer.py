"""One question against one build: understood, held against the evidence, answered or declined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.asked import Asked, Knowledge, Shape
from bot.answering.behind import behind
from bot.answering.catalogue import having, having_it, kinds_of, listed, newest_of, wanted_kind
from bot.answering.choose import choose
from bot.answering.comparing import Told, at_each_time, compared, told_in_turn
from bot.answering.compose import Receipts, state, tell
from bot.answering.concepts import Lexicon
from bot.answering.declining import missing, words_of_decline
from bot.answering.evidence import Judge
from bot.answering.followup import leans, standalone
from bot.answering.introducing import introduced
from bot.answering.languages import to_english
from bot.answering.material import Material
from bot.answering.names import Mention, Name, gather
from bot.answering.picks import merge
from bot.answering.premise import buying, false_premise, lacking, maker_asked, making, nearest_truth
from bot.answering.ranking import Ranked, Read, rank
from bot.answering.sought import Near, proper_names
from bot.answering.times import several
from bot.answering.tracing import Clause, traced
from bot.answering.understanding import understand
from bot.answering.verify import faults
from bot.answering.wording import clauses, respell
from bot.index.encoder import TokenEncoder
from bot.index.snapshot import Snapshot
from bot.retrieval import search
from bot.text.clean import clean
from bot.text.words import level
from bot.text.words import words as words_of
from bot.values import Answer, Role, Statement, Trace, Turn

LONGEST = 500
"""Characters of a question that are read."""
_PASSAGES = 20
_SURE = 0.7
_TURNS = 8
_MINE = re.compile(r"\b(?:my|mine)\b", re.IGNORECASE)
"""A question about what somebody has: the thing that was spoken of."""
_PARTS = ("first", "second", "third", "last")
_FEW = 3
_BARE = 2
"""Words up to which a question without a name asks more of the one before it: "and when", "how much"."""
_MARK = re.compile(r"\[\d+\]")
_QUESTION = re.compile(
    r"[?？]|\b(?:what|which|how|when|who|whose|where|why|is|are|do|does|did|can|will|was|were)\b", re.IGNORECASE
)


class Answerer:
    """Answers questions from one build; cheap to make anew for each build, safe from several threads."""

    def __init__(self, snapshot: Snapshot, encoder: TokenEncoder, lexicon: Lexicon) -> None:
        self.snapshot = snapshot
        self._encoder = encoder
        self._lexicon = lexicon
        vocabulary = snapshot.vocabulary()
        cards = snapshot.cards()
        named = {w: 1 for card in cards for name in (*card.products, *card.companies) for w in level(name).split()}
        self._knowledge = Knowledge(
            gather(cards, lexicon.nameless),
            named | {level(w): n for w, n in vocabulary.items()},
            max(vocabulary.values(), default=1),
            lexicon.noise | lexicon.words | lexicon.firms,
        )
        self._kinds = kinds_of(cards, self._knowledge.gazetteer, lexicon)
        self._material = Material(snapshot, encoder, lexicon, self._knowledge.gazetteer)

    def answer(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return the answer to question, and how it came about. Never raises for what a person can type."""
        typed = clean(question)[:LONGEST].strip()
        rewritten = self.rewritten(typed, history)
        leaning = bool(history) and rewritten != self._respelled(typed)
        before = self._told_by(history) if leaning else frozenset()
        parts = [self._clause(part, before) for part in self._asked_in(rewritten)]
        answered = [p for p in parts if p.picks]
        receipts = Receipts()
        if not answered:
            main = max(parts, key=lambda p: p.ranked[0].score if p.ranked else 0.0)
            text, note = words_of_decline(main.asked, main.ranked, receipts, self.snapshot.cards())
            declined = Answer(typed, text, declined=True, citations=tuple(receipts.citations), note=note)
            return declined, traced(typed, rewritten, self.snapshot.build_id, parts, "declined")
        statements = self._statements(answered, receipts)
        if not statements:
            empty = Answer(typed, "I don't know: no sentence of the articles passes the check.", declined=True)
            return empty, traced(typed, rewritten, self.snapshot.build_id, parts, "nothing verified")
        lacking = [_unanswered(n, p) for n, p in enumerate(parts) if not p.picks]
        note = " ".join(filter(None, [*(p.note for p in answered), *lacking]))
        text = tell(statements, receipts, note)
        used = {n for s in statements for n in s.citations}
        citations = tuple(c for c in receipts.citations if c.n in used)
        return Answer(
            typed, text, declined=False, statements=tuple(statements), citations=citations, note=note
        ), traced(typed, rewritten, self.snapshot.build_id, parts, "answered")

    def _statements(self, answered: Sequence[Clause], receipts: Receipts) -> list[Statement]:
        """Return the statements that pass the check; what does not is dropped, never mended."""
        asked = {id(pick): part.asked for part in answered for pick in part.picks}
        statements = []
        for pick in merge([part.picks for part in answered]):
            statement = state(asked[id(pick)], pick, receipts)
            if not faults(statement, {c.n: c for c in receipts.citations}, self.snapshot.article):
                statements.append(statement)
        return statements

    def rewritten(self, typed: str, history: Sequence[Turn] = ()) -> str:
        """Return the question in English, its slips mended, standing alone."""
        turns: list[Turn] = []
        for turn in history[-_TURNS:]:
            said = clean(turn.text)[:LONGEST]
            text = self._standing(self._respelled(said), turns) if turn.speaker == "user" else said
            turns.append(replace(turn, text=text))
        return self._standing(self._respelled(typed), turns)

    def _asked_in(self, rewritten: str) -> list[str]:
        """Return the separate things asked, each standing alone; a later one that names nothing is about the first.

        A remark that asks nothing ("numbers differ") is not looked up.
        """
        first, *later = self._without_remark(clauses(rewritten)) or [""]
        parts = [first]
        for part in later:
            asked = self._understood(part)
            if asked.mentions or not self._understood(first).mentions:
                parts += [part] if asked.mentions or _QUESTION.search(part) else []
            elif not asked.terms and len(words_of(part)) <= _BARE:
                parts.append(f"{part.rstrip('?! .')} {first}")
            elif (asked.askings and not asked.terms) or (_QUESTION.search(part) and leans(part, asked)):
                parts.append(standalone(part, [Turn("user", first)], self._understood, self._knowledge.gazetteer))
            elif _QUESTION.search(part):
                parts.append(part)
        return parts

    def _without_remark(self, parts: list[str]) -> list[str]:
        """Return the parts without a first one that only tells who asks: "I'm writing about rings. Who ...?"."""
        if len(parts) < 2 or _QUESTION.search(parts[0]) or self._understood(parts[0]).mentions:
            return parts
        return parts[1:] if self._understood(parts[1]).mentions else parts

    def _standing(self, question: str, turns: Sequence[Turn]) -> str:
        """Return question with what it leans on put in; one that answers by itself is left alone."""
        if not turns or wanted_kind(question, self._lexicon):  # "which rings are there" leans on nothing
            return question
        asked = self._understood(question)
        gazetteer = self._knowledge.gazetteer
        if leans(question, asked):
            return standalone(question, turns, self._understood, gazetteer)
        strange = any(t.place or not t.known for t in asked.terms) and not _MINE.search(question)
        if asked.mentions or strange or len(asked.terms) > _FEW or self._clause(question).picks:
            return question
        leaning = standalone(question, turns, self._understood, gazetteer)
        return leaning if self._clause(leaning).picks else question

    def _respelled(self, text: str) -> str:
        english = to_english(text, lambda w: level(w) in self._knowledge.vocabulary)
        mended = respell(english.text, self._knowledge, self._lexicon, mending=english.language == "en")
        return behind(mended, self._knowledge.gazetteer)

    def _understood(self, text: str) -> Asked:
        return understand(text, self._knowledge, self._lexicon)

    def weighed(self, text: str) -> tuple[Asked, Sequence[Ranked]]:
        """Return what one rewritten clause asks and every sentence considered for it, best first."""
        clause = self._clause(text)
        return clause.asked, clause.ranked

    def _told_by(self, history: Sequence[Turn]) -> frozenset[str]:
        """Return the article from which the last answer was told."""
        said = next((clean(t.text)[:LONGEST] for t in reversed(history) if t.speaker != "user"), "")
        hits = search(self.snapshot, self._encoder, _MARK.sub("", said), 1) if said else ()
        return frozenset(h.passage.article_id for h in hits)

    def _clause(self, text: str, before: frozenset[str] = frozenset()) -> Clause:
        asked = replace(self._understood(text), before=before)
        self._encoder.encode_tokens([text], [0])  # once, for the search and for what follows
        hits = search(self.snapshot, self._encoder, text, _PASSAGES)
        near = self._material.near(asked)
        if (kind := wanted_kind(text, self._lexicon)) and (products := self._kinds.get(kind.kind)):
            about = self._material.read(asked, newest_of(products, self.snapshot.article))
            every = self._ranked(asked, about, near)
            if all_told := listed(kind, products, every):
                return Clause(asked, tuple(hits), tuple(every), tuple(all_told), "")
        things = self._kinds.get(having(asked, self._lexicon), ())
        ids = {*self._material.articles(asked, hits), *newest_of(things, self.snapshot.article)}
        found = self._material.read(asked, sorted(ids))
        ranked = self._ranked(asked, found, near)
        premise = false_premise(asked, ranked)
        if premise is not None:
            rest = replace(asked, mentions=tuple(m for m in asked.mentions if m is not premise.wrong))
            again = self._ranked(rest, found, near)
            also = [
                p for p in choose(rest, again)[:1] if p.ranked.facets.explicit and p.ranked.facets.property >= _SURE
            ]
            picks = buying(premise.about, again, Role.CORRECTION) or [
                *making(premise.about, again, Role.CORRECTION),
                *also,
            ]
            return Clause(asked, tuple(hits), tuple(again), tuple(picks), premise.note if picks else "")
        made = maker_asked(asked)
        picks = making(made, ranked) if made else []
        note = ""
        if not made:
            picks, note = self._chosen(asked, found, ranked, near, things)
        if not picks:
            picks = lacking(asked, ranked) or nearest_truth(asked, ranked)
            note = "No article says that as asked; this is what they say." if picks else ""
        return Clause(asked, tuple(hits), tuple(ranked), tuple(picks), note)

    def _chosen(self, asked: Asked, read: Read, ranked: Sequence[Ranked], near: Near, things: Sequence[Name]) -> Told:
        """Return the picks and a note; things: the products of which it asks which ones have something."""
        ids = [reading.article.id for reading in read.readings]

        def weigh(alone: Asked, without: Sequence[Mention]) -> list[Ranked]:
            return self._ranked(alone, self._material.read(asked, ids, without) if without else read, near)

        if asked.shape is Shape.COMPARISON:
            return compared(asked, weigh)
        if asked.shape is Shape.TIMELINE:
            return told_in_turn(asked, ranked, weigh), ""
        if several(asked.periods):
            return at_each_time(asked, ranked, weigh)
        picks = having_it(asked, things, ranked, self._lexicon) or introduced(asked, ranked)
        return picks or choose(asked, ranked), ""

    def _ranked(self, asked: Asked, read: Read, near: Near) -> list[Ranked]:
        proper = proper_names(frozenset(t.stem for t in asked.terms), read.readings)
        return rank(asked, Judge(asked, self._knowledge, self._lexicon, near, proper), read)


def _unanswered(number: int, part: Clause) -> str:
    """Return what to say of a part of a question that found no answer; a remark asks nothing and lacks nothing."""
    if part.asked.askings and (what := missing(part.asked, part.ranked)):
        return f"No article gives {what}."
    which = _PARTS[min(number, len(_PARTS) - 1)]
    return f"I found no answer to the {which} part of the question." if _QUESTION.search(part.asked.text) else ""
