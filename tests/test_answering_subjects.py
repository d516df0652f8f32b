"""What a sentence is about: a product, its family, its parts, and the company behind it, shown on a made-up corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from answering_parts import broken, talking, write

from bot.conversation import Conversation
from bot.readers import read_corpus
from bot.values import Answer, Article, Role

Ask = Callable[[str], Answer]
ARTICLES: dict[str, tuple[str, str, list[str], list[str]]] = {
    "lumo": (
        "Lumo glasses on the bench",
        "The Lumo S1 wake phrase is Hey Lumo. The Lumo S1 weighs 48 grams. Lumo glasses came in March 2026.",
        ["Brightwell"],
        ["Lumo Glasses", "Lumo S1"],
    ),
    "vantor": (
        "Vantor S1 goes on sale",
        "The Vantor S1 costs $410. The Vantor S1 has a battery life of 9 hours.",
        ["Vantor"],
        ["Vantor S1"],
    ),
    "marten": (
        "Chip news",
        "Corex confirmed in March 2026 that the Snapdragon W4 will power the next Marten Watch.",
        ["Marten Wear", "Corex"],
        ["Marten Watch 4", "Snapdragon W4"],
    ),
    "marten-rumour": (
        "Marten Watch 4 rumour",
        "A preview names an Ibex processor for the Marten Watch 4.",
        ["Marten Wear"],
        ["Marten Watch 4"],
    ),
    "brook": (
        "Brook's consumer glasses",
        "Brook plans the Kestrel for late 2026. The Kestrel's optics come from the Chinese company Halden.",
        ["Brook", "Halden"],
        ["Kestrel"],
    ),
    "brook-results": (
        "Brook results",
        "Brook's Q3 2025 revenue was $1.7 billion. Its Q3 2025 fitness revenue was $600 million. Brook sold wearables.",
        ["Brook"],
        [],
    ),
    "sold": (
        "Halden sold",
        "Meadow Corp bought Halden in June 2026. Meadow Corp paid nothing in cash.",
        ["Meadow Corp", "Halden"],
        [],
    ),
    "terms-of-sale": (
        "The sale of Willet",
        "Tamarind may cut its lens budget by 30% after the deal. No purchase price for Willet was given on the page.",
        ["Tamarind", "Willet"],
        [],
    ),
    "district": (
        "Glasses in the shops",
        "The Lumo S1 has two lenses. Ostrava has no glasses but works with a phone maker on a device.",
        ["Brightwell", "Corex", "Ostrava"],
        ["Lumo S1"],
    ),
    "hearing": (
        "A hearing on bands",
        "Weeks before the Vantor letter a secretary told a House committee he wants all Americans to wear bands.",
        ["Vantor"],
        [],
    ),
    "market": (
        "Smart band market",
        "North America was the largest smart band market with 40%. Vantor had 35% of smart band shipments in 2026.",
        ["Vantor"],
        [],
    ),
    "compared": (
        "Two watches compared",
        "A test compares the Marten Watch 4 price with the Orbit Watch's $349. The Marten Watch 4 launched at $299.",
        ["Marten Wear", "Orbit Optics"],
        ["Marten Watch 4", "Orbit Watch"],
    ),
    "brook-early": (
        "Brook's early years",
        "Brook was founded in 2013. Brook won an award in 2016. Brook's Kestrel was shown in May 2026.",
        ["Brook"],
        ["Kestrel"],
    ),
    "pin-price": ("A rival's price", "The Tamarind Clip Pin costs $480.", ["Willet"], ["Tamarind Clip Pin"]),
    "pin-end": (
        "Pins and pendants",
        "A buyer kept Tamarind's engineers and switched every Clip Pin off.",
        ["Willet"],
        [],
    ),
    "heron-watch": ("Heron's watches", "The Heron Watch Mini costs $249.", ["Heron"], ["Heron Watch Mini"]),
    "heron-glasses": (
        "Heron's plans",
        "Heron aims its glasses at the segment from $300 to $500. Heron glasses are expected in May 2027.",
        ["Heron"],
        [],
    ),
    "pressure": (
        "Vantor on the wrist",
        "The Vantor Band warns of hypertension. The Vantor Band could not be sold in time for the holidays.",
        ["Vantor"],
        ["Vantor Band"],
    ),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("subjects")
    for name, (title, body, companies, products) in ARTICLES.items():
        write(
            folder, name, body, title=title, url=f"https://news.example/{name}", publisher="Wrist Report",
            published="2026-06-01", topic="wearables", companies=companies, products=products,
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def bot(corpus: Path, tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Iterator[Conversation]:
    with talking(corpus, tmp_path_factory.mktemp("data"), model_home) as conversation:
        yield conversation


@pytest.fixture
def ask(bot: Conversation, corpus: Path) -> Ask:
    articles: Mapping[str, Article] = {a.id: a for a in read_corpus(corpus) if isinstance(a, Article)}

    def asked(question: str) -> Answer:
        answer, _ = bot.ask(question)
        assert broken(answer, articles) == []
        return answer

    return asked


def quotes(answer: Answer) -> str:
    return " ".join(c.quote for c in answer.citations)


def test_a_mark_that_two_products_share_names_neither(ask: Ask) -> None:
    assert "410" in ask("how much is the vantor s1").text
    declined = ask("how much is the lumo s1")
    assert declined.declined
    assert "the price of Lumo S1" in declined.text


def test_a_name_with_its_kind_behind_the_mark_is_that_edition(ask: Ask) -> None:
    assert "48 grams" in ask("how heavy are the lumo s1 glasses").text


def test_the_words_of_a_long_name_may_stand_apart(ask: Ask) -> None:
    assert "switched every Clip Pin off" in ask("what happened to the tamarind clip pin").statements[0].text


def test_the_glasses_of_a_company_do_not_cost_what_its_watch_costs(ask: Ask) -> None:
    assert "$249" not in ask("what will heron smart glasses cost").text
    assert "$249" in ask("how much is heron's watch").text


def test_whether_something_is_so_at_a_place_that_no_article_has_is_declined(ask: Ask) -> None:
    assert ask("are vantor bands allowed in the nba").declined
    assert ask("is the vantor s1 sold at costco").declined
    assert not ask("are vantor bands sold").declined


def test_a_product_line_means_its_editions(ask: Ask) -> None:
    assert "Hey Lumo" in ask("what is the wake word of the lumo glasses").text


def test_a_chip_that_is_asked_for_is_no_other_product(ask: Ask) -> None:
    answer = ask("marten watch 4 chip: ibex or snapdragon")
    assert "Ibex" in quotes(answer)
    assert "Snapdragon W4 will power the next Marten Watch" in quotes(answer)


def test_a_company_is_asked_about_and_a_sentence_names_its_product(ask: Ask) -> None:
    assert "Halden" in ask("who supplies the optics of brook's glasses").text


@pytest.mark.parametrize("question", ["brook marine segment sales q3 2025", "brook marine revenue q3 2025"])
def test_a_part_of_a_company_that_no_article_knows_is_declined(ask: Ask, question: str) -> None:
    declined = ask(question)
    assert declined.declined
    assert "that part of Brook" in declined.text
    assert "marine" not in declined.text
    assert "600 million" in ask("brook fitness revenue q3 2025").text


def test_a_number_is_asked_for_and_no_sentence_holds_one(ask: Ask) -> None:
    assert ask("how many wearables did brook sell").declined


def test_a_buyer_who_bought_nothing_is_corrected_by_the_one_who_did(ask: Ask) -> None:
    answer = ask("why did vantor buy halden")
    assert answer.note == "No article ties Vantor to Halden."
    assert [s.role for s in answer.statements] == [Role.CORRECTION]
    assert "Meadow Corp bought Halden" in answer.text
    assert not ask("when did meadow corp buy halden").note


def test_a_value_is_that_of_the_product_before_it(ask: Ask) -> None:
    assert "$299" in ask("marten watch 4 price").statements[0].text
    assert "$349" not in ask("marten watch 4 price").text
    assert "$349" in ask("orbit watch price").text


def test_both_halves_of_a_question_are_looked_up_and_what_is_missing_is_said(ask: Ask) -> None:
    answer = ask("how much is the vantor s1 and in which countries is it sold")
    assert "410" in answer.text
    assert answer.note == "No article gives the availability of Vantor S1."
    assert {c.article_id for c in answer.citations} == {"vantor"}


def test_a_remark_beside_a_question_lacks_nothing(ask: Ask) -> None:
    answer = ask("brook seems to do well these days, right? how much was its revenue in q3 2025?")
    assert "1.7 billion" in answer.text
    assert not answer.note


def test_who_makes_a_thing_is_told_by_a_sentence_that_says_so(ask: Ask) -> None:
    assert "Brook" in ask("who makes the kestrel").text


def test_who_competes_is_told_only_where_an_article_says_so(ask: Ask) -> None:
    assert ask("who competes with brook").declined


def test_the_company_that_leads_is_named(ask: Ask) -> None:
    answer = ask("which company has the biggest share of smart bands")
    assert "Vantor" in answer.statements[0].text
    assert "North America" not in answer.text


def test_a_supplier_and_a_pay_are_told_only_where_an_article_says_so(ask: Ask) -> None:
    assert "Halden" in ask("who supplies the optics of the kestrel").statements[0].text
    declined = ask("what did brook pay its ceo")
    assert declined.declined
    assert "the pay of Brook" in declined.text


def test_the_company_behind_a_product_is_its_maker(ask: Ask) -> None:
    told = ask("q3 2025 revenue of the company behind the kestrel")
    assert "1.7 billion" in told.statements[0].text
    assert ask("q3 2025 revenue of the company behind the lumo s1").declined


def test_where_somebody_grew_up_is_no_growth(ask: Ask) -> None:
    assert "growth" not in ask("where did the founder of halden grow up").text


def test_what_another_company_does_is_not_said_of_a_product(ask: Ask) -> None:
    """The article is on the Lumo S1, and this sentence of it on Ostrava."""
    assert ask("does the lumo s1 work with an iphone").declined


def test_what_somebody_paid_is_told_by_a_sum_or_by_who_keeps_it_secret(ask: Ask) -> None:
    answer = ask("what did tamarind pay for willet")
    assert answer.statements[0].text == "No purchase price for Willet was given on the page."


def test_where_a_company_sits_is_not_told_by_whom_somebody_spoke_to(ask: Ask) -> None:
    assert ask("where is vantor based").declined


def test_a_kind_of_device_alone_answers_nothing_about_a_place_that_no_article_knows(ask: Ask) -> None:
    assert ask("are smart bands allowed in schools").declined


def test_what_is_new_is_nothing_old(ask: Ask) -> None:
    answer = ask("what's new with brook")
    assert not answer.declined
    assert "2013" not in answer.text
    assert "2016" not in answer.text


def test_blood_pressure_and_hypertension_are_one(ask: Ask) -> None:
    assert "hypertension" in ask("does the vantor band warn about high blood pressure").text
