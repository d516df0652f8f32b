"""Links to the very sentence: a source's URL with a text fragment."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

_LONG = 120
_EDGE = 6
_LETTERS = 16
_ENCODED = 360
"""Characters of a fragment; chats take no links that are much longer."""


def link_to(url: str, quoted: str, *, brief: bool = False) -> str:
    """Return url with a text fragment (WICG Scroll to Text Fragment) to quoted, or "" for anything but http(s).

    What is quoted from a brief of ours does not stand on the page, so that the link opens the page alone.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        return ""
    page = url.partition(":~:")[0]
    if brief:
        return page
    joint = ":~:text=" if "#" in page else "#:~:text="
    return f"{page}{joint}{_fragment(quoted)}"


def _fragment(quoted: str) -> str:
    """Return what names a quote: all of it, or its first and last words, as browsers find those more surely.

    A quote in a script without spaces, each letter of which takes nine characters, is named by its first and last
    letters.
    """
    told = quoted.split()
    if len(quoted) > _LONG and len(told) > 2 * _EDGE:
        return f"{_encoded(' '.join(told[:_EDGE]))},{_encoded(' '.join(told[-_EDGE:]))}"
    whole = " ".join(told)
    fragment = _encoded(whole)
    if len(fragment) > _ENCODED and len(whole) > 2 * _LETTERS:
        return f"{_encoded(whole[:_LETTERS])},{_encoded(whole[-_LETTERS:])}"
    return fragment


def _encoded(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")
