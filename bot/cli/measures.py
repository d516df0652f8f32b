"""How good answers are: right, declined where they should be, and with receipts that hold."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from bot.cli.evidence import Evidence, Judged, judge
from bot.text.matching import numbers, states
from bot.values import Answer, Article, Citation, Turn


@dataclass(frozen=True, slots=True)
class Expected:
    """What a right answer must hold. should_abstain: the right answer is to decline."""

    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    page_ids: tuple[str, ...] = ()
    should_abstain: bool = False

    def met_by(self, answer: Answer) -> bool:
        """Return whether the answer holds one of each alternatives and nothing forbidden, or declines as it should."""
        if answer.declined is not self.should_abstain:
            return False
        if any(states(answer.text, value) for value in self.must_not_contain):
            return False
        return self.should_abstain or all(any(states(answer.text, v) for v in each) for each in self.must_contain)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an evaluation."""

    id: str
    kind: str
    text: str
    history: tuple[Turn, ...]
    expected: Expected
    evidence: tuple[Evidence, ...] = ()
    """Quotes that answer it, alternatives among them."""
    acceptable: tuple[Evidence, ...] = ()
    """Quotes that may stand in an answer, too."""

    @property
    def pages(self) -> set[str]:
        """The articles that it names."""
        return {*self.expected.page_ids, *(each.page for each in (*self.evidence, *self.acceptable))}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question; ms is how long its answer took."""

    question: Question
    answer: Answer
    ms: float

    @property
    def right(self) -> bool:
        """Whether the answer is what was expected."""
        return self.question.expected.met_by(self.answer)

    @property
    def judged(self) -> Judged:
        """How the sentences stand to the evidence; nothing is counted where there is none or where nothing answers."""
        question = self.question
        if question.expected.should_abstain or not question.evidence:
            return Judged()
        return judge(self.answer, question.evidence, question.acceptable)


@dataclass(frozen=True, slots=True)
class Receipts:
    """What was found when the receipts of one answer were checked."""

    citations: int = 0
    verbatim: int = 0
    datable: int = 0
    dated: int = 0
    sentences: int = 0
    cited: int = 0
    supported: int = 0

    def __add__(self, other: Receipts) -> Receipts:
        return Receipts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Receipts)))

    @property
    def whole(self) -> bool:
        """Whether every receipt holds."""
        return (self.citations, self.datable) == (self.verbatim, self.dated) and self.sentences == self.supported


@dataclass(frozen=True, slots=True)
class Kind:
    """The questions of one type; shares from 0 to 1, None where nothing could be counted."""

    asked: int
    passed: int
    declined: int
    sentence_precision: float | None
    first_sentence_right: float | None
    parts_covered: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """One evaluation; shares from 0 to 1, None where nothing could be counted."""

    questions: int
    passed: int
    pass_rate: float | None
    answered_right: float | None
    answer_rate: float | None
    abstained_rightly: float | None
    wrongly_declined: float | None
    sentence_precision: float | None
    first_sentence_right: float | None
    parts_covered: float | None
    cites_expected_page: float | None
    quotes_verbatim: float | None
    citations_dated: float | None
    sentences_cited: float | None
    numbers_supported: float | None
    median_words: float | None
    median_ms: float | None
    by_type: Mapping[str, Kind]


def receipts(answer: Answer, articles: Mapping[str, Article]) -> Receipts:
    """Return how the receipts of an answer hold against the articles themselves, given by id.

    A quote is good when it stands in its article character for character; a date where the article has one;
    a sentence is supported when every number in it stands in a quote that it cites.
    """
    by_n = {citation.n: citation for citation in answer.citations}
    known = [(citation, articles.get(citation.article_id)) for citation in answer.citations]
    datable = [(citation, article) for citation, article in known if article and article.published]
    quotes = [[by_n[n].quote for n in statement.citations if n in by_n] for statement in answer.statements]
    supported = [
        bool(cited) and numbers(statement.text) <= numbers(" ; ".join(cited))
        for statement, cited in zip(answer.statements, quotes, strict=True)
    ]
    return Receipts(
        citations=len(known),
        verbatim=sum(_verbatim(citation, article) for citation, article in known),
        datable=len(datable),
        dated=sum(citation.published == article.published for citation, article in datable),
        sentences=len(quotes),
        cited=sum(map(bool, quotes)),
        supported=sum(supported),
    )


def _verbatim(citation: Citation, article: Article | None) -> bool:
    return article is not None and bool(citation.quote) and citation.quote in f"{article.title}\n{article.body}"


def measure(outcomes: Sequence[Outcome], checked: Iterable[Receipts]) -> Measures:
    """Return the measures over all outcomes and over the receipts of their answers."""
    total = sum(checked, Receipts())
    answerable = [outcome for outcome in outcomes if not outcome.question.expected.should_abstain]
    absent = [outcome for outcome in outcomes if outcome.question.expected.should_abstain]
    located = [outcome for outcome in answerable if outcome.question.expected.page_ids]
    given = [outcome.answer for outcome in outcomes if not outcome.answer.declined]
    whole = _kind(outcomes)
    return Measures(
        questions=whole.asked,
        passed=whole.passed,
        pass_rate=_share(outcome.right for outcome in outcomes),
        answered_right=_share(outcome.right for outcome in answerable),
        answer_rate=_share(not outcome.answer.declined for outcome in answerable),
        abstained_rightly=_share(outcome.answer.declined for outcome in absent),
        wrongly_declined=_share(outcome.answer.declined for outcome in answerable),
        sentence_precision=whole.sentence_precision,
        first_sentence_right=whole.first_sentence_right,
        parts_covered=whole.parts_covered,
        cites_expected_page=_share(map(_cites_expected, located)),
        quotes_verbatim=_ratio(total.verbatim, total.citations),
        citations_dated=_ratio(total.dated, total.datable),
        sentences_cited=_ratio(total.cited, total.sentences),
        numbers_supported=_ratio(total.supported, total.sentences),
        median_words=statistics.median(len(answer.text.split()) for answer in given) if given else None,
        median_ms=round(statistics.median(outcome.ms for outcome in outcomes), 1) if outcomes else None,
        by_type=_by_type(outcomes),
    )


def _cites_expected(outcome: Outcome) -> bool:
    cited = {citation.article_id for citation in outcome.answer.citations}
    return bool(cited & set(outcome.question.expected.page_ids))


def _by_type(outcomes: Sequence[Outcome]) -> dict[str, Kind]:
    kinds = sorted({outcome.question.kind for outcome in outcomes})
    return {kind: _kind([outcome for outcome in outcomes if outcome.question.kind == kind]) for kind in kinds}


def _kind(outcomes: Sequence[Outcome]) -> Kind:
    judged = sum((outcome.judged for outcome in outcomes), Judged())
    return Kind(
        asked=len(outcomes),
        passed=sum(outcome.right for outcome in outcomes),
        declined=sum(outcome.answer.declined for outcome in outcomes),
        sentence_precision=_ratio(judged.precise, judged.sentences),
        first_sentence_right=_ratio(judged.first_right, judged.answers),
        parts_covered=_ratio(judged.covered, judged.parts),
    )


def _share(truths: Iterable[bool]) -> float | None:
    listed = list(truths)
    return _ratio(sum(listed), len(listed))


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
