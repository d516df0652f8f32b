"""Follow-up questions that the articles answer: each was asked before it is offered."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bot.text.words import spelled
from bot.values import Answer, Ask, Role, Wanted

OFFERED = 3
_OPENERS = 2
LONGEST = 80
"""Characters: what a button of any platform shows."""
SUBJECTS = 500
"""Companies and products whose questions are tried: the most written about."""
_OF_PRODUCTS = (
    "How much does the {} cost?",
    "How long does the battery of the {} last?",
    "How much does the {} weigh?",
    "When was the {} released?",
    "Which chip does the {} use?",
    "How many units of the {} were sold?",
)
_OF_COMPANIES = (
    # No shares and shipments: those of a market researcher would be its rivals'.
    "What did {} announce?",
    "What is {} working on?",
    "What is the revenue of {}?",
)
_LONGEST_NAME = 6
_NOTHING = Wanted()

Names = Callable[[], Sequence[str]]
"""The companies and products of the articles, the most written about first; the same object while nothing changes."""
Products = Callable[[], Collection[str]]
"""Which of the names are products."""
Form = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tried:
    """A question that was answered, and the sentences of its answer."""

    question: str
    said: frozenset[str]


class Suggesting:
    """Keeps, for companies and products, the questions that have an answer. Safe from several threads.

    Trying a question costs as much as asking it: try_next() is for moments in which nobody asks.
    """

    def __init__(self, ask: Ask, names: Names, products: Products) -> None:
        self._ask = ask
        self._names = names
        self._products = products
        self._lock = threading.Lock()
        self._known: Sequence[str] = ()
        self._subjects: dict[Form, str] = {}
        self._todo: deque[tuple[str, str]] = deque()
        self._tried: dict[str, list[_Tried]] = {}

    def suggestions(self, asked: str, answer: Answer, wanted: Wanted = _NOTHING) -> tuple[str, ...]:
        """Return questions about what was asked about, each of which tells something that the answer does not.

        None when they were not tried yet: then they are tried next.
        """
        with self._lock:
            subjects = self._about(asked, wanted)
            first = [pair for name in subjects for pair in self._todo if pair[0] == name]
            if first:
                self._todo = deque([*first, *(pair for pair in self._todo if pair[0] not in subjects)])
        return tuple(each for each in self._telling_more(subjects, answer) if each != asked)[:OFFERED]

    def subjects(self, asked: str, wanted: Wanted) -> tuple[str, ...]:
        """Return the product or company that a question is about, then the companies behind it."""
        names = self._names()
        with self._lock:
            if names is not self._known:
                self._learn(names)
            return self._about(asked, wanted)

    def openers(self) -> tuple[str, ...]:
        """Return two questions about different subjects that have an answer; none until that many were found."""
        with self._lock:
            found = [tried[0].question for tried in self._tried.values()]
        return tuple(found[:_OPENERS]) if len(found) >= _OPENERS else ()

    def at_once(self, subjects: Sequence[str], answer: Answer, idle: Callable[[], bool]) -> tuple[str, ...]:
        """Return as suggestions() does, and try what was not tried yet about subjects, for as long as idle says so."""
        while len(found := self._telling_more(subjects, answer)) < OFFERED and idle():
            with self._lock:
                pair = next((pair for name in subjects for pair in self._todo if pair[0] == name), None)
                if pair is None:
                    break
                self._todo.remove(pair)
            self._try(*pair)
        return found[:OFFERED]

    def try_next(self) -> bool:
        """Try one question and tell whether there was one; everything is tried anew when the names change."""
        names = self._names()
        with self._lock:
            if names is not self._known:
                self._learn(names)
            if not self._todo:
                return False
            name, question = self._todo.popleft()
        self._try(name, question)
        return True

    def _about(self, asked: str, wanted: Wanted) -> tuple[str, ...]:
        """Return the known subjects of a question; the caller holds the lock."""
        named = (
            self._subject(asked),
            *(self._subjects.get(_form(name), "") for name in (wanted.name, *wanted.companies)),
        )
        return tuple(dict.fromkeys(filter(None, named)))

    def _telling_more(self, subjects: Sequence[str], answer: Answer) -> tuple[str, ...]:
        said = {statement.text for statement in answer.statements}
        with self._lock:
            tried = [one for name in subjects for one in self._tried.get(name, ())]
        return tuple(one.question for one in tried if not one.said & said)

    def _try(self, name: str, question: str) -> None:
        answer, _ = self._ask(question, ())
        if _answers(answer, name):
            said = frozenset(statement.text for statement in answer.statements)
            with self._lock:
                self._tried.setdefault(name, []).append(_Tried(question, said))

    def _learn(self, names: Sequence[str]) -> None:
        self._known = names
        self._subjects = {_form(name): name for name in names[:SUBJECTS]}
        products = set(self._products())
        pairs = (
            (name, template.format(name))
            for name in names[:SUBJECTS]
            for template in (_OF_PRODUCTS if name in products else _OF_COMPANIES)
        )
        self._todo = deque((name, question) for name, question in pairs if len(question) <= LONGEST)
        self._tried = {}

    def _subject(self, asked: str) -> str:
        """Return the longest name that stands in a question; empty when none does."""
        form = _form(asked)
        for length in range(min(_LONGEST_NAME, len(form)), 0, -1):
            for start in range(len(form) - length + 1):
                if form[start : start + length] in self._subjects:
                    return self._subjects[form[start : start + length]]
        return ""


def _answers(answer: Answer, name: str) -> bool:
    """Tell whether an answer is one, and says the name itself."""
    if answer.declined or answer.statements[0].role is not Role.ANSWER:
        return False
    return set(_form(answer.statements[0].text)) >= set(_form(name))


def _form(text: str) -> Form:
    return tuple(form for form, _, _ in spelled(text))
