"""Any reply whatever, for property tests: hostile text, odd numbers, lengths around the limits; and the laws."""

from __future__ import annotations

from dataclasses import replace
from html import escape, unescape

from hypothesis import strategies as st
from telegram_parser import Parsed, Refused, parse, tappable
from telegram_rich import parse_rich

from bot.answering.links import link_to
from bot.messages import Layout, Length, PlaceSettings, Reply
from bot.telegram.packing import ENTITIES, MESSAGE
from bot.telegram.rendering import Outgoing, quote_messages, reply_messages, source_messages
from bot.values import Answer, Citation, Published, Role, Statement, Status

DATA = 64
"""The most bytes that a button carries, https://core.telegram.org/bots/api#inlinekeyboardbutton."""
NAUGHTY = (
    "@durov", "@everyone", "/start", "/ask@bot go", "#tag", "$AAPL", "https://evil.example/a?b=c&d",
    "evil.com",
    "t.me/joinchat/x", "tg://resolve?domain=x", "a@b.co", "<b>", "</a>",
    "<a href='https://evil.example'>x</a>", "&amp;",
    "&#x3c;", "<", ">", '"', "'", "[1]", "[99]", "[x](https://evil.example)", "<!-- c -->", "**b**", "_i_",
    "```",
    "\u202e", "\u200b", "\U000e0041", "\x00", "\ud800", "👩‍👩‍👧‍👦", "🇩🇪", "é", "中文句子。", "عربى", "www.x.de",
    "1.2.3.4", "xn--80ak6aa92e.com", "пример.рф", "例え.jp", "+49 30 1234567", "x.com:8080/y", "ftp://x.y/z",
    "mailto:a@b.c",
    "U.S.", "Q3/2025", "3.5 mm", "A.I.", "e.g.", "Node.js", "Amazon.com’s", "(evil.com)", "“evil.com”",
    "a.b.com,c.d.org", "~.ba", "–.com", "\u0301.et", "👩.com",
)  # fmt: skip
words = st.one_of(st.sampled_from(NAUGHTY), st.text(max_size=12), st.from_regex(r"[A-Za-z]{1,9}[.,;]?", fullmatch=True))
sentences = st.lists(words, min_size=1, max_size=12).map(" ".join)
texts = st.one_of(
    sentences,
    st.tuples(sentences, st.integers(1, 400)).map(lambda pair: (pair[0] + ". ") * pair[1]),
    st.tuples(st.sampled_from(["a", "𝕏", "é", "中", "@x", "<", "👩‍👧"]), st.integers(1, 9000)).map(
        lambda p: p[0] * p[1]
    ),
)
hosts = st.sampled_from(
    ["https://a.example/x?y=1&z=2", "http://news.example", "https://ü.example/ä b", "javascript:alert(1)",
     "tg://user?id=1", "https://user:pw@evil.example/", "file:///etc/passwd", "", "https://x.example/" + "p" * 3000,
     'https://x.example/"><b>', "https://x.example/\n", "https://"]
)  # fmt: skip


@st.composite
def citations(draw: st.DrawFn, n: int) -> Citation:
    url = draw(hosts)
    quote = draw(texts)
    published = draw(
        st.one_of(st.none(), st.builds(Published, st.integers(2000, 2030), st.just(5), st.integers(0, 28)))
    )
    try:
        link = link_to(url, quote[:500])
    except ValueError:  # UnicodeEncodeError is one
        link = url
    return Citation(n, "id", draw(texts), draw(sentences), url, published, quote, link, draw(st.sampled_from(Status)))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    cited = tuple(draw(citations(n)) for n in range(1, draw(st.integers(0, 6)) + 1))
    numbers = st.lists(st.integers(1, 8), max_size=draw(st.sampled_from([3, 60]))).map(tuple)
    stated = st.builds(Statement, texts, numbers, st.sampled_from(Role))
    return Answer(
        draw(texts),
        draw(texts),
        draw(st.booleans()),
        tuple(draw(st.lists(stated, max_size=8))),
        cited,
        draw(st.one_of(st.just(""), texts)),
    )


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    return Reply(
        "Abc-_0123456",
        draw(answers()),
        tuple(draw(st.lists(texts, max_size=3))),
        draw(st.one_of(st.just(""), texts)),
        PlaceSettings(length=draw(st.sampled_from(Length))),
    )


def checked(message: Outgoing) -> Parsed:
    parsed = parse(message.html)
    assert 0 < parsed.units <= MESSAGE
    assert len(parsed.entities) <= ENTITIES
    assert message.plain.strip()
    assert tappable(parsed) == []
    assert tappable(Parsed(message.plain, ())) == []
    for row in message.buttons:
        for button in row:
            assert 0 < len(str(button.press).encode()) <= DATA
            assert button.label.strip()
    return parsed


def judged(any_reply: Reply) -> int:
    """Assert what holds of the messages of every reply, and return how many there are."""
    messages, links = reply_messages(any_reply), _links(any_reply)
    for message in messages:
        assert checked(message).links <= links
    assert all(not message.buttons for message in messages[:-1])
    return len(messages)


def judged_rich(any_reply: Reply) -> int:
    """Assert what holds of the rich messages of every reply, and return how many there are."""
    cited, links = any_reply.answer.citations, _links(any_reply)
    told = replace(any_reply, apology="", settings=PlaceSettings(layout=Layout.RICH))
    found = [rich for rich in (reply_messages(told)[0].rich, source_messages(cited, PlaceSettings())[0].rich) if rich]
    for rich in map(parse_rich, found):
        assert {unescape(url) for url in rich.links} <= {*links, *(c.link for c in cited)}
        assert all(url.startswith(("http://", "https://")) for url in rich.links)
    return len(found)


def judged_receipts(any_reply: Reply) -> int:
    """Assert what holds of the quotes and sources of every reply, and return how many messages show them."""
    cited, links = any_reply.answer.citations, _links(any_reply)
    shown = (*source_messages(cited, PlaceSettings()), *quote_messages(cited, PlaceSettings(language="de")))
    for message in shown:
        assert checked(message).links <= links
    return len(shown)


def _links(any_reply: Reply) -> set[str]:
    """Return the links to sources and their pages, as Telegram spells them; what it takes for no link is none."""
    cited = any_reply.answer.citations
    return {found for c in cited for url in (c.link, c.url) for found in _spelled(url)}


def _spelled(url: str) -> set[str]:
    try:
        return parse(f'<a href="{escape(url)}">x</a>').links
    except (Refused, UnicodeEncodeError):
        return set()
