"""All of it as tables."""

from __future__ import annotations

import os
from collections.abc import Iterable

from benchmarks.chats.admins import admins
from benchmarks.chats.forgetting import forgetting
from benchmarks.chats.kills import Row, kills
from benchmarks.chats.storm import storm
from benchmarks.chats.texts import texts
from benchmarks.report import Table

HEAD = ("what", "count", "bad", "to reach")
_BAD_DAYS = (
    "Kills: one process serves both platforms, real clients over loopback against the strict servers of the tests, "
    "which live on in the parent; an answer takes 3 ms; every fifth question is delivered twice. Faults: a process "
    "for each trial, the waits of the product, none shortened."
)
_TEXTS = (
    "The answers are made of random and of naughty words, numbers and addresses; Telegram's own parser (tdjson) and "
    "the limits that Discord documents judge the messages. What a language model may write is not measured: the bot "
    "has none."
)
_PEOPLE = "Over the wire, real clients against the strict servers of the tests."


def bad_days(count: int, times: int) -> Table:
    """Return what goes badly over so many kills, and over every fault so many times."""
    killed, left = kills(count)
    struck, left_too = storm(times)
    return _table("The chats: kills and faults", (*killed, *struck, *(left + left_too).rows()), _BAD_DAYS)


def hostile_texts(count: int) -> Table:
    """Return what comes of so many answers whatever."""
    return _table("The chats: any answer whatever", texts(count), _TEXTS)


def people(count: int) -> Table:
    """Return who administers, and what so many people leave who are forgotten."""
    return _table("The chats: who administers, who is forgotten", (*admins(), *forgetting(count)), _PEOPLE)


def _table(title: str, rows: Iterable[Row], remark: str) -> Table:
    made = tuple(rows)
    return Table(title, HEAD, made, f"{remark} Load average at the end {os.getloadavg()[0]:.1f}.")
