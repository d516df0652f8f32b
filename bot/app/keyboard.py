"""The terminal chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

from bot.answering.reranker import load_reranker
from bot.app.answering import warm
from bot.app.storing import stored
from bot.conversation import Conversation, Covered
from bot.settings import Settings
from bot.values import Ask

if TYPE_CHECKING:
    from bot.newsroom.newsroom import Newsroom


@contextmanager
def at_keyboard(settings: Settings) -> Iterator[tuple[Ask, Callable[[], Newsroom]]]:
    """Lend what answers who sits at the keyboard, and what opens their newsroom when they first want it.

    Raises NoIndex, IndexDamaged, ModelError; opening the newsroom raises StoreError, SettingsError.
    """
    with warm(settings) as (library, encoder), ExitStack() as opened:
        ask = Conversation(library, encoder, load_reranker(settings.reranker)).ask

        @cache
        def room() -> Newsroom:
            # It brings an HTTP client and drawings, for which no chat is to wait.
            from bot.app.newsroom import indexing_child, live, newsroom
            from bot.newsroom.review import review
            from bot.newsroom.status import Here

            store = opened.enter_context(closing(stored(settings)))
            covered = Covered(library)
            looking = review(store, ask, covered, lambda: encoder)
            indexing = indexing_child(settings, partial(live, ask))
            return newsroom(settings, store, Here(covered.trouble), looking.commands(), indexing=indexing)

        yield ask, room
