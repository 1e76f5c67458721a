"""Knows when a name from outside leads into the person's own network, which is how a page gets past the same origin."""

from __future__ import annotations

import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from mitmproxy import ctx

from louver.core.signals.local_network import local_zone, zone_of
from louver.core.sites import is_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from mitmproxy.proxy.server_hooks import ServerConnectionHookData

    from louver.proxy.book import Book

TOLD: Final = 1024
"""Hosts that are remembered as told of; names are a page's to invent."""


class Rebinding:
    """The addon: writes such a name down, once a run. A company may mean it so, and nothing is stopped."""

    name = "louver_rebinding"

    def __init__(self, book: Book, clock: Callable[[], float] = time.time) -> None:
        self.book, self.clock = book, clock
        self._told: set[str] = set()

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Look where a name has led. Where the person leads names elsewhere themselves, that says nothing."""
        server = data.server
        if server.via is not None or ctx.options.louver_connect_to or not server.peername or not server.address:
            return
        host = server.address[0].lower().rstrip(".")
        if host in self._told or "." not in host or is_address(host) or local_zone(host):
            return
        zone = inner_zone(server.peername[0])
        if zone and len(self._told) < TOLD:
            self._told.add(host)
            self.book.inward(host, zone, self.clock())


def inner_zone(text: str) -> str:
    """Return which part of the person's own network an address belongs to, "" for one outside."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return zone_of(getattr(address, "ipv4_mapped", None) or address)
