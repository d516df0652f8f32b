"""The operator's own folder of articles, which is never written: what admins say of its articles lies on the shelf."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.errors import ShelfError, StoreError
from bot.readers import find_article, read_article
from bot.readers.editing import changed
from bot.readers.overlay import FOLDER, Overlay, as_json, read_overlay, read_overlays
from bot.store.whole import write_whole
from bot.values import Article


class Folder:
    """The articles below a folder as admins have them. Constructing it touches nothing; root: None holds none."""

    def __init__(self, root: Path | None, shelf: Path) -> None:
        self._root = root
        self._overlays = shelf / FOLDER
        self._shelf = shelf

    def __iter__(self) -> Iterator[Overlay]:
        """Yield what is said of articles over what their files say, by id."""
        found = [each for each in read_overlays([self._shelf]) if isinstance(each, Overlay)]
        return iter(sorted(found, key=lambda overlay: overlay.article))

    def get(self, article_id: str) -> Article:
        """Return an article as admins have it. Raises ShelfError when it is not there or left out, CorpusError."""
        overlay = self._overlay(article_id)
        if overlay.removed:
            raise ShelfError(f"{article_id[:80]} is left out of the answers: restore brings it back.")
        return overlay.over(self._read(article_id))

    def edit(self, article_id: str, field: str, value: str) -> Article:
        """Say something else of an article in one of editing.FIELDS and return it. Raises as get, StoreError."""
        article = changed(self.get(article_id), field, value)
        overlay = self._overlay(article_id)
        self._say(article, replace(overlay, changes={**overlay.changes, field: value}))
        return article

    def remove(self, article_id: str) -> Article:
        """Leave an article out and return it. Raises as get, StoreError."""
        article = self.get(article_id)
        self._say(article, replace(self._overlay(article_id), removed=True))
        return article

    def restore(self, article_id: str) -> Article:
        """Take an article in again, else let it be what its file says; return it. Raises ShelfError, StoreError."""
        overlay = self._overlay(article_id)
        if overlay == Overlay(article_id):
            raise ShelfError(
                f"Of {article_id[:80]!r} nothing was said that could be taken back: it is as its file has it."
            )
        try:
            if overlay.removed and overlay.changes:
                write_whole(self._path(article_id), as_json(replace(overlay, removed=False)))
            else:
                self._path(article_id).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self._path(article_id)} cannot be deleted ({error.strerror}).") from error
        return self.get(article_id)

    def _say(self, article: Article, overlay: Overlay) -> None:
        said = replace(overlay, title=article.title, url=article.url)
        write_whole(self._path(article.id), as_json(said))

    def _overlay(self, article_id: str) -> Overlay:
        path = self._path(article_id)
        return read_overlay(path) if path.is_file() else Overlay(article_id)

    def _read(self, article_id: str) -> Article:
        path = find_article(article_id, self._root) if self._root else None
        if self._root is None or path is None:
            raise ShelfError(f"There is no article {article_id[:80]!r}: the command articles with a word finds some.")
        return read_article(path, self._root)

    def _path(self, article_id: str) -> Path:
        return self._overlays / f"{hashlib.sha256(article_id.encode(errors='replace')).hexdigest()[:20]}.json"
