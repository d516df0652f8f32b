"""All of it as one table."""

from __future__ import annotations

import os

from benchmarks.chats.kills import kills
from benchmarks.chats.storm import storm
from benchmarks.report import Table

HEAD = ("what", "count", "bad", "to reach")
_REMARK = (
    "Kills: one process serves both platforms, real clients over loopback against the strict servers of the tests, "
    "which live on in the parent; an answer takes 3 ms; every fifth question is delivered twice. Faults: a process "
    "for each trial, the waits of the product, none shortened."
)


def chats(count: int, times: int) -> Table:
    """Return what goes badly over so many kills, and over every fault so many times."""
    killed, left = kills(count)
    struck, left_too = storm(times)
    rows = (*killed, *struck, *(left + left_too).rows())
    return Table("The chats on bad days", HEAD, rows, f"{_REMARK} Load average at the end {os.getloadavg()[0]:.1f}.")
