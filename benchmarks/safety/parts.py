"""What the rows share: a small corpus with an index of its own, and processes that begin with their imports done."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.index.builds import Builds
from bot.index.model import Model, find_model
from bot.index.report import Ready
from bot.settings import Settings

sys.path.append(str(Path(__file__).parents[2] / "tests"))  # the corpus and the children that the tests are made with
from index_child import index
from index_parts import write_edition

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["chromadb_rust_bindings", "tantivy", "onnxruntime", "bot.index.writing", "bot.index.gathering", "bot.conversation"]
)
Row = tuple[str, str, str, str]
"""What was tried, how often, how many of them went wrong, what is to be reached."""
Tell = Callable[[str], None]
"""Hears what went wrong, a line each, for the screen."""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with a corpus of six articles and the data of its bot."""

    folder: Path

    @classmethod
    def new(cls, folder: Path, models: Path) -> Home:
        """Return a home whose model is ready in models; nothing is indexed yet."""
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "models").symlink_to(models / "models")
        return cls(folder)

    @property
    def corpus(self) -> Path:
        """The articles."""
        return self.folder / "corpus"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def find(self) -> Callable[[], Model]:
        """What finds the model, here and in other processes."""
        return partial(find_model, "", self.data)

    @property
    def builds(self) -> Builds:
        """The builds of the index."""
        return Builds(self.data)

    def write(self, edition: int) -> None:
        """Let every article say that it is of an edition."""
        write_edition(self.corpus, edition)

    def index(self, edition: int) -> int | None:
        """Index an edition in a process of its own and return how that ended."""
        self.write(edition)
        child = PROCESSES.Process(target=index_apart, args=(str(self.corpus), str(self.data), self.find))
        child.start()
        child.join()
        return child.exitcode

    def settings(self) -> Settings:
        """Return the settings of the bot that lives here; it knows of no golden questions and no sources."""
        nothing = self.folder / "none.toml"
        return Settings(
            _env_file=None,
            data_dir=self.data,
            corpus_dir=self.corpus,
            golden_file=nothing,
            sources=nothing,
            workers=1,
            log_level="ERROR",
        )


def index_apart(corpus: str, data: str, find: Callable[[], Ready]) -> None:
    """Index as the first process of a group, so that a kill reaches all that it starts."""
    os.setsid()
    index(corpus, data, find=find)


def row(what: str, count: int, bad: int, target: str) -> Row:
    """Return a line of the table."""
    return what, f"{count:,}", f"{bad:,}", target
