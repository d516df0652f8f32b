from __future__ import annotations

import pytest

from bot.cli.evidence import Evidence, Judged, judge, says
from bot.values import Answer, Citation, Statement

PRICE = Evidence("ring", "The Lumo ring costs 299 euros in every shop of the chain.", part="price")
WEIGHT = Evidence("ring", "At 2.4 grams, it is the lightest ring on the market.", part="weight")
COLOURS = Evidence("ring", "The ring comes in black, silver and rose gold for everybody.")


def answer(*told: tuple[str, str]) -> Answer:
    """Return an answer of sentences, each with the quote that it cites."""
    statements = tuple(Statement(text, (n,)) for n, (text, _) in enumerate(told, 1))
    citations = tuple(Citation(n, "ring", "", "", "", None, quote, "") for n, (_, quote) in enumerate(told, 1))
    return Answer("?", " ".join(text for text, _ in told), declined=False, statements=statements, citations=citations)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The Lumo ring costs 299 euros.", PRICE.quote),
        ("On Monday they said that the Lumo ring costs 299 euros in shops.", PRICE.quote),
        ("It has sensors. It weighs 2.4 grams. It is new. It is blue.", "It weighs 2.4 grams. It is new."),
        ("[The Lumo ring](https://example.org/lumo-ring) costs “1,299” euros.", "The Lumo ring costs '1299' euros"),
        ("Lumo 的戒指售价两千元。", "据报道,Lumo 的戒指售价两千元。"),
        ("No.", "no"),
    ],
)
def test_a_sentence_says_what_it_shares_with_a_quote(text: str, quote: str) -> None:
    assert says(text, quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The Lumo band costs 199 euros in our view.", PRICE.quote),
        ("On Monday the maker said that the Lumo ring costs 299 euros, whatever the colour may be.", PRICE.quote),
        ("Is it the lightest ring on sale?", WEIGHT.quote),
        ("euros 299 costs ring Lumo The", PRICE.quote),
        ("It is on the market, and at the moment it is the one in the news.", WEIGHT.quote),
        ("https://example.org/the-lumo-ring-costs-299-euros", PRICE.quote),
        ("", PRICE.quote),
        ("…", "…"),
    ],
)
def test_words_that_meet_by_chance_say_nothing(text: str, quote: str) -> None:
    assert not says(text, quote)


def test_each_sentence_is_judged_and_each_part_counts_once() -> None:
    given = answer(
        ("It is sold in many countries.", "It is sold in many countries."),
        ("The Lumo ring costs 299 euros.", PRICE.quote),
        ("The Lumo ring costs 299 euros in every shop.", PRICE.quote),
        ("The ring comes in black, silver and rose gold.", COLOURS.quote),
    )
    assert judge(given, (PRICE, WEIGHT), (COLOURS,)) == Judged(1, 0, 4, 3, 2, 1)


def test_a_declined_answer_covers_no_part() -> None:
    assert judge(Answer("?", PRICE.quote, declined=True), (PRICE, WEIGHT)) == Judged(parts=2)


def test_an_answer_without_sentences_is_still_an_answer() -> None:
    assert judge(Answer("?", "Yes.", declined=False), (PRICE,)) == Judged(answers=1, parts=1)


def test_a_sentence_worded_anew_is_judged_by_its_quote() -> None:
    assert judge(answer(("Price: 299 €", PRICE.quote)), (PRICE,)).first_right == 1
    assert judge(answer(("No.", PRICE.quote)), (PRICE,)).first_right == 1


def test_only_the_quote_that_a_sentence_repeats_is_taken_for_it() -> None:
    given = Answer(
        "?",
        "",
        declined=False,
        statements=(Statement("The ring comes in black, silver and rose gold.", (1, 2)),),
        citations=(
            Citation(1, "ring", "", "", "", None, PRICE.quote, ""),
            Citation(2, "ring", "", "", "", None, COLOURS.quote, ""),
        ),
    )
    assert judge(given, (PRICE,)).precise == 0


def test_what_stands_beside_the_core_is_precise_and_answers_nothing() -> None:
    whole = Evidence("ring", "The Lumo ring is here. It costs 299 euros in all shops.", "It costs 299 euros")
    assert judge(answer(("The Lumo ring is here.", "The Lumo ring is here.")), (whole,)) == Judged(1, 0, 1, 1, 1, 0)


def test_the_counts_of_answers_add_up() -> None:
    assert Judged(1, 1, 2, 1, 1, 1) + Judged(parts=3) == Judged(1, 1, 2, 1, 4, 1)
