"""Where everything is put together: settings in, working parts out. Nothing else constructs them."""

from __future__ import annotations

import getpass
import hashlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from bot.desk import Desk
from bot.desk.spared import spared
from bot.errors import AlreadyServing, BotError, NewerStore, StoreError
from bot.index.building import build
from bot.index.builds import Builds, IndexStatus
from bot.index.encoder import TokenEncoder
from bot.index.lending import Library
from bot.index.model import Model, find_model
from bot.index.report import Options, Progress, Report, quiet
from bot.newsroom.acts import Act, Person
from bot.newsroom.articles import Articles
from bot.newsroom.auditing import Auditing
from bot.newsroom.gate import Opened, judged
from bot.newsroom.golden import load_golden
from bot.newsroom.indexing import Indexing
from bot.newsroom.newsroom import Command, Newsroom
from bot.newsroom.reindexing import Reindexing
from bot.newsroom.roles import TERMINAL, Roles
from bot.newsroom.rounds import Rounds
from bot.newsroom.status import Standing
from bot.newsroom.tending import tending
from bot.newsroom.watch import Watch
from bot.retrieval import search_texts, wordings
from bot.serving import Platform
from bot.settings import Settings, environment
from bot.store import Pulse, Store
from bot.store.audit import Entry
from bot.values import Article, Ask, Hit, Turn

if TYPE_CHECKING:
    from bot.conversation import Conversation, Covered
    from bot.newsroom.articles import Articles
    from bot.newsroom.review import Review

log = logging.getLogger(__name__)
Search = Callable[[str, Sequence[Turn], int], list[tuple[Hit, Article]]]
"""(question, history, k) -> hits with their articles, best first."""


def index(settings: Settings, progress: Progress = quiet, options: Options | None = None) -> Report:
    """Bring the index up to date with the folder of articles and the shelf, and return what was done.

    Raises CorpusError, ModelError and the kinds of IndexingError; the index that served still serves then.
    """
    model = find_model(settings.model, settings.data_dir, partial(progress, "prepare"))
    options = replace(
        options or Options(),
        threads=os.cpu_count() or 1,
        also=(settings.shelf_dir,),
        judge=partial(_judge, settings, model),
    )
    return build(settings.corpus_dir, settings.data_dir, model, progress, options)


def _judge(settings: Settings, model: Model, new: Path, serving: Path) -> tuple[str, ...]:
    """Return why a new build answers worse than the one that serves. Raises CorpusError for a golden file."""
    from bot.conversation import opened

    golden, workspace = load_golden(settings.golden_file), Builds(settings.data_dir).workspace
    encoder = model.open()
    with opened(new, workspace, encoder) as fresh, opened(serving, workspace, encoder) as old:
        return judged(golden, Opened(*fresh), Opened(*old))


def articles(settings: Settings) -> Articles:
    """Return what adds, follows, edits and removes articles; index() afterwards, for answers to know of it."""
    from bot.fetching import Getter
    from bot.newsroom.articles import Articles

    getter = Getter(settings.contact)
    return Articles(settings.data_dir, getter, settings.sources, settings.keep_days, settings.corpus_dir)


def status(settings: Settings) -> IndexStatus:
    """Return what the index holds, every file checked. Raises NoIndex."""
    return Builds(settings.data_dir).status()


def overlaid(settings: Settings) -> str:
    """Return how many articles of corpus_dir are not as their files have them; empty: all are."""
    from bot.newsroom.listing import overlaid

    return overlaid(articles(settings))


def has_index(settings: Settings) -> bool:
    """Return whether a build is there to answer from."""
    return bool(Builds(settings.data_dir).serving().build)


def rollback(settings: Settings) -> str:
    """Let the previous build serve again and return its id. Raises NoIndex, IndexDamaged, IndexBusy."""
    return Builds(settings.data_dir).rollback().build


def apart(settings: Settings, corpus: Path) -> Settings:
    """Return settings for another folder of articles, with an index of its own beside the serving one."""
    name = hashlib.sha256(os.fsencode(corpus.resolve())).hexdigest()[:16]
    return settings.model_copy(update={"corpus_dir": corpus, "data_dir": settings.data_dir / "apart" / name})


@contextmanager
def search(settings: Settings) -> Iterator[Search]:
    """Lend a search over the index that serves. Raises NoIndex, IndexDamaged, ModelError."""
    with _serving(settings) as (library, encoder):

        def find(question: str, history: Sequence[Turn], k: int) -> list[tuple[Hit, Article]]:
            with library.snapshot() as snapshot:
                hits = search_texts(snapshot, encoder, wordings(question, history), k)
                return [(hit, snapshot.article(hit.passage.article_id)) for hit in hits]

        yield find


