"""A brief of ours is called one wherever it is cited, and its link claims no sentence of the publisher's page."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.compose import Receipts
from bot.answering.links import link_to
from bot.cli.records import answer_record
from bot.discord.rendering import answer_sheets, plain, quote_sheets
from bot.errors import ShelfError, UnreadableArticle
from bot.index.passages import sentences_of
from bot.index.texts import Cut, Texts, article_hash, write_texts
from bot.messages import Layout, PlaceSettings, Reply
from bot.newsroom.drafts import Draft
from bot.phrases import LANGUAGES
from bot.readers.editing import changed, said
from bot.readers.markdown import read_markdown
from bot.readers.record import from_line, to_line
from bot.readers.writing import written
from bot.store.kept import Kept, kept_from, packed
from bot.telegram.rendering import reply_messages, source_messages
from bot.telegram.replying import article as inline_result
from bot.terminal.render import answer_lines, search_lines
from bot.terminal.screen import screen
from bot.text.sentences import split
from bot.values import Answer, Article, Hit, Passage, Published, Statement, Trace

PAGE = "https://news.example/quark#specs"
TEXT = "The Quark S1 costs $299."
ORIGINAL = Article("quark", "Quark S1", TEXT, PAGE, "The Verge", Published(2026, 5, 12))
BRIEF = replace(ORIGINAL, brief=True)
CALLED = {
    "en": "Our brief of The Verge",
    "de": "Unsere Kurzfassung nach The Verge",
    "fr": "Notre résumé d'après The Verge",
    "es": "Nuestro resumen de The Verge",
}


def answered(article: Article) -> Answer:
    receipts = Receipts()
    statement = Statement(TEXT, (receipts.cite(article, TEXT),))
    return Answer("q", f"{TEXT} [1]", declined=False, statements=(statement,), citations=tuple(receipts.citations))


def replied(language: str, layout: Layout = Layout.AUTO) -> Reply:
    return Reply("Abc-_0123456", answered(BRIEF), settings=PlaceSettings(language=language, layout=layout))


def on_screen(article: Article) -> str:
    out = io.StringIO()
    screen(out)(list(answer_lines(answered(article))))
    return out.getvalue()


def stated(line: str) -> Article:
    return read_markdown(f"---\ntitle: Quark S1\n{line}\n---\n{TEXT}\n", "quark")


@pytest.mark.parametrize(
    ("line", "brief"),
    [("text: brief", True), ("text: Brief", True), ("text: original", False), ("text: ~", False), ("topic: x", False)],
)
def test_the_front_matter_says_whose_words_a_text_is_in(line: str, brief: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    assert stated(line).brief is brief


@pytest.mark.parametrize("line", ["text: summary", "text: [brief]", "text: true"])
def test_whose_words_they_are_is_never_guessed(line: str) -> None:
    with pytest.raises(UnreadableArticle, match="text"):
        stated(line)


@pytest.mark.parametrize("article", [ORIGINAL, BRIEF], ids=["original", "brief"])
def test_it_is_kept_on_the_shelf_in_the_index_and_between_processes(article: Article, tmp_path: Path) -> None:
    assert read_markdown(written(article, {}), "quark") == article
    assert from_line(to_line(article)) == article
    sentences = tuple(sentences_of(article, split(article.body)))
    write_texts(tmp_path / "texts.sqlite", [Cut(article, sentences, ((0, 1),))], {})
    with closing(Texts(tmp_path / "texts.sqlite")) as texts:
        assert texts.article("quark") == article


def test_an_article_becomes_another_when_it_is_called_a_brief() -> None:
    assert article_hash(ORIGINAL) != article_hash(BRIEF)
    # As builds hashed it that knew no briefs: such articles need not be indexed again.
    assert article_hash(ORIGINAL) == "ce625868a1ce3abc8c12f0620d6bbb38108d3c631dd4f7c773e4fa2b8a4e9ab0"


def test_admins_see_and_change_it() -> None:
    assert (said(ORIGINAL, "text"), said(BRIEF, "text")) == ("original", "brief")
    assert changed(ORIGINAL, "text", "brief") == BRIEF
    assert changed(BRIEF, "text", "original") == changed(BRIEF, "text", "") == ORIGINAL
    with pytest.raises(ShelfError, match="original, brief"):
        changed(ORIGINAL, "text", "Another text.")
    assert Draft("d", BRIEF, PAGE).about == "The Verge · 12 May 2026 · our brief"
    assert Draft("d", ORIGINAL, PAGE).about == "The Verge · 12 May 2026"


def test_an_answer_is_kept_with_it_and_answers_kept_before_have_none() -> None:
    kept = Kept("a", 0.0, "", "", answered(BRIEF), Trace("", "", "b", (), (), "answered"))
    answer, trace, offered, ms = packed(kept)
    assert kept_from(("a", 0.0, "", "", answer, trace, offered, ms)) == kept
    old = answer.replace(b',"brief":true', b"")
    assert old != answer
    assert not kept_from(("a", 0.0, "", "", old, trace, offered, ms)).answer.citations[0].brief


def test_a_link_opens_the_page_and_claims_no_sentence_of_it() -> None:
    assert answered(BRIEF).citations[0].link == PAGE
    assert answered(ORIGINAL).citations[0].link == f"{PAGE}:~:text=The%20Quark%20S1%20costs%20%24299."
    assert link_to("https://news.example/a#:~:text=other", TEXT, brief=True) == "https://news.example/a#"
    assert link_to("javascript:alert(1)", TEXT, brief=True) == ""


@pytest.mark.parametrize(("article", "brief"), [(ORIGINAL, False), (BRIEF, True)], ids=["original", "brief"])
def test_programs_are_told(article: Article, brief: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    (cited,) = answer_record(answered(article), 1.0)["citations"]
    assert (cited["brief"], cited["publisher"]) == (brief, "The Verge")


def test_the_terminal_calls_it_a_brief() -> None:
    assert on_screen(BRIEF).endswith(f"[1] Our brief of The Verge · 12 May 2026\n    {PAGE}\n")
    assert "\n[1] The Verge · 12 May 2026\n" in on_screen(ORIGINAL)
    hit = Hit(Passage(0, "quark", 0, 1, TEXT), 0.9, 0.8, 7.5)
    assert [line.text for line in search_lines([(hit, BRIEF)])][1] == "Our brief of The Verge · 12 May 2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_calls_it_a_brief(language: str) -> None:
    name, reply = CALLED[language], replied(language)
    (message,) = reply_messages(reply)
    assert f'<a href="{PAGE}">{name} · 12 May 2026</a>'.replace("'", "&#x27;") in message.html.replace("\u2060", "")
    assert f"[1] {name} · 12 May 2026" in message.plain.replace("\u2060", "")
    (rich,) = reply_messages(replied(language, Layout.RICH))
    summary = f"<summary>[1] {name} · 12 May 2026</summary>".replace("'", "&#x27;")
    assert summary in rich.rich
    assert summary in source_messages(reply.answer.citations, reply.settings)[0].rich
    assert inline_result("answer", reply).description == name


@pytest.mark.parametrize("language", LANGUAGES)
def test_discord_calls_it_a_brief_and_opens_the_article(language: str) -> None:
    name, reply = CALLED[language], replied(language)
    (sheet,) = answer_sheets(reply)
    assert sheet.blocks[1].replace("\\", "") == f"-# [1] {name} · 12 May 2026"
    assert f"[1] {name} · 12 May 2026" in "\n".join(plain(reply)).replace("\\", "")
    say, shown = LANGUAGES[language], quote_sheets(reply.answer.citations, language)[0].blocks[0]
    assert f"{name} · 12 May 2026 · [{say.open_page}](<{PAGE}>)" in shown.replace("\\", "")
    assert say.open_it not in shown
