"""Web pages: the main text that a visitor sees, and the metadata that the page states."""

import json
from pathlib import Path

import pytest

from bot.errors import UnreadableArticle
from bot.readers import read_article
from bot.values import Article, Published

PAGE = """<!doctype html><html lang="en-US"><head><meta charset="utf-8">
<title>Quark S1 review - Example News</title>
<meta property="og:site_name" content="Example News"><meta name="author" content="Ana Diaz">
{head}
<link rel="canonical" href="https://example.org/quark-s1"></head>
<body><nav>Home About Shop</nav><article><h1>Quark S1 review</h1>
<p>The Quark S1 costs <b>$299</b> and weighs 42&nbsp;g. It ships in the U.S. from the first day of May.</p>
{extra}
<h2>Battery</h2><ul><li>Two days of use</li><li>One hour to charge</li></ul>
<table><tr><th>Model</th><th>Price</th></tr><tr><td>S1</td><td>$299</td></tr></table>
<p>The last paragraph says that the glasses are light and that people seem to like them.</p></article>
<footer>Copyright 2026 Example News</footer></body></html>"""
DATED = '<meta property="article:published_time" content="2025-11-28T10:00:00Z">'


def read(folder: Path, page: str | bytes, name: str = "page.html") -> Article:
    (folder / name).write_bytes(page if isinstance(page, bytes) else page.encode())
    return read_article(folder / name, folder)


MARKED = '<time class="entry-date published" datetime="2025-11-28T08:00:00+00:00">28 November</time>'


def test_a_whole_page(tmp_path: Path) -> None:
    article = read(tmp_path, PAGE.format(head=DATED, extra=""))
    assert article.title == "Quark S1 review"
    assert article.publisher == "Example News"
    assert article.url == "https://example.org/quark-s1"
    assert article.published == Published(2025, 11, 28)
    assert article.language == "en"
    assert article.body.split("\n\n") == [
        "By Ana Diaz",
        "The Quark S1 costs $299 and weighs 42 g. It ships in the U.S. from the first day of May.",
        "Battery",
        "Two days of use",
        "One hour to charge",
        "Model | Price",
        "S1 | $299",
        "The last paragraph says that the glasses are light and that people seem to like them.",
    ]
    assert [article.body[a:b] for a, b in article.asides] == ["By Ana Diaz"]


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">SECRET words for machines, long enough to look like text.</p>',
        '<div style="visibility:hidden"><p>SECRET words for machines, long enough to look like text.</p></div>',
        "<p hidden>SECRET words for machines, long enough to look like text.</p>",
        '<p aria-hidden="true">SECRET words for machines, long enough to look like text.</p>',
        '<p>Shown. <span style="font-size:0px">SECRET words for machines, long enough.</span></p>',
        '<p style="font-size:0">SECRET words for machines, long enough to look like text.</p>',
        '<p style="color:#fff">SECRET words for machines, long enough to look like text.</p>',
        '<p style="color: rgb(255, 255, 255); background: white">SECRET words for machines, long enough.</p>',
        '<p style="position:absolute; left:-9999px">SECRET words for machines, long enough to look like text.</p>',
        '<p style="opacity:0">SECRET words for machines, long enough to look like text.</p>',
        "<template><p>SECRET words for machines, long enough to look like text.</p></template>",
        "<noscript><p>SECRET words for machines, long enough to look like text.</p></noscript>",
        "<!-- SECRET words for machines, long enough to look like text. -->",
        '<p class="x big">SECRET words for machines, long enough to look like text.</p>',
        '<p class="sr-only">SECRET words for machines, long enough to look like text.</p>',
        '<div style="height:0;overflow:hidden"><p>SECRET words for machines, long enough.</p></div>',
    ],
)
def test_what_no_visitor_sees_is_not_read(tmp_path: Path, hidden: str) -> None:
    style = "<style>/* c */ a{color:blue} p.x, .y { display:none } @media print { .z {display:none} }</style>"
    article = read(tmp_path, PAGE.format(head=style, extra=hidden))
    assert "SECRET" not in article.body + article.title
    assert "The Quark S1 costs $299" in article.body