@contextmanager
def conversation(settings: Settings) -> Iterator[Ask]:
    """Lend what answers a question, given the turns before it. Raises NoIndex, IndexDamaged, ModelError."""
    with answering(settings) as talk:
        yield talk.ask


@contextmanager
def answering(settings: Settings) -> Iterator[Conversation]:
    """Lend the conversation of this process. Raises NoIndex, IndexDamaged, ModelError."""
    with _serving(settings) as (library, encoder):
        from bot.conversation import Conversation

        yield Conversation(library, encoder)


@contextmanager
def at_keyboard(settings: Settings) -> Iterator[tuple[Ask, Callable[[], Newsroom]]]:
    """Lend what answers who sits at the keyboard, and what opens their newsroom when they first want it.

    Raises NoIndex, IndexDamaged, ModelError; opening the newsroom raises StoreError, SettingsError.
    """
    with _serving(settings) as (library, encoder), ExitStack() as opened:
        from bot.conversation import Conversation, Covered

        ask = Conversation(library, encoder).ask

        @cache
        def room() -> Newsroom:
            from bot.newsroom.review import review

            store = opened.enter_context(closing(_store(settings)))
            covered = Covered(library)
            looking = review(store, ask, covered, lambda: encoder)
            indexing = _indexing(settings, partial(_live, ask))
            return newsroom(settings, store, covered.trouble, looking.commands(), indexing=indexing)

        yield ask, room


@contextmanager
def worker(settings: Settings) -> Iterator[Conversation]:
    """Lend the conversation of a process that only answers; its log lines go where those of its owner go."""
    from bot.logs import begin

    begin(settings.log_level, ())
    with answering(settings) as talk:
        yield talk


@contextmanager
def desk(settings: Settings) -> Iterator[tuple[Desk, Newsroom]]:
    """Lend the desk of all platforms and the newsroom, index and model warm.

    Raises NoIndex, IndexDamaged, ModelError, StoreError.
    """
    from bot.newsroom.review import review

    with _alone(settings), asking(settings) as (ask, covered), closing(_store(settings)) as store:
        looking = review(store, ask, covered, partial(_encoder, settings))
        indexing = _indexing(settings, partial(_live, ask))
        room = newsroom(
            settings, store, lambda: covered.trouble() or watch.trouble(), looking.commands(), indexing=indexing
        )
        watch = Watch(ask, covered.serving, covered.titles, partial(rollback, settings), room.announce)
        made = Desk(
            store,
            watch.ask,
            covered.names,
            products=covered.products,
            serving=covered.serving,
            at_once=settings.workers,
            keep_questions=settings.keep_questions,
        )
        every = 3600 * settings.reindex_every_hours
        rounds = Rounds(every, partial(_follow, settings), indexing.after, room.write, room.announce)
        with _preparing(made), tending(rounds, watch, room.stop):
            yield made, room


def _follow(settings: Settings, stopped: Callable[[], bool]) -> str:
    return str(articles(settings).follow(stopped=stopped))


def _live(ask: Ask, build: str) -> bool:
    """Wait until a build answers, at most half a minute, and tell whether it does."""
    for _ in range(60):
        if ask("which smart glasses are there", ())[1].build_id == build:
            return True
        time.sleep(0.5)
    return False


def _encoder(settings: Settings) -> TokenEncoder:
    return find_model(settings.model, settings.data_dir).open()


@contextmanager
def reviewing(settings: Settings) -> Iterator[Review]:
    """Lend the ways of looking at what is stored. Raises IndexDamaged, ModelError, StoreError."""
    from bot.newsroom.review import review, without_index

    with closing(Store(settings.data_dir)) as store:
        if not has_index(settings):
            yield without_index(store)
            return
        with _reading(settings) as (library, model):
            from bot.conversation import Conversation, Covered

            encoder = model.open()
            yield review(store, Conversation(library, encoder).ask, Covered(library), lambda: encoder)


@contextmanager
def asking(settings: Settings) -> Iterator[tuple[Ask, Covered]]:
    """Lend what answers the chat platforms, warm, and what the build covers: workers, or with one of them ourselves."""
    from bot.conversation import Conversation, Covered
    from bot.workers import Crew

    if settings.workers == 1:
        with _serving(settings) as (library, encoder):
            talk = Conversation(library, encoder)
            talk.warm()
            yield talk.ask, Covered(library)
    else:
        with (
            _reading(settings) as (library, _),
            closing(Crew(partial(worker, settings.bare()), settings.workers)) as crew,
        ):
            yield crew.ask, Covered(library)


