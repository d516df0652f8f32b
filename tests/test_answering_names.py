"""Names are found by what people call them, and a mark that nobody knows is never taken for a known one."""

from __future__ import annotations

import pytest
from answering_knowledge import CARDS, KNOWLEDGE, LEXICON, named, understood
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.names import designator, gather
from bot.answering.reading import read
from bot.values import Article, Sentence

NAMED = [
    ("quark s1", [["Quark S1"]]),
    ("QUARK S1?", [["Quark S1"]]),
    ("the S1", [["Quark S1"]]),
    ("quark", [["Quark G1", "Quark S1"]]),
    ("Alibaba's quark s1", [["Alibaba"], ["Quark S1"]]),
    ("samsung galaxy xr", [["Samsung"], ["Galaxy XR"]]),
    ("galaxy", [["Galaxy Watch 8", "Galaxy XR"]]),
    ("galaxy watch8", [["Galaxy Watch 8"]]),
    ("watch 8", [["Galaxy Watch 8"]]),
    ("series 11", [["Apple Watch Series 11"]]),
    ("apple", [["Apple"]]),
    ("oura", [["Oura"]]),
    ("oura ring", [["Oura Ring 4", "Oura Ring 5"]]),
    ("oura ring 5", [["Oura Ring 5"]]),
    ("ray ban meta", [["Ray-Ban Meta"]]),
    ("Ray-Ban", [["Ray-Ban Meta"]]),
    ("ray-ban meta display", [["Meta Ray-Ban Display"]]),
    ("quark s1 glasses", [["Quark S1"]]),
    ("galaxy watch 8 watch", [["Galaxy Watch 8"]]),
    ("is it 7 or 11 percent", []),
    ("quark s1 or g1", [["Quark S1"], ["Quark G1"]]),
    ("smart glasses", []),
    ("samsung's galaxy watch 8", [["Samsung"], ["Galaxy Watch 8"]]),
    ("apple's watch", [["Apple"]]),
    ("granite ridge", [["Granite Cobalt Ridge"]]),
    ("stream ring", [["Stream"]]),
    ("can i stream music", []),
    ("noise", [["Noise"]]),
    ("noise cancellation", []),
    ("smart glasses in china", []),
    ("china unicom", [["China Unicom"]]),
    ("gartner on rings", [[]]),
    ("the display", []),
    ("xr", []),
    ("walrus s9", [[]]),
]

FORMS = ("quark", "s1", "g1", "galaxy", "xr", "watch", "8", "the", "of", "oura", "ring", "5", "meta", "ray", "ban")


@pytest.mark.parametrize(("question", "names"), NAMED)
def test_names_are_found_as_people_write_them(question: str, names: list[list[str]]) -> None:
    assert named(question) == names


@pytest.mark.parametrize(
    ("question", "variant", "pair"),
    [
        ("quark s2", "s2", ("quark", "s2")),
        ("how much is the quark g2", "g2", ("quark", "g2")),
        ("airpods pro 4", "4", ("pro", "4")),
        ("oura ring 6", "6", ("ring", "6")),
        ("galaxy watch 8 classic", "classic", None),
        ("galaxy watch 8 ultra", "ultra", None),
        ("quark s1", "", None),
        ("quark 2025", "", None),
        ("quark q3", "", None),
        ("quark 545 g", "", None),
    ],
)
def test_an_unknown_variant_is_kept_apart(question: str, variant: str, pair: tuple[str, str] | None) -> None:
    asked = understood(question)
    assert [m.variant for m in asked.mentions if m.variant] == ([variant] if variant else [])
    assert pair is None or pair in asked.variants


def test_a_name_knows_its_articles_and_maker() -> None:
    by_text = {name.text: name for name in KNOWLEDGE.gazetteer.names}
    assert by_text["Quark S1"].articles == {"quark", "quark-2"}
    assert by_text["Quark S1"].maker == "Alibaba"
    assert by_text["Alibaba"].maker == ""
    assert by_text["Quark S1"].product
    assert not by_text["Oura"].product
    assert "smart glasses" not in by_text


@pytest.mark.parametrize("form", ["4", "s1", "9a", "xr2+", "w610", "ii", "g2"])
def test_marks_of_variants(form: str) -> None:
    assert designator(form)


@pytest.mark.parametrize("form", ["quark", "2025", "abc1", "", "i", "vi-2"])
def test_other_words_are_no_marks(form: str) -> None:
    assert not designator(form)


@given(st.lists(st.sampled_from(FORMS)))
def test_mentions_never_overlap_and_stand_for_what_is_written(forms: list[str]) -> None:
    mentions = KNOWLEDGE.gazetteer.mentions(forms)
    ends = [0]
    for mention in mentions:
        assert ends[-1] <= mention.first < mention.last <= len(forms)
        assert mention.form == tuple(forms[mention.first : mention.last])
        assert all(set(mention.form) <= set(name.form) for name in mention.names)
        ends.append(mention.last)


@given(st.permutations(CARDS))
def test_the_order_of_articles_does_not_matter(cards: list[Article]) -> None:
    again = gather(cards, LEXICON.nameless)
    assert {n.text: n for n in again.names} == {n.text: n for n in KNOWLEDGE.gazetteer.names}


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Shipments of Ray-Ban Meta glasses grew.", False),
        ("Ray-Ban Meta glasses are banned in courts.", True),
        ("A ban on glasses holds.", True),
    ],
)
def test_a_name_that_holds_a_word_of_a_property_does_not_state_it(text: str, *, stated: bool) -> None:
    sentence = Sentence("a", 0, 0, len(text), text, 0)
    reading = read(Article("a", "Glasses", text), [sentence], KNOWLEDGE.gazetteer, LEXICON)
    ban = next(c for c in LEXICON.concepts if c.name == "ban")
    assert bool(reading.fits(ban)[0]) is stated
