"""What admins can do and look at, for the command line, the chats and the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from bot.app.indexing import has_index, is_behind, rollback, status
from bot.fetching import Getter
from bot.newsroom import feeds, listing
from bot.newsroom.acts import Act
from bot.newsroom.articles import Articles
from bot.newsroom.auditing import Auditing
from bot.newsroom.choosing import Choosing
from bot.newsroom.entering import Entering, entering_commands
from bot.newsroom.feeds import Feeds
from bot.newsroom.indexing import Indexing
from bot.newsroom.newsroom import Command, Newsroom
from bot.newsroom.reindexing import Reindexing
from bot.newsroom.review import Review, review, without_index
from bot.newsroom.roles import Roles
from bot.newsroom.status import Here, Standing
from bot.settings import Settings, environment
from bot.store import Store
from bot.store.audit import Entry
from bot.values import Ask


def articles(settings: Settings) -> Articles:
    """Return what adds, follows, edits and removes articles; index() afterwards, for answers to know of it."""
    getter = Getter(settings.contact)
    return Articles(settings.data_dir, getter, settings.sources, settings.keep_days, settings.corpus_dir)


def remarks(settings: Settings, shelf: Articles) -> list[str]:
    """Return what an admin should know of the articles and where they come from, a sentence each."""
    behind = "Articles have changed since this index was made: index again." if is_behind(settings) else ""
    return [sentence for sentence in (behind, listing.overlaid(shelf), *feeds.doubtful(shelf)) if sentence]


@contextmanager
def reviewing(settings: Settings) -> Iterator[Review]:
    """Lend the ways of looking at what is stored. Raises IndexDamaged, ModelError, StoreError."""
    with closing(Store(settings.data_dir)) as store:
        if not has_index(settings):
            yield without_index(store)
            return
        # What answers is slow to import, and nothing else here asks.
        from bot.answering.reranker import load_reranker
        from bot.app.answering import warm
        from bot.conversation import Conversation, Covered

        with warm(settings) as (library, encoder):
            talk = Conversation(library, encoder, load_reranker(settings.reranker))
            yield review(store, talk.ask, Covered(library), lambda: encoder)


def newsroom(  # what the newsroom of a process shares with its other parts
    settings: Settings,
    store: Store,
    here: Here | None = None,
    more: Sequence[Command] = (),
    shelf: Articles | None = None,
    indexing: Indexing | None = None,
) -> Newsroom:
    """Return what admins can do, from the chats and the terminal, and more that was put together elsewhere.

    here: what this process knows of itself. shelf, indexing: others than those of the settings.
    """
    indexing = indexing or indexing_child(settings)
    shelf = shelf or articles(settings)
    look, under_way = partial(status, settings), indexing.reindexing.under_way
    standing = Standing(look, here or Here(), under_way, partial(remarks, settings, shelf))
    following = Feeds(shelf, indexing.after, indexing.reindexing.stopped)
    entering, choosing = Entering(shelf, indexing.after), Choosing(shelf)
    commands = (
        Command("status", "Which index answers, and what is wrong", standing.run),
        Command("reindex", "Bring the index up to date with the articles", indexing.reindex, changes=True),
        Command("rollback", "Let the index before this one answer again", indexing.rollback, changes=True),
        *entering_commands(entering),
        Command(
            "follow", "Take in what is new in the feeds", following.run, takes="all: not only what is due", changes=True
        ),
        Command("feeds", "Which feeds are followed, and how each is doing", choosing.show, takes="The name of one"),
        Command("switch", "Have a feed followed, or no more", choosing.switch, takes="NAME on; NAME off", changes=True),
        Command("audit", "What admins did", Auditing(store.audit).run, takes="How many acts"),
        *more,
    )

    def note(act: Act, outcome: str) -> None:
        store.audit.add(Entry(time.time(), str(act.who), act.name, act.what, outcome))

    return Newsroom(Roles(settings.admins, settings.editors), commands, note, indexing.reindexing.stop)


def indexing_child(settings: Settings, live: Callable[[str], bool] = bool) -> Indexing:
    """Return what indexes in a process of its own. live: waits until a build answers, and tells whether it does."""
    command = (sys.executable, "-m", "bot", "index", "--watched")
    return Indexing(Reindexing(command, environment(settings)), partial(rollback, settings), live)


def live(ask: Ask, build: str) -> bool:
    """Wait until a build answers, at most half a minute, and tell whether it does."""
    for _ in range(60):
        if ask("which smart glasses are there", ())[1].build_id == build:
            return True
        time.sleep(0.5)
    return False
