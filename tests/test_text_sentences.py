"""Sentences are spans of the text, cut where a reader would cut."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.sentences import LONG_QUOTE, split


def sentences(body: str) -> list[str]:
    return [body[start:end] for start, end, _ in split(body)]


PIECES = 'Quark costs $1.5 billion U.S. No. 5 e.g. J.P. say. Why? “We won.” " 6.1" (see it). 。'
MORE = "「好。」 ¿Qué? ... … ! 1. iOS 26.1. is 👍"
WORDS = st.sampled_from([*PIECES.split(), *MORE.split(), "\n", "\n\n", "\n- ", "\n# ", "\n2. ", "| a |", " "])


@given(
    st.one_of(
        st.lists(WORDS, max_size=80).map(" ".join), st.lists(WORDS, max_size=80).map("".join), st.text(max_size=200)
    )
)
@settings(max_examples=500)
def test_spans_are_ordered_disjoint_stripped_and_cover_every_visible_character(body: str) -> None:
    spans = split(body)
    position, last_block = 0, -1
    for start, end, block in spans:
        assert position <= start < end <= len(body)
        assert body[position:start].strip() == ""
        assert body[start:end] == body[start:end].strip() != ""
        assert block in (last_block, last_block + 1)
        position, last_block = end, block
    assert body[position:].strip() == ""
    assert split(body) == spans


@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_no_sentence_crosses_a_blank_line(body: str) -> None:
    assert not any("\n\n" in s.replace(" ", "") for s in sentences(body))


@pytest.mark.parametrize(
    "expected",
    [
        ["Quark Inc. launched it in the U.S. last week.", "It sold out."],
        ["Apple Inc. CEO Tim Cook met Dr. Lee.", "They talked."],
        ["The U.S. Army bought it.", "No. 5 is approx. 3 mm thick, e.g. thin."],
        ["Revenue was approx. 3 million.", "Vol. 3 says so."],
        ["“It is early,” J.P. Gownder said.", "George R. R. Martin agreed."],
        ["It made $1.5 billion.", "It lost $2."],
        ["In Q. 4 visionOS 26.1 shipped.", "iOS 26.1. is out."],
        ["It comes in 40 mm and 44 mm.", "Galaxy Watch8 costs $349.", "It weighs 1.2 kg.", "Meta sells it."],
        ["Wait...", "What?", "Yes!"],
        ['"Really?" he asked.', "He left."],
        ["He said: “It works.”", "“Does it?” she asked."],
        ["It is thin (see Table 1).", "It is light."],
        ["See apple.com for more.", "Then Amazon.com."],
        ["眼镜很轻。", "真的吗？", "是！"],
        ["「これは良い。」", "と彼は言った。"],
        ["¿Cuánto cuesta?", "¡Mucho!", "El Sr. García y la Sra. López lo saben."],
        ['The 6.1" screen is nice.', 'The 1.9" one is not.'],
        ["यह अच्छा है।", "वह भी।"],
        ["It costs $299 at 5 p.m. Monday.", "Sept. 5 is the day."],
        ["1. Buy it.", "It is good."],
        ["It weighs 42 g.", "It ships in 5 kg.", "At 10m.", "It fell."],
    ],
)
def test_where_readers_cut(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_sentence_glued_to_the_next_word_is_cut() -> None:
    assert sentences("It shows that you always have to believe.”Jorge said so.Then he left.") == [
        "It shows that you always have to believe.”",
        "Jorge said so.",
        "Then he left.",
    ]


def test_blocks_are_paragraphs_headings_and_list_entries() -> None:
    body = "# Head\nWrapped over\ntwo lines. Next.\n\n- one\n- two\n1. three"
    assert [(body[a:b], block) for a, b, block in split(body)] == [
        ("# Head\nWrapped over\ntwo lines.", 0),
        ("Next.", 0),
        ("- one", 1),
        ("- two\n1. three", 2),
    ]


def test_a_line_that_begins_with_a_number_is_not_a_list_entry_inside_a_sentence() -> None:
    assert sentences("The price went up to\n26. The rest stayed.") == ["The price went up to\n26.", "The rest stayed."]


def test_a_long_quotation_is_cut_and_a_short_one_is_kept_with_its_speaker() -> None:
    assert sentences("“We won. It was hard,” she said. He left.") == ["“We won. It was hard,” she said.", "He left."]
    long = "“" + "We won the race on that day. " * 20 + "It was hard,” she said."
    found = sentences(long)
    assert len(found) == 21
    assert found[-1] == "It was hard,” she said."
    assert max(map(len, found)) < LONG_QUOTE


def test_text_without_punctuation_stays_one_sentence() -> None:
    assert len(sentences("word " * 500)) == 1


@pytest.mark.parametrize("hostile", ["“a. ", '"a. ', "(", "a.", "1. ", "\n- ", " \n", "!?", "x "])
def test_time_grows_with_length_only(hostile: str) -> None:
    started = time.process_time()
    split(hostile * 50_000)
    assert time.process_time() - started < 3


def test_a_hundred_thousand_sentences_take_a_few_seconds() -> None:
    body = "\n\n".join(
        ["The Quark S1 costs $299 in the U.S. and weighs 42 g. It ships today. “Wow,” he said. No. 5 is next."] * 25_000
    )
    started = time.process_time()
    assert len(split(body)) == 100_000
    assert time.process_time() - started < 5


def test_a_table_row_is_one_sentence_as_long_as_one_can_be_read() -> None:
    row = "Quark S1 | Light. Two displays. | $299."
    assert sentences(f"Model | Pros | Price\n\n{row}") == ["Model | Pros | Price", row]
    assert len(sentences(f"Quark S1 | {'It is light. ' * 60}")) > 50
