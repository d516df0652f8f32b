"""Feeds of three formats, as sites write them and as they should not; whatever comes is a feed or one sentence."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UnreadableArticle
from bot.readers import Bounded, Entry
from bot.readers.feed import MAX_ENTRIES, read_feed
from bot.readers.kinds import kind_of
from bot.text.clean import clean
from bot.values import Published

MARKUP = [b"<", b"&", b"]]>", b'"', b"<![CDATA[", b"</item>", b"<!--", b"&lt;", b"\xff"]
HERE = "https://wire.example/feed"
DAY = Published(2026, 11, 25)
RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Wire &amp; Tear</title><link>https://wire.example/</link>
<item><title>Ring &amp;amp; band: 5 &lt; 6</title><link>https://wire.example/a?x=1&amp;y=2</link>
<guid isPermaLink="false">a-1</guid><pubDate>Wed, 25 Nov 2026 10:00:00 EST</pubDate>
<dc:creator><![CDATA[Ana <b>Diaz</b>]]></dc:creator>
<description>&lt;p&gt;Hi &lt;b&gt;you&lt;/b&gt;&lt;/p&gt;</description></item>
<item><title><![CDATA[B & C &eacute;]]></title><guid>https://wire.example/b</guid>
<dc:date>2026-11-25T23:00:00-08:00</dc:date></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Atomic</title>
<entry><id>urn:1</id><title type="html">&lt;b&gt;Watch&lt;/b&gt; sold</title><link rel="self" href="/self"/>
<link rel="enclosure" href="/x.mp3"/><link href="/1"/><published>2026-11-25T00:00:00Z</published>
<updated>2026-11-26T00:00:00Z</updated><author><name>Bo Li</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Hello <i>there</i></div></content></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><title>Old</title></channel><item><title>One</title><link>https://wire.example/one</link></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "J\u00f6", "items": [
{"id": 7, "url": "/7", "title": "Seven", "date_published": "2026-11-25T10:00:00+09:00", "authors": [{"name": "Q"}],
 "content_html": "<p>Text</p>"}, {"id": "x"}, 3, {"url": "file:///etc/passwd"}]}""".encode()


def test_rss() -> None:
    first, second = read_feed(RSS, HERE)
    assert first == Entry("a-1", "https://wire.example/a?x=1&y=2", "Ring & band: 5 < 6", "Hi you", "Ana Diaz", DAY)
    assert (second.url, second.title, second.published) == ("https://wire.example/b", "B & C é", DAY)


def test_atom() -> None:
    (entry,) = read_feed(ATOM, HERE)
    revised = "2026-11-26T00:00:00Z"
    assert entry == Entry("urn:1", "https://wire.example/1", "Watch sold", "Hello there", "Bo Li", DAY, revised)


def test_dates_as_programs_count_them() -> None:
    items = [{"url": "/a", "date_published": 1795600000}, {"url": "/b", "date_published": "1795600000000"}]
    items += [{"url": "/c", "date_published": True}, {"url": "/d", "date_published": -1}]
    feed = json.dumps({"items": items}).encode()
    assert [entry.published for entry in read_feed(feed, HERE)] == [DAY, DAY, None, None]
    rss = b"<rss><channel><item><link>/a</link><pubDate>1795600000</pubDate></item></channel></rss>"
    assert read_feed(rss, HERE)[0].published == DAY


def test_addresses_are_relative_to_what_the_feed_says() -> None:
    entries = '<entry xml:base="2026/"><link href="a"/></entry><entry><link href="b"/></entry>'
    feed = f'<feed xml:base="/blog/">{entries}</feed>'.encode()
    assert [entry.url for entry in read_feed(feed, HERE)] == [
        "https://wire.example/blog/2026/a",
        "https://wire.example/blog/b",
    ]


def test_rdf_and_json() -> None:
    assert read_feed(RDF, HERE) == (Entry("https://wire.example/one", "https://wire.example/one", "One"),)
    (entry,) = read_feed(JSON, HERE)
    assert entry == Entry("7", "https://wire.example/7", "Seven", "Text", "Q", DAY)


@pytest.mark.parametrize(
    "broken",
    [
        RSS.replace(b"Hi ", b"Hi &nbsp; &unknown; & "),
        RSS.replace(b"</channel></rss>", b""),
        RSS.replace(b"<channel>", b"<channel><br><p></br>"),
        b"\xef\xbb\xbf\n\n" + RSS,
        RSS.replace(b"UTF-8", b"ISO-8859-1"),
        RSS.decode().encode("utf-16"),
        RSS.replace(b"<title>", b"<title>\x0b"),
    ],
)
def test_what_is_not_well_formed_is_read_as_far_as_it_can_be(broken: bytes) -> None:
    first, *_ = read_feed(broken, HERE)
    assert (first.title, first.published, first.url) == ("Ring & band: 5 < 6", DAY, "https://wire.example/a?x=1&y=2")


