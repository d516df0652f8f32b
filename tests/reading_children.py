"""The processes that read hard files, handed on from one test to the next: each takes most of a second to start."""

from __future__ import annotations

from collections import defaultdict
from types import TracebackType
from typing import ClassVar, Self

from bot.readers.bounded import Bounded, _Child


class Handing(Bounded):
    """As bot.readers.Bounded, but at its end a child that has refused nothing waits for who comes next."""

    waiting: ClassVar[defaultdict[int, list[_Child]]] = defaultdict(list)

    def __enter__(self) -> Self:
        ready = self.waiting[self._memory]
        self._child = ready.pop() if ready else None
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._child:
            self.waiting[self._memory].append(self._child)
            self._child = None
        super().__exit__(kind, error, trace)

    @classmethod
    def end(cls) -> None:
        """End all that wait."""
        for memory, children in cls.waiting.items():
            while children:
                last = cls(memory=memory)
                last._child = children.pop()
                last.close()
