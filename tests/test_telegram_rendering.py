from __future__ import annotations

import re
from dataclasses import replace
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram_answers import NAUGHTY, checked, citations, judged, judged_rich, replies, texts
from telegram_parser import Parsed, Refused, parse, tappable

from bot.answering.links import link_to
from bot.messages import Layout, Length, PlaceSettings, Reply
from bot.phrases import LANGUAGES, phrases
from bot.telegram.buttons import Does, Press, pressed, reasons
from bot.telegram.markup import inert, plain, units
from bot.telegram.packing import parts
from bot.telegram.rendering import first_line, notice, quote_messages, reply_messages, source_messages
from bot.values import Answer, Citation, Published, Role, Statement, Status

many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def citation(n: int, quote: str, publisher: str = "The Verge", status: Status = Status.REPORTED) -> Citation:
    url = f"https://news.example/{n}"
    return Citation(
        n, f"a{n}", f"Title {n}", publisher, url, Published(2025, 11, 28), quote, link_to(url, quote), status
    )


def reply(*statements: Statement, cited: tuple[Citation, ...], length: Length = Length.NORMAL) -> Reply:
    answer = Answer("q", "text", declined=False, statements=statements, citations=cited)
    return Reply("Abc-_0123456", answer, settings=PlaceSettings(length=length))


QUARK = reply(Statement("It costs $299.", (1,)), cited=(citation(1, "The Quark S1 is out. It costs $299."),))


@many
@given(replies())
def test_any_reply_parses_fits_pings_nobody_and_links_only_to_its_sources(any_reply: Reply) -> None:
    judged(any_reply)


@many
@given(replies())
def test_any_rich_message_parses_fits_and_links_only_to_its_sources(any_reply: Reply) -> None:
    judged_rich(any_reply)


@pytest.mark.parametrize("text", ["", " ", "\u200b\ud800"])
def test_a_sentence_without_a_word_is_no_rich_message(text: str) -> None:
    told = replace(reply(Statement(text, ()), cited=()), settings=PlaceSettings(layout=Layout.RICH))
    assert reply_messages(told)[0].rich == ""
    assert judged_rich(told) == 0


def test_an_answer_without_a_word_is_apologised_for() -> None:
    empty = Reply("Abc-_0123456", Answer("how much", "", declined=False))
    (told,) = reply_messages(empty)
    assert told.plain == phrases("en").unavailable


@many
@given(st.lists(st.integers(1, 5).flatmap(citations), max_size=4))
def test_any_sources_and_quotes_parse_and_fit(cited: list[Citation]) -> None:
    for message in (*source_messages(cited, PlaceSettings()), *quote_messages(cited, PlaceSettings(language="de"))):
        checked(message)


@many
@given(texts)
def test_any_notice_parses_and_fits(text: str) -> None:
    for message in notice(text):
        checked(message)


@pytest.mark.parametrize("text", NAUGHTY)
@pytest.mark.parametrize("around", ["{}", "see {} now", "({})", "x{}", "“{}”", "a,{},b", "{}{}"])
def test_nothing_naughty_comes_alive(text: str, around: str) -> None:
    shown = plain(around.replace("{}", text))
    if shown.html.strip():
        parsed = parse(shown.html)
        assert tappable(parsed) == []
        assert parsed.text == shown.text.strip()


@pytest.mark.parametrize("text", ["{}.ba", "“{}.ba” x", "a.b{}a"])
def test_no_sign_before_or_behind_a_stop_comes_alive(text: str) -> None:
    signs = [chr(n) for n in (*range(0x20, 0x300), *range(0x2000, 0x2070), *range(0x3000, 0x3040))]
    told = [text.format(sign) for sign in signs]
    assert [each for each in told if tappable(parse(plain(each).html))] == []
    assert [each for each in told if tappable(Parsed(inert(each), ()))] == []