@pytest.mark.parametrize(
    "shown",
    [
        '<p class="z">It is VISIBLE to everyone who opens this page on a screen.</p>',
        '<div style="background:#000"><p style="color:white">It is VISIBLE to everyone who opens this page.</p></div>',
        '<p style="opacity:0.9; font-size:0.9em; left:-9px">It is VISIBLE to everyone who opens this page.</p>',
        '<p aria-hidden="false" style="display:block">It is VISIBLE to everyone who opens this page.</p>',
        '<p style="max-width:100%; line-height:1">It is VISIBLE to everyone who opens this page.</p>',
    ],
)
def test_what_a_visitor_sees_is_read(tmp_path: Path, shown: str) -> None:
    style = "<style>@media print { .z {display:none} }</style>"
    assert "VISIBLE" in read(tmp_path, PAGE.format(head=style, extra=shown)).body


STATED = '<time itemprop="datePublished" datetime="2025-11-28">28 November</time>'


@pytest.mark.parametrize(
    ("head", "extra", "expected"),
    [
        ("", "", None),
        ("", "<p>Updated today. On 5 May 2020 the company was small, and it is larger now.</p>", None),
        ('<meta name="date" content="2025-11">', "", "2025-11"),
        ('<meta itemprop="datePublished" content="28 November 2025">', "", "2025-11-28"),
        (
            '<script type="application/ld+json">{"datePublished": "2025-11-28T09:00:00+01:00"}</script>',
            "",
            "2025-11-28",
        ),
        ("", '<p><time itemprop="datePublished" datetime="2025-11-28">Friday</time></p>', "2025-11-28"),
        ('<meta property="article:published_time" content="1764316800">', "", "2025-11-28"),
        ('<script type="application/ld+json">{"datePublished": 1764316800000}</script>', "", "2025-11-28"),
        (
            r'<script type="application/ld+json">{"datePublished": "2025-11-28T09:00:00\u002b01:00"}</script>',
            "",
            "2025-11-28",
        ),
        ("", f"<p>{MARKED}</p>", "2025-11-28"),
        ("", f"<p>{MARKED}</p><p>{MARKED.replace('28', '27')}</p>", None),
        ("", f"{MARKED}</article><aside>{MARKED.replace('28', '27')}</aside>", "2025-11-28"),
        ("", '<p><time class="updated" datetime="2025-11-29">Saturday</time></p>', None),
        ("", '<p>It comes on <time datetime="2025-12-24">Christmas Eve</time>.</p>', None),
        ('<meta name="date" content="soon">', "", None),
        ('<meta name="date" content="1970-01-01">', "", None),
        ('<meta name="date" content="2126-11-28">', "", None),
        (
            '<meta name="date" content="2026-11-30"><meta property="article:published_time" content="2025-11-28">',
            "",
            "2025-11-28",
        ),
        (
            "",
            "</article><p><time itemprop='datePublished' datetime='2019-05-05'>5 May</time></p><article>",
            None,
        ),
        (
            "",
            f"{STATED}</article><p><time itemprop='datePublished' datetime='2019-05-05'>5 May</time></p><article>",
            "2025-11-28",
        ),
        ('<meta property="article:modified_time" content="2026-01-01">', "", None),
    ],
)
def test_dates_are_stated_or_missing(tmp_path: Path, head: str, extra: str, expected: str | None) -> None:
    found = read(tmp_path, PAGE.format(head=head, extra=extra)).published
    assert (str(found) if found else None) == expected


ORGANISATION = {"@type": "Organization", "@id": "#us", "name": "Gadget Herald"}
STORY = {
    "@type": ["NewsArticle"],
    "author": [{"@type": "Person", "name": "Bo Lind"}, "Mo Ray"],
    "publisher": ORGANISATION,
}


