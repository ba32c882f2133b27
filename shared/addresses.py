"""Which addresses a URL from outside may lead to: the public internet, and nothing of our own.

The table is ours because `ipaddress.is_global` of Python 3.11 calls several ranges global that are
not (6to4, NAT64's local-use prefix, the documentation range 3fff::/20, multicast, …). Source: the
IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and its successors). IPv6 is turned
round: only 2000::/3 is allocated for the public, so everything else is refused.
"""

import re
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_FORBIDDEN_4 = {
    IPv4Network(network): name
    for network, name in {
        "0.0.0.0/8": "this network",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "carrier-grade NAT",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "a cloud's own service",
        "169.254.0.0/16": "link-local, also cloud metadata",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation",
        "192.88.99.0/24": "6to4 relay",
        "192.168.0.0/16": "private",
        "198.18.0.0/15": "benchmarking",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
    }.items()
}
_PUBLIC_6 = IPv6Network("2000::/3")
_FORBIDDEN_6 = {
    IPv6Network(network): name
    for network, name in {
        "2001::/23": "protocol assignments, also Teredo",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4",
        "3fff::/20": "documentation",
    }.items()
}
_WITH_PORT = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})", re.ASCII)
_NAT64 = IPv6Network("64:ff9b::/96")


class Door(NamedTuple):
    """One port of a network."""

    network: Network
    port: int


Opening = Network | Door
"""What an operator opened on purpose."""


def networks(text: str) -> tuple[Opening, ...]:
    """The networks in a comma-separated list such as `127.0.0.1:9180, [::1]:9180, fd00::/8`.

    Raises ValueError for anything else; an address without a prefix length is that address alone.
    """
    return tuple(_opening(part.strip()) for part in text.split(",") if part.strip())


def _opening(text: str) -> Opening:
    if found := _WITH_PORT.fullmatch(text):
        return Door(ip_network(found[1] or found[2]), int(found[3]))
    return ip_network(text)


def refusal(
    address: str, allowed: Iterable[Opening] = (), *, port: int | None = None
) -> str | None:
    """Why no connection may be opened to this address and port, or None when it may.

    `allowed` names what an operator opened on purpose; it wins. An IPv4 address inside an IPv6 one
    (mapped, NAT64) is judged as the IPv4 address it leads to.
    """
    try:
        judged = _inner(ip_address(address.partition("%")[0]))
    except ValueError:
        return "not an address"
    if any(_opens(opening, judged, port) for opening in allowed):
        return None
    if isinstance(judged, IPv4Address):
        return _named(judged, _FORBIDDEN_4)
    if judged not in _PUBLIC_6:
        return "not public"
    return _named(judged, _FORBIDDEN_6)


def _opens(opening: Opening, address: Address, port: int | None) -> bool:
    if isinstance(opening, Door):
        return address in opening.network and port == opening.port
    return address in opening


def _inner(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def _named(
    address: Address, table: "dict[IPv4Network, str] | dict[IPv6Network, str]"
) -> str | None:
    return next((name for network, name in table.items() if address in network), None)
