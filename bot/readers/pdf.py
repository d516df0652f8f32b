"""Read PDF files: their text, page after page, put together to paragraphs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.errors import UnreadableArticle
from bot.readers.asides import with_body
from bot.readers.published import dated
from bot.text.clean import clean
from bot.values import Article

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 500
MAX_CHARACTERS = 4_000_000
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft word|document\d*|presentation\d*|.*\.(?:docx?|pdf|indd|pptx?|xlsx?|tex|rtf|odt|qxd))\b.*",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(?:page )?[-–—| ]*\d{1,4}[-–—| ]*(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE)
_BULLET = re.compile(r"[•●▪‣◦–-] +")
_BROKEN_WORD = re.compile(r"(\w*[a-zà-ÿ])-\n([a-zà-ÿ]\w*)")
_MAX_TITLE = 200
_EDGE = 2  # lines at the head and foot of a page that may be running titles


def read_pdf(content: bytes, article_id: str) -> Article:
    """Return the article of a PDF.

    Lines are put together to paragraphs; page numbers and running titles are left out; a word broken at a line
    end is joined, without its hyphen where the whole word stands elsewhere in the file. The title is the one in
    the file's properties, else the first line, else the file's name. The date of publication is a date on a
    line of its own near the top; the file's own dates say when it was made, not published. Raises
    UnreadableArticle for a broken or encrypted file, one of pictures without text, and one of more than 500
    pages.
    """
    reader = _opened(content)
    pages = [clean(text).split("\n") for text in _page_texts(reader)]
    lines = [line for page in _without_running_titles(pages) for line in page]
    if not any(map(str.strip, lines)):
        raise UnreadableArticle("The PDF holds no text, only pictures; run text recognition (OCR) on it first.")
    blocks = list(_paragraphs(lines))
    title = _title(reader)
    if not title and len(blocks[0]) <= _MAX_TITLE and len(blocks) > 1:
        title = " ".join(blocks.pop(0).split())
    article = Article(id=article_id, title=title or article_id.rpartition("/")[2], body="", published=dated(lines))
    return with_body(article, _mended("\n\n".join(blocks)))


def _opened(content: bytes) -> PdfReader:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PdfReadError

    if b"%PDF-" not in content[:1024]:
        raise UnreadableArticle("The file is no PDF; give it the suffix of its kind.")
    locked = UnreadableArticle("The PDF is encrypted; save it without a password.")
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise locked
        pages = len(reader.pages)
    except (DependencyError, NotImplementedError):
        raise locked from None
    except PdfReadError:
        raise UnreadableArticle("The PDF is broken; save or download it again.") from None
    if pages > MAX_PAGES:
        raise UnreadableArticle(f"The PDF has {pages:,} pages, more than {MAX_PAGES}; split it.")
    return reader


def _page_texts(reader: PdfReader) -> Iterator[str]:
    total = 0
    for page in reader.pages:
        text = page.extract_text()
        total += len(text)
        if total > MAX_CHARACTERS:
            raise UnreadableArticle(f"The PDF holds more than {MAX_CHARACTERS:,} characters; split it.")
        yield text


def _title(reader: PdfReader) -> str:
    stated = reader.metadata.title if reader.metadata else None
    title = " ".join(clean(str(stated or "")).split())
    return "" if _NO_TITLE.fullmatch(title) else title[:_MAX_TITLE]


def _without_running_titles(pages: list[list[str]]) -> Iterator[list[str]]:
    """Yield the pages without page numbers and the lines that most pages begin or end with."""
    counts = Counter(_pattern(line) for page in pages for line in {*page[:_EDGE], *page[-_EDGE:]})
    repeated = {pattern for pattern, count in counts.items() if count >= max(3, len(pages) // 2)}
    for page in pages:
        last = len(page) - _EDGE
        yield [
            line
            for n, line in enumerate(page)
            if not (n < _EDGE or n >= last) or not (_PAGE_NUMBER.fullmatch(line.strip()) or _pattern(line) in repeated)
        ]


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "0", line.strip())


def _paragraphs(lines: list[str]) -> Iterator[str]:
    width = max(map(len, lines))
    block: list[str] = []
    for line in lines:
        shown = line.strip()
        if block and (not shown or _BULLET.match(shown) or _ends_block(block, shown, width)):
            yield "\n".join(block)
            block = []
        if shown:
            block.append(_BULLET.sub("", shown, count=1))
    if block:
        yield "\n".join(block)


def _ends_block(block: list[str], after: str, width: int) -> bool:
    """Return whether a line ends its paragraph: it is short, and what follows looks like a beginning."""
    last = block[-1]
    starts_anew = not after[0].islower()
    if last[-1] in '.!?:”"。！？':
        return starts_anew and len(last) < 0.8 * width
    return starts_anew and len(block) == 1 and len(last) < 0.6 * width


def _mended(body: str) -> str:
    """Return the text with words joined that a line end had broken."""
    words = Counter(re.findall(r"[\w-]+", body.casefold()))

    def joined(found: re.Match[str]) -> str:
        whole = found[1] + found[2]
        return whole if words[whole.casefold()] else f"{found[1]}-{found[2]}"

    return _BROKEN_WORD.sub(joined, body)
