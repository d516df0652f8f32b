"""The bot says everything in every language of the interface, inside the limits of both platforms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import bot.phrases
from bot.messages import Layout, Length, Place, PlaceSettings
from bot.phrases import LANGUAGES, Phrases, phrases
from bot.telegram.showing import PRIVATE, settings_messages

OTHERS = [language for language in LANGUAGES if language != "en"]
ALIKE = {("choice.normal", "de"), ("choice.normal", "es"), ("why.index", "de"), ("why.index", "fr")}
"""What is the same word in English."""
LABELS = (
    "useful", "not_useful", "quotes", "file_gap", "tell_me", "dont_tell", "wrong", "outdated", "off_topic",
    "unclear", "share",
)  # fmt: skip
ALERTS = (
    "thanks", "gone", "gap_filed", "will_tell", "wont_tell", "not_your_question", "wishes_too_many", "admins_only",
    "ask_again_to_be_told",
)  # fmt: skip


def said(say: Phrases) -> Iterator[tuple[str, str]]:
    """Yield everything that is said, by name."""
    for name in (field.name for field in fields(Phrases)):
        value = getattr(say, name)
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, tuple):
            yield from ((f"{name}.{number}", part) for number, part in enumerate(value))
        else:
            yield from ((f"{name}.{key}", part) for key, part in value.items())


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_all_that_english_says(language: str) -> None:
    english, other = dict(said(phrases("en"))), dict(said(LANGUAGES[language]))
    assert list(other) == list(english)
    for name, text in other.items():
        assert text.strip() == text
        assert text
        assert re.findall(r"\{\w*\}|\d+|/\w+|Snap Specs", text) == re.findall(
            r"\{\w*\}|\d+|/\w+|Snap Specs", english[name]
        ), name
    same = {name for name in english if name != "name" and english[name] == other[name]}
    assert same == {name for name, of in ALIKE if of == language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_fits_where_it_stands(language: str) -> None:
    say = LANGUAGES[language]
    assert all(len(getattr(say, label)) <= 30 for label in LABELS)
    assert all(len(getattr(say, alert)) <= 200 for alert in ALERTS), "Telegram cuts the answer to a press"
    assert all(len(text) <= 100 for text in (*say.menu.values(), *say.options.values()))
    assert len(say.check) <= 32
    assert set(say.menu) == set(PRIVATE)
    assert "{platform}" in say.privacy[-1]
    words = "mention_only on off channels all length short normal layout auto plain rich language {languages}"
    assert set(words.split()) <= set(re.findall(r"[\w{}]+", say.choose)), "what is typed is the same everywhere"


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_are_told_whatever_they_are(language: str) -> None:
    say = LANGUAGES[language]
    for length in Length:
        for layout in Layout:
            chosen = PlaceSettings(length=length, layout=layout, language=language, channels=("-100", "7"))
            (message,) = settings_messages(Place("telegram", "-100"), chosen)
            shown = [button.label for row in message.buttons for button in row]
            labels = [label.removeprefix("✓ ") for label in shown]
            told = say.told("length", length.value), say.told("layout", layout.value), say.told("mention_only", "on")
            assert {f"✓ {each}" for each in (*told, say.name)} == set(shown) - set(labels)
            assert say.told("length", length.value) in labels
            assert say.told("layout", layout.value) in labels
            assert {each.name for each in LANGUAGES.values()} <= set(labels)
            assert f"{say.setting['channels']}: -100, 7" in message.plain
            assert say.settings_hint in message.plain.replace("\u2060", "")
    assert say.told("channels", "all") == f"{say.setting['channels']}: {say.choice['all']}"


def test_a_file_that_lacks_a_phrase_is_not_read(tmp_path: Path) -> None:
    whole = Path(bot.phrases.__file__).with_name("de.toml").read_text("utf-8")
    lacking = tmp_path / "de.toml"
    lacking.write_text(re.sub(r"^not_saved = .*$", "", whole, flags=re.MULTILINE), "utf-8")
    with pytest.raises(TypeError, match="not_saved"):
        bot.phrases._read(lacking)


def test_a_private_chat_is_shown_only_what_means_something_there() -> None:
    say = LANGUAGES["en"]
    (message,) = settings_messages(Place("telegram", "42"), PlaceSettings(language="en"))
    assert message.plain.splitlines() == ["Length: normal", "Language: English", "Layout: auto"]
    assert say.told("mention_only", "on") not in str(message.buttons)
