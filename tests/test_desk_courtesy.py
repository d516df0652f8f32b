from __future__ import annotations

import pytest

from bot.desk.courtesy import courtesy
from bot.phrases import phrases

SAY = phrases("en")


@pytest.mark.parametrize("said", ["hello", "Hi!", "Good morning 👋", "Guten Tag.", "¡Hola!", "are you there?"])
def test_a_greeting_is_told_what_can_be_asked(said: str) -> None:
    assert courtesy(said, SAY) == SAY.empty


@pytest.mark.parametrize("said", ["thanks!", "Thank you very much 🙏", "ok", "Danke schön", "merci"])
def test_thanks_are_taken(said: str) -> None:
    assert courtesy(said, SAY) == SAY.welcome


@pytest.mark.parametrize(
    "said", ["hello kitty watch price", "thanks, and the g1?", "ok how heavy", "hi-fi earbuds", "", "?"]
)
def test_whatever_asks_something_is_a_question(said: str) -> None:
    assert courtesy(said, SAY) == ""