@pytest.mark.parametrize(
    ("data", "publisher", "byline"),
    [
        (STORY, "Gadget Herald", "By Bo Lind, Mo Ray"),
        ([ORGANISATION, STORY | {"author": "Bo Lind"}], "Gadget Herald", "By Bo Lind"),
        ({"@graph": [ORGANISATION, STORY | {"publisher": {"@id": "#us"}}]}, "Gadget Herald", "By Bo Lind, Mo Ray"),
        ({"@type": "WebPage", "publisher": ORGANISATION}, "", ""),
        (STORY | {"author": {"name": "x" * 500}, "publisher": 7}, "", ""),
        (STORY | {"author": "https://example.org/bo", "publisher": None}, "", ""),
        ("{broken", "", ""),
    ],
)
def test_who_wrote_and_publishes_is_read_from_linked_data(
    tmp_path: Path, data: object, publisher: str, byline: str
) -> None:
    said = data if isinstance(data, str) else json.dumps(data)
    text = "<p>The Quark S1 costs $299 and weighs 42 grams.</p>"
    page = f'<html><script type="application/ld+json">{said}</script><body><article>{text}</article></body></html>'
    article = read(tmp_path, page)
    assert article.publisher == publisher
    assert article.body == f"{byline}\n\nThe Quark S1 costs $299 and weighs 42 grams.".strip()
    assert [article.body[start:end] for start, end in article.asides] == [byline] * bool(byline)


TEASER = {"@type": "NewsArticle", "headline": "Recall of the Q9", "datePublished": "2024-03-05"}


@pytest.mark.parametrize(
    ("data", "published"),
    [
        (
            [TEASER, {"@type": "NewsArticle", "headline": "Quark S1 review", "datePublished": "2025-11-28"}],
            "2025-11-28",
        ),
        ({"@type": "VideoObject", "datePublished": "2024-03-05"}, None),
        (
            {
                "@type": "LiveBlogPosting",
                "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Price", "datePublished": "2025-11-29"}],
                "datePublished": "2025-11-28T07:00:00Z",
            },
            "2025-11-28",
        ),
        ({"@graph": [{"@type": "Article"}, {"@type": "WebPage", "datePublished": "2025-11-28"}]}, "2025-11-28"),
        ({"@type": "Article", "datePublished": "2126-11-28"}, None),
        ({"@type": "Article", "datePublished": {"@value": 7}}, None),
    ],
)
def test_a_date_is_that_of_the_article_itself(tmp_path: Path, data: object, published: str | None) -> None:
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    found = read(tmp_path, PAGE.format(head=script, extra="")).published
    assert (str(found) if found else None) == published


def test_what_a_page_shows_comes_before_its_linked_data(tmp_path: Path) -> None:
    script = f'<script type="application/ld+json">{json.dumps(STORY)}</script>'
    article = read(tmp_path, PAGE.format(head=script, extra=""))
    assert article.publisher == "Example News"
    assert article.body.startswith("By Ana Diaz\n\n")


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ('<html lang="pt-BR"><p>Text.</p>', "pt"),
        ('<html><meta property="og:locale" content="de_DE"><p>Text.</p>', "de"),
        ('<html><meta http-equiv="content-language" content="fr, en"><p>Text.</p>', "fr"),
        ('<html><script type="application/ld+json">{"inLanguage": "ja-JP"}</script><p>Text.</p>', "ja"),
        ('<html lang="en"><meta property="og:locale" content="de_DE"><p>Text.</p>', "en"),
        ('<html lang="klingon"><p>Text.</p>', ""),
        ("<html><p>Das ist ein Text.</p>", ""),
    ],
)
def test_a_language_is_stated_or_missing(tmp_path: Path, page: str, language: str) -> None:
    assert read(tmp_path, page).language == language


OTHER = (
    "<article><h2>Recall of the Q9</h2><p>The Q9 costs $99 and was recalled in March, as its maker said.</p></article>"
)


