"""What understanding a question needs, made from a handful of cards: no index, no model."""

from __future__ import annotations

from collections import Counter

from bot.answering.asked import Asked, Knowledge
from bot.answering.concepts import load
from bot.answering.names import gather
from bot.answering.understanding import understand
from bot.answering.wording import respell
from bot.text.words import words
from bot.values import Article

LEXICON = load()
CARDS = (
    Article("quark", "", "", companies=("Alibaba",), products=("Quark S1", "Quark G1")),
    Article("quark-2", "", "", companies=("Alibaba",), products=("Quark S1",)),
    Article("galaxy", "", "", companies=("Samsung", "Google"), products=("Galaxy XR", "Galaxy Watch 8")),
    Article(
        "apple", "", "", companies=("Apple",), products=("Apple Watch Series 11", "AirPods Pro 3", "smart glasses")
    ),
    Article("oura", "", "", companies=("Oura", "Ultrahuman"), products=("Oura Ring 4", "Oura Ring 5")),
    Article("ring", "", "", companies=("Sandbar",), products=("Stream",)),
    Article("field", "", "", companies=("Noise", "Cobalt Works", "China Unicom"), products=("Granite Cobalt Ridge",)),
    Article("meta", "", "", companies=("Meta", "EssilorLuxottica"), products=("Ray-Ban Meta", "Meta Ray-Ban Display")),
)
USUAL = (
    "battery price weight launch sales satellite display camera improvement between series glasses watch ring sold"
    " banned shipments yuan dollars snapdragon wear elite cost costs weighs grams quarter first release subscription"
)
VOCABULARY = Counter(
    {w.form: 20 for w in words(USUAL)}
    | {w.form: 9 for card in CARDS for name in (*card.companies, *card.products) for w in words(name)}
)
KNOWLEDGE = Knowledge(gather(CARDS, LEXICON.nameless), VOCABULARY, 500, LEXICON.noise | LEXICON.words)


def respelled(question: str) -> str:
    """Return a question with its slips mended."""
    return respell(question, KNOWLEDGE, LEXICON)


def understood(question: str) -> Asked:
    """Return what a question asks for."""
    return understand(question, KNOWLEDGE, LEXICON)


def named(question: str) -> list[list[str]]:
    """Return the names that each mention of a question can stand for."""
    return [sorted(name.text for name in mention.names) for mention in understood(question).mentions]
