"""How articles come and go: the one thing that the command line and the chats talk to.

    articles = newsroom.articles(settings)      # bot.app.newsroom
    draft = articles.draft("https://example.org/a", by="telegram:123")    or articles.draft_file("a.pdf", content, by=…)
    show draft.article.title, .publisher, .published, draft.sentences, draft.warnings; a button carries draft.id
    article_id = articles.enter(draft.id)       then index: what has entered is answered from after the next build

Everything blocks, some of it for half a minute (draft, follow); every error is a BotError whose sentence can be shown.
Who may do what is for the caller to check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.errors import IndexDamaged, ShelfError
from bot.fetching import Getter
from bot.index.builds import Builds
from bot.index.texts import Texts
from bot.newsroom.adding import drafted
from bot.newsroom.drafts import Draft, Drafts
from bot.newsroom.folder import Folder
from bot.newsroom.following import Follower, Hear
from bot.newsroom.intake import Intake
from bot.newsroom.passes import Followed, make_pass
from bot.newsroom.reading import read_bytes, read_page
from bot.newsroom.revisiting import YOUNG
from bot.newsroom.shelf import Shelf, Shelved
from bot.newsroom.sketches import Sketches
from bot.newsroom.supply import Supply
from bot.readers import Bounded
from bot.readers.bounded import STRANGERS_MEMORY
from bot.readers.editing import changed, said
from bot.readers.front_matter import is_web_address
from bot.values import Article

LINK = "link"
"""The source of an article that somebody added by its address."""
TRASH_DAYS = 30
"""Days for which what was removed can be taken back."""


class Articles:
    """The shelf, the drafts that wait for it and what fetches. Constructing it touches nothing. For several threads."""

    def __init__(
        self,
        data_dir: Path,
        getter: Getter,
        sources: Path | None = None,
        keep_days: int = 0,
        corpus: Path | None = None,
    ) -> None:
        """Set where articles stand, what fetches them, what is followed, and how many days they stay (0: for ever).

        corpus: the operator's own folder, which is read and never written.
        """
        self.sources = Supply(data_dir, sources)
        self._builds = Builds(data_dir)
        self.shelf = Shelf(data_dir)
        self.folder = Folder(corpus, self.shelf.folder)
        self._drafts = Drafts(data_dir)
        self._sketches = Sketches(data_dir)
        self._getter = getter
        self._keep_days = keep_days

    def draft(self, url: str, by: str = "") -> Draft:
        """Return what is understood of the page at an address; it waits for enter or discard.

        Raises FetchError, UnreadableArticle, StoreError.
        """
        with Bounded(memory=STRANGERS_MEMORY) as bounded:
            article = read_page(self._getter, bounded, url)
        return self._waiting(article, url, by)

    def draft_file(self, name: str, content: bytes, by: str = "") -> Draft:
        """Return what is understood of a file: Markdown, text, HTML or PDF. Raises UnreadableArticle, StoreError."""
        with Bounded(memory=STRANGERS_MEMORY) as bounded:
            article = read_bytes(content, bounded, name)
        return self._waiting(article, name, by)

    def waiting(self, draft_id: str, by: str = "") -> Draft:
        """Return a draft that waits, without an id the one that somebody gave last. Raises ShelfError if none does."""
        return self._drafts.get(draft_id or self._drafts.newest(by))

    def amend(self, draft_id: str, field: str, value: str) -> Draft:
        """Change what is said about an article before it enters, see edit. Raises ShelfError, StoreError."""
        draft = self._drafts.get(draft_id)
        amended = replace(self._compared(changed(draft.article, field, value), draft.given, draft.by), id=draft.id)
        self._drafts.keep(amended)
        return amended

    def enter(self, draft_id: str) -> str:
        """Put the article of a draft on the shelf and return its id; a second time is an error, as after discard.

        Raises ShelfError when the draft is gone or its text is there already, StoreError.
        """
        draft = self._drafts.get(draft_id)
        if draft.same:
            raise ShelfError(f"This text is there already, as {draft.same}: edit that one, or remove it first.")
        source = LINK if is_web_address(draft.given) else ""
        article_id = self.shelf.put(draft.article, source)
        self._sketches.add(article_id, draft.article.body)
        self._drafts.discard(draft_id)
        return article_id

    def discard(self, draft_id: str) -> None:
        """Throw a draft away; one that is gone already is no error."""
        self._drafts.discard(draft_id)

    def all(self) -> Iterator[Shelved]:
        """Yield the articles on the shelf, by id."""
        return iter(self.shelf)

    def indexed(self) -> list[Article]:
        """Return what the serving index holds of the operator's own folder, without the texts, by id."""
        build = self._builds.serving().build
        if not build:
            return []
        with suppress(IndexDamaged), closing(Texts(self._builds.folder(build) / "texts.sqlite")) as texts:
            return [article for article in texts.cards() if article.id not in self.shelf]
        return []

    def remove(self, article_id: str) -> Article:
        """Take an article off the shelf, or leave one of the operator's folder out, and return it.

        restore brings it back: what was on the shelf for TRASH_DAYS. Raises ShelfError, CorpusError, StoreError.
        """
        article = self._where(article_id).remove(article_id)
        self._sketches.drop(article_id)
        return article

    def restore(self, article_id: str) -> Article:
        """Bring a removed article back and return it; one of the operator's folder that is there as its file has it.

        Raises ShelfError, CorpusError, StoreError.
        """
        article = self._where(article_id).restore(article_id)
        self._sketches.add(article_id, article.body)
        return article

    def edit(self, article_id: str, field: str, value: str) -> str:
        """Change one of editing.FIELDS of an article and return what was said before, as it would be typed.

        Raises ShelfError, CorpusError, StoreError.
        """
        place = self._where(article_id)
        found = place.get(article_id)
        place.edit(article_id, field, value)
        return said(found.article if isinstance(found, Shelved) else found, field)

    def removed(self) -> Iterator[tuple[Article, datetime]]:
        """Yield what was taken off the shelf, the last first, and until when restore brings it back."""
        for shelved, at in self.shelf.removed():
            yield shelved.article, at + timedelta(days=TRASH_DAYS)

    def _where(self, article_id: str) -> Shelf | Folder:
        return self.shelf if article_id in self.shelf else self.folder

    def retire(self) -> list[str]:
        """Remove what has been on the shelf for longer than it may, empty the trash of what is old; return the ids."""
        now = datetime.now(UTC)
        self.shelf.empty_trash(now - timedelta(days=TRASH_DAYS))
        if not self._keep_days:
            return []
        oldest = now - timedelta(days=self._keep_days)
        late = [shelved.article.id for shelved in self.shelf if shelved.entered < oldest]
        for article_id in late:
            self.remove(article_id)
        return late

    def follow(
        self, *, everything: bool = False, stopped: Callable[[], bool] = lambda: False, hear: Hear = lambda *_: None
    ) -> Followed:
        """Take in what is new in the sources that are due and return what was done; everything: due or not.

        Young articles whose page was corrected are corrected, those whose page is gone go, and so does what is
        too old. hear: see Follower. One that stopped() ends early goes on with the next call. Raises SourcesError,
        AlreadyFollowing, StoreError; the failure of one source stands in what is returned and stops no other.
        """
        with Bounded(memory=STRANGERS_MEMORY) as bounded:
            follower = Follower(self._getter, Intake(bounded, self.shelf, self._sketches), stopped, hear)
            followed = make_pass(follower, self.sources, everything=everything)
        return replace(followed, retired=tuple(self.retire()))

    def elsewhere(self) -> tuple[str, ...]:
        """Return the young articles on the shelf whose page says something else by now: they stayed as they were."""
        wanted, oldest = self.sources.elsewhere(), datetime.now(UTC) - timedelta(seconds=YOUNG)
        return tuple(each.article.id for each in self.shelf if each.article.id in wanted and each.entered > oldest)

    def _waiting(self, article: Article, given: str, by: str) -> Draft:
        draft = self._compared(article, given, by)
        self._drafts.keep(draft)
        return draft

    def _compared(self, article: Article, given: str, by: str) -> Draft:
        return drafted(article, given, by, self.shelf, self._sketches)
