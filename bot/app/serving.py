"""A process that serves the chat platforms."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import partial

from bot.app.answering import asking
from bot.app.indexing import rollback
from bot.app.newsroom import articles, indexing_child, live, newsroom
from bot.app.storing import stored
from bot.desk import Desk
from bot.errors import AlreadyServing
from bot.index.encoder import TokenEncoder
from bot.index.model import find_model
from bot.newsroom.acts import Told
from bot.newsroom.articles import Articles
from bot.newsroom.feeds import failing
from bot.newsroom.newsroom import Newsroom
from bot.newsroom.review import review
from bot.newsroom.rounds import Rounds
from bot.newsroom.status import Here
from bot.newsroom.tending import tending
from bot.newsroom.watch import Watch
from bot.serving import Platform
from bot.settings import Settings
from bot.store.lock import sole

_ARENAS = -8
"""M_ARENA_MAX of malloc.h."""


@contextmanager
def desk(settings: Settings) -> Iterator[tuple[Desk, Newsroom]]:
    """Lend the desk of all platforms and the newsroom, index and model warm.

    Raises NoIndex, IndexDamaged, ModelError, StoreError.
    """
    _keep_memory_together()
    with _alone(settings), asking(settings) as (ask, covered), closing(stored(settings)) as store:
        looking = review(store, ask, covered, partial(_encoder, settings))
        indexing, shelf = indexing_child(settings, partial(live, ask)), articles(settings)
        here = Here(lambda: covered.trouble() or watch.trouble(), lambda: rounds.plan())  # noqa: PLW0108  # both come later
        room = newsroom(settings, store, here, looking.commands(), shelf, indexing)
        watch = Watch(ask, covered.serving, covered.titles, partial(rollback, settings), room.announce)
        made = Desk(
            store,
            watch.ask,
            covered.names,
            products=covered.products,
            serving=covered.serving,
            at_once=settings.workers,
            offers_more=True,
            keep_questions=settings.keep_questions,
        )
        every = 3600 * settings.reindex_every_hours
        rounds = Rounds(every, partial(_follow, shelf), indexing.after, room.write, room.announce)
        with _preparing(made), tending(rounds, watch, room.stop):
            yield made, room


def _keep_memory_together() -> None:
    """Let glibc share two pools of memory among all threads.

    Each index that is opened has new threads; with a pool for each of them, which is glibc's way, memory that an old
    index gave back stays with the process: 43 MB more after 30 switches instead of 16.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENAS, 2)


def _follow(shelf: Articles, stopped: Callable[[], bool]) -> Told:
    followed = str(shelf.follow(stopped=stopped))
    # Without their names, so that it is told once however many fail by and by.
    lines = ["Some sources could not be read several times in a row: /status names them."] if failing(shelf) else []
    lines += ["The pages of some articles say something else now: /status names them."] if shelf.elsewhere() else []
    return Told(tuple(lines), outcome=followed, good=False) if lines else Told((followed,))


def _encoder(settings: Settings) -> TokenEncoder:
    return find_model(settings.model, settings.data_dir).open()


@contextmanager
def _preparing(desk: Desk) -> Iterator[None]:
    """Have follow-up questions tried in moments in which nobody asks, at a tenth of one core."""
    stopped = threading.Event()

    def prepare() -> None:
        more = True
        while not stopped.wait(0.5 if more else 30):
            more = desk.prepare()

    thread = threading.Thread(target=prepare, name="suggestions", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def platforms(settings: Settings, desk: Desk, newsroom: Newsroom) -> list[Platform]:
    """Return the chat platforms whose token is set."""
    built: list[Platform] = []
    if settings.telegram_token:
        from bot.telegram import Telegram

        built.append(Telegram(desk, settings, newsroom=newsroom))
    if settings.discord_token:
        from bot.discord import Discord

        built.append(Discord(desk, settings, newsroom))
    return built


def _alone(settings: Settings) -> AbstractContextManager[None]:
    """Hold the lock of the process that serves: two would answer each other's questions twice."""
    return sole(
        settings.data_dir / "state" / "serving.lock",
        AlreadyServing(
            f"Another process serves from {settings.data_dir}: stop it first, or set BOT_DATA_DIR to another folder."
        ),
    )
