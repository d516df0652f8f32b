from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.index.encoder import Encoder, Vectors
from bot.index.model import find_model
from bot.newsroom.topics import topics
from bot.store import Kind, Missed

NAMES = ("", "Quark S2", "quark s2", "Snap", "Zorblax 9")
WANTED = ("", "the price", "the cost", "the weight of Quark S2", "anything about Quark S2")


class Letters:
    """An encoder that finds texts alike that share letters; honest and quick."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 26), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text.lower():
                if "a" <= letter <= "z":
                    row[ord(letter) - ord("a")] += 1
            row[0] += not row.any()
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def missed(number: int, wanted: str, name: str = "", nearest: str = "", **more: object) -> Missed:
    kind = more.pop("kind", Kind.DECLINED)
    return Missed(f"answer{number:06d}", float(number), kind, wanted, name, nearest, **more)  # type: ignore[arg-type]


some = st.builds(
    missed,
    st.integers(0, 10**6),
    st.sampled_from(WANTED),
    st.sampled_from(NAMES),
    st.sampled_from(("", "a1", "a2")),
    kind=st.sampled_from(Kind),
    question=st.sampled_from(("", "how much?", "how heavy?")),
)


@given(st.lists(some, max_size=30, unique_by=lambda m: m.answer_id), st.randoms())
def test_every_gap_is_in_one_topic_whatever_their_order(gaps: list[Missed], chance: random.Random) -> None:
    for encoder in (None, Letters()):
        found = topics(gaps, encoder)
        shuffled = list(gaps)
        chance.shuffle(shuffled)
        assert topics(shuffled, encoder) == found
        assert sum(topic.count for topic in found) == len(gaps)
        assert [topic.count for topic in found] == sorted((topic.count for topic in found), reverse=True)
        assert sum(topic.not_useful for topic in found) == sum(gap.kind is Kind.NOT_USEFUL for gap in gaps)
        assert all(topic.title and topic.why and topic.first <= topic.last for topic in found)


def test_what_names_the_same_is_one_topic_that_tells_what_was_wanted() -> None:
    gaps = [
        missed(1, "the weight of Quark S2", "Quark S2", "a1"),
        missed(2, "the weight of Quark S2", "quark s2", "a2", kind=Kind.NOT_USEFUL),
        missed(3, "anything about Quark S2", "Quark S2", "a2", question="is there an s2?"),
        missed(4, "the price of Snap", "Snap"),
    ]
    first, second = topics(gaps)
    assert (first.title, first.why) == ("Quark S2", "they name it")
    assert first.wanted == (("the weight of Quark S2", 2), ("anything about Quark S2", 1))
    assert (first.declined, first.not_useful, first.nearest, first.questions) == (2, 1, "a2", ("is there an s2?",))
    assert (first.first, first.last) == (1.0, 3.0)
    assert second.title == "Snap"


def test_what_means_the_same_is_one_topic_by_the_real_model(model_home: Path) -> None:
    encoder: Encoder = find_model("", model_home).open()
    wanted = ["the price", "the price", "the cost", "the weight", "the launch date", "the release date"]
    found = topics([missed(k, each) for k, each in enumerate(wanted)], encoder)
    assert {topic.title: dict(topic.wanted) for topic in found} == {
        "the price": {"the price": 2, "the cost": 1},
        "the launch date": {"the launch date": 1, "the release date": 1},
        "the weight": {"the weight": 1},
    }
    assert len(topics([missed(k, each) for k, each in enumerate(wanted)])) == 5


def test_of_what_nothing_is_known_the_nearest_article_makes_the_topic() -> None:
    found = topics([missed(1, "", nearest="a1"), missed(2, "", nearest="a1"), missed(3, "")])
    assert [(topic.count, topic.nearest, topic.why) for topic in found] == [
        (2, "a1", "the same article came nearest"),
        (1, "", "no article came near"),
    ]
