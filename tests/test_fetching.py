"""The network's pages and feeds, from real servers on loopback; what must not be reached is not."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address

import pytest
from feed_server import QUICK, FeedServer, Page
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import urls

from bot.errors import AddressRefused, FetchError, Gone, Quiet
from bot.fetching import Getter, Limits
from bot.fetching.addresses import checked, is_public

MB = 1_000_000
# Each reaches a machine of ours, or something else than a web server of the open network.
ATTACKS = """
http://2130706433/ http://0x7f000001/ http://0177.0.0.1/ http://127.1/ http://127.0.0.1/ http://localhost/
http://[::1]/ http://[::]/ http://0.0.0.0/ http://0/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/
http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/ http://[64:ff9b:1::7f00:1]/ http://[2002:7f00:1::]/
http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/ http://169.254.169.254/latest/meta-data/ http://[fe80::1]/
http://[fe80::1%25lo]/ http://[fd00:ec2::254]/ http://100.100.100.200/ http://168.63.129.16/ http://192.0.0.192/
http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/ http://224.0.0.1/ http://255.255.255.255/ http://240.0.0.1/
http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/ http://user:pass@example.org/ http://@example.org/
http://example.org@127.0.0.1/ http://127.0.0.1\\@example.org/ http://8.8.8.8:22/ http://8.8.8.8:6379/ http://8.8.8.8:0/
file:///etc/passwd ftp://example.org/ gopher://example.org/ javascript:alert(1) data:text/html,hi //example.org/
/etc/passwd C:\\boot.ini example.org http:// http:///x https:example.org http://a\u0000b/ http://[::1 http://a:b:c/
""".split()  # noqa: SIM905  # fifty addresses read best as lines


@pytest.fixture
def site() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def getter(site: FeedServer) -> Getter:
    return Getter(limits=QUICK, allowed=site.allowed)


@pytest.mark.parametrize("url", ATTACKS)
def test_no_spelling_of_an_address_reaches_what_is_ours(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        Getter(limits=Limits(seconds=5)).get(url, MB)
    # Not "does not answer": nothing must have been connected to.
    assert isinstance(caught.value, AddressRefused) or "no answer for the name" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_loopback_is_refused_where_no_test_allows_it(site: FeedServer) -> None:
    site.pages["/"] = Page(b"secret")
    for url in (site.url("/"), f"http://localhost:{site.port}/", f"http://2130706433:{site.port}/"):
        with pytest.raises(AddressRefused):
            Getter(limits=QUICK).get(url, MB)
    assert site.asked == []


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/", "http://127.0.0.1:1/", "http://[::1]/", "file:///etc/passwd", "//[::1]/"],
)
def test_a_redirect_leads_nowhere_else(target: str, site: FeedServer, getter: Getter) -> None:
    site.pages["/"] = Page(status=302, headers={"Location": target})
    with pytest.raises(AddressRefused):
        getter.get(site.url("/"), MB)


def test_a_redirect_of_robots_txt_leads_nowhere_else(site: FeedServer, getter: Getter) -> None:
    site.pages |= {"/robots.txt": Page(status=301, headers={"Location": "http://169.254.169.254/"}), "/": Page(b"x")}
    with pytest.raises(AddressRefused):
        getter.get(site.url("/"), MB)


def test_a_name_that_resolves_anew_is_connected_where_it_was_checked(site: FeedServer) -> None:
    told: list[str] = []

    def rebinding(_: str, __: int) -> Sequence[str]:
        told.append("203.0.113.7" if len(told) % 2 == 0 else "127.0.0.1")
        return [told[-1]]

    # Documentation addresses count as not public: both answers are refused, whichever comes when.
    for _ in range(4):
        with pytest.raises(AddressRefused):
            Getter(limits=QUICK, resolve=rebinding).get(f"http://rebind.test:{site.port}/", MB)
    assert site.asked == []


def test_the_peer_is_the_address_that_was_checked(site: FeedServer) -> None:
    """A name with a public and a local address: only the public one is tried; asked once for each connection."""
    asked: list[str] = []

    def mixed(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1", "10.0.0.1", "::1", "64:ff9b::7f00:1"]

    with pytest.raises(AddressRefused):
        Getter(limits=QUICK, resolve=mixed).get("http://mixed.test/", MB)
    assert asked == ["mixed.test"]
    site.pages["/"] = Page(b"hello")
    found = Getter(limits=QUICK, allowed=site.allowed, resolve=mixed).get(f"http://mixed.test:{site.port}/", MB)
    assert found.content == b"hello"


def test_a_proxy_of_the_environment_is_not_used(
    site: FeedServer, getter: Getter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    site.pages["/"] = Page(b"hello")
    assert getter.get(site.url("/"), MB).content == b"hello"


@pytest.mark.parametrize("ip", ["8.8.8.8", "93.184.216.34", "2606:4700::6810:84e5", "2a00:1450:4001::1"])
def test_the_open_network_is_open(ip: str) -> None:
    assert is_public(ip)


@given(st.ip_addresses())
def test_nothing_is_public_that_python_calls_private(ip: IPv4Address | IPv6Address) -> None:
    if is_public(str(ip)):
        assert ip.is_global
        assert not any((ip.is_multicast, ip.is_loopback, ip.is_link_local, ip.is_reserved))


@given(st.one_of(urls(), st.text(max_size=60), st.text(max_size=40).map(lambda text: f"http://{text}")))
def test_any_text_is_a_web_address_or_refused(text: str) -> None:
    try:
        found = checked(text)
    except AddressRefused:
        return
    assert found.scheme in ("http", "https")
    assert found.host
    assert not found.userinfo


def test_what_is_unchanged_is_not_sent_again(site: FeedServer, getter: Getter) -> None:
    site.pages["/feed"] = Page(b"<rss/>", "application/rss+xml; charset=ISO-8859-1", headers={"Last-Modified": "then"})
    first = getter.get(site.url("/feed"), MB)
    assert (first.media_type, first.charset, first.last_modified) == ("application/rss+xml", "iso-8859-1", "then")
    again = getter.get(site.url("/feed"), MB, first.etag, first.last_modified)
    assert (again.unchanged, again.content) == (True, b"")
    assert site.asked[-1][1]["if-modified-since"] == "then"
    site.pages["/feed"] = Page(b"<rss><a/></rss>")
    assert not getter.get(site.url("/feed"), MB, first.etag, first.last_modified).unchanged


def test_a_stamp_that_cannot_be_sent_back_is_not_kept(site: FeedServer, getter: Getter) -> None:
    site.pages["/"] = Page(b"x", headers={"ETag": '"ü"', "Last-Modified": "then\x01"})
    found = getter.get(site.url("/"), MB)
    assert (found.etag, found.last_modified) == ("", "")


def test_redirects_are_followed_and_counted(site: FeedServer, getter: Getter) -> None:
    for number in range(9):
        site.pages[f"/{number}"] = Page(status=301, headers={"Location": f"{number + 1}"})
    site.pages["/5"] = Page(b"there")
    found = getter.get(site.url("/0"), MB)
    assert (found.content, found.url) == (b"there", site.url("/5"))
    site.pages["/5"] = Page(status=302, headers={"Location": "/6"})
    with pytest.raises(FetchError, match="redirected more than 5 times"):
        getter.get(site.url("/0"), MB)
    site.pages["/nowhere"] = Page(status=302)
    with pytest.raises(FetchError):
        getter.get(site.url("/nowhere"), MB)


def test_a_dripping_server_is_left_at_the_deadline(site: FeedServer) -> None:
    site.pages["/drip"] = Page(b"<rss>", drip=0.02)
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"within 1 seconds|fell silent"):
        Getter(limits=Limits(seconds=1, pause=0), allowed=site.allowed).get(site.url("/drip"), MB)
    assert time.monotonic() - began < 20


def test_headers_that_drip_and_a_server_that_says_nothing_end_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        allowed = frozenset({("127.0.0.1", listening.getsockname()[1])})
        stop = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(FetchError):
            Getter(limits=Limits(seconds=1, pause=0), allowed=allowed).get(
                f"http://127.0.0.1:{listening.getsockname()[1]}/", MB
            )
        stop.set()
        thread.join(10)


def test_a_resolver_that_never_answers_ends_too() -> None:
    stop = threading.Event()

    def stuck(_: str, __: int) -> Sequence[str]:
        stop.wait(30)
        return []

    with pytest.raises(FetchError, match=r"no answer for the name|did not come within"):
        Getter(limits=Limits(seconds=0.5), resolve=stuck).get("https://slow.test/", MB)
    stop.set()


def test_a_bomb_is_not_unpacked(site: FeedServer, getter: Getter) -> None:
    bomb = gzip.compress(b"\0" * 64 * MB)
    site.pages["/bomb"] = Page(bomb, headers={"Content-Encoding": "gzip"})
    site.pages["/large"] = Page(b"x" * (2 * MB))
    site.pages["/small"] = Page(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})
    for path in ("/bomb", "/large"):
        with pytest.raises(FetchError, match="larger than 1 MB"):
            getter.get(site.url(path), MB)
    assert getter.get(site.url("/small"), MB).content == b"hello"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"x"), ("gzip", b"x"), pytest.param("gzip", gzip.compress(b"hello", mtime=0)[:-9], id="cut")],
)
def test_what_is_packed_wrongly_is_one_sentence(encoding: str, body: bytes, site: FeedServer, getter: Getter) -> None:
    site.pages["/"] = Page(body, headers={"Content-Encoding": encoding})
    with pytest.raises(FetchError):
        getter.get(site.url("/"), MB)


def test_robots_txt_is_kept_to(site: FeedServer, getter: Getter) -> None:
    rules = b"User-agent: *\nDisallow: /private\nDisallow: /*.pdf$\nAllow: /private/open\nUser-agent: wearables-bot\n"
    site.pages |= {
        "/robots.txt": Page(rules + rules.partition(b"\n")[2]),
        "/private": Page(b"x"),
        "/private/open": Page(b"open"),
        "/a.pdf": Page(b"x"),
        "/go": Page(status=302, headers={"Location": "/private"}),
    }
    for path in ("/private", "/a.pdf", "/go"):
        with pytest.raises(FetchError, match=r"robots\.txt"):
            getter.get(site.url(path), MB)
    assert getter.get(site.url("/private/open"), MB).content == b"open"
    assert [path for path, _ in site.asked].count("/robots.txt") == 1
    assert "/private" not in site.paths()
    assert site.asked[-1][1]["user-agent"].startswith("wearables-bot/")


def test_a_robots_txt_that_cannot_be_read_is_no_leave(site: FeedServer, getter: Getter) -> None:
    site.pages |= {"/robots.txt": Page(status=503), "/": Page(b"x")}
    with pytest.raises(FetchError):
        getter.get(site.url("/"), MB)
    assert site.paths() == []


def test_a_host_that_wants_quiet_gets_it(site: FeedServer, getter: Getter) -> None:
    site.pages["/"] = Page(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(FetchError) as caught:
        getter.get(site.url("/"), MB)
    assert caught.value.retry_after == 3600
    count = len(site.asked)
    with pytest.raises(Quiet, match="60 minutes"):
        getter.get(site.url("/other"), MB)
    assert len(site.asked) == count
    later = Getter(limits=QUICK, allowed=site.allowed)
    later.hosts.leave_alone(getter.hosts.wanting_quiet())
    with pytest.raises(Quiet, match="60 minutes"):
        later.get(site.url("/other"), MB)
    assert len(site.asked) == count


def test_one_broken_page_keeps_us_from_no_other(site: FeedServer, getter: Getter) -> None:
    site.pages |= {"/good": Page(b"x"), "/500": Page(status=500), "/521": Page(status=521)}
    for path in ("/500", "/521"):
        with pytest.raises(FetchError, match=f"status {path[1:]}.: try again later"):
            getter.get(site.url(path), MB)
        if path == "/500":
            assert getter.get(site.url("/good"), MB).content == b"x"
    with pytest.raises(FetchError, match="status 500") as caught:
        getter.get(site.url("/500"), MB)
    assert caught.value.retry_after == 60
    with pytest.raises(Quiet, match="left alone"):
        getter.get(site.url("/good"), MB)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [("1", "a second"), ("45", "45 seconds"), ("900", "15 minutes"), ("7200", "2 hours"), ("99999", "24 hours")],
)
def test_who_is_to_wait_is_told_how_long(seconds: str, said: str, site: FeedServer, getter: Getter) -> None:
    site.pages["/"] = Page(status=503, headers={"Retry-After": seconds})
    with pytest.raises(FetchError, match=f"asks us to wait for {said}: try again then"):
        getter.get(site.url("/"), MB)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("", 60), ("soon", 60), ("0", 1), ("-5", 60), ("999999999999", 86_400), ("Wed, 25 Nov 2020 10:00:00 GMT", 1)],
)
def test_retry_after_in_any_form(said: str, seconds: float, site: FeedServer, getter: Getter) -> None:
    site.pages["/"] = Page(status=503, headers={"Retry-After": said})
    with pytest.raises(FetchError) as caught:
        getter.get(site.url("/"), MB)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "error"), [(404, Gone), (410, Gone), (403, FetchError), (401, FetchError), (204, FetchError)]
)
def test_refusals_say_what_to_do(status: int, error: type[FetchError], site: FeedServer, getter: Getter) -> None:
    site.pages["/"] = Page(status=status)
    with pytest.raises(error) as caught:
        getter.get(site.url("/"), MB)
    assert str(caught.value).count(".") <= 6


def test_one_request_at_a_time_for_a_host_and_a_pause_between(site: FeedServer) -> None:
    site.pages |= {f"/{n}": Page(b"x") for n in range(5)}
    getter = Getter(limits=Limits(seconds=10, pause=0.05), allowed=site.allowed)
    began = time.monotonic()
    with ThreadPoolExecutor(5) as threads:
        list(threads.map(lambda n: getter.get(site.url(f"/{n}"), MB), range(5)))
    assert site.most_at_once == 1
    assert time.monotonic() - began >= 0.05 * 5


def test_a_host_that_is_not_there_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(FetchError, match="does not answer"):
        Getter(limits=QUICK, allowed=frozenset({("127.0.0.1", port)})).get(f"http://127.0.0.1:{port}/", MB)
