"""A bot without a platform, in a process of its own: takes questions from standard input, sends replies to a file.

Told a point, it dies there by SIGKILL the first time that it comes by.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.desk import Desk, Limits
from bot.messages import Message, Place
from bot.store import Store
from bot.values import Answer, Trace, Turn

UNLIMITED = Limits(of_user=10**6, of_chat=10**6, told_user=10**6, told_chat=10**6)


def ask(question: str, _: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
    """Answer with the question, after about as long as it takes to look something up."""
    time.sleep(0.003)
    return Answer(question, f"You asked {question}.", declined=True), Trace(question, question, "build", (), (), "")


@dataclass(frozen=True, slots=True)
class Child:
    """A desk, the file that stands for the platform, and the point to die at."""

    desk: Desk
    sent: int
    die_at: str
    waiting: queue.SimpleQueue[Message | None] = field(default_factory=queue.SimpleQueue)

    def reached(self, point: str) -> None:
        if point == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def work(self) -> None:
        while message := self.waiting.get():
            reply = self.desk.answer(message)
            self.reached("answered")
            os.write(self.sent, f"{message.id} {reply.answer_id}\n".encode())
            self.reached("sent")
            self.desk.done(message, message.id)
            self.reached("done")

    def take(self, number: str) -> None:
        self.reached("delivered")
        message = Message(number, Place("telegram", "7"), number, f"question {number}", time.time())
        if self.desk.accept(message):
            self.waiting.put(message)
        self.reached("accepted")
        os.write(1, f"{number}\n".encode())


def main(folder: Path, die_at: str) -> None:
    """Serve until standard input ends."""
    desk = Desk(Store(folder), ask, lambda: (), UNLIMITED)
    child = Child(desk, os.open(folder / "sent", os.O_WRONLY | os.O_CREAT | os.O_APPEND), die_at)
    for message in desk.pending("telegram"):
        child.waiting.put(message)
    worker = threading.Thread(target=child.work)
    worker.start()
    for line in sys.stdin:
        child.take(line.strip())
    child.waiting.put(None)
    worker.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