def test_an_old_character_set_that_is_declared_is_read() -> None:
    text = '<?xml version="1.0" encoding="windows-1252"?><rss><item><title>für 5 €</title><link>/</link></item></rss>'
    assert read_feed(text.encode("cp1252"), HERE)[0].title == "für 5 €"
    with pytest.raises(UnreadableArticle):
        read_feed(text.replace("windows-1252", "utf-8").encode("cp1252"), HERE)


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><html><head><title>Access Denied</title></head><body>You may not.</body></html>",
        b"<html><body>feed</body></html>",
        b"",
        b"plain",
        b"{}",
        b'{"items": 3}',
        b"\x00\x01\x02",
        b"[" * 100_000,
        b'{"items":' + b"[" * 100_000,
        b"<a>" * 50_000,
        b"<opml/>",
    ],
)
def test_what_is_no_feed_is_one_sentence(content: bytes) -> None:
    with pytest.raises(UnreadableArticle) as caught:
        read_feed(content, HERE)
    assert "\n" not in str(caught.value)


def test_no_entity_is_resolved_and_no_file_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("planted-secret", "utf-8")
    doctype = f'<!DOCTYPE rss [<!ENTITY f SYSTEM "file://{secret}"><!ENTITY a "ha"><!ENTITY b "{"&a;" * 99}">'
    doctype += "".join(f'<!ENTITY c{n} "{f"&c{n - 1};" * 99 if n else "&b;" * 99}">' for n in range(9)) + "]>"
    for entity in ("f", "c8", "b"):
        found = read_feed(
            RSS.replace(b"<rss", doctype.encode() + b"<rss").replace(b"Hi ", f"&{entity};".encode()), HERE
        )
        assert "planted-secret" not in repr(found)
        assert len(found) == 2


def test_entries_are_bounded_and_each_once() -> None:
    items = "".join(
        f"<item><title>{'x' * 9999}</title><link>https://wire.example/{n % 900}</link></item>" for n in range(1800)
    )
    found = read_feed(f"<rss><channel>{items}</channel></rss>".encode(), HERE)
    assert len(found) == len({entry.key for entry in found}) == MAX_ENTRIES
    assert all(len(entry.title) <= 300 for entry in found)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_one_sentence(content: bytes) -> None:
    _feed_or_sentence(content)


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_feed_is_a_feed_or_one_sentence(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([RSS, ATOM, RDF, JSON])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 30))
        content[at : at + cut] = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"<", b"&", b"]]>", b'"']))
        )
    _feed_or_sentence(bytes(content))


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=40), max_size=6))
def test_a_whole_feed_is_read_whole_in_every_format(titles: list[str]) -> None:
    said = [" ".join(clean(escape(title)).split()) for title in titles]  # what looks like markup is text of the title
    rss = "".join(f"<item><title>{escape(t)}</title><link>/{n}</link></item>" for n, t in enumerate(said))
    atom = "".join(f"<entry><link href='/{n}'/><title><![CDATA[{t}]]></title></entry>" for n, t in enumerate(said))
    items = [{"url": f"/{n}", "title": t} for n, t in enumerate(said)]
    for feed in (f"<rss><channel>{rss}</channel></rss>", f"<feed>{atom}</feed>", json.dumps({"items": items})):
        found = read_feed(feed.encode(), HERE)
        assert [(e.url, e.title) for e in found] == [
            (f"https://wire.example/{n}", " ".join(clean(title).split())) for n, title in enumerate(titles)
        ]


def _feed_or_sentence(content: bytes) -> None:
    try:
        found = read_feed(content, HERE)
    except UnreadableArticle:
        return
    for entry in found:
        assert entry.url.startswith(("http://", "https://"))
        assert entry.title.isprintable()


def test_the_child_reads_feeds_beside_articles() -> None:
    with Bounded() as bounded:
        assert bounded.feed(ATOM, HERE) == read_feed(ATOM, HERE)
        with pytest.raises(UnreadableArticle, match="web page"):
            bounded.feed(b"<html><body>no</body></html>", HERE)
        assert bounded.read("plain", b"Title\n\nA sentence.", "a").title == "Title"
        assert len(bounded.feed(RSS, HERE)) == 2


@pytest.mark.parametrize(
    ("content", "name", "media_type", "kind"),
    [
        (b"%PDF-1.7", "x.html", "text/html", "pdf"),
        (b"<!DOCTYPE html><p>x", "x", "application/octet-stream", "html"),
        (b"# Title\n\n<p>x</p>", "x.md", "", "markdown"),
        (b"Title\n\n<p>x</p>", "", "text/plain", "plain"),
        (b"<html>", "x.pdf", "", "html"),
    ],
)
def test_what_came_is_told_by_what_it_holds(content: bytes, name: str, media_type: str, kind: str) -> None:
    assert kind_of(content, name, media_type) == kind
