"""Any reply whatever, for property tests of Discord: hostile text, lengths around the limits; and the laws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import unquote

from discord_parts import LINK
from hypothesis import strategies as st

from bot.discord.layout import layout
from bot.discord.markdown import address, length
from bot.discord.rendering import answer_sheets, plain, quote_sheets
from bot.discord.sheets import MOST_LABEL, Link, Press, Sheet, bounded
from bot.messages import Length, PlaceSettings, Reply
from bot.phrases import LANGUAGES
from bot.values import Answer, Citation, Published, Role, Statement, Status

NAUGHTY = (
    "@everyone", "@here", "<@1234567890>", "<@!1>", "<@&99>", "<#42>", "</ask:77>", "<t:1618953630:R>", "<id:guide>",
    "<:emoji:123>", "<a:wave:123>", ":smile:", "https://evil.example/x", "http://evil.example", "<https://evil.example>",
    "[free](https://evil.example)", "[[1]](<https://evil.example>)", "discord.gg/abc", "# big", "-# small", "- list",
    "1. one", "> quote", ">>> all", "```py\nx```", "`code`", "||spoiler||", "**bold**", "__under__", "~~gone~~", "\\",
    "\\\\[1\\\\]", "\u202eevil", "\u200b", "\x00", "\ud800", "é", "眼鏡", "👩‍👩‍👧", "𝔘",
    "A sentence ends. ", "3,799", "mailto:a@b.c",
)  # fmt: skip
short = st.lists(st.sampled_from(NAUGHTY) | st.text(max_size=12), max_size=12).map("".join)
# Long texts repeat a short one: what is long matters, and a failing example shrinks quickly.
hostile = short | st.builds(lambda text, times: f"{text} " * times, short, st.integers(20, 100))
urls = st.sampled_from(("", LINK, "https://example.org/a_(b)*c", "javascript:alert(1)", "https://user@evil.example/",
                        "https://[bad", "https://example.org/ü", "tg://x",
                        "https://example.org/" + "x" * 600)) | hostile  # fmt: skip


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    count = draw(st.integers(0, 12))
    citations = tuple(
        Citation(
            n,
            draw(hostile),
            draw(hostile),
            draw(hostile),
            draw(urls),
            draw(st.sampled_from((None, Published(2025), Published(2025, 11, 28)))),
            draw(hostile),
            draw(urls),
            draw(st.sampled_from(Status)),
        )
        for n in range(1, count + 1)
    )
    numbers = st.lists(st.integers(1, max(count, 1)), max_size=4).map(tuple)
    statement = st.builds(Statement, hostile, numbers, st.sampled_from(Role))
    statements = tuple(draw(st.lists(statement, max_size=6)))
    answer = Answer(draw(hostile), draw(hostile), draw(st.booleans()), statements, citations, draw(hostile))
    chosen = PlaceSettings(length=draw(st.sampled_from(Length)), language=draw(st.sampled_from((*LANGUAGES, "xx"))))
    apology = draw(st.just("") | hostile)
    return Reply("" if apology else "abcdefghijkl", answer, tuple(draw(st.lists(hostile, max_size=5))), apology, chosen)


def texts(sheets: tuple[Sheet, ...]) -> str:
    return "\n".join(chain.from_iterable(sheet.blocks for sheet in sheets))


def buttons(sheets: tuple[Sheet, ...]) -> Iterator[Link | Press]:
    for sheet in sheets:
        for row in sheet.rows:
            yield from row


OURS = re.compile(r"\[(?:\[\d+\]|[a-zäöü ]+)\]\(<(?P<mark>[^<>\s()]+)>\)")
LEADS = re.compile(r"^(?:-# |> )?(?:\*\*(?P<lead>[^*\n]*)\*\*)?", re.MULTILINE)


def live(text: str) -> tuple[str, set[str]]:
    """What is left of a text for Discord to give a meaning to, and the addresses that its links lead to."""
    inert = re.sub(r"\\[^0-9A-Za-z\s]", "¤", text)
    found = {m["mark"] for m in OURS.finditer(inert)}
    return LEADS.sub(lambda m: m["lead"] or "", OURS.sub("", inert)), found


def check(text: str, allowed: set[str]) -> None:
    left, found = live(text)
    without_numbers = re.sub(r"\[\d+\]", "", left)
    assert not set("`*_~|[]<>@#/\\") & set(without_numbers), without_numbers
    assert not re.search(r"^(?:[-+]|\d+\.)\s", without_numbers, re.MULTILINE)
    assert not re.search(r"@(?:everyone|here)|<(?:@[!&]?|#|t:|a?:\w+:|/[^\s:>]+:|id:)\w+(?::\w)?>", text, re.IGNORECASE)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    # A sign that would end a Markdown link is percent-encoded there, which leads to the same page.
    assert {unquote(url) for url in found} <= {unquote(url) for url in allowed}


def parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All components of a message, nested ones too."""
    for component in components:
        yield component
        yield from parts(component.get("components", []))


def sources(reply: Reply) -> set[str]:
    return {found for c in reply.answer.citations for found in (address(c.link), address(c.url)) if found}


def judged(reply: Reply, *, private: bool = False, asked: str = "") -> int:
    """Assert what holds of the messages of every reply, and return how many there are."""
    sheets = answer_sheets(reply, private=private, asked=asked)
    check(texts(sheets), sources(reply))
    for sheet in sheets:
        assert bounded(sheet)
        found = list(parts(layout(sheet).to_components()))
        assert sum(len(part["content"]) for part in found if "content" in part) <= 4000
        assert len(found) <= 40
    for button in buttons(sheets):
        assert 1 <= length(button.label) <= MOST_LABEL
        if isinstance(button, Link):
            assert button.url in sources(reply)
            assert len(button.url) <= 512
        else:
            assert 1 <= len(button.id) <= 100
    contents, receipts = plain(reply), quote_sheets(reply.answer.citations, "en")
    for content in contents:
        assert length(content) <= 2000
        check(content, sources(reply))
    for sheet in receipts:
        assert bounded(sheet)
        assert len(list(parts(layout(sheet).to_components()))) <= 40
        check("\n".join(sheet.blocks), sources(reply))
    return len(sheets) + len(contents) + len(receipts)
