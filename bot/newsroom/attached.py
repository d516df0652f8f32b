"""Files that were sent in a chat, fetched from the platform's own servers and from nowhere else; or on the disk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from bot.errors import FetchError
from bot.newsroom.acts import Document

_WITHIN = 30.0
"""Seconds for a whole file, so that a connection that drips is given up."""


def download(url: str, origins: Sequence[str], most: int) -> bytes:
    """Return a file of at most most bytes.

    origins: what the address must begin with; each ends in a slash. No redirect is followed. Raises FetchError, whose
    sentence holds no address: one of Telegram's carries the token of the bot.
    """
    if not any(url.startswith(origin) for origin in origins) or ".." in unquote(urlsplit(url).path):
        raise FetchError("The file does not lie on the servers of the platform; send it again.")
    try:
        # No environment: a proxy for the web is none for the platform, and netrc is nobody's here.
        with (
            httpx.Client(timeout=10, trust_env=False, headers={"Accept-Encoding": "identity"}) as client,
            client.stream("GET", url) as response,
        ):
            return _content(response, most)
    except (httpx.HTTPError, httpx.InvalidURL):
        pass
    # Out here, so that the library's error, which shows the address, is not its context.
    raise FetchError("The file could not be fetched from the platform; send it again.")


def on_disk(given: str) -> Document:
    """Return a file as who sits at the keyboard names it; quotes around it, as dragging one there puts, are none of it.

    Reading it raises FetchError.
    """
    path = Path(given.strip().strip("'\""))
    return Document(path.name, lambda most: _read(path, most))


def _read(path: Path, most: int) -> bytes:
    try:
        path = path.expanduser()
        # Asked first: reading a pipe that nobody writes to would never end.
        if not path.is_file():
            raise FetchError("It is no file; name one." if path.exists() else "There is no such file: check its name.")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (OSError, ValueError, RuntimeError) as error:  # a name that holds a zero, a home of nobody
        reason = (error.strerror if isinstance(error, OSError) else "") or "its name leads nowhere"
        raise FetchError(f"The file cannot be read ({reason}).") from None
    if len(content) > most:
        raise FetchError(f"The file is larger than {most / 1e6:.0f} MB; give a smaller one.")
    return content


def _content(response: httpx.Response, most: int) -> bytes:
    if response.status_code != httpx.codes.OK:
        raise FetchError(f"The platform does not hand the file out ({response.status_code}); send it again.")
    content, ends = bytearray(), time.monotonic() + _WITHIN
    for part in response.iter_raw():
        content += part
        if len(content) > most:
            raise FetchError(f"The file is larger than {most / 1e6:.0f} MB; send a smaller one, or its link with /add.")
        if time.monotonic() > ends:
            raise FetchError("The file came too slowly; send it again.")
    return bytes(content)
