"""Raw news text: the first line is the title, and what is no reporting is an aside."""

from pathlib import Path

import pytest

from bot.readers import read_article
from bot.values import Article, Published

NEWS = """Quark S1 glasses go on sale
By Ana Diaz
Published November 28, 2025
Quark Inc. began to sell the S1 on Friday.The glasses cost $299 and weigh 42 g.
Photo by Lee Wong/Getty Images
“We are happy,” said Dr. Kim of Quark. The S1 runs for two days.
Read more: Ten glasses we like
- It is light.
- It is cheap.
Disclosure: the writer owns shares in Quark.
About the author
Ana Diaz is a senior reporter at Example News, where she covers glasses.
She lives in Oslo.
Related articles
Orbit shows a ring
Why rings sell
"""


def read(folder: Path, text: str, name: str = "news.txt") -> Article:
    (folder / name).write_text(text, encoding="utf-8")
    return read_article(folder / name, folder)


def aside_texts(article: Article) -> list[str]:
    return [article.body[start:end] for start, end in article.asides]


def test_a_raw_news_article(tmp_path: Path) -> None:
    article = read(tmp_path, NEWS)
    assert article.title == "Quark S1 glasses go on sale"
    assert article.published == Published(2025, 11, 28)
    assert article.publisher == ""
    assert aside_texts(article) == [
        "By Ana Diaz",
        "Published November 28, 2025",
        "Photo by Lee Wong/Getty Images",
        "Read more: Ten glasses we like",
        "Disclosure: the writer owns shares in Quark.",
        "About the author",
        "Ana Diaz is a senior reporter at Example News, where she covers glasses.",
        "She lives in Oslo.",
        "Related articles",
        "Orbit shows a ring",
        "Why rings sell",
    ]
    assert "It is light.\n\nIt is cheap." in article.body


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("By Ana Diaz, 14 October 2026", 14),
        ("By Ana Diaz | Oct 14, 2026", 14),
        ("by Ana Diaz and Lee Wong - 14.10.2026", 14),
        ("By Ana Diaz on October 14, 2026", 14),
        ("By Ana Diaz, 05/06/2026", None),
        ("By the end of 2026 it ships, 14 October 2026", None),
    ],
)
def test_a_byline_may_end_with_the_date(tmp_path: Path, line: str, day: int | None) -> None:
    found = read(tmp_path, f"A title\n\n{line}\n\nThe S1 costs $299. It is light and it sells well.\n").published
    assert (found.day if found else None) == day


def test_wrapped_lines_stay_one_paragraph(tmp_path: Path) -> None:
    article = read(tmp_path, "A title\n\nThe S1 costs\n$299 in the U.S.\n\nIt is light.\n")
    assert article.body == "The S1 costs\n$299 in the U.S.\n\nIt is light."


def test_without_a_title_the_file_name_is_the_title(tmp_path: Path) -> None:
    assert read(tmp_path, "Only one line.", "one.txt").title == "one"
    assert read(tmp_path, "Only one line.", "one.txt").body == "Only one line."
    assert read(tmp_path, "word " * 100 + "\nmore text", "long.txt").title == "long"


@pytest.mark.parametrize(
    "reporting",
    [
        "Quark is a maker of glasses with many writers among its fans.",
        "The S1 is available at 299 dollars.",
        "Copyright law may change, the reporter said.",
        "Correction: the S1 costs $299, not $399.",
        "Apple Watch owners may subscribe to a plan for $9.99 a month.",
        "Oura Ring covers sleep, health and stress at home.",
        "Image processing takes 3 ms on the chip.",
        "Thomas Jefferson is credited as the primary author of the Declaration.",
        "By May 2026 the company wants to sell a million.",
        "Related parties bought 5% of the shares.",
        "Tim Cook is the head of Apple.",
        "More glasses will follow in May.",
        "The company uses cookies made of oats in its canteen.",
    ],
)
def test_reporting_is_no_aside(tmp_path: Path, reporting: str) -> None:
    assert aside_texts(read(tmp_path, f"A title\n\n{reporting}\n\nThe S1 is light.\n")) == []


@pytest.mark.parametrize(
    "aside",
    [
        "© 2025 Example News. All rights reserved.",
        "All rights reserved.",
        "(Image credit: Quark)",
        "A man wears the S1. (Photo: Quark)",
        "Sign up for our newsletter to get more of this.",
        "We use cookies to make this site better.",
        "This article originally appeared on Example News.",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "S1 and Orbit are registered trademarks of Quark Inc.",
        "When you buy through our links, we may earn a commission.",
        "Ana Diaz is a freelance writer in Oslo.",
        "Ana Diaz covers wearables for Example News.",
        "Follow Ana Diaz on X: @ana",
        "Lee Wong and Jo Roe contributed to this report.",
        "Advertisement",
        "5 min read",
    ],
)
def test_what_is_no_reporting_is_an_aside(tmp_path: Path, aside: str) -> None:
    assert aside_texts(read(tmp_path, f"A title\n\nThe S1 is light.\n\n{aside}\n")) == [aside]


def test_markdown_in_a_text_file_is_read_as_that(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "Quark S1\n\n# Quark S1\n\n**Published:** November 28, 2025\n\nThe **Quark S1** weighs 42 g\\. It has "
        "[a display](https://a.example) of its own.\n\n\\[the\\_ad id='1'\\]\n",
    )
    assert article.title == "Quark S1"
    assert article.published == Published(2025, 11, 28)
    assert article.body.split("\n\n") == [
        "Published: November 28, 2025",
        "The Quark S1 weighs 42 g. It has a display of its own.",
        "[the_ad id='1']",
    ]