def _store(settings: Settings) -> Store:
    """Return the store; one in memory when its file cannot be used, for a full disk is no reason to be silent.

    Raises NewerStore: what people say to a bot that was set back would be lost for the one that knows the file.
    """
    try:
        return Store(settings.data_dir)
    except NewerStore:
        raise
    except StoreError as error:
        log.error("%s Until then a crash loses the questions in hand.", error)  # noqa: TRY400  # the sentence is all
        return Store(None)


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


def has_platform(settings: Settings) -> bool:
    """Return whether the token of any chat platform is set."""
    return bool(settings.telegram_token or settings.discord_token)


def keyboard() -> Person:
    """Return who sits at the keyboard."""
    try:
        return Person(TERMINAL, getpass.getuser())
    except (OSError, KeyError, ImportError):  # a container's user without a name
        return Person(TERMINAL, "somebody")


@contextmanager
def audited(settings: Settings, act: str, what: str = "") -> Iterator[list[str]]:
    """Write an act from the command line into the audit log, with the outcome that is appended or the error raised."""
    outcome: list[str] = []
    try:
        yield outcome
    except BotError as error:
        outcome.append(str(error))
        raise
    finally:
        with closing(_store(settings)) as store:
            spared(partial(store.audit.add, Entry(time.time(), str(keyboard()), act, what, " ".join(outcome))), None)


def audit(settings: Settings, most: int) -> list[Entry]:
    """Return what admins did, the newest first. Raises StoreError."""
    with closing(Store(settings.data_dir)) as store:
        return store.audit.newest(most)


def _indexing(settings: Settings, live: Callable[[str], bool] = bool) -> Indexing:
    command = (sys.executable, "-m", "bot", "index", "--watched")
    return Indexing(Reindexing(command, environment(settings)), partial(rollback, settings), live)


def newsroom(  # what the newsroom of a process shares with its other parts
    settings: Settings,
    store: Store,
    trouble: Callable[[], str] = str,
    more: Sequence[Command] = (),
    shelf: Articles | None = None,
    indexing: Indexing | None = None,
) -> Newsroom:
    """Return what admins can do, from the chats and the terminal, and more that was put together elsewhere.

    trouble: what is wrong with what answers here. shelf, indexing: others than those of the settings.
    """
    from bot.newsroom import listing
    from bot.newsroom.entering import Entering, entering_commands

    indexing = indexing or _indexing(settings)
    shelf = shelf or articles(settings)
    standing = Standing(
        partial(status, settings), trouble, indexing.reindexing.under_way, partial(listing.overlaid, shelf)
    )
    entering = Entering(shelf, indexing.after)
    commands = (
        Command("status", "Which index answers, and what is wrong", standing.run),
        Command("reindex", "Bring the index up to date with the articles", indexing.reindex, changes=True),
        Command("rollback", "Let the index before this one answer again", indexing.rollback, changes=True),
        *entering_commands(entering),
        Command("audit", "What admins did", Auditing(store.audit).run, takes="How many acts"),
        *more,
    )

    def note(act: Act, outcome: str) -> None:
        store.audit.add(Entry(time.time(), str(act.who), act.name, act.what, outcome))

    return Newsroom(Roles(settings.admins, settings.editors), commands, note, indexing.reindexing.stop)


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


def pulse(settings: Settings) -> Pulse:
    """Return where a serving process leaves its sign of life."""
    return Pulse(settings.data_dir)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the lock of the process that serves: two would answer each other's questions twice."""
    path = settings.data_dir / "state" / "serving.lock"
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyServing(
            f"Another process serves from {settings.data_dir}: stop it first, or set BOT_DATA_DIR to another folder."
        ) from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written: see that its folder can be, and that there is space.") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _serving(settings: Settings) -> Iterator[tuple[Library, TokenEncoder]]:
    with _reading(settings) as (library, model):
        yield library, model.open()


@contextmanager
def _reading(settings: Settings) -> Iterator[tuple[Library, Model]]:
    # Before the model: it takes half a minute to make ready the first time, for nothing when there is no index.
    Builds(settings.data_dir).current()
    model = find_model(settings.model, settings.data_dir)
    with closing(Library(settings.data_dir, model.identity)) as library:
        library.warm()
        yield library, model
