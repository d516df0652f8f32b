"""What admins say of articles whose files stay as they are: another date or publisher, or that they are left out.

A small JSON file for each such article lies in a hidden folder of the shelf, so that a folder of articles that may
only be read can be mended, and so that deleting the file takes it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.errors import ShelfError, UnreadableArticle
from bot.readers.editing import changed
from bot.readers.files import read_file
from bot.values import Article

FOLDER = ".overlay"
"""Where they lie, below a folder of articles."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is said of one article over what its file says."""

    article: str
    """Its id."""
    title: str = ""
    """As it was when this was said, for lists; url likewise."""
    url: str = ""
    removed: bool = False
    """Whether it is left out of the answers."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """Any of editing.FIELDS -> what stands there instead."""

    def over(self, article: Article) -> Article:
        """Return an article with the changes. Raises ShelfError for a value that its field cannot have."""
        for name, value in self.changes.items():
            article = changed(article, name, value)
        return article


_OVERLAY = TypeAdapter(Overlay)


def as_json(overlay: Overlay) -> bytes:
    """Return what a file holds."""
    return _OVERLAY.dump_json(overlay, indent=2)


def read_overlay(path: Path) -> Overlay:
    """Return what a file says. Raises UnreadableArticle."""
    try:
        found = _OVERLAY.validate_json(read_file(path, path.parent))
        found.over(Article(found.article, "title", ""))
    except (ValidationError, ShelfError) as error:
        reason = str(error).splitlines()[0]
        raise UnreadableArticle(f"It changes no article ({reason}); mend or delete it.") from None
    return found


def read_overlays(roots: Sequence[Path]) -> Iterator[Overlay | tuple[Path, str]]:
    """Yield what is said of articles in the overlays of folders, and (path, reason) for each that says nothing."""
    for path in (path for root in roots for path in sorted((root / FOLDER).glob("*.json"))):
        try:
            yield read_overlay(path)
        except UnreadableArticle as error:
            yield path, str(error)
