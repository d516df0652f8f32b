"""Any answer whatever through both renderers, and what Telegram's own parser and Discord's limits say of it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import discord_answers
import telegram_answers

from benchmarks.chats.life import nursery
from bot.answering.links import link_to
from bot.messages import Layout, Length, PlaceSettings, Reply
from bot.phrases import LANGUAGES
from bot.values import Answer, Citation, Published, Role, Statement, Status

Row = tuple[str, ...]
LAWS: dict[str, Callable[[Reply], int]] = {
    "Telegram: messages": telegram_answers.judged,
    "Telegram: rich messages": telegram_answers.judged_rich,
    "Telegram: quotes and sources": telegram_answers.judged_receipts,
    "Discord: layouts, plain contents, quotes": discord_answers.judged,
}
"""What is rendered -> what asserts that it keeps the limits, parses, pings nobody and links only to its sources."""
NAUGHTY = (*telegram_answers.NAUGHTY, *discord_answers.NAUGHTY)
_SHARE = 250
"""Replies that one process makes at a time."""
_LETTERS = "abc eto. XYZ09,;:!?'\"()-_*~`|<>[]{}@#/\\&=+%^$\n\täß眼鏡Жع👩𝔘\u200d\u0301\u202e\u00a0\U000e0041\ud800\x07"
_URLS = (
    "https://a.example/x?y=1&z=2", "http://news.example", "https://ü.example/ä b", "https://x.example/" + "p" * 3000,
    "https://example.org/a_(b)*c", "https://[bad", "https://", "", "javascript:alert(1)", "tg://user?id=1",
    "https://user:pw@evil.example/", "file:///etc/passwd", 'https://x.example/"><b>', "https://x.example/\n",
)  # fmt: skip


def texts(count: int) -> Iterator[Row]:
    """Yield what came of so many replies."""
    shares = [min(_SHARE, count - begun) for begun in range(0, count, _SHARE)]
    with ProcessPoolExecutor(os.cpu_count(), nursery()) as pool:
        found = list(pool.map(judged, range(len(shares)), shares))
    for what in LAWS:
        made, bad = (sum(share[what][at] for share in found) for at in (0, 1))
        yield f"{what} of {count:,} generated and naughty replies", f"{made:,}", f"{bad:,}", "0"


def judged(number: int, count: int) -> dict[str, tuple[int, int]]:
    """Return how many messages were made of so many replies, and how many replies broke a law; number: which ones."""
    chance, made, bad = random.Random(number), dict.fromkeys(LAWS, 0), dict.fromkeys(LAWS, 0)
    for reply in (_reply(chance) for _ in range(count)):
        for what, law in LAWS.items():
            try:
                made[what] += law(reply)
            except Exception as error:  # noqa: BLE001  # whatever is raised: this reply could not be sent as it should
                bad[what] += 1
                print(f"{what}: {error!r}: {reply!r}"[:500], flush=True)
    return {what: (made[what], bad[what]) for what in LAWS}


def _reply(chance: random.Random) -> Reply:
    cited = tuple(_citation(chance, n) for n in range(1, chance.choice((0, 1, 1, 2, 2, 3, 12)) + 1))
    stated = tuple(_statement(chance, len(cited)) for _ in range(chance.randrange(6)))
    note = chance.choice(("", "", _text(chance)))
    answer = Answer(_text(chance), _text(chance), chance.random() < 0.3, stated, cited, note)
    apology = _text(chance) if chance.random() < 0.1 else ""
    shown = PlaceSettings(
        length=chance.choice(list(Length)),
        language=chance.choice((*LANGUAGES, "xx")),
        layout=chance.choice(list(Layout)),
    )
    offered = tuple(_text(chance) for _ in range(chance.randrange(4)))
    return Reply("" if apology else "Abc-_0123456", answer, offered, apology, shown)


def _statement(chance: random.Random, cited: int) -> Statement:
    numbers = tuple(chance.randint(1, cited + 2) for _ in range(chance.choice((0, 1, 1, 2, 30))))
    return Statement(_text(chance), numbers, chance.choice(list(Role)))


def _citation(chance: random.Random, n: int) -> Citation:
    url, quote = chance.choice(_URLS) or _text(chance)[:200], _text(chance)
    try:
        link = link_to(url, quote[:500]) if chance.random() < 0.8 else _text(chance)[:600]
    except ValueError:  # what cannot be encoded is one
        link = url
    published = chance.choice((None, Published(2025), Published(2025, 11), Published(2025, 11, 28)))
    return Citation(n, "id", _text(chance), _words(chance), url, published, quote, link, chance.choice(list(Status)))


def _text(chance: random.Random) -> str:
    """Return a text: of naughty words, now and then a long one, or nearly nothing."""
    kind = chance.random()
    if kind < 0.02:
        return chance.choice(("a", "𝕏", "é", "中", "@x", "<", "👩‍👧", " ")) * chance.randint(0, 9000)
    if kind < 0.06:
        return f"{_words(chance)}. " * chance.randint(1, 100)
    return _words(chance)


def _words(chance: random.Random) -> str:
    return " ".join(_word(chance) for _ in range(chance.randint(0, 12)))


def _word(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return chance.choice(NAUGHTY)
    return "".join(chance.choice(_LETTERS) for _ in range(chance.randint(1, 12)))
