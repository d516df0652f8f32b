"""Words are levelled the same way wherever they stand: in a question, a name, a sentence."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.words import level, stem, stems, words

ENDS = ("al", "ing", "ed", "able", "ness")
FORMS = [
    ("How much is the Quark S1?", ["how", "much", "is", "the", "quark", "s1"]),
    ("Quark's", ["quark"]),
    ("Xiaomi’s", ["xiaomi"]),
    ("the glasses' price", ["the", "glasses", "price"]),
    ("Café Zürich", ["cafe", "zurich"]),
    ("Straße", ["strasse"]),
    ("ﬁtness Ｇ２", ["fitness", "g2"]),
    ("Watch8 Ultra", ["watch", "8", "ultra"]),
    ("iPhone17", ["iphone", "17"]),
    ("G2 W610", ["g2", "w610"]),
    ("XR2+ Gen 2", ["xr2+", "gen", "2"]),
    ("1,799 yuan", ["1799", "yuan"]),
    ("1,234,567", ["1234567"]),
    ("12,34", ["12,34"]),
    ("1.5 hours", ["1.5", "hours"]),
    ("Ray-Ban AT&T", ["ray", "ban", "at", "t"]),
    ("snake_case", ["snake", "case"]),
    ("don't", ["don't"]),
    ("", []),
    ("…!? — ", []),
]


@pytest.mark.parametrize(("text", "forms"), FORMS)
def test_words_are_levelled(text: str, forms: list[str]) -> None:
    assert [word.form for word in words(text)] == forms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Galaxy", "GALAXY"),
        ("glasses", "glass"),
        ("shipped", "shipping"),
        ("sold", "sells"),
        ("cost", "costs"),
        ("bought", "buying"),
        ("withdrew", "withdrawn"),
        ("Pokémon", "pokemon"),
    ],
)
def test_inflected_words_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize(
    ("one", "other"), [("watch", "watt"), ("s1", "s2"), ("ring", "rings1"), ("1799", "1798"), ("夸克", "小米")]
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stems(one) != stems(other)


@pytest.mark.parametrize("form", ["s1", "xr2+", "1799", "夸克", "9a"])
def test_what_is_no_plain_word_is_its_own_stem(form: str) -> None:
    assert stem(form) == form


@pytest.mark.parametrize(
    ("text", "capitals"),
    [("Oura sued Ultrahuman", [True, False, True]), ("éclat École", [False, True]), ("Watch8", [True, True])],
)
def test_capitals_are_kept(text: str, capitals: list[bool]) -> None:
    assert [word.capital for word in words(text)] == capitals


@given(st.text())
def test_levelling_twice_changes_nothing(text: str) -> None:
    assert level(level(text)) == level(text)


def test_every_letter_there_is_can_be_levelled_twice() -> None:
    changed = [once for code in range(sys.maxunicode + 1) if (once := level(chr(code))) != chr(code)]
    assert len(changed) > 1000
    assert [once for once in changed if level(once) != once] == []


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    assert level(text.casefold()) == level(text)


@given(st.text())
def test_words_stand_in_the_text_in_order(text: str) -> None:
    found = words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(a.start <= b.start for a, b in pairwise(found))
    for word in found:
        assert word.form
        # A comma goes only where it parts thousands.
        assert word.form.replace(",", "") in level(text[word.start : word.end]).replace(",", "")


@given(st.text(), st.text())
def test_words_do_not_depend_on_what_stands_around_them(left: str, right: str) -> None:
    apart = [word.form for word in (*words(left), *words(right))]
    assert [word.form for word in words(f"{left}\n\n{right}")] == apart


@given(st.integers(min_value=1000, max_value=10**12))
def test_thousands_separators_do_not_matter(number: int) -> None:
    assert [word.form for word in words(f"{number:,}")] == [str(number)]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_a_question_and_an_article_agree_on_a_stem(form: str) -> None:
    assert stems(form) == stems(form.upper()) == stems(f"{form.title()},") == [stem(form)]


def test_stems_are_the_same_from_several_threads() -> None:
    forms = [
        f"{root}{end}{more}" for root in ("relation", "charg", "weight") for end in ENDS for more in ("", "ly", "s")
    ]
    alone = [stem.__wrapped__(form) for form in forms]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(stem.__wrapped__, forms * 20)) == alone * 20
    finally:
        sys.setswitchinterval(before)
