from __future__ import annotations

import pytest

from bot.phrases import phrases
from bot.phrases.courtesy import courtesy

SAY = phrases("en")


@pytest.mark.parametrize(
    "said",
    [
        "hello",
        "Hi!",
        "Good morning 👋",
        "Guten Tag.",
        "¡Hola!",
        "are you there?",
        "привет",
        "Здравствуйте!",
        "你好",
        "你好！",
        "hola",
        "Hola, ¿qué tal?",
        "Hi, how are you?",
        "नमस्ते",
        "こんにちは。",
        "مرحبا",
        "Merhaba!",
    ],
)
def test_a_greeting_is_told_what_can_be_asked(said: str) -> None:
    assert courtesy(said, SAY) == SAY.empty


@pytest.mark.parametrize("said", ["?", "…", "🤔", "-- !!"])
def test_signs_alone_ask_nothing(said: str) -> None:
    assert courtesy(said, SAY) == SAY.empty


@pytest.mark.parametrize(
    "said",
    [
        "thanks!",
        "Thank you very much 🙏",
        "ok",
        "Danke schön",
        "merci",
        "👍🏽",
        "❤️",
        "🙏",
        "Спасибо!",
        "谢谢",
        "ok, thanks",
        "Hi, thanks!",
    ],
)
def test_thanks_are_taken(said: str) -> None:
    assert courtesy(said, SAY) == SAY.welcome


@pytest.mark.parametrize(
    "said",
    [
        "Who are you?",
        "what can you do",
        "help!",
        "Was kannst du?",
        "¿Quién eres?",
        "Hi! What can you do?",
        "привет, кто ты?",
    ],
)
def test_who_asks_what_this_is_is_told(said: str) -> None:
    assert courtesy(said, SAY) == SAY.itself


@pytest.mark.parametrize(
    "said",
    [
        "what is this ring made of",
        "who are you suing",
        "hello kitty watch price",
        "thanks, and the g1?",
        "hi, how much is the quark s1",
        "你好 Quark S1 多少钱",
        "hola glasses price",
        "halo",  # a band and a pair of glasses
        "ok how heavy",
        "hi-fi earbuds",
    ],
)
def test_whatever_asks_something_is_a_question(said: str) -> None:
    assert courtesy(said, SAY) == ""
