"""Words of articles and questions meet whatever their spelling."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import IndexDamaged
from bot.index.words import Weights, WordSearch, stem, words, write_words

TEXTS = [
    (0, "Quark S1 price", "Alibaba's Quark S1 costs 3,799 yuan, or $538."),
    (1, "Ring battery", "The Oura ring lasts eight days. Batteries were tested by Ünal."),
    (2, "智能眼镜", "夸克智能眼镜在北京发布。"),
    (3, "", "Nothing of that: a wrist band with Wi-Fi 6 and 2.5 hours 🙂"),
]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> WordSearch:
    folder = tmp_path_factory.mktemp("lexical") / "words"
    write_words(folder, TEXTS)
    return WordSearch(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alibaba's S1: $3,799!", ["alibaba", "s1", "3799"]),
        ("2.5 hours, 1,5", ["2.5", "hours", "1,5"]),
        ("智能眼镜 Quark", ["智能", "能眼", "眼镜", "quark"]),
        ("Straße ﬁne Ｗｉ-Ｆｉ", ["strasse", "fine", "wi", "fi"]),
        ("🙂 — _", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("3799", 0),
        ("costing alibaba", 0),
        ("battery", 1),
        ("UNAL testing", 1),
        ("夸克眼镜", 2),
        ("wifi wi-fi", 3),
        ("hour 2.5", 3),
    ],
)
def test_a_question_finds_its_passage(search: WordSearch, question: str, number: int) -> None:
    assert search.search(question.split(), 3, Weights())[0][0] == number


def test_nothing_asked_or_nothing_found_is_nothing(search: WordSearch) -> None:
    assert search.search([], 3, Weights()) == []
    assert search.search(["🙂", " "], 3, Weights()) == []
    assert search.search(["zebra", 'stems:"x" NOT (', "*"], 3, Weights()) == []
    assert search.search(["quark"], 0, Weights()) == []
    assert search.search(["quark"], 3, Weights(0, 0, 0)) == []


def test_weights_choose_the_fields(search: WordSearch) -> None:
    exact, title = Weights(0, 1, 0), Weights(0, 0, 1)
    assert [number for number, _ in search.search(["batteries"], 3, exact)] == [1]
    assert [number for number, _ in search.search(["batteri"], 3, exact)] == []
    assert [number for number, _ in search.search(["prices"], 3, title)] == [0]
    assert search.search(["alibaba"], 3, title) == []
    both = search.search(["quark"], 3, Weights(2, 2, 1))[0][1]
    assert both == pytest.approx(2 * search.search(["quark"], 3, Weights(1, 1, 0.5))[0][1], rel=1e-5)


def test_many_threads_find_the_same(search: WordSearch) -> None:
    questions = ["quark price", "battery test", "智能眼镜", "wifi band"] * 50
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda each: search.search(each.split(), 4, Weights()), questions))
    assert found == [search.search(each.split(), 4, Weights()) for each in questions]


def test_stems_are_english_and_without_accents() -> None:
    assert stem("batteries") == stem("battery")
    assert stem("ünal") == "unal"
    assert stem("眼镜") == "眼镜"


def test_a_folder_that_is_no_word_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="run the index command"):
        WordSearch(tmp_path)
