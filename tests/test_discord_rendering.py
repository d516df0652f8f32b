from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from urllib.parse import unquote

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord.layout import layout
from bot.discord.markdown import address, escaped, length, one_line, pieces
from bot.discord.rendering import answer_sheets, plain, quote_sheets, text_sheets
from bot.discord.sheets import MOST_LABEL, Link, Press, Sheet, bounded
from bot.phrases import LANGUAGES, phrases
from bot.values import (
    Answer,
    Citation,
    Length,
    PlaceSettings,
    Published,
    Reply,
    Role,
    Statement,
    Status,
)

LINK = "https://example.org/quark#:~:text=The%20flagship"
QUARK = Citation(
    1,
    "seed-quark",
    "Two Quark models",
    "EconomyWatch",
    "https://example.org/quark",
    Published(2025, 11, 28),
    "The flagship Quark S1 costs RMB 3,799.",
    LINK,
)
RUMOUR = Citation(2, "ring", "A ring", "", "", None, "It may cost 299.", "", Status.RUMOUR)
ANSWER = Answer(
    "how much is the quark s1",
    "The flagship Quark S1 costs RMB 3,799. [1] (28 Nov 2025)\nRumour (ring): It may cost 299. [2] (undated)",
    declined=False,
    statements=(
        Statement("The flagship Quark S1 costs RMB 3,799.", (1,)),
        Statement("It may cost 299.", (2,), Role.RUMOUR),
    ),
    citations=(QUARK, RUMOUR),
)
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


def sources(reply: Reply) -> set[str]:
    return {found for c in reply.answer.citations for found in (address(c.link), address(c.url)) if found}


@settings(max_examples=40, deadline=None)
@given(replies(), st.booleans(), hostile)
def test_any_reply_keeps_the_limits_pings_nobody_and_links_to_its_sources_only(
    reply: Reply,
    private: bool,  # noqa: FBT001  # Hypothesis draws it
    asked: str,
) -> None:
    sheets = answer_sheets(reply, private=private, asked=asked)
    check(texts(sheets), sources(reply))
    for sheet in sheets:
        assert bounded(sheet)
        view = layout(sheet)
        assert view.content_length() <= 4000
        assert sum(1 for _ in view.walk_children()) <= 40
    for button in buttons(sheets):
        assert 1 <= length(button.label) <= MOST_LABEL
        if isinstance(button, Link):
            assert button.url in sources(reply)
            assert len(button.url) <= 512
        else:
            assert 1 <= len(button.id) <= 100
    for content in plain(reply):
        assert length(content) <= 2000
        check(content, sources(reply))
    for sheet in quote_sheets(reply.answer.citations, "en"):
        assert bounded(sheet)
        assert sum(1 for _ in layout(sheet).walk_children()) <= 40
        check("\n".join(sheet.blocks), sources(reply))


def shown(text: str) -> str:
    """Text as Discord shows it: every escape undone."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text).replace("\u200b", "")


@settings(deadline=None)
@given(hostile)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert shown(escaped(text)) == one_line(text)


@settings(max_examples=40, deadline=None)
@given(hostile, st.integers(10, 300))
def test_pieces_hold_all_of_the_text(text: str, room: int) -> None:
    found = list(pieces(text, room))
    assert all(length(piece) <= room for piece in found)
    # A word that is longer than a piece is cut anywhere, even inside an emoji, whose joiner then joins nothing.
    assert bare("".join(found)) == bare(escaped(text))


def bare(text: str) -> str:
    return "".join(shown(text).replace("\u200d", "").split())


def test_a_long_text_is_cut_at_sentence_ends() -> None:
    sentence = "The ring lasts eight days. "
    found = list(pieces(sentence * 200, 1200))
    assert len(found) > 3
    assert all(piece.endswith("days.") for piece in found)


def test_an_answer_reads_well() -> None:
    (sheet,) = answer_sheets(Reply("abcdefghijkl", ANSWER, ("how much is the quark g1",)))
    assert sheet.blocks == (
        (
            f"The flagship Quark S1 costs RMB 3,799. [[1]](<{LINK}>) (28 Nov 2025)\n"
            "**Rumour (ring):** It may cost 299. [2] (undated)"
        ),
        "-# \\[1\\] EconomyWatch · 28 Nov 2025\n-# \\[2\\] ring · undated · Rumour",
    )
    assert [button.label for button in buttons((sheet,))] == [
        "[1] EconomyWatch",
        "Show the quotes",
        "Useful",
        "Not useful",
        "how much is the quark g1",
    ]


def test_a_declined_answer_offers_to_file_the_gap_and_a_private_one_to_share_it() -> None:
    text = "I don't know: no article gives quark s3. Nearest: EconomyWatch on Quark S1 [1] (28 Nov 2025)."
    declined = Reply("abcdefghijkl", Answer("quark s3?", text, declined=True, citations=(QUARK,)))
    (sheet,) = answer_sheets(declined, private=True)
    assert f"on Quark S1 [[1]](<{LINK}>) (28 Nov 2025)." in sheet.blocks[0]
    labels = [button.label for button in buttons((sheet,))]
    assert "Report the gap" in labels
    assert "Share here" in labels
    assert next(button.id for button in buttons((sheet,)) if isinstance(button, Press)) == "quotes:abcdefghijkl"


def test_a_correction_is_called_one() -> None:
    corrected = Answer(
        "when did apple launch it",
        "",
        declined=False,
        statements=(Statement("Alibaba put it on sale.", (1,), Role.CORRECTION),),
        citations=(QUARK,),
        note="No article ties Apple to the Quark S1; they name Alibaba.",
    )
    (sheet,) = answer_sheets(Reply("abcdefghijkl", corrected))
    assert sheet.blocks[0].startswith("**Correction:** No article ties Apple to the Quark S1")


def test_an_apology_has_no_buttons() -> None:
    sorry = Reply("", Answer("q", "Too many.", declined=True), apology="Too many questions: wait a minute.")
    assert answer_sheets(sorry) == (Sheet(("Too many questions: wait a minute.",)),)
    assert answer_sheets(sorry, private=True) == text_sheets(["Too many questions: wait a minute."])


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_language_has_labels_that_fit(language: str) -> None:
    say = phrases(language)
    for label in (say.quotes, say.useful, say.not_useful, say.file_gap, say.share):
        assert 1 <= length(label) <= 30


async def made() -> ui.LayoutView:
    (sheet,) = answer_sheets(Reply("abcdefghijkl", ANSWER))
    return layout(sheet)


def test_no_layout_is_remembered_by_the_library() -> None:
    assert asyncio.run(made()).is_finished()


def test_a_link_that_is_too_long_leads_to_the_page() -> None:
    endless = replace(QUARK, link=f"{QUARK.url}#:~:text={'a' * 2000}")
    (sheet,) = answer_sheets(Reply("abcdefghijkl", replace(ANSWER, citations=(endless, RUMOUR))))
    assert f"[[1]](<{QUARK.url}>)" in sheet.blocks[0]
    assert f"[open the sentence](<{QUARK.url}>)" in quote_sheets((endless,), "en")[0].blocks[0]
