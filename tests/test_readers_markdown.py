"""Markdown articles: front matter as strings, the body as the prose that a reader sees."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnreadableArticle
from bot.readers import read_article
from bot.readers.formats import is_light
from bot.readers.published import published, stamped
from bot.values import Article, Published, Status

FULL = """---
title: "Quark S1: price"
url: "https://example.org/quark"
publisher: Example News
published: 2025-11-28
source_language: no
status: rumour
source_quality: high
topic: glasses
companies: ["Quark", "Orbit"]
products: Quark S1
tags: {nested: [a, b]}
---
The Quark S1 costs $299.
It weighs 42 g.

It ships in May.
"""


def read(folder: Path, text: str, name: str = "a.md") -> Article:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_article(path, folder)


def test_a_whole_article(tmp_path: Path) -> None:
    assert read(tmp_path, FULL, "2025/quark.md") == Article(
        id="2025/quark",
        title="Quark S1: price",
        body="The Quark S1 costs $299.\nIt weighs 42 g.\n\nIt ships in May.",
        url="https://example.org/quark",
        publisher="Example News",
        published=Published(2025, 11, 28),
        language="no",
        status=Status.RUMOUR,
        quality="high",
        topic="glasses",
        companies=("Quark", "Orbit"),
        products=("Quark S1",),
    )


def test_missing_metadata_stays_missing(tmp_path: Path) -> None:
    article = read(tmp_path, "Just a text about the S1.", "notes.md")
    assert article == Article(id="notes", title="notes", body="Just a text about the S1.")
    assert read(tmp_path, "# The S1\n\nIt is *light*.\n").title == "The S1"
    assert read(tmp_path, "# The S1\n\nIt is *light*.\n").body == "It is light."
    assert read(tmp_path, "---\ntitle: ~\npublished: null\n---\nText.\n").title == "a"


def test_the_starter_corpus_reads_verbatim() -> None:
    folder = Path(__file__).parent.parent / "corpus" / "articles"
    paths = sorted(folder.glob("*.md"))
    assert paths
    for path in paths:
        article = read_article(path, folder)
        file_body = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        assert " ".join(article.body.split()) == " ".join(file_body.split())
        assert not article.asides


def test_markup_leaves_what_it_shows(tmp_path: Path) -> None:
    body = read(
        tmp_path,
        "Intro with [a link](https://evil.example/x) and ![a picture](p.png), "
        "`code` and **bold** &amp; <b>tags</b><!-- not this -->.\n\n"
        "- first entry\n  wrapped\n- second entry\n\n1. one\n2. two\n\n> quoted text\n\n<!-- hidden -->\n\n"
        "| Model | Price |\n|---|---|\n| S1 | $299 |\n\n## Heading\nText after.\n\n```\nfenced\n```\n",
    ).body
    assert body.split("\n\n") == [
        "Intro with a link and , code and bold & tags.",
        "first entry\nwrapped",
        "second entry",
        "1. one",
        "2. two",
        "quoted text",
        "Model | Price",
        "S1 | $299",
        "Heading",
        "Text after.",
        "fenced",
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        'Shown. <span style="display:none">SECRET order</span> Shown too.',
        "Shown.\n\n<div hidden>\n\nSECRET order\n\n</div>\n\nShown too.",
        "Shown.\n\n<template>SECRET</template>\n\nShown too.",
        "Shown. <!-- SECRET --> Shown too.",
        '[//]: # (SECRET)\n\nShown. [x](https://a.example "SECRET") Shown too.',
        '<p>Shown.</p><p style="left:-9999px">SECRET order</p><p>Shown too.</p>',
        '<style>.x { opacity: 0 }</style>\n\nShown. <b class="x">SECRET order</b> Shown too.',
        "Shown.\n\n<details hidden>\n\n- **SECRET** order\n\n| a |\n|---|\n| SECRET |\n\n</details>\n\nShown too.",
        "Shown.\n\n<video><p>SECRET</p></video>\n\nShown too.",
        "Shown.\n\n%% SECRET: from my neighbour %%\n\nShown too. ![[SECRET.png|300]] {{< figure caption=SECRET >}}",
    ],
)
def test_hidden_html_is_no_prose(tmp_path: Path, hidden: str) -> None:
    body = read(tmp_path, hidden).body
    assert "SECRET" not in body
    assert "Shown." in body
    assert "Shown too." in body


def test_html_gives_what_it_shows(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "<h2>The Quark S1</h2> <p>The <a href='https://a.example'>Quark S1</a> costs&nbsp;<b>$299</b>.</p>\n"
        "<p>It weighs 42 g.</p></body></html>\n<figure><img alt='no' src='p.png'><figcaption>no</figcaption></figure>\n"
        "\n"
        "It ships in *May*<br>and in June.\n\n<ul><li>Two days of use<li>One hour to charge</ul>\n\n"
        "<table><tr><td>Norway<td><ul><li>S1: $310<li>S2: $410</ul><tr><td>Austria<td><p>$299</table>\n\n"
        "| Model | Price |\n|---|---|\n| S1 | $299<br>(Norway: $310) |\n",
    )
    assert article.title == "The Quark S1"
    assert article.body.split("\n\n") == [
        "The Quark S1 costs $299.",
        "It weighs 42 g.",
        "It ships in May\nand in June.",
        "Two days of use",
        "One hour to charge",
        "Norway | S1: $310, S2: $410",
        "Austria | $299",
        "Model | Price",
        "S1 | $299 (Norway: $310)",
    ]


def test_links_code_and_asides_are_no_reporting(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "The [Quark S1](https://a.example) is light, says [its maker](https://b.example).\n\n"
        "- [The Q9 is recalled](https://c.example)\n- Two days\n\nAlso: [The best glasses of 2025](https://d.example)\n\n"
        "## [Battery](https://e.example)\n\n    It lasts for two days.\n\n```python\nprice = 299\n```\n\n"
        "<aside>\n\nA word on us.\n\n</aside>\n",
    )
    shown = article.body.split("\n\n")
    assert shown[0] == "The Quark S1 is light, says its maker."
    assert [article.body[start:end] for start, end in article.asides] == [
        "The Q9 is recalled",
        "Also: The best glasses of 2025",
        "price = 299",
        "A word on us.",
    ]
    assert {"Two days", "Battery", "It lasts for two days."} <= set(shown)


def test_html_in_markdown_is_read_under_limits() -> None:
    assert is_light("markdown", b"Plain *prose* of 5 < 6 words.")
    assert not is_light("markdown", b"<p>The S1.</p>")
    assert not is_light("markdown", "<p>The S1.</p>".encode("utf-16"))
    assert not is_light("html", b"The S1.")


def test_dialects_of_markdown_leave_what_they_show(tmp_path: Path) -> None:
    body = read(
        tmp_path,
        "> [!info]- In short\n> The [[Quark S1|S1]] costs ==$299== in [[Norway]].[^1]\n\n- [x] Weigh it.\n\n"
        "{% include ad.html %}\n\n{:.note}\nIt was ~~$310~~ until May. ^price\n\n#glasses #news/today\n\n"
        "A `[[Quark]]` in code, 50%% and \\==this\\== stay.\n\n[^1]: Without the lenses.\n",
    ).body
    assert body.split("\n\n") == [
        "In short\nThe S1 costs $299 in Norway.",
        "Weigh it.",
        "It was until May.",
        "A [[Quark]] in code, 50%% and ==this== stay.",
        "Without the lenses.",
    ]


def test_broken_markup_leaves_no_marks(tmp_path: Path) -> None:
    body = read(
        tmp_path,
        "It costs **$299 **now.\n\n_The S1 is light. _\n\nAt 5 * 3 the snake_case stays, and \\*this\\* too.\n\n"
        "![Buy](p.png) the S1 ](https://shop.example/x?y=1)\n\n"
        "| | S1 | S2 | |\n| --- | --- | --- |\n| Price | $299 | $310 |\n",
    ).body
    assert body.split("\n\n") == [
        "It costs $299 now.",
        "The S1 is light.",
        "At 5 * 3 the snake_case stays, and *this* too.",
        "the S1",
        "S1 | S2",
        "Price | $299 | $310",
    ]


def test_front_matter_in_toml(tmp_path: Path) -> None:
    article = read(tmp_path, '+++\ntitle = "Quark S1"\ndate = 2025-11-28T10:00:00Z\ncompanies = ["Quark"]\n+++\nText.')
    assert (article.title, article.body, article.companies) == ("Quark S1", "Text.", ("Quark",))
    assert article.published == Published(2025, 11, 28)
    with pytest.raises(UnreadableArticle, match="not valid TOML"):
        read(tmp_path, "+++\ntitle = Quark\n+++\nText.")
    assert read(tmp_path, "+++\nA line that is no front matter.").body.endswith("front matter.")


def test_entities_bring_no_unseen_characters_back(tmp_path: Path) -> None:
    assert read(tmp_path, "It is &#x202E;light&#x200B;.&nbsp;So.").body == "It is light. So."
    assert read(tmp_path, '---\ntitle: "S1\\u202e big\\nnews"\n---\nText.').title == "S1 big news"


def test_a_paragraph_that_begins_with_a_number_keeps_it(tmp_path: Path) -> None:
    assert read(tmp_path, "299. That is the price of it.").body == "299. That is the price of it."


def test_the_author_can_be_asked_for(tmp_path: Path) -> None:
    article = read(tmp_path, "---\nauthor: Ana Diaz\n---\nThe S1 is light.\n")
    assert article.body == "By Ana Diaz\n\nThe S1 is light."
    assert [article.body[a:b] for a, b in article.asides] == ["By Ana Diaz"]
    assert read(tmp_path, "---\nauthor: Ana Diaz\n---\nBy Ana Diaz, Oslo\n\nThe S1.\n").body.count("Ana Diaz") == 1


@pytest.mark.parametrize(
    ("front", "says"),
    [
        ("title: [a", "not valid YAML (line"),
        ("title: 'open", "not valid YAML"),
        ("title: a\ntitle: b", "twice"),
        ("a: &x [1,2]\nb: *x", "anchors or aliases"),
        ("a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]", "anchors or aliases"),
        ("title: !!python/object/apply:os.system ['true']", "tags"),
        ("title: !!str x", "tags"),
        ("a: " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("title: [a, b]", '"title" as a list'),
        ("published: {year: 2025}", '"published" as a list'),
        ("status: maybe", "use one of reported"),
        ("url: javascript:alert(1)", "not a web address"),
        ("url: https://me:pw@example.org", "not a web address"),
        ("- just\n- a list", "`key: value`"),
        ("just text", "`key: value`"),
        ("a: b\n" * 20_000, "longer than"),
    ],
)
def test_bad_front_matter_is_refused_in_one_line(tmp_path: Path, front: str, says: str) -> None:
    with pytest.raises(UnreadableArticle) as refused:
        read(tmp_path, f"---\n{front}\n---\nText.\n")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_front_matter_that_is_never_closed(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="never closed"):
        read(tmp_path, "---\ntitle: x\n\nText.\n")
    assert read(tmp_path, "---\nA line, then text.\n").body == "A line, then text."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025", "2025"),
        ("2025-11", "2025-11"),
        ("2025-11-28", "2025-11-28"),
        ("2025/11/28", "2025-11-28"),
        ("2025-11-28T09:30:00Z", "2025-11-28"),
        ("2025-11-28 09:30:00.123+01:00", "2025-11-28"),
        ("20251128", "2025-11-28"),
        ("28 November 2025", "2025-11-28"),
        ("Nov 28, 2025", "2025-11-28"),
        ("Nov. 28th, 2025, 4:01 p.m. ET", "2025-11-28"),
        ("Friday, 28 Nov 2025", "2025-11-28"),
        ("November 2025", "2025-11"),
        ("sept 2025", "2025-09"),
        ("the 28th of November 2025", "2025-11-28"),
        ("28-11-2025", "2025-11-28"),
        ("2025. 11. 28.", "2025-11-28"),
        ("2025年11月28日（金）", "2025-11-28"),
        ("Fri Nov 28 09:30:00 UTC 2025", "2025-11-28"),
        ("Fri Nov 28 2025 09:30:00 GMT+0000 (Coordinated Universal Time)", "2025-11-28"),
        ("2025-11-28T09:30:00+01:00[Europe/Berlin]", "2025-11-28"),
        ("20251128093000", "2025-11-28"),
        ("November 28, 2025 - 9am", "2025-11-28"),
        ("sexta-feira, 28 de novembro de 2025", "2025-11-28"),
        ("Ends November 28, 2025", None),
        ("Updated 28 November 2025", None),
        ("1764316800", None),
        ("05/06/2025", None),
        ("2025-13-01", None),
        ("2025-02-30", None),
        ("2025-00", None),
        ("2025-11-00", None),
        ("20251345", None),
        ("yesterday", None),
        ("Q4 2025", None),
        ("early 2025", None),
        ("2025-2026", None),
        ("31 June 2025", None),
        ("٢٠٢٥", None),
        ("", None),
    ],
)
def test_dates_are_read_or_left_out(text: str, expected: str | None) -> None:
    found = published(text)
    assert (str(found) if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1764316800", "2025-11-28"),
        ("1764316800000", "2025-11-28"),
        ("1764316800000000", "2025-11-28"),
        ("1764316800.25", "2025-11-28"),
        ("Fri, 28 Nov 25 09:30:00 GMT", "2025-11-28"),
        ("Thu, 28 Nov 25 09:30:00 GMT", None),
        ("28 Nov 25", None),
        ("1999123110", None),
        ("2025112809", None),
        ("0", None),
        ("2025-11-28", "2025-11-28"),
    ],
)
def test_what_programs_write_is_read_where_nothing_else_stands(text: str, expected: str | None) -> None:
    found = stamped(text)
    assert (str(found) if found else None) == expected


@given(st.integers(1_000_000_000, 1_899_999_999), st.sampled_from(["", "000", "123456", ".5"]))
def test_seconds_are_a_day_of_the_calendar(seconds: int, more: str) -> None:
    day = datetime.fromtimestamp(seconds, UTC)
    assert stamped(f"{seconds}{more}") == Published(day.year, day.month, day.day)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    expected = Published(day.year, day.month, day.day)
    for form in (
        "%c",
        "%d-%b-%Y",
        "%Y%m%d",
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d %B %Y",
        "%b %d, %Y",
        "%A, %B %d, %Y",
        "%Y-%m-%dT%H:%M:%S",
    ):
        assert published(day.strftime(form)) == expected
