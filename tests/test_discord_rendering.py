from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from discord import ui
from discord_answers import buttons, hostile, judged, replies
from discord_parts import DECLINED, LINK, QUARK
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord.layout import layout
from bot.discord.markdown import address, escaped, length, one_line, pieces
from bot.discord.rendering import answer_sheets, quote_sheets, text_sheets
from bot.discord.sheets import Press, Sheet
from bot.messages import PlaceSettings, Reply
from bot.phrases import LANGUAGES, phrases
from bot.values import Answer, Citation, Role, Statement, Status

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


@settings(max_examples=40, deadline=None)
@given(replies(), st.booleans(), hostile)
def test_any_reply_keeps_the_limits_pings_nobody_and_links_to_its_sources_only(
    reply: Reply,
    private: bool,  # noqa: FBT001  # Hypothesis draws it
    asked: str,
) -> None:
    judged(reply, private=private, asked=asked)


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_declined_answer_shows_the_closest_offers_to_file_the_gap_and_to_share_it(language: str) -> None:
    say = phrases(language)
    (sheet,) = answer_sheets(Reply("abcdefghijkl", DECLINED, settings=PlaceSettings(language=language)), private=True)
    assert shown(sheet.blocks[0]).splitlines() == [
        say.declined,
        f"**{say.closest}:** {QUARK.quote} [[1]](<{LINK}>) (28 Nov 2025)",
    ]
    labels = [button.label for button in buttons((sheet,))]
    assert {say.file_gap, say.share} <= set(labels)
    assert next(button.id for button in buttons((sheet,)) if isinstance(button, Press)) == "quotes:abcdefghijkl"


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


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/@everyone/x", "https://example.org/%40everyone/x"),
        ("https://example.org/a b?to=@HERE", "https://example.org/a%20b?to=%40HERE"),
        ("https://example.org/@ada", "https://example.org/@ada"),
        ("http://evil.example </a> @everyone x", ""),
        ("http://a|b.example/", ""),
    ],
)
def test_an_address_pings_nobody_and_names_a_host(url: str, safe: str) -> None:
    assert address(url) == safe
    cited = replace(QUARK, link=url, url="")
    assert judged(Reply("abcdefghijkl", replace(ANSWER, citations=(cited,)))) > 0


def test_a_link_that_is_too_long_leads_to_the_page() -> None:
    endless = replace(QUARK, link=f"{QUARK.url}#:~:text={'a' * 2000}")
    (sheet,) = answer_sheets(Reply("abcdefghijkl", replace(ANSWER, citations=(endless, RUMOUR))))
    assert f"[[1]](<{QUARK.url}>)" in sheet.blocks[0]
    assert f"[open the sentence](<{QUARK.url}>)" in quote_sheets((endless,), "en")[0].blocks[0]
