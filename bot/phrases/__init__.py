"""What the bot says beside its answers, in the languages of the interface."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.values import Article, Citation


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences and labels of one language; labels of buttons have at most 30 characters."""

    name: str
    """What the language calls itself."""
    too_many: str
    crowded: str
    busy: str
    late: str
    unavailable: str
    empty: str
    wordless: str
    """To a voice message, a picture, a file or the like."""
    welcome: str
    itself: str
    """What this is, for who asks."""
    start: tuple[str, ...]
    """What a private chat begins with, a line each."""
    examples: tuple[str, ...]
    """Questions to begin with, at most 80 characters each."""
    joined: str
    """To a group or server that the bot was added to."""
    unknown_command: str
    like_this: str
    """Below each of examples, to who has typed the name of the bot and nothing behind it."""
    too_long: str
    """With {limit} for the number of characters."""
    useful: str
    not_useful: str
    quotes: str
    file_gap: str
    gap_filed: str
    tell_me: str
    dont_tell: str
    will_tell: str
    wont_tell: str
    not_your_question: str
    wishes_too_many: str
    ask_again_to_be_told: str
    now_answered: str
    """With {question}; so has told_broke."""
    told_broke: str
    thanks: str
    gone: str
    admins_only: str
    forgotten: str
    declined: str
    """To a question that no article answers."""
    closest: str
    """Before the sentence that comes closest to an answer."""
    rumour: str
    forecast: str
    superseded: str
    contains_error: str
    brief_of: str
    """What a source is called whose text is a brief of ours, with {publisher}."""
    no_sources: str
    looking: str
    """While an answer is being made."""
    wrong: str
    outdated: str
    off_topic: str
    unclear: str
    share: str
    open_it: str
    """Behind a receipt, as the link to the quoted sentence."""
    open_page: str
    """The same where the link leads to the page alone."""
    what_was_wrong: str
    unread: str
    """To a reply of which a platform shows nothing."""
    nothing_yet: str
    gap_filed_already: str
    broke: str
    not_saved: str
    not_forgotten: str
    choose: str
    """What can be set, with {languages}."""
    choose_channels: str
    """With {most} for the number of channels."""
    settings_hint: str
    check: str
    """In the menu of a message: at most 32 characters."""
    help: tuple[str, ...]
    """Paragraphs; so has privacy, with {platform} in the last."""
    privacy: tuple[str, ...]
    alone: str
    """What is kept, beyond what privacy tells, where a platform gives no list of the chats with one person."""
    menu: Mapping[str, str]
    """Command -> what it does, at most 100 characters; so have options."""
    options: Mapping[str, str]
    """What is typed behind a command -> what it is."""
    setting: Mapping[str, str]
    """Setting -> what it is called."""
    choice: Mapping[str, str]
    """Value of a setting -> what it is called."""
    why: Mapping[str, str]
    """How an answer came about: what is told of it, the decisions, and what became of sentences; odds has {percent} and
    {needed}, likely {percent}."""
    acts: Mapping[str, str]
    """What is told to who wants an act of an admin."""

    def publisher(self, source: Article | Citation) -> str:
        """Return what a source is called: its publisher, or our brief of it; without one, the name of its file."""
        name = source.publisher or (source.id if isinstance(source, Article) else source.article_id)
        return self.brief_of.format(publisher=name) if source.brief else name

    def told(self, setting: str, value: str) -> str:
        """Return a setting and its value, or values with commas between, as people read them."""
        shown = LANGUAGES[value].name if value in LANGUAGES else self.choice.get(value, value)
        return f"{self.setting[setting]}: {shown}"


def _read(path: Path) -> Phrases:
    found: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return Phrases(**found | {name: tuple(found[name]) for name in ("start", "examples", "help", "privacy")})


LANGUAGES: Mapping[str, Phrases] = MappingProxyType(
    {code: _read(Path(__file__).with_name(f"{code}.toml")) for code in ("en", "de", "fr", "es")}
)
"""Language code -> what is said in it, each from a file of its own."""


def spoken(*languages: str) -> str:
    """Return the code of the first language that the bot speaks ("de-AT" is "de"), English when it speaks none."""
    return next((code for language in languages if (code := language.lower()[:2]) in LANGUAGES), "en")


def phrases(language: str) -> Phrases:
    """Return the phrases of a language ("de", "de-AT"), English where there are none."""
    return LANGUAGES[spoken(language)]
