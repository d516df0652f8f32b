"""A link leads to the quoted sentence in its source, and nowhere else."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.links import link_to

URL = "https://example.com/news/a"
DIRECTIVE = ":~:text="

QUOTES = [
    ("The S1 costs 3,799 yuan.", "The%20S1%20costs%203%2C799%20yuan."),
    ("Ray-Ban", "Ray%2DBan"),
    ("AT&T", "AT%26T"),
    ("100% & more", "100%25%20%26%20more"),
    ("#1 of 2?", "%231%20of%202%3F"),
    ("Alibaba’s", "Alibaba%E2%80%99s"),
    ("夸克 S1", "%E5%A4%B8%E5%85%8B%20S1"),
    ("two\nlines  and\u00a0spaces", "two%20lines%20and%20spaces"),
    ('a "b" (c)', "a%20%22b%22%20%28c%29"),
]


@pytest.mark.parametrize(("quote", "encoded"), QUOTES)
def test_a_quote_is_encoded(quote: str, encoded: str) -> None:
    assert link_to(URL, quote) == f"{URL}#:~:text={encoded}"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.com/a#part", "https://example.com/a#part:~:text=x"),
        ("https://example.com/a#", "https://example.com/a#:~:text=x"),
        ("https://example.com/a?b=c&d=e", "https://example.com/a?b=c&d=e#:~:text=x"),
        ("https://example.com/a#:~:text=other", "https://example.com/a#:~:text=x"),
        ("https://example.com/a#part:~:text=other", "https://example.com/a#part:~:text=x"),
        ("http://example.com", "http://example.com#:~:text=x"),
        ("HTTPS://example.com/", "HTTPS://example.com/#:~:text=x"),
    ],
)
def test_the_fragment_joins_what_the_address_has(url: str, link: str) -> None:
    assert link_to(url, "x") == link


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JavaScript://example.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "file://example.com/a",
        "ftp://example.com/a",
        "tg://resolve?domain=a",
        "//example.com/a",
        "example.com/a",
        "/a",
        "https:///a",
        "https://",
        "https://user@example.com/",
        "https://example.com:pass@evil.example/",
        "https://@example.com/",
        "http://[::1",
        "http://[",
        "java\nscript:alert(1)",
    ],
)
def test_only_a_plain_web_address_is_linked(url: str) -> None:
    assert link_to(url, "a quote") == ""


def test_a_long_quote_is_named_by_its_first_and_last_words() -> None:
    quote = " ".join(f"word{n}," for n in range(40))
    first = "word0%2C%20word1%2C%20word2%2C%20word3%2C%20word4%2C%20word5%2C"
    last = "word34%2C%20word35%2C%20word36%2C%20word37%2C%20word38%2C%20word39%2C"
    assert link_to(URL, quote) == f"{URL}#:~:text={first},{last}"


def test_a_long_quote_of_few_words_is_named_whole() -> None:
    quote = f"{'a' * 130} {'b' * 130}"
    assert link_to(URL, quote) == f"{URL}#:~:text={'a' * 130}%20{'b' * 130}"


@given(st.text(min_size=1).filter(str.strip))
def test_decoding_a_link_gives_the_words_of_its_quote(quote: str) -> None:
    link = link_to(URL, quote)
    page, _, directive = link.partition(f"#{DIRECTIVE}")
    assert page == URL
    assert directive.isascii()
    assert not set(directive) & set("-& \"'<>()[]#")
    parts = [unquote(part) for part in directive.split(",")]
    said = " ".join(quote.split())
    assert parts == [said] or (len(parts) == 2 and said.startswith(parts[0]) and said.endswith(parts[1]))


@given(st.text())
def test_any_address_gives_a_web_link_or_none(url: str) -> None:
    link = link_to(url, "a quote")
    assert link == "" or urlsplit(link).scheme in ("http", "https")


@given(st.sampled_from(["http", "https"]), st.text(alphabet="abc.@:/#[]?=&", max_size=30))
def test_a_link_never_leads_to_another_host_than_its_address(scheme: str, rest: str) -> None:
    url = f"{scheme}://{rest}"
    link = link_to(url, "a quote, with parts")
    assert not link or urlsplit(link).hostname == urlsplit(url).hostname
    assert not link or "@" not in urlsplit(link).netloc


def test_a_long_quote_without_spaces_is_named_by_its_ends_in_a_link_that_chats_take() -> None:
    quoted = "夸克智能眼镜的旗舰型号售价为三千七百九十九元人民币" * 4
    link = link_to("https://www.example.cn/news/show-143076.html", quoted)
    fragment = link.partition(":~:text=")[2]
    first, last = (unquote(end) for end in fragment.split(","))
    assert quoted.startswith(first)
    assert quoted.endswith(last)
    assert len(link) < 512
