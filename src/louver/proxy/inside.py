"""Knows how a browser behind the proxy gets to the dashboard by name, past the engine and the ledger."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from mitmproxy.http import Response

from louver.inside import INTERNAL
from louver.proxy.connect_to import Detour

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

    from louver.proxy.connect_to import ConnectTo

PORT: Final = 80
MARK: Final = "louver_inside"
"""What marks a flow that leads to ourselves."""

REFUSED: Final = b"The dashboard is for the machine that Louver runs on.\n"


class Inside:
    """The addon. Before `lead` was called, the name is one like any other."""

    name = "louver_inside"

    def __init__(self, connect_to: ConnectTo) -> None:
        self.connect_to = connect_to
        self._leads = False

    def lead(self, host: str, port: int) -> None:
        """Lead the name to the dashboard, whatever other detours there are."""
        self.connect_to.detours = (Detour(INTERNAL, PORT, host, port), *self.connect_to.detours)
        self._leads = True

    def requestheaders(self, flow: HTTPFlow) -> None:
        """Mark what is meant for us, so that nobody else looks at it; other machines get nothing."""
        if not self._leads or flow.request.data.host != INTERNAL:
            return
        flow.metadata[MARK] = True
        if not _is_here(flow):
            flow.response = Response.make(403, REFUSED, {"Content-Type": "text/plain", "Cache-Control": "no-store"})

    def responseheaders(self, flow: HTTPFlow) -> None:
        """Let what happens live come live."""
        if MARK in flow.metadata and flow.response is not None:
            flow.response.stream = True


def _is_here(flow: HTTPFlow) -> bool:
    try:
        return ipaddress.ip_address(flow.client_conn.peername[0].partition("%")[0]).is_loopback
    except ValueError:
        return False
