"""Everything that can go wrong and that a person must fix.

BotError
├── SettingsError        a setting is missing or wrong
├── CorpusError          an article folder or file cannot be used
│   ├── UnreadableArticle    one file; the others go on
│   ├── SourcesError         the list of sources cannot be used
│   ├── AlreadyFollowing     another process follows the sources
│   └── ShelfError           an article is not on the shelf, or is there already
├── FetchError           a page or a feed cannot be fetched
│   ├── AddressRefused       its address is none of the open network
│   ├── Unreachable          its site does not answer, or not in time
│   ├── Quiet                its site wants to be left alone for a while, and nothing was asked
│   └── Gone                 there is no such page, or no more
├── IndexingError        an index cannot be built or opened
│   ├── NoIndex              nothing has been indexed yet
│   ├── IndexBusy            another process is writing
│   ├── IndexDamaged         a build does not fit its manifest
│   ├── TooMuchLost          a new build lost too many articles
│   └── AnswersWorse         a new build answers known questions worse
├── ModelError           a model cannot be loaded or is not the one expected
├── UnusableQuestion     a question is empty or too long
├── WorkerDied           a process that answers died over a question
├── StoreError           the file of accepted questions and answers cannot be used
│   ├── AlreadyServing       another process serves from the same data folder
│   └── NewerStore           a newer version of the bot wrote it
└── PlatformError        a chat platform refuses us for good: a wrong token, a missing permission

str(error) is one sentence that says what to do, fit for a chat window.
"""


class BotError(Exception):
    """The root: str(error) is fit for a chat window."""


class SettingsError(BotError):
    """A setting is missing or wrong."""


class CorpusError(BotError):
    """An article folder or file cannot be used."""


class UnreadableArticle(CorpusError):
    """One file cannot be used; the others go on."""


class SourcesError(CorpusError):
    """The list of sources cannot be used."""


class AlreadyFollowing(CorpusError):
    """Another process follows the sources."""


class ShelfError(CorpusError):
    """An article is not on the shelf, or is there already, or may not be changed like that."""


class FetchError(BotError):
    """A page or a feed cannot be fetched; retry_after is how many seconds its site wants quiet, 0 if it is not that."""

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class AddressRefused(FetchError):
    """An address leads elsewhere than to the open network."""


class Unreachable(FetchError):
    """A site does not answer, or not in time."""


class Quiet(FetchError):
    """A site wants to be left alone for a while: nothing was asked."""


class Gone(FetchError):
    """There is no such page, or no more."""


class IndexingError(BotError):
    """An index cannot be built or opened."""


class NoIndex(IndexingError):
    """Nothing has been indexed yet."""


class IndexBusy(IndexingError):
    """Another process is writing the index."""


class IndexDamaged(IndexingError):
    """A build does not fit its manifest."""


class TooMuchLost(IndexingError):
    """A new build lost too many articles to be switched to without force."""


class AnswersWorse(IndexingError):
    """A new build answers known questions worse than the one that serves; reasons names each, with why."""

    def __init__(self, sentence: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.reasons = reasons


class ModelError(BotError):
    """A model cannot be loaded or is not the one expected."""


class UnusableQuestion(BotError):
    """A question is empty or too long."""


class WorkerDied(BotError):
    """A process that answers died over a question, or was silent for too long; another one may answer it."""


class StoreError(BotError):
    """The file of accepted questions and answers cannot be used."""


class AlreadyServing(StoreError):
    """Another process serves from the same data folder."""


class NewerStore(StoreError):
    """A newer version of the bot wrote the file."""


class PlatformError(BotError):
    """A chat platform refuses us for good, so that trying again is of no use."""
