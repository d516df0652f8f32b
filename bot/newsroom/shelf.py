"""The shelf: articles that were added or followed, a Markdown file each, and the trash that gives them back."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import ShelfError, StoreError, UnreadableArticle
from bot.readers.editing import changed
from bot.readers.files import MAX_TEXT_BYTES, decoded, read_file
from bot.readers.front_matter import front_matter
from bot.readers.markdown import read_markdown
from bot.readers.overlay import Overlay, read_overlays
from bot.readers.writing import written
from bot.store.whole import write_whole
from bot.text.clean import clean
from bot.values import Article

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
_SLUG = 50
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shelved:
    """An article on the shelf."""

    article: Article
    entered: datetime
    """When it came; never its date of publication."""
    source: str = ""
    """The name of the source that it was followed from; empty when somebody added it."""


class Shelf:
    """The articles below data_dir/articles, a second folder of the corpus. Constructing it touches nothing.

    An id is safe as a file's name, comes from title and address, and stays while the article does.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "articles"
        self._trash = data_dir / "trash"

    def __iter__(self) -> Iterator[Shelved]:
        """Yield what can be read of the shelf, by id."""
        for path in sorted(self.folder.glob("*.md")):
            with suppress(ShelfError):
                yield self.get(path.stem)

    def __contains__(self, article_id: str) -> bool:
        """Return whether an article is on the shelf, or was and lies in the trash."""
        name = f"{article_id}.md"
        known = _ID.fullmatch(article_id) is not None
        return known and ((self.folder / name).is_file() or (self._trash / name).is_file())

    def get(self, article_id: str) -> Shelved:
        """Return one article. Raises ShelfError when it is not on the shelf or cannot be read."""
        path = self._path(article_id)
        if not path.is_file():
            if (self._trash / path.name).is_file():
                raise ShelfError(f"{article_id} is removed already: restore brings it back.")
            raise ShelfError(
                f"There is no article {article_id[:80]!r} on the shelf: the command articles lists what is."
            )
        return _read(path)

    def removed(self) -> Iterator[tuple[Shelved, datetime]]:
        """Yield what lies in the trash and can be read, the last first, and when it came there."""
        for path in sorted(self._trash.glob("*.md"), key=_moved, reverse=True):
            with suppress(ShelfError):
                yield _read(path), _moved(path)

    def find(self, url: str) -> str:
        """Return the id of the article that came from an address, empty when there is none."""
        found = sorted(self.folder.glob(f"*-{_mark(url)}.md")) if url else []
        return found[0].stem if found else ""

    def thrown(self, url: str) -> bool:
        """Return whether an article from an address lies in the trash, or is one of another folder that is left out."""
        out = (each for each in read_overlays([self.folder]) if isinstance(each, Overlay) and each.removed)
        return any(self._trash.glob(f"*-{_mark(url)}.md")) or any(each.url == url for each in out if url)

    def put(self, article: Article, source: str = "") -> str:
        """Keep an article and return its id; one of the same address takes the old one's place and id.

        Raises UnreadableArticle when it is too long, StoreError when it cannot be written.
        """
        known = self.find(article.url)
        entered = self.get(known).entered if known else datetime.now(UTC)
        article_id = known or _id(article)
        self._write(Shelved(replace(article, id=article_id), entered, source))
        return article_id

    def change(self, article: Article) -> None:
        """Write what is said about an article that is on the shelf anew. Raises ShelfError, StoreError."""
        self._write(replace(self.get(article.id), article=article))

    def edit(self, article_id: str, field: str, value: str) -> Article:
        """Change one of editing.FIELDS of an article and return it. Raises ShelfError, StoreError."""
        article = changed(self.get(article_id).article, field, value)
        self.change(article)
        return article

    def remove(self, article_id: str) -> Article:
        """Take an article into the trash and return it. Raises ShelfError, StoreError."""
        found = self.get(article_id)
        self._move(self._path(article_id), self._trash / f"{article_id}.md")
        return found.article

    def restore(self, article_id: str) -> Article:
        """Take an article back from the trash and return it; its age counts anew. Raises ShelfError, StoreError."""
        place, thrown = self._path(article_id), self._trash / f"{article_id}.md"
        if place.exists() or not thrown.is_file():
            where = (
                "is on the shelf already" if place.exists() else "is not in the trash: articles removed lists what is"
            )
            raise ShelfError(f"The article {article_id[:80]!r} {where}.")
        self._move(thrown, place)
        back = self.get(article_id)
        self._write(replace(back, entered=datetime.now(UTC)))
        return back.article

    def empty_trash(self, before: datetime) -> int:
        """Delete for good what was removed before a moment; return how many."""
        old = [path for path in self._trash.glob("*.md") if _moved(path) < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _write(self, shelved: Shelved) -> None:
        entered = shelved.entered.isoformat(timespec="seconds")
        content = written(shelved.article, {"entered": entered, "source": shelved.source}).encode()
        if len(content) > MAX_TEXT_BYTES:
            raise UnreadableArticle(f"The text is longer than {MAX_TEXT_BYTES // 1_000_000} MB: add a part of it.")
        write_whole(self._path(shelved.article.id), content)

    def _path(self, article_id: str) -> Path:
        if not _ID.fullmatch(article_id):
            raise ShelfError(f"{article_id[:80]!r} is not the name of an article on the shelf.")
        return self.folder / f"{article_id}.md"

    def _move(self, path: Path, to: Path) -> None:
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            path.touch()  # the trash is emptied by age
            shutil.move(path, to)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be moved ({error.strerror}): see that the data folder can be written."
            ) from error


def _read(path: Path) -> Shelved:
    try:
        text = clean(decoded(read_file(path, path.parent)))
        values = front_matter(text).values
        article = read_markdown(text, path.stem)
    except UnreadableArticle as error:
        raise ShelfError(f"{path} cannot be read: {error}") from None
    return Shelved(article, _time(str(values.get("entered", ""))), str(values.get("source", "")))


def _moved(path: Path) -> datetime:
    """Return when a file of the trash came there; long ago when it is gone by now."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return _NO_TIME


def _id(article: Article) -> str:
    plain = unicodedata.normalize("NFKD", article.title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG].strip("-")
    return f"{slug or 'article'}-{_mark(article.url or article.body)}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _NO_TIME
    return found if found.tzinfo else _NO_TIME
