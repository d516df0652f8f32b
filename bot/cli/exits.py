"""Exit statuses: what a script learns without reading."""

from __future__ import annotations

from enum import IntEnum

from bot import errors


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    PARTLY = 1
    USAGE = 2
    NO_INDEX = 3
    BUSY = 4
    TOO_MUCH_LOST = 5
    NO_CORPUS = 6
    NO_MODEL = 7
    REFUSED = 8
    NO_STORE = 9
    UNWELL = 10
    NOT_FETCHED = 11
    ANSWERS_WORSE = 12
    STOPPED = 130
    PIPE_CLOSED = 141


MEANING = {
    Exit.OK: "done; a declined question is done too",
    Exit.PARTLY: "done, but an article was refused, a line was bad or a question of an evaluation failed",
    Exit.USAGE: "the command line, the question or a setting is wrong",
    Exit.NO_INDEX: "nothing is indexed yet, or no build of the index can be used",
    Exit.BUSY: "another process is writing the index, or serves from the same data folder",
    Exit.TOO_MUCH_LOST: "the new index lost too many articles; the old one stays (index --force switches)",
    Exit.NO_CORPUS: "the folder of articles cannot be used",
    Exit.NO_MODEL: "the embedding model cannot be loaded or is not the one expected",
    Exit.REFUSED: "a chat platform refuses the token or what the bot asks of it",
    Exit.NO_STORE: "the file of accepted questions and answers cannot be used",
    Exit.UNWELL: "a serving bot is not well",
    Exit.NOT_FETCHED: "a page or a feed could not be fetched",
    Exit.ANSWERS_WORSE: "the new index answers known questions worse; the old one stays (index --force switches)",
    Exit.STOPPED: "stopped with Ctrl-C",
    Exit.PIPE_CLOSED: "whoever read the output has gone",
}

_STATUS: dict[type[errors.BotError], Exit] = {
    errors.SettingsError: Exit.USAGE,
    errors.UnusableQuestion: Exit.USAGE,
    errors.CorpusError: Exit.NO_CORPUS,
    errors.ShelfError: Exit.USAGE,
    errors.SourcesError: Exit.USAGE,
    errors.AlreadyFollowing: Exit.BUSY,
    errors.FetchError: Exit.NOT_FETCHED,
    errors.IndexBusy: Exit.BUSY,
    errors.TooMuchLost: Exit.TOO_MUCH_LOST,
    errors.AnswersWorse: Exit.ANSWERS_WORSE,
    errors.IndexingError: Exit.NO_INDEX,
    errors.ModelError: Exit.NO_MODEL,
    errors.PlatformError: Exit.REFUSED,
    errors.StoreError: Exit.NO_STORE,
    errors.AlreadyServing: Exit.BUSY,
}


def status_of(error: errors.BotError) -> Exit:
    """Return the exit status that belongs to an error: that of its nearest class."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), Exit.PARTLY)


def table() -> str:
    """Return the statuses with their meaning, one a line, for --help."""
    return "exit status:\n" + "\n".join(f"  {status.value:>3}  {meaning}" for status, meaning in MEANING.items())
