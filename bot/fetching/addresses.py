"""Which addresses may be connected to: decided for the number that a name resolves to, never for how it is written."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from bot.errors import AddressRefused, Unreachable
from bot.fetching.deadline import Deadline

PORTS = (80, 443, 8080, 8443)
LONGEST = 2000
"""Characters of an address."""
Allowed = frozenset[tuple[str, int]]
"""(IP address, port) that may be connected to whatever else holds: servers of tests. No setting leads here."""
Resolve = Callable[[str, int], Sequence[str]]
"""Takes a host's name and a port; returns IP addresses. Raises OSError."""

_HOST = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]{2,45}")
# Global to Python 3.11, yet not strangers': protocol addresses, metadata of clouds among them, relays, Azure's service;
# and IPv6 that carries an IPv4 address inside.
_NOT_THEIRS = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
_PUBLIC6 = IPv6Network("2000::/3")  # leaves out ::1, v4-mapped, v4-compatible, NAT64 (64:ff9b::/96), local, multicast
_CARRIERS = (IPv6Network("2002::/16"), IPv6Network("2001::/23"), IPv6Network("3fff::/20"))  # 6to4, Teredo, examples


def checked(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """Return an address, relative to base where it is relative, without its fragment. Raises AddressRefused.

    Only http and https, no user part, a host, an ordinary port.
    """
    try:
        found = base.join(url) if base else httpx.URL(url.strip())
        found = found.copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise AddressRefused(f"{url[:80]!r} is no web address: give one that begins with https://.") from None
    host = found.raw_host.decode("ascii", "replace").lower()
    if found.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        raise AddressRefused(f"{url[:80]!r} is no web address: give one that begins with https://.")
    if found.userinfo:
        raise AddressRefused("The address carries a user name or password: give it without.")
    if found.port == 0:
        raise AddressRefused("The address names port 0, which no server has: give the right one.")
    if len(str(found)) > LONGEST:
        raise AddressRefused(f"The address is longer than {LONGEST} characters: give a shorter one.")
    return found


def port_of(url: httpx.URL) -> int:
    """Return the port that an address means."""
    return url.port if url.port is not None else {"http": 80}.get(url.scheme, 443)


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open network, and neither ours nor another one in disguise."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _NOT_THEIRS)
    return _is_public6(ip)


def _is_public6(ip: IPv6Address) -> bool:
    return ip in _PUBLIC6 and ip.is_global and not any(ip in carrier for carrier in _CARRIERS)


def reachable(host: str, port: int, allowed: Allowed, resolve: Resolve, deadline: Deadline) -> list[str]:
    """Return the IP addresses of a host that may be connected to. Raises AddressRefused when there is none."""
    found = _resolved(host, port, resolve, deadline)
    fit = [ip for ip in found if (ip, port) in allowed or (port in PORTS and is_public(ip))]
    if not fit:
        raise AddressRefused(
            f"{host[:80]} with port {port} is not on the open network (it leads to a private, local or reserved "
            "address, or an unusual port): save the page, add the file."
        )
    return fit


def _resolved(host: str, port: int, resolve: Resolve, deadline: Deadline) -> Sequence[str]:
    """Ask the resolver in a thread of its own: it knows no time limit."""
    answers: list[Sequence[str]] = []

    def ask() -> None:
        try:
            answers.append(resolve(host, port))
        except (OSError, UnicodeError):
            answers.append(())

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(deadline.left())
    if not answers or not answers[0]:
        raise Unreachable(f"There is no answer for the name {host[:80]}: check the address and the network.")
    return answers[0]


def system_resolver(host: str, port: int) -> list[str]:
    """Return what the system says a host's addresses are. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]