def test_the_judge_itself_sees_what_is_alive() -> None:
    assert tappable(parse("ask @durov, /start, evil.com, #tag, $AAPL and a@b.co")) == [
        "@durov", "/start", "evil.com", "#tag", "$AAPL", "a@b.co",
    ]  # fmt: skip
    with pytest.raises(Refused):
        parse("<b>open")


@many
@given(texts, st.integers(20, 300))
def test_parts_hold_the_text_in_order_and_fit(text: str, room: int) -> None:
    text = plain(text).text
    found = parts(text, room)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)
    assert all(units(part) <= room for part in found)


def test_parts_end_where_sentences_end() -> None:
    text = " ".join(f"Sentence {k} says that sales grew in Europe." for k in range(200))
    for part in parts(text):
        assert part.startswith("Sentence ")
        assert part.endswith("Europe.")


def test_an_answer_is_its_sentence_its_linked_number_its_date_the_source_and_the_folded_quote() -> None:
    (message,) = reply_messages(QUARK)
    parsed = checked(message)
    assert parsed.text == (
        "It costs $299. [1] (28 Nov 2025)\n\n[1] The Verge · 28 Nov 2025\n\n[1] “The Quark S1 is out. It costs $299.”"
    )
    assert [(e.kind, parsed.covered(e)) for e in parsed.entities] == [
        ("TextUrl", "[1]"),
        ("TextUrl", "The Verge · 28 Nov 2025"),
        ("ExpandableBlockQuote", "[1] “The Quark S1 is out. It costs $299.”"),
    ]
    assert [b.label for row in message.buttons for b in row] == ["👍 Useful", "👎 Not useful", "❝ Show the quotes"]


def test_what_is_no_plain_fact_looks_different() -> None:
    roles = [Statement(f"Said {role.value}.", (1,), role) for role in Role]
    (message,) = reply_messages(reply(*roles, cited=(citation(1, "Said.", status=Status.SUPERSEDED),)))
    parsed = checked(message)
    lines = parsed.text.splitlines()
    assert lines[0] == "Said answer. [1] (28 Nov 2025)"
    assert lines[1] == "💭 Rumour (The Verge): Said rumour. [1] (28 Nov 2025)"
    assert len({line.split(":")[0] for line in lines[: len(Role)]}) == len(Role)
    assert "[1] The Verge · 28 Nov 2025 · Superseded since" in lines


def test_a_short_reply_leaves_the_quotes_to_the_button() -> None:
    (message,) = reply_messages(replace(QUARK, settings=PlaceSettings(length=Length.SHORT)))
    assert checked(message).text == "It costs $299. [1] (28 Nov 2025)\n\n[1] The Verge · 28 Nov 2025"
    assert message.buttons[1][0].press == Press(Does.QUOTES, "Abc-_0123456")


def test_the_interface_speaks_the_language_of_the_place() -> None:
    german = replace(QUARK, settings=PlaceSettings(language="de"))
    assert [b.label for row in reply_messages(german)[0].buttons for b in row] != [
        b.label for row in reply_messages(QUARK)[0].buttons for b in row
    ]


def test_a_long_answer_keeps_every_sentence_with_its_citation_and_every_quote_whole() -> None:
    stated = tuple(Statement(f"Fact {k} is that shipments grew by {k} percent. " * 12, (k,)) for k in range(1, 31))
    cited = tuple(citation(k, f"Quote {k} says so. " * 20) for k in range(1, 31))
    messages = reply_messages(reply(*stated, cited=cited))
    assert len(messages) > 1
    lines = [line for message in messages for line in checked(message).text.splitlines()]
    for k in range(1, 31):
        assert sum(f"Fact {k} " in line and line.endswith(f"[{k}] (28 Nov 2025)") for line in lines) == 1
        assert f"[{k}] “{(f'Quote {k} says so. ' * 20).strip()}”" in lines


