"""The receipt law: what an answer says stands in the quotes it cites, and the check refuses whatever does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.answering.verify import faults
from bot.text.words import words
from bot.values import Article, Citation, Statement

SENTENCES = (
    "Alibaba’s Quark S1 smart glasses went on sale on 27 November 2025 at 3,799 yuan.",
    "Samsung has not confirmed a US launch of the Galaxy XR.",
    "The Galaxy XR weighs 545 g and costs $1,799.99.",
    "Oura raised $900 million; Whoop did not comment on its 2.5 million members.",
    "Two former Apple engineers lead the iPhone accessory team in Göteborg.",
    "Shipments grew 64.2% to 2.84 million units in the third quarter of 2025.",
    "No other ring is sold without a subscription in 14 countries.",
    "The band costs 1 799 yuan in China but is not sold in Europe.",
)
BODY = f"{SENTENCES[0]} {SENTENCES[1]}\n\n{' '.join(SENTENCES[2:5])}\n\n{' '.join(SENTENCES[5:])}"
ARTICLE = Article("a/b", "A title with 77 and Masimo", BODY)
NAMES = ("Alibaba", "Quark", "Samsung", "US", "Galaxy", "Oura", "Whoop", "Apple", "iPhone", "Göteborg")
NUMBERS = ("27", "2025", "3,799", "545", "1,799.99", "900", "2.5", "64.2", "2.84", "14")
STRANGERS = ("Masimo", "Garmin", "eBay", "xAI", "Åland", "Sony’s", "LG")
sentences = st.sampled_from(SENTENCES)
named = st.sampled_from([(s, name) for s in SENTENCES for name in NAMES if name in s])
figured = st.sampled_from([(s, number) for s in SENTENCES for number in NUMBERS if number in s])


def check(text: str, quotes: Sequence[str]) -> list[str]:
    citations = {n: Citation(n, "a/b", "", "", "", None, quote, "") for n, quote in enumerate(quotes, 1)}
    return faults(Statement(text, tuple(citations)), citations, {"a/b": ARTICLE}.__getitem__)


@given(sentences, st.lists(sentences, max_size=2))
def test_a_quoted_sentence_may_be_sent(sentence: str, others: list[str]) -> None:
    assert check(sentence, [*others, sentence]) == []


@given(sentences)
def test_a_sentence_with_its_subject_in_front_may_be_sent(sentence: str) -> None:
    subject = "Galaxy XR"
    assert check(f"{subject}: {sentence}", [SENTENCES[2], sentence]) == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Oura raised $900 million.", [SENTENCES[3]]),
        ("Whoop did not comment on its 2.5 million members.", [SENTENCES[3]]),
        ("The Galaxy XR weighs 545 g.", [SENTENCES[2]]),
        ("went on sale at 3799 yuan", [SENTENCES[0]]),
        ("Samsung hasn’t confirmed a US launch of the Galaxy XR.", [SENTENCES[1]]),
        ("Quark S1: Samsung has not confirmed a US launch of the Galaxy XR.", [f"{SENTENCES[0]} {SENTENCES[1]}"]),
    ],
)
def test_a_part_that_keeps_its_sense_may_be_sent(text: str, quotes: list[str]) -> None:
    assert check(text, quotes) == []


@given(figured, st.integers(0, 10**6))
def test_a_changed_number_is_refused(figure: tuple[str, str], other: int) -> None:
    sentence, number = figure
    changed = sentence.replace(number, str(other), 1)
    assume(not {w.form for w in words(changed)} <= {w.form for w in words(sentence)})
    assert check(changed, [sentence])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("$900 million", "$900 billion"),
        ("Two former", "three former"),
        ("third quarter", "second quarter"),
        ("November", "december"),
        ("3,799", "3,7990"),
        ("3,799", "37,99"),
        ("545 g", "54.5 g"),
        ("64.2%", "642%"),
        ("2025", "2026"),
        ("27 November", "1 November"),
        ("1 799 yuan", "799 yuan"),
        ("S1", "S2"),
    ],
)
def test_one_changed_figure_is_refused(said: str, told: str) -> None:
    sentence = next(s for s in SENTENCES if said in s)
    assert check(sentence.replace(said, told), [sentence])


@given(named, st.sampled_from(STRANGERS))
def test_a_swapped_name_is_refused(naming: tuple[str, str], stranger: str) -> None:
    sentence, name = naming
    assert check(sentence.replace(name, stranger), [sentence])


@given(sentences, st.sampled_from(STRANGERS), st.data())
def test_an_added_name_is_refused(sentence: str, stranger: str, data: st.DataObject) -> None:
    said = sentence.split()
    at = data.draw(st.integers(0, len(said)))
    assert check(" ".join([*said[:at], stranger, *said[at:]]), [sentence])


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Samsung has confirmed a US launch of the Galaxy XR.", SENTENCES[1]),
        ("Samsung: confirmed a US launch of the Galaxy XR.", SENTENCES[1]),
        ("confirmed a US launch of the Galaxy XR.", SENTENCES[1]),
        ("Whoop did comment on its 2.5 million members.", SENTENCES[3]),
        ("Oura raised $900 million; Whoop did comment on its 2.5 million members.", SENTENCES[3]),
        ("comment on its 2.5 million members.", SENTENCES[3]),
        ("ring is sold without a subscription in 14 countries.", SENTENCES[6]),
        ("No other ring is sold with a subscription in 14 countries.", SENTENCES[6]),
        ("The Galaxy XR does not weigh 545 g.", SENTENCES[2]),
        ("Alibaba’s Quark S1 smart glasses never went on sale.", SENTENCES[0]),
        ("The band costs 1 799 yuan in China.", SENTENCES[7]),
        ("Shipments hardly grew, no 64.2%.", SENTENCES[5]),
    ],
)
def test_a_negation_lost_or_added_is_refused(text: str, quote: str) -> None:
    assert "a negation differs from the quote" in check(text, [quote])


@given(sentences, st.data())
def test_a_quote_that_is_not_verbatim_is_refused(sentence: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sentence) - 1))
    letter = data.draw(st.characters(exclude_characters=sentence[at], categories=["L", "N", "P"]))
    quote = sentence[:at] + letter + sentence[at + 1 :]
    assume(quote not in BODY)
    assert any("does not stand in" in fault for fault in check(sentence, [sentence, quote]))


@pytest.mark.parametrize("quote", ["", "  \n", "A title with 77 and Masimo", SENTENCES[1].upper(), f"{SENTENCES[1]}  "])
def test_what_is_not_in_the_body_is_no_quote(quote: str) -> None:
    assert any("does not stand in" in fault for fault in check("It is so.", [quote]))


def test_a_number_is_not_put_together_from_two_quotes() -> None:
    article = Article("a/b", "", "They sold 2\n\n500 units went back.")
    citations = {n: Citation(n, "a/b", "", "", "", None, q, "") for n, q in ((1, "They sold 2"), (2, "500 units"))}
    assert faults(Statement("They sold 2500 units", (1, 2)), citations, {"a/b": article}.__getitem__)
    assert not faults(Statement("They sold 2", (1, 2)), citations, {"a/b": article}.__getitem__)


@pytest.mark.parametrize("cited", [(), (2,), (1, 2), (0,)])
def test_a_sentence_without_all_its_citations_is_refused(cited: tuple[int, ...]) -> None:
    citations = {1: Citation(1, "a/b", "", "", "", None, SENTENCES[0], "")}
    assert faults(Statement(SENTENCES[0], cited), citations, {"a/b": ARTICLE}.__getitem__) == ["it cites nothing"]


@pytest.mark.parametrize("text", ["", " ", "…", "—"])
def test_a_sentence_that_says_nothing_is_refused(text: str) -> None:
    assert check(text, [SENTENCES[0]]) == ["it says nothing"]


@given(st.text(min_size=1), sentences)
def test_any_text_is_judged_without_an_error(text: str, quote: str) -> None:
    assert check(text, [text, quote]) or text in BODY
