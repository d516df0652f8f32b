"""One request and its answer, at most as large as is asked for, also once it is unpacked."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpcore
import httpx

from bot.errors import FetchError, Unreachable
from bot.fetching.addresses import port_of

SILENCE = 10.0
"""Seconds without a byte after which a server is given up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent, as it is: a redirect, a refusal or what was asked for."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes


def ask(
    url: httpx.URL, headers: Mapping[str, str], cap: int, wire: httpcore.NetworkBackend, trust: ssl.SSLContext
) -> Answer:
    """Return the answer to one GET, its content unpacked, of a redirect or refusal none. Raises FetchError."""
    target = httpcore.URL(scheme=url.scheme.encode(), host=url.raw_host, port=port_of(url), target=url.raw_path or b"/")
    sent: list[tuple[bytes | str, bytes | str]] = [("Host", url.netloc.decode("ascii")), *headers.items()]
    sent += [("Connection", "close"), ("Accept-Encoding", "gzip")]
    patience = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SILENCE)}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trust, network_backend=wire) as pool,
            pool.stream("GET", target, headers=sent, extensions=patience) as response,
        ):
            heard = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}
            content = b""
            if response.status == httpx.codes.OK:
                content = _unpacked(response.iter_stream(), heard.get("content-encoding", ""), cap)
            return Answer(response.status, heard, content)
    except httpcore.TimeoutException:
        raise Unreachable(f"{url.host} fell silent: try again later.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise Unreachable(f"{url.host} could not be talked to ({type(error).__name__}): try again later.") from None


def _text(value: bytes) -> str:
    """Return a header's value: addresses of redirects are often UTF-8, whatever the standard says."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _unpacked(chunks: Iterable[bytes], encoding: str, cap: int) -> bytes:
    """Return the content of a body, never holding more than the cap and a chunk of it."""
    packed = encoding.strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError("The server packs its answer in a way that was not asked for: save the page, add the file.")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed.endswith("gzip") else None
    content = bytearray()
    for chunk in chunks:
        try:
            content += unpack.decompress(chunk, cap + 1 - len(content)) if unpack else chunk
        except zlib.error:
            raise FetchError("The server packs its answer wrongly: save the page, add the file.") from None
        if len(content) > cap:
            raise FetchError(
                f"It is larger than {cap / 1_000_000:g} MB, too large: save the part that matters, add the file."
            )
    if unpack and not unpack.eof:
        raise FetchError("The answer broke off: try again later.")
    return bytes(content)