def test_a_sentence_too_long_for_a_message_carries_its_citation_in_every_part() -> None:
    long = " ".join(f"Clause {k} tells more of it." for k in range(600))
    messages = reply_messages(reply(Statement(long, (1,)), cited=(citation(1, "Short."),)))
    said = [line for m in messages for line in checked(m).text.splitlines() if line.startswith("Clause")]
    assert len(said) > 3
    assert all(line.endswith("it. [1] (28 Nov 2025)") for line in said)


@pytest.mark.parametrize("layout", [Layout.PLAIN, Layout.RICH])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_declined_question_says_what_is_closest_and_offers_to_file_the_gap(language: str, layout: Layout) -> None:
    say, quote = phrases(language), "It costs $299."
    closest = Statement(quote, (1,), Role.CLOSEST)
    answer = Answer("q", "English", declined=True, statements=(closest,), citations=(citation(1, quote),))
    chosen = PlaceSettings(language=language, layout=layout)
    (message,) = reply_messages(Reply("Abc-_0123456", answer, settings=chosen))
    parsed = checked(message)
    assert parsed.text.splitlines()[:2] == [say.declined, f"ℹ️ {say.closest}: {quote} [1] (28 Nov 2025)"]
    assert citation(1, quote).link in parsed.links
    assert [b.label for row in message.buttons for b in row] == [f"📮 {say.file_gap}", f"❝ {say.quotes}"]
    assert message.rich.startswith(f"<p>{escape(say.declined)}</p><p><b>") is (layout is Layout.RICH)
    assert first_line(Reply("Abc-_0123456", answer, settings=chosen)) == say.declined


def test_a_declined_question_without_anything_close_is_one_sentence() -> None:
    (message,) = reply_messages(Reply("Abc-_0123456", Answer("q", "English", declined=True)))
    assert checked(message).text == phrases("en").declined


def test_a_rich_reply_folds_each_receipt_under_its_publisher_and_date() -> None:
    (message,) = reply_messages(replace(QUARK, settings=PlaceSettings(layout=Layout.RICH)))
    link = escape(citation(1, "The Quark S1 is out. It costs $299.").link)
    assert message.rich == (
        f'<p>It costs $299. <a href="{link}">[1]</a> (28 Nov 2025)</p>'
        "<details><summary>[1] The Verge · 28 Nov 2025</summary>"
        f'<blockquote>“The Quark S1 is out. It costs $299.”<cite><a href="{link}">Title 1</a></cite></blockquote>'
        "</details>"
    )


def test_an_apology_has_no_buttons_and_nothing_to_tap() -> None:
    apology = "That was quick, @you: ask again in 10 seconds."
    (message,) = reply_messages(replace(QUARK, answer_id="", apology=apology))
    assert checked(message).text == apology
    assert message.buttons == ()


def test_suggestions_are_buttons_and_only_ours_are_understood() -> None:
    (message,) = reply_messages(replace(QUARK, suggestions=("How heavy is it?", "x" * 90)))
    labels = [row[0].label for row in message.buttons[2:]]
    assert labels == ["How heavy is it?", "x" * 79 + "…"]
    for row in (*message.buttons, *reasons("Abc-_0123456", phrases("en"))):
        for button in row:
            assert pressed(str(button.press)) == button.press
    assert pressed("s:Abc-_0123456:1") == Press(Does.SUGGESTION, "Abc-_0123456", "1")
    assert [pressed(data) for data in ("", "x:a", "u:", "u:a:b:c", "u:" + "a" * 70, "u:a\n", "Ü:a")] == [None] * 7


def test_the_title_is_the_first_sentence() -> None:
    assert first_line(QUARK) == "It costs $299."


def test_a_link_that_is_too_long_leads_to_the_page() -> None:
    endless = replace(citation(1, "It costs $299."), link="https://news.example/1#:~:text=" + "a" * 2000)
    (message,) = reply_messages(reply(Statement("It costs $299.", (1,)), cited=(endless,)))
    assert checked(message).links == {"https://news.example/1"}
