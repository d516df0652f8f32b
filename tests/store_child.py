"""Opens copies of an old store, each in a process that dies one statement later, and prints what is left of each.

Usage: store_child.py FOLDER, in which version1.sqlite lies. Prints a line for each death: the version of the file
that it left, and how many answers, gaps and ratings a store finds when it opens that file again.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from itertools import count
from pathlib import Path
from types import FrameType

from bot.store import Store


def die_at(statement: int) -> None:
    """Kill this process when SQLite is about to be given its statement-th statement from now on."""
    given = count(1)

    def heard(_: FrameType, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") == "execute" and next(given) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(heard)


def main(folder: Path) -> None:
    """Die at every statement in turn, until one opening is through before its death."""
    for statement in count(1):
        home = folder / str(statement)
        (home / "state").mkdir(parents=True)
        path = home / "state" / "bot.sqlite"
        shutil.copy(folder / "version1.sqlite", path)
        child = os.fork()
        if not child:
            die_at(statement)
            Store(home)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        left = sqlite3.connect(path).execute("PRAGMA user_version").fetchone()[0]
        store = Store(home)
        found = [len(store.answers.gaps()), len(store.answers.feedback()), store.inbox.count()]
        store.close()
        sys.stdout.write(f"{os.WIFSIGNALED(status)} {left} {found}\n")
        if not os.WIFSIGNALED(status):
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
