"""Remove from a web page what its visitors do not see, so that no hidden order is read as an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAGS = (
    "template",
    "noscript",
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "svg",
    "canvas",
    "input",
    "select",
    "textarea",
    "dialog",
    "audio",
    "video",
    "datalist",
    "noembed",
    "noframes",
)
_WHITE = (
    r"(?:#fff(?:fff)?(?:ff)?\b|white\b|transparent\b|rgba?\(\s*255[,\s]+255[,\s]+255\b[^)]*\)"
    r"|rgba\([^)]*,\s*0?\.?0+\s*\)|hsla?\([^)]*,\s*100%[^)]*\))"
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|font-size\s*:\s*(?:0*\.\d+|0+|1px|1pt)\s*(?:px|pt|%|[;}!]|$)"
    r"|opacity\s*:\s*(?:0*\.0\d*|0+|0?%)\s*(?:[;}!]|$)"
    r"|(?:left|top|right|bottom|text-indent|margin(?:-left|-top)?)\s*:\s*-\d{3,}|translate[xy]?\(\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*(?:0|1px)|clip-path\s*:\s*(?:inset\((?:50|100)%|circle\(0)"
    r"|transform\s*:\s*scale[xy]?\(\s*0\s*\)|(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:[;}!]|$)",
    re.IGNORECASE,
)
_WHITE_TEXT = re.compile(rf"(?:^|[;\s{{])color\s*:\s*{_WHITE}", re.IGNORECASE)
_PAINTED = re.compile(rf"background(?:-color|-image)?\s*:\s*(?!{_WHITE}|none\b|inherit\b)\S", re.IGNORECASE)
_RULE = re.compile(r"([^{}@;]{1,500})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"(?:[a-z][\w-]*)?([.#][\w-]+)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_BLOCK = re.compile(r"@[^{};]{0,300}\{(?:[^{}]{0,5000}\{[^{}]{0,5000}\})*[^{}]{0,5000}\}")
_FOR_SCREEN_READERS = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"}


def remove_unseen(tree: HtmlElement) -> None:
    """Remove from a page, in place, the elements that a browser does not show.

    By tag (template, noscript, script…), by attribute (hidden, aria-hidden), and by style, in the element or by
    class or id in the page's own style sheet: not displayed, invisible, of no size, off the screen, or white on
    a page that nothing has painted. Styles that only linked sheets give are not known here.
    """
    hidden_names = set(_hidden_names(tree))
    for element in [element for element in tree.iter() if _is_unseen(element, hidden_names)]:
        parent = element.getparent()
        if parent is not None and element.tag != "body":
            element.drop_tree()


def _hidden_names(tree: HtmlElement) -> Iterator[str]:
    """Yield the ".class" and "#id" that the page's own style sheets hide, outside media queries."""
    for sheet in tree.iter("style"):
        plain = _AT_BLOCK.sub("", _COMMENT.sub("", sheet.text or ""))
        for selectors, style in _RULE.findall(plain):
            if _hides(style):
                yield from (found[1] for part in selectors.split(",") if (found := _SIMPLE.fullmatch(part.strip())))


def _hides(style: str) -> bool:
    return bool(_HIDING.search(style) or (_WHITE_TEXT.search(style) and not _PAINTED.search(style)))


def _is_unseen(element: HtmlElement, hidden_names: set[str]) -> bool:
    if not isinstance(element.tag, str) or element.tag in _TAGS:
        return True
    if element.get("hidden") is not None or str(element.get("aria-hidden", "")).casefold() == "true":
        return True
    classes = set(str(element.get("class", "")).split())
    named = {f".{name}" for name in classes} | {f"#{element.get('id', '')}"}
    if classes & _FOR_SCREEN_READERS or named & hidden_names:
        return True
    style = str(element.get("style", ""))
    return bool(style) and (
        bool(_HIDING.search(style)) or (bool(_WHITE_TEXT.search(style)) and not _is_painted(element))
    )


def _is_painted(element: HtmlElement) -> bool:
    """Return whether the element or one around it has a background of its own, on which white can be read."""
    around = [element, *element.iterancestors()]
    return any(_PAINTED.search(str(one.get("style", ""))) or one.get("bgcolor") for one in around)
