"""Read folders of articles, one after another, and say of each file that cannot be used why."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CorpusError, UnreadableArticle
from bot.readers.asides import reported
from bot.readers.bounded import Bounded
from bot.readers.files import KINDS, article_id, read_file
from bot.readers.formats import is_light, read_content
from bot.readers.overlay import Overlay, read_overlays
from bot.readers.repeated import mark_repeated
from bot.values import Article


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file of the corpus that was not taken, and one sentence that says why and what to do."""

    path: Path
    reason: str


def read_article(path: Path, root: Path) -> Article:
    """Return the article in one file below root. Raises UnreadableArticle with one sentence that says what to do.

    Markdown (.md, .markdown), plain text (.txt), HTML (.html, .htm, .xhtml) and PDF. Text and HTML may have
    2 MB, a PDF 20 MB. HTML, PDF and long texts are read in a child process with limits on time and memory.
    """
    with Bounded() as bounded:
        return _read(path, root, bounded)


def read_corpus(*roots: Path) -> Iterator[Article | Refusal]:
    """Yield every article below one or more folders, and a Refusal for each file that cannot be used.

    Sorted by id within a folder; an id is the path below its own folder, so that several folders make one corpus.
    Hidden files and folders, README.md at the top and files of other kinds are passed over silently. Links to
    folders are not followed. The second of two files with one id, or with the same text, is refused. Blocks that
    several articles share are among their asides, so that all are read before the first is yielded. What the
    overlay of a folder says of an article, of any folder, holds instead of what its file says. Raises CorpusError
    when there is no such folder.
    """
    found = list(_read_folders(roots))
    articles = mark_repeated([each for each in found if isinstance(each, Article)])
    for each in found:
        yield each if isinstance(each, Refusal) else next(articles)


def _read_folders(roots: Sequence[Path]) -> Iterator[Article | Refusal]:
    overlays: dict[str, Overlay] = {}
    for each in read_overlays(roots):
        if isinstance(each, Overlay):
            overlays[each.article] = each
        else:
            yield Refusal(*each)
    seen: dict[str, str] = {}
    with Bounded() as bounded:
        for root in roots:
            if not root.is_dir():
                raise CorpusError(
                    f"There is no folder {_shown(root)}; create it or set BOT_CORPUS_DIR to the folder with your "
                    "articles."
                )
            yield from _read_folder(root, seen, bounded, overlays)


def find_article(name: str, root: Path) -> Path | None:
    """Return the file below root that holds the article with an id, None when there is none. Raises CorpusError."""
    for path, refused in _sorted(root):
        with suppress(UnreadableArticle):
            if not refused and article_id(path, root) == name:
                return path
    return None


def _sorted(root: Path) -> list[tuple[Path, str]]:
    return sorted(_files(root), key=lambda found: (_sort_key(found[0], root), found[0]))


def _read_folder(
    root: Path, seen: dict[str, str], bounded: Bounded, overlays: Mapping[str, Overlay]
) -> Iterator[Article | Refusal]:
    for path, refused in _sorted(root):
        if refused:
            yield Refusal(path, refused)
            continue
        try:
            overlay = overlays.get(article_id(path, root))
            if overlay and overlay.removed:
                continue
            article = _read(path, root, bounded)
            article = overlay.over(article) if overlay else article
            _refuse_double(article, _shown(path.relative_to(root)), seen)
        except UnreadableArticle as error:
            yield Refusal(path, str(error))
        else:
            yield article


def _read(path: Path, root: Path, bounded: Bounded) -> Article:
    name = article_id(path, root)
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise UnreadableArticle("This kind of file is not read; use Markdown, plain text, HTML or PDF.")
    content = read_file(path, root)
    if is_light(kind, content):
        return read_content(kind, content, name)
    return bounded.read(kind, content, name)


def _refuse_double(article: Article, shown: str, seen: dict[str, str]) -> None:
    """Raise UnreadableArticle when an earlier file has the same id or text; else remember both."""
    text = hashlib.sha256(" ".join(reported(article).split()).encode()).hexdigest()
    for key, reason in (
        (f"id {article.id}", "The file has the same name as {}, but for the suffix; rename one of them."),
        (f"text {text}", "The text is the same as that of {}; keep one of them."),
    ):
        if key in seen:
            raise UnreadableArticle(reason.format(seen[key]))
    seen.update({f"id {article.id}": shown, f"text {text}": shown})


def _sort_key(path: Path, root: Path) -> str:
    return unicodedata.normalize("NFC", path.relative_to(root).as_posix().removesuffix(path.suffix))


def _shown(path: Path) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(path))


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield (path, reason to refuse it or "") for everything below root that is named like an article."""
    failed: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=failed.append):
        here = Path(folder)
        for name in sorted(folders):
            if reason := _refused_folder(here / name, root):
                yield here / name, reason
        folders[:] = [name for name in folders if not name.startswith(".") and Path(name).suffix.lower() not in KINDS]
        yield from ((here / name, "") for name in names if _is_article(here / name, root))
    for error in failed:
        if Path(error.filename) == root:
            raise CorpusError(f"The folder {_shown(root)} may not be read; give the bot's user permission to read it.")
        yield Path(error.filename), "The folder may not be read; give the bot's user permission to read it."


def _refused_folder(folder: Path, root: Path) -> str:
    if folder.name.startswith("."):
        return ""
    if folder.suffix.lower() in KINDS:
        return "This is a folder named like an article; rename it."
    if folder.is_symlink() and not folder.resolve().is_relative_to(root.resolve()):
        return "The folder is a link that leaves the articles folder; copy its files."
    return ""


def _is_article(path: Path, root: Path) -> bool:
    is_readme = path.parent == root and path.name.lower() == "readme.md"
    return path.suffix.lower() in KINDS and not path.name.startswith(".") and not is_readme
