"""One question against one build: found, read, answered or declined."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.candidates import Candidates, Finder
from bot.answering.compose import Receipts, quoted_with, state, tell
from bot.answering.decline import closest, decline
from bot.answering.names import Names
from bot.answering.reader import Weights, load_weights
from bot.answering.reranker import Reranker, reranked
from bot.answering.selection import answer_odds, select
from bot.answering.tracing import traced
from bot.answering.verify import faults
from bot.index.encoder import TokenEncoder
from bot.index.snapshot import Snapshot
from bot.text.clean import clean
from bot.values import Answer, Statement, Trace, Turn

LONGEST = 500
"""Characters of a question that are read."""
_TURNS = 8
_CLEARLY = 1.0
"""Log-odds by which a question alone must be better answered than behind what was said before."""


class Answerer:
    """Answers questions from one build; cheap to make anew for each build, safe from several threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: TokenEncoder,
        reranker: Reranker | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.weights = weights or load_weights(encoder.trained)
        self._reranker = reranker
        self.finder = Finder(snapshot, encoder, self.weights)
        self._names = Names(snapshot.cards())

    def answer(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """Return the answer to question, and how it came about. Never raises for what a person can type."""
        typed = clean(question)[:LONGEST].strip()
        turns = [Turn(turn.speaker, clean(turn.text)[:LONGEST]) for turn in history[-_TURNS:]]
        readings = self.finder.find(typed, turns)
        chosen, rows = self._selected(self._understood(readings))
        receipts = Receipts()
        statements = self._statements(chosen, rows, receipts)
        wanted = self._names.wanted(chosen.query, self.snapshot.vocabulary())
        if not statements:
            receipts = Receipts()
            told = decline(typed, self._statements(chosen, closest(chosen), receipts), receipts)
        else:
            citations = tuple(receipts.citations)
            told = Answer(typed, tell(statements, receipts), declined=False, statements=statements, citations=citations)
        return told, traced(told, chosen, rows, self.snapshot.build_id, wanted, self.weights)

    def _understood(self, readings: Sequence[Candidates]) -> Candidates:
        """Return the reading behind what was said before, unless the question alone is clearly better answered."""
        *alone, latest = readings
        bar = answer_odds(latest, self.weights) + _CLEARLY
        return next((each for each in alone if answer_odds(each, self.weights) > bar), latest)

    def _selected(self, reading: Candidates) -> tuple[Candidates, list[int]]:
        """Return the reading and the rows that are said, none when it does not answer."""
        if answer_odds(reading, self.weights) < self.weights.answer_bar:
            return reading, []
        if self._reranker:
            reading = reranked(reading, self._reranker)
        return reading, select(reading, self.weights)

    def _statements(self, chosen: Candidates, rows: Sequence[int], receipts: Receipts) -> tuple[Statement, ...]:
        """Return the statements that pass the check, the best first; what does not pass is dropped, never mended."""
        found: list[Statement] = []
        said: set[tuple[str, int]] = set()
        for row in self._ordered(chosen, rows):
            sentence = chosen.sentence(row)
            article = chosen.found.articles[sentence.article_id]
            quoted = quoted_with(row, chosen, self.snapshot.sentences(article.id))
            places = {(s.article_id, s.ordinal) for s in quoted}
            if places & said:
                quoted, places = [sentence], {(sentence.article_id, sentence.ordinal)}
            if places & said:
                continue
            cited = len(receipts.citations)
            statement = state(quoted, article, receipts)
            if faults(statement, {c.n: c for c in receipts.citations}, self.snapshot.article):
                del receipts.citations[cited:]  # numbers have no gap
                continue
            said |= places
            found.append(statement)
        return tuple(found)

    def _ordered(self, chosen: Candidates, rows: Sequence[int]) -> list[int]:
        """Return the best sentence first, then the others: newest article first, in the article's own order."""

        def place(row: int) -> tuple[int, str, int]:
            sentence = chosen.sentence(row)
            published = chosen.found.articles[sentence.article_id].published
            return -(published.earliest.toordinal() if published else 0), sentence.article_id, sentence.ordinal

        return [*rows[:1], *sorted(rows[1:], key=place)]
