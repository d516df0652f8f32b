"""Clean text holds nothing that a reader cannot see."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.clean import _ordinary, clean

UNSEEN = "\u200b\u200c\u200d\u202e\u2066\ufeff\u00ad\u00a0\u3000\u2028\u2029\t\r\n "
COMBINED = "\ufe0f\ufe0ee\u0301👩💻نمک#5\U000e0041"
PRINTED = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
TRICKY = st.text(st.one_of(st.characters(), st.sampled_from(UNSEEN), st.sampled_from(COMBINED)), max_size=60)


@given(TRICKY)
@example("a\u200d\u0301")
@example("1\ufe0f\u200d1")
@example("👩\u200d\u200d💻")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(TRICKY)
def test_what_is_left_can_be_seen_stored_and_compared(text: str) -> None:
    seen = clean(text)
    assert seen == unicodedata.normalize("NFC", seen)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in seen if c != "\n")
    assert not set(seen) & set(
        "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad\u00a0\u2028\u2029"
    )
    assert not any(0xE0000 <= ord(c) < 0xE1000 for c in seen)
    assert "\n\n\n" not in seen
    assert seen == seen.strip()
    seen.encode("utf-8")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80))
def test_plain_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_what_is_taken_for_ordinary_would_be_left_alone_anyway() -> None:
    ordinary = "|".join(c for c in map(chr, range(0x110000)) if _ordinary(f"|{c}|") and c != " ")
    assert len(ordinary) > 200_000
    assert clean(f"\n{ordinary}") == ordinary  # a line break is out of the ordinary: the whole way is gone


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one\u2029two", "one\n\ntwo"),
        ("a\n\n\n \n\nb", "a\n\nb"),
        ("$1\u00a0299\u202f000\u3000won", "$1 299 000 won"),
        ("cafe\u0301", "café"),
        ("pass\u00adword s\u200becret", "password secret"),
        ("abc\u202e321\u202c", "abc321"),
        ("ok\U000e0049\U000e0047\U000e004e\U000e004f\U000e0052\U000e0045", "ok"),
        ("red\x1b[31m text\x00", "red[31m text"),
        ("lone \ud83d half", "lone  half"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d💻 and 1\ufe0f\u20e3", "👩\u200d💻 and 1\ufe0f\u20e3"),
        ("pay\u200dpal, pay\u200cpal", "paypal, paypal"),
        ("a\ufe01b\ufe02c", "abc"),
        ("\ufeffTitle  ", "Title"),
    ],
)
def test_what_is_removed_and_what_is_kept(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


def test_no_character_of_all_unicode_is_overlooked() -> None:
    for number in range(0x110000):
        character = chr(number)
        if unicodedata.category(character) in ("Cc", "Cs", "Zs", "Cf") and number not in PRINTED:
            assert clean(f"{character}a{character}") == "a", hex(number)