@pytest.mark.parametrize(
    ("extra", "shown", "unseen"),
    [
        (
            "<p>It costs $299.<sup><a href='#n1'>[1]</a></sup> It is light.<sup>2</sup> So.</p>",
            "$299. It is light. So.",
            "",
        ),
        ("<p>It has 10<sup>3</sup> pixels for each m<sup>2</sup>.</p>", "It has 103 pixels for each m2.", ""),
        ("<p>It costs <del>$310</del> $289 now.</p>", "It costs $289 now.", "310"),
        (
            "<p>It comes on <time datetime='2025-12-24'>Christmas Eve</time>, they say.</p>",
            "on Christmas Eve, they",
            "",
        ),
        ("<table><tr><td>Oslo</td><td><ul><li>$1</li><li>$2</li></ul></td></tr></table>", "Oslo | $1, $2", ""),
        (f"</article>{OTHER}<article>", "weighs 42 g", "Q9"),
    ],
)
def test_sentences_stand_without_what_is_beside_them(tmp_path: Path, extra: str, shown: str, unseen: str) -> None:
    body = read(tmp_path, PAGE.format(head="", extra=extra)).body
    assert shown in body
    assert not unseen or unseen not in body


def test_links_to_other_articles_are_no_reporting(tmp_path: Path) -> None:
    other = (
        "<p>More: <a href='/q9'>The Q9 is recalled in Norway</a></p><p>It has <a href='/d'>a display</a> for text.</p>"
    )
    article = read(tmp_path, PAGE.format(head="", extra=other))
    assert "It has a display for text." in article.body
    assert [article.body[start:end] for start, end in article.asides] == [
        "By Ana Diaz",
        "More: The Q9 is recalled in Norway",
    ]


def test_a_list_right_in_the_body_of_a_page(tmp_path: Path) -> None:
    page = "<h1>S1</h1><p>The maker gave two figures:</p><ul><li>It weighs 42 g.<li>It costs $299.</ul><p>So.</p>"
    assert "It weighs 42 g.\n\nIt costs $299." in read(tmp_path, page).body


def test_a_page_without_metadata(tmp_path: Path) -> None:
    article = read(tmp_path, "<p>The Quark S1 costs $299.</p>", "bare.html")
    assert article == Article(id="bare", title="bare", body="The Quark S1 costs $299.")


def test_hostile_links_are_dropped(tmp_path: Path) -> None:
    page = PAGE.format(head="", extra="").replace("https://example.org/quark-s1", "javascript:alert(1)")
    assert read(tmp_path, page).url == ""


def test_character_sets(tmp_path: Path) -> None:
    text = "<p>The S1 costs 299 € – say “Größe”.</p>"
    for name, charset in (("windows-1252", "cp1252"), ("iso-8859-1", "cp1252"), ("utf-8", "utf-8")):
        page = f'<html><head><meta charset="{name}"></head><body>{text}</body></html>'
        assert "299 € – say “Größe”" in read(tmp_path, page.encode(charset)).body
    assert "眼镜很轻" in read(tmp_path, '<meta charset="gb2312"><p>眼镜很轻。</p>'.encode("gb18030")).body
    assert "299 €" in read(tmp_path, text.encode("utf-16")).body
    with pytest.raises(UnreadableArticle, match="not UTF-8"):
        read(tmp_path, text.encode("cp1252"))
    with pytest.raises(UnreadableArticle, match="character set that it declares"):
        read(tmp_path, b'<meta charset="utf-8">' + text.encode("cp1252"))
    with pytest.raises(UnreadableArticle, match="character set that it declares"):
        read(tmp_path, b'<meta charset="zlib">' + text.encode())


def test_a_page_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="no text"):
        read(tmp_path, "<html><body><script>x()</script></body></html>")


def test_a_page_that_only_leads_on_is_refused(tmp_path: Path) -> None:
    refresh = '<meta http-equiv="Refresh" content="0; url=https://example.org/quark-s1">'
    with pytest.raises(UnreadableArticle, match="leads on"):
        read(tmp_path, f"<html><head>{refresh}</head><body><p>Redirecting to the article on the S1.</p></body></html>")
    slow = refresh.replace("0;", "900;")
    assert read(tmp_path, f"<html><head>{slow}</head><body><p>The S1 costs $299.</p></body></html>").body
    assert read(tmp_path, PAGE.format(head=refresh, extra="<p>It has a display.</p>" * 20)).body
