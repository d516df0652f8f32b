"""A conversation whose articles grow: what a later build tells, an earlier one declined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.desk import Desk, Limits
from bot.phrases import phrases
from bot.store import Store
from bot.values import Answer, Citation, Published, Role, Statement, Trace, Turn, Wanted

PLENTY = Limits(of_user=10_000, of_chat=10_000, told_user=20_000, told_chat=20_000, queue=10_000)
QUOTE = "The Quark S3 weighs 38 g."
SOURCE = Citation(1, "s3", "The third Quark", "EconomyWatch", "https://e.org/s3", Published(2026, 2, 1), QUOTE, "")


@dataclass
class Growing:
    """Answers what the build that serves tells."""

    build: str = "build-1"
    told: set[str] = field(default_factory=set)
    """Words that a question must hold to be answered."""
    heard: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    role: Role = Role.ANSWER

    def __call__(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        self.heard.append((question, tuple(history)))
        wanted = Wanted("the weight of Quark S3", "Quark S3", ("Alibaba",))
        if " its " in question and not history:
            wanted = Wanted("the weight")
        trace = Trace(question, question, self.build, (), (), "answered", wanted)
        if question == "bug":
            raise ZeroDivisionError
        if any(word in question for word in self.told):
            told = Statement(QUOTE, (1,), self.role)
            return Answer(question, f"{QUOTE} [1]", declined=False, statements=(told,), citations=(SOURCE,)), trace
        return Answer(question, phrases("en").declined, declined=True), trace

    def serving(self) -> str:
        return self.build

    def learn(self, build: str, *words: str) -> None:
        """Let a new build serve, which tells more."""
        self.build = build
        self.told |= set(words)

    def desk(self, store: Store, **more: object) -> Desk:
        return Desk(store, self, tuple, PLENTY, serving=self.serving, **more)  # type: ignore[arg-type]


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
