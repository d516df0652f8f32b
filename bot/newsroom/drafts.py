"""What was understood of a page or a file, shown before it enters, and kept for the minutes until somebody decides."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.errors import ShelfError
from bot.store.whole import write_whole
from bot.text.day import day
from bot.values import Article, Status

KEPT_FOR = 1800.0
"""Seconds that a draft waits for a decision."""
MOST = 100
"""Drafts that wait at once; the oldest goes first."""
_ID = re.compile(r"[\w-]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that has not entered yet."""

    id: str
    """Unguessable, 12 characters of A-Z a-z 0-9 - _."""
    article: Article
    given: str
    """The address or file name that was given."""
    sentences: tuple[str, ...] = ()
    """The first ones of the text, as they would be quoted."""
    warnings: tuple[str, ...] = ()
    """What a person should look at before it enters, one sentence each: undated, told elsewhere, very short."""
    same: str = ""
    """An article that has the very same text: this one cannot enter."""
    by: str = ""
    """Who gave it."""

    @property
    def about(self) -> str:
        """What is understood of it beside its title, on one line: publisher, date, and what else it says of itself."""
        article = self.article
        first, byline = article.body.partition("\n\n")[0], article.asides[:1] and article.asides[0][0] == 0
        told = [article.publisher or "publisher not stated", day(article.published)]
        told += [first] if byline and first.startswith("By ") else []
        told += [f"language {article.language}"] if article.language else []
        told += ["our brief"] if article.brief else []
        told += [article.status.value] if article.status is not Status.REPORTED else []
        return " · ".join(told)


_DRAFT = TypeAdapter(Draft)


def draft_id() -> str:
    """Return an id for a new draft."""
    return secrets.token_urlsafe(9)


class Drafts:
    """Drafts in data_dir/state/drafts, a file each, so that a button still works after a restart."""

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = data_dir / "state" / "drafts"
        self._clock = clock

    def keep(self, draft: Draft) -> None:
        """Keep a draft for a while. Raises StoreError."""
        self._tidy()
        write_whole(self._folder / f"{draft.id}.json", _DRAFT.dump_json(draft))

    def get(self, draft_id: str) -> Draft:
        """Return a draft that waits. Raises ShelfError when it does not, or no more."""
        self._tidy()
        try:
            if _ID.fullmatch(draft_id):
                return _DRAFT.validate_json((self._folder / f"{draft_id}.json").read_bytes())
        except (OSError, ValidationError):
            pass
        raise ShelfError(
            "This draft is gone: it has entered, was thrown away or waited too long. Add the article again."
        )

    def newest(self, by: str) -> str:
        """Return the id of the draft that somebody gave last. Raises ShelfError when none of theirs waits."""
        self._tidy()
        with suppress(OSError):
            for path in sorted(self._folder.glob("*.json"), key=lambda path: -path.stat().st_mtime):
                with suppress(ShelfError):
                    if self.get(path.stem).by == by:
                        return path.stem
        raise ShelfError("No draft of yours waits; add an article first.")

    def discard(self, draft_id: str) -> None:
        """Throw a draft away; one that is gone already is no error."""
        if _ID.fullmatch(draft_id):
            with suppress(OSError):
                (self._folder / f"{draft_id}.json").unlink(missing_ok=True)

    def _tidy(self) -> None:
        with suppress(OSError):
            aged = sorted((path.stat().st_mtime, path) for path in self._folder.glob("*.json"))
            late = [path for at, path in aged if self._clock() - at > KEPT_FOR]
            for path in [*late, *(path for _, path in aged[:-MOST])]:
                path.unlink(missing_ok=True)
