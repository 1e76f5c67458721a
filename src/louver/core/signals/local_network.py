"""Knows a page from outside that reaches into your own network: this computer, the router, what stands at home."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from louver.core.signals.signal import Grade, Kind, Place, Signal, Where
from louver.core.sites import host_of, is_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address, IPv6Address

    from louver.core.signals.context import Context

OWN_NAMES: Final = {"localhost": "loopback", "local": "private", "internal": "private", "lan": "private"}
"""Last labels of names that never lead out (RFC 6761, RFC 6762, and what home routers give their devices)."""

HOME: Final = ".home.arpa"
"""The domain of homes (RFC 8375)."""


def in_request(context: Context) -> Iterator[Signal]:
    """Find a request into the person's own network that a page from outside makes; not where the person goes."""
    page = context.request.page
    if page is None or context.navigates:
        return
    zone = local_zone(context.host)
    if zone and not local_zone(host_of(page.url)):
        start = max(context.request.url.find(context.host), 0)
        place = Place(start=start, end=start + len(context.host))
        yield Signal(Kind.LOCAL_NETWORK, Where.PATH, zone, Grade.CONFIRMED, place, context.host)


def local_zone(host: str) -> str:
    """Return `loopback`, `link-local` or `private` for a canonical host of the person's own network, else ""."""
    if is_address(host):
        return _zone(host)
    last = host.rpartition(".")[2]
    if last in OWN_NAMES:
        return OWN_NAMES[last]
    return "private" if host.endswith(HOME) else ""


def _zone(host: str) -> str:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return zone_of(mapped or address)


def zone_of(address: IPv4Address | IPv6Address) -> str:
    """Return the same for an address."""
    if address.is_loopback or address.is_unspecified:  # 0.0.0.0 reaches this computer, too
        return "loopback"
    if address.is_link_local:
        return "link-local"
    return "private" if address.is_private else ""
