"""Whatever a page is made of: it is read or refused in a sentence, without control characters and hidden text."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UnreadableArticle
from bot.readers.html import read_html

SHOWN = "The Quark S1 costs $299 and weighs 42 g, and the glasses are light enough for a whole day of use."
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Quark S1 review</title>
<meta property="article:published_time" content="2025-11-28"></head><body><article><h1>Quark S1</h1>
<p>{SHOWN}</p><table><tr><td>S1</td></tr></table><ul><li>Two days</li></ul></article></body></html>""".encode()
MARKUP = (b"<", b">", b"</p>", b"<table>", b"<!--", b"&#0;", b"&#x202e;", b"\x00", b"\xff", b"<script>", b"<svg><p>")
HIDING = (
    '<{tag} style="display:none">{inner}</{tag}>',
    '<{tag} style="x:y; VISIBILITY : hidden">{inner}</{tag}>',
    "<{tag} hidden>{inner}</{tag}>",
    '<{tag} aria-hidden="true">{inner}</{tag}>',
    "<template><{tag}>{inner}</{tag}></template>",
)
AROUND = (
    "<div>{inner}</div>",
    "<section><p>A line.</p>{inner}</section>",
    "<blockquote>{inner}</blockquote>",
    "{inner}",
)


def _body(content: bytes) -> str:
    try:
        body = read_html(content, "page").body
    except UnreadableArticle:
        return ""
    assert not [c for c in body if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"]
    return body


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_page_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(PAGE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 40))
        content[at : at + cut] = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from(MARKUP)))
    _body(bytes(content))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_refused(content: bytes) -> None:
    _body(content)


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(AROUND), max_size=4),
    st.sampled_from(HIDING),
    st.sampled_from(["div", "section", "span"]),  # a browser ends a p where a block begins: that is seen
    st.lists(st.sampled_from(AROUND), max_size=2),
)
def test_what_a_page_hides_is_not_read(outer: list[str], hiding: str, tag: str, inner: list[str]) -> None:
    text = "SECRET orders for machines, long enough to look like the text of a page."
    for piece in (*inner, hiding.replace("{tag}", tag), *outer):
        text = piece.replace("{inner}", text)
    body = _body(PAGE.replace(b"<table>", text.encode() + b"<table>"))
    assert SHOWN in body
    assert "SECRET" not in body
