"""The places in which the bot is: what was chosen for them, who is alone with it there, and which take no messages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from bot.desk.choices import changed
from bot.desk.memory import Memory
from bot.messages import Place, PlaceSettings
from bot.phrases import phrases, spoken
from bot.store import Store
from bot.store.alone import KEPT
from bot.store.spared import spared


class Places:
    """Remembers of every place what outlives the process. Safe from several threads."""

    def __init__(self, store: Store, memory: Memory, clock: Callable[[], float]) -> None:
        self._store = store
        self._memory = memory
        self._clock = clock
        self._choosing = threading.Lock()

    def settings(self, place: Place, home: str = "", app: str = "") -> PlaceSettings:
        """Return what the admins of a place have chosen; home: as in Message, app: as its language.

        It never waits, and may be called where nothing may.
        """
        chosen = self._store.settings(place.platform, home or place.chat)
        return replace(chosen, language=spoken(chosen.language, app))

    def change(self, place: Place, setting: str, value: str, home: str = "", app: str = "") -> PlaceSettings:
        """Change one setting of a place and return all; the adapter has checked that an admin asks for it.

        setting: mention_only (on, off), channels (ids with commas between, or all), length (short, normal), layout
        (auto, plain, rich), language (en, de, fr, es). Raises SettingsError with a sentence that names what is
        possible, StoreError.
        """
        with self._choosing:  # two changes at a time would each write what the other had not yet changed
            before = self._store.settings(place.platform, home or place.chat)
            chosen = changed(before, setting, value, phrases(spoken(before.language, app)))
            self._store.choose(place.platform, home or place.chat, chosen)
        return replace(chosen, language=spoken(chosen.language, app))

    def talks(self, place: Place, user: str) -> None:
        """Remember that a person talks with the bot alone in a place, for a platform that gives no list of such."""
        spared(lambda: self._store.alone.put(place.platform, place.chat, user, self._clock()), None)

    def alone(self, platform: str) -> list[str]:
        """Return the chats in which people talk with the bot alone, the last one first: where they may have written."""
        none: list[str] = []
        return spared(lambda: self._store.alone.chats(platform, self._clock() - KEPT), none)

    def moved(self, platform: str, old: str, new: str) -> None:
        """Carry over what belongs to a chat that got another number; harmless when it is told twice."""
        self._memory.moved(platform, old, new)
        spared(lambda: self._store.moved(platform, old, new), None)

    def shut(self, platform: str, chat: str, *, shut: bool) -> None:
        """Remember that a chat takes no messages from us, or that it does again."""
        spared(lambda: self._store.shut(platform, chat, shut=shut), None)

    def is_shut(self, platform: str, chat: str) -> bool:
        """Tell whether a chat takes no messages from us: what nobody there asked for need not be tried."""
        return spared(lambda: self._store.is_shut(platform, chat), otherwise=False)
