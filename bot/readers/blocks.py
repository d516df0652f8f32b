"""The text of a page's tree as blocks: paragraphs, headings, list entries, table rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.readers.asides import folded
from bot.text.clean import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = frozenset(("head", "h1", "h2", "h3", "h4", "h5", "h6"))
# trafilatura's own tags, then HTML's.
_BLOCKS = _HEADINGS.union(
    "p item row quote list table code body".split(),  # noqa: SIM905 - fifty quotation marks would hide the words
    "address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer"  # noqa: SIM905 - the same
    " header hgroup hr legend li main nav ol pre section summary tbody tfoot thead tr ul".split(),
)
_ROWS = frozenset(("row", "tr"))
_CELLS = frozenset(("cell", "td", "th"))
_BREAKS = frozenset(("lb", "br"))
_LEAVES = ("p", "li", "div", "dd", "figcaption")
_MOSTLY = 0.75
"""Share of a block's characters from which it is there for its links: headlines of other articles, buttons."""
_NOTE = re.compile(r"(?:[\[(]?[\w*†‡]{1,3}[\])]?,?)+")
_IN_CELLS = _BLOCKS.union(_BREAKS) - {"table", "tbody", "thead", "tfoot", "tr"}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page."""

    text: str
    is_heading: bool = False


def blocks(body: HtmlElement) -> Iterator[Block]:
    """Yield the blocks of a tree of HTML or of trafilatura, with " | " between the cells of a table row."""
    from lxml.etree import iterwalk

    parts: list[str] = []
    tag = ""
    for event, element in iterwalk(body, events=("start", "end")):
        if element.tag in _BLOCKS:
            yield from _folded(parts, tag)
            parts = []
            tag = str(element.tag) if event == "start" else ""
        if event == "start":
            parts.append("\n" if element.tag in _BREAKS else "")
            parts.append(element.text or "")
        else:
            parts.append(" | " if element.tag in _CELLS else "")
            parts.append(element.tail or "")
    yield from _folded(parts, tag)


def _folded(parts: list[str], tag: str) -> Iterator[Block]:
    lines: Iterable[str] = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    if tag in _ROWS:
        cells = " ".join(lines).split(" | ")
        lines = (" | ".join(filter(None, (cell.strip(" |") for cell in cells))),)
    if kept := clean("\n".join(filter(None, lines))):
        yield Block(kept, tag in _HEADINGS)


def beside(tree: HtmlElement) -> list[str]:
    """Return the blocks of a page that are no reporting by how they are marked up: asides, code, and mere links."""
    marked = [block.text for part in tree.iter("aside", "pre") if _is_aside(part) for block in blocks(part)]
    leaves = (part for part in tree.iter(*_LEAVES) if not any(inner.tag in _BLOCKS for inner in part.iterdescendants()))
    return marked + [block.text for part in leaves if _is_links(part) for block in blocks(part)]


def _is_aside(part: HtmlElement) -> bool:
    """Return whether an element is an aside or names the language of its code: prose stands preformatted, too."""
    return part.tag == "aside" or any("language-" in str(inner.get("class", "")) for inner in part.iter("pre", "code"))


def _is_links(part: HtmlElement) -> bool:
    links = sum(len(folded(link.text_content())) for link in part.iter("a") if link.get("href"))
    return links > _MOSTLY * len(folded(part.text_content()))


def simplify(tree: HtmlElement) -> None:
    """Leave out of a page, in place, what stands beside its sentences, and make every table row one block.

    That is the marks of footnotes, the pronunciation over Chinese characters, and what was struck out. Paragraphs and
    list entries inside a table cell become one line; a cell that holds a table is there for the layout and stays.
    """
    from lxml.etree import strip_elements

    strip_elements(tree, "rt", "rp", "del", "s", "strike", with_tail=False)
    for mark in [mark for mark in tree.iter("sup") if _is_footnote_mark(mark)]:
        mark.drop_tree()
    for cell in [cell for cell in tree.iter("td", "th") if next(cell.iter("table"), None) is None]:
        inner = [(element, element.getnext()) for element in cell.iter() if element.tag in _IN_CELLS]
        for element, after in inner:
            is_listed = element.tag == "li" and after is not None and after.tag == "li"
            element.text = f" {(element.text or '').lstrip()}"
            element.tail = f"{',' if is_listed else ' '}{(element.tail or '').strip()}"
            element.drop_tag()


def _is_footnote_mark(sup: HtmlElement) -> bool:
    """Return whether a raised text leads to a note, and is no exponent and no part of a name."""
    shown = "".join(sup.text_content().split())
    if not _NOTE.fullmatch(shown):
        return False
    linked = any(str(link.get("href", "")).startswith("#") for link in sup.iter("a"))
    before = sup.getprevious().tail if sup.getprevious() is not None else sup.getparent().text
    return linked or shown[0] in "[(" or str(before or "").rstrip()[-1:] in tuple('.,;:!?”"’)')
