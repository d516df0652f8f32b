"""What several tests need and what is slow to make: the real model, and the starter corpus indexed with it.

Both are kept in pytest's cache folder between runs; a changed corpus is reindexed, as in the product.
"""

from __future__ import annotations

import asyncio
import inspect
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import tried
from filelock import FileLock
from hypothesis import settings
from reading_children import Handing

from bot.index.building import build
from bot.index.model import find_model

# How long an example takes says more about the machine than about the code. The same examples every time: what
# passed here passes everywhere, and nobody's change is stopped by what it did not touch. New ones are looked for
# on purpose: make test ARGS="--hypothesis-profile search".
settings.register_profile("same examples", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("same examples")

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"
# There is one such process, whoever forks: what any of them would wait for.
PRELOADED = [
    *("chromadb_rust_bindings", "tantivy", "onnxruntime", "rich.console", "bot.index.writing", "bot.index.gathering"),
    *("bot.cli.add", "bot.cli.articles", "bot.cli.ask", "bot.cli.audit", "bot.cli.evaluate", "bot.cli.follow"),
    *("bot.cli.health", "bot.cli.index", "bot.cli.search", "bot.cli.talk", "bot.conversation", "bot.index.verify"),
    *("benchmarks.chats.life", "benchmarks.chats.trial", "index_child", "index_reader"),
]


@pytest.fixture(scope="session")
def model_home(request: pytest.FixtureRequest) -> Path:
    """A data folder in which the default model is ready."""
    assert request.config.cache is not None
    home = request.config.cache.mkdir("model").resolve()
    with FileLock(home / "lock"):
        find_model("", home)
    return home


@pytest.fixture(scope="session")
def starter_home(model_home: Path) -> Path:
    """A data folder in which the starter corpus is indexed."""
    with FileLock(model_home / "lock"):
        build(CORPUS, model_home, find_model("", model_home))
    return model_home


@pytest.fixture(scope="session", autouse=True)
def _children_start_quickly() -> Iterator[None]:
    """Most of what a small test takes is the start of processes beside it; commands start theirs as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.index.verify._tried", tried)
        patch.setattr("bot.readers.corpus.Bounded", Handing)
        patch.setattr("bot.newsroom.articles.Bounded", Handing)
        yield
        Handing.end()


def pytest_collection_finish() -> None:
    """Say what the process that forks others imports once, now that no module says anything else any more."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine to its end, in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    given = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    asyncio.run(pyfuncitem.obj(**given))
    return True
