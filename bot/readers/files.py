"""Open files that strangers may have made: nothing here blocks, leaves the folder or fills the memory."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path

from bot.errors import UnreadableArticle

KINDS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
}
"""The suffixes, in lower case, that make a file an article."""
MAX_TEXT_BYTES = 2_000_000
MAX_PDF_BYTES = 20_000_000

# A pipe opened without O_NONBLOCK waits for a writer for ever. Windows has none of these flags and no such pipes.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)


def article_id(path: Path, root: Path) -> str:
    """Return the id of an article: its path below root without the suffix, "/" between parts, NFC.

    Raises UnreadableArticle for a name with characters that cannot be shown or stored.
    """
    found = path.relative_to(root).with_suffix("").as_posix()
    if not found.isprintable():
        raise UnreadableArticle("The file's name has control or unprintable characters; rename it.")
    return unicodedata.normalize("NFC", found)


def read_file(path: Path, root: Path) -> bytes:
    """Return the bytes of a regular file inside root, at most the cap of its kind. Raises UnreadableArticle."""
    cap = MAX_PDF_BYTES if path.suffix.lower() == ".pdf" else MAX_TEXT_BYTES
    try:
        target = path.resolve(strict=True)
        if not target.is_relative_to(root.resolve()):
            raise UnreadableArticle("The file is a link that leaves the articles folder; copy the file into it.")
        found = _read_regular(target, cap)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, up to Python 3.12
        raise UnreadableArticle(_reason(error)) from None
    if len(found) > cap:
        raise UnreadableArticle(
            f"The file is larger than {cap // 1_000_000} MB; split it or keep the part that matters."
        )
    if not found.strip():
        raise UnreadableArticle("The file is empty; write the article or remove the file.")
    return found


def _read_regular(target: Path, cap: int) -> bytes:
    descriptor = os.open(target, _FLAGS)
    with os.fdopen(descriptor, "rb") as stream:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError
        if not stat.S_ISREG(mode):
            raise UnreadableArticle("This is a pipe or device, not a file; remove it from the articles folder.")
        return stream.read(cap + 1)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "The file is gone or is a link to nothing; restore it or remove the link."
    if isinstance(error, PermissionError):
        return "The file may not be read; give the bot's user permission to read it."
    if isinstance(error, IsADirectoryError):
        return "This is a folder named like an article; rename it."
    if isinstance(error, RuntimeError) or "symbolic links" in str(error):
        return "The file is a link that leads back to itself; remove it."
    if isinstance(error, OSError) and error.strerror:
        return f"The file cannot be read ({error.strerror.lower()}); check the disk and try again."
    return "The file cannot be read; check the disk and try again."


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decoded(content: bytes) -> str:
    """Return the text of a Markdown or plain text file: UTF-8, or UTF-16 or UTF-32 with a byte order mark.

    Raises UnreadableArticle for anything else. No older encoding is tried: each of them reads every file, and
    a wrong one puts signs into quotes that the article does not hold.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if b"\x00" in content[:4096]:
            raise UnreadableArticle(_BINARY) from None
        raise UnreadableArticle("The text is not UTF-8; save it as UTF-8.") from None
    if "\x00" in text:
        raise UnreadableArticle(_BINARY)
    return text


_BINARY = "The file is binary, not text; remove it or give it the suffix of its kind."
