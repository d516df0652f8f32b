from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from bot.readers.asides import with_body
from bot.readers.markdown import read_markdown
from bot.readers.writing import folded, written
from bot.text.clean import clean
from bot.values import Article, Published, Status

MARKUP = ["*", "_", "`", "#", "-", "+", ">", "<b>", "<!--", "[a](b)", "![x](y)", "&amp;", "&#65;", "1. ", "12) ", "\\"]
MARKUP += [
    "---",
    "===",
    "~~~",
    "```",
    "| a | b |",
    ":--",
    "|---|---|",
    "<http://a.b>",
    "    four",
    "\n",
    "\n\n",
    "  \n",
]
MARKUP += ["[x]: http://a", "AT&T", "a_b", "© 2026", "2.1 mm", "5 < 6", "</div>", "<div hidden>", "…", "“no”", "---\n"]
BODIES = st.lists(st.one_of(st.sampled_from(MARKUP), st.text(max_size=8)), max_size=20).map("".join)
LINES = st.text(max_size=30).map(lambda text: " ".join(clean(text).split()))


@given(BODIES, LINES.filter(bool))
@example("Setext\n---\nnot a heading\n\n2025. A year\n\n<div hidden>x", "no")
@example("a\n|-|-|\n| b | c |", "- title: {x}")
def test_a_text_written_as_markdown_reads_back_as_it_was(body: str, title: str) -> None:
    article = with_body(Article(id="a", title=title, body=""), folded(clean(body)))
    back = read_markdown(clean(written(article, {})), "a")
    assert back == article


@given(st.lists(LINES.filter(bool), max_size=6), st.data())
def test_what_was_marked_as_aside_reads_back_as_aside(lines: list[str], data: st.DataObject) -> None:
    beside = data.draw(st.lists(st.sampled_from(lines), max_size=2)) if lines else []
    article = with_body(Article(id="a", title="no", body=""), folded(clean("\n\n".join(lines))), beside=beside)
    back = read_markdown(clean(written(article, {})), "a")
    assert back == article
    assert with_body(back, back.body) == article


@given(LINES.filter(bool), LINES, LINES, LINES)
def test_metadata_reads_back_as_it_was(title: str, publisher: str, topic: str, name: str) -> None:
    article = Article(
        id="a",
        title=title,
        body="A sentence.",
        url="https://example.org/a",
        publisher=publisher,
        published=Published(2026, 11),
        language="de",
        status=Status.RUMOUR,
        quality="low",
        topic=topic,
        companies=(name,) if name else (),
    )
    assert read_markdown(clean(written(article, {"entered": "2026-11-25"})), "a") == article
