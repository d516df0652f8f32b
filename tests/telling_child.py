"""Bots that tell what is due and die by SIGKILL, each a fork of this process; what arrives is written to a file.

Usage: telling_child.py FOLDER. Prints for every row of points what each person got, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from telling_parts import Growing

from bot.messages import Message, Place
from bot.store import Store

POINTS = ("opened", "recovered", "found", "begun", "sent", "ended")
ROWS = [
    *((point,) for point in POINTS),
    ("begun", "begun"),
    ("sent", "begun", "ended", "sent", "begun", "ended", "sent"),
]


def wish(folder: Path, count: int) -> None:
    """Have so many people wish to be told."""
    store = Store(folder)
    desk = Growing().desk(store)
    for number in range(count):
        message = Message(f"7:{number}", Place("telegram", "7"), str(number), f"zebra {number}", time.time())
        desk.accept(message)
        answer_id = desk.answer(message).answer_id
        desk.done(message, str(number))
        desk.telling.wish(answer_id, message.place, message.user)
    store.close()


def tell(folder: Path, die_at: str) -> None:
    """Tell everything that is due, as an adapter does."""

    def reached(point: str) -> None:
        if point == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    news = Growing("build-2", {"zebra"})
    desk = news.desk(Store(folder))
    reached("opened")
    desk.telling.recover("telegram")
    reached("recovered")
    while desk.prepare():
        pass
    reached("found")
    sent = os.open(folder / "sent", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for notice in desk.telling.due("telegram"):
        reply = desk.telling.begin(notice)
        reached("begun")
        if reply:
            os.write(sent, f"{notice.wish.user} {'apology' if reply.apology else 'answer'}\n".encode())
            reached("sent")
            desk.telling.end(notice, "" if reply.apology else "1")
            reached("ended")


def lives(folder: Path, points: tuple[str, ...]) -> dict[str, object]:
    """Die at each point in turn, then live twice; return what each person got, and what is still due."""
    wish(folder, 4)
    killed = 0
    for point in (*points, "", ""):
        child = os.fork()
        if not child:
            tell(folder, point)
            os._exit(0)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    got: dict[str, list[str]] = {}
    for line in (folder / "sent").read_text("utf-8").splitlines():
        user, kind = line.split()
        got.setdefault(user, []).append(kind)
    due = len(Store(folder).notices.due("telegram"))
    return {"points": points, "killed": killed, "got": got, "due": due}


if __name__ == "__main__":
    for number, row in enumerate(ROWS):
        sys.stdout.write(json.dumps(lives(Path(sys.argv[1]) / str(number), row)) + "\n")
        sys.stdout.flush()
