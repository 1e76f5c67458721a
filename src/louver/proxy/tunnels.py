"""Knows the connections that go through unopened, and counts them: what we did not inspect is never hidden."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from mitmproxy import ctx
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers import TCPLayer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from mitmproxy.connection import Client
    from mitmproxy.proxy import commands, events, layer
    from mitmproxy.proxy.context import Context
    from mitmproxy.tcp import TCPFlow
    from mitmproxy.tls import TlsData

    from louver.proxy.book import Book

NOT_HTTP: Final = "neither TLS nor HTTP"
LEFT_ALONE: Final = "set to be left alone"


class Tunnels:
    """The addon: counts what passes unread, and keeps none of it."""

    name = "louver_tunnels"

    def __init__(self, book: Book, clock: Callable[[], float] = time.time, *, keep_messages: bool = False) -> None:
        """Take the ledger. `keep_messages` leaves the bytes in memory for other addons to look at."""
        self.book, self.clock, self.keep_messages = book, clock, keep_messages
        self._relays: dict[str, Relay] = {}
        self._sizes: dict[str, int] = {}

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Put a relay that counts in the place of one that mitmproxy hides from everybody."""
        theirs = ctx.master.addons.get("nextlayer")
        if theirs is not None:
            # mitmproxy's own choice would come after us; it keeps to a choice that has been made.
            theirs.next_layer(nextlayer)
        chosen = nextlayer.layer
        if isinstance(chosen, TCPLayer) and not isinstance(chosen, Relay) and chosen.flow is None:
            context = nextlayer.context
            context.layers.remove(chosen)
            relay = nextlayer.layer = Relay(context)
            self._relays[context.client.id] = relay

    def client_disconnected(self, client: Client) -> None:
        """Write down what went through a connection that is over."""
        relay = self._relays.pop(client.id, None)
        if relay is not None:
            self._note(relay.host(), relay.bytes, LEFT_ALONE)

    def tcp_message(self, flow: TCPFlow) -> None:
        """Count bytes that are neither TLS nor HTTP; mitmproxy would keep all of them."""
        self._sizes[flow.id] = self._sizes.get(flow.id, 0) + len(flow.messages[-1].content)
        if not self.keep_messages:
            flow.messages.clear()

    def tcp_end(self, flow: TCPFlow) -> None:
        """Write down what went through such a connection."""
        address = flow.server_conn.address
        self._note(address[0] if address else "", self._sizes.pop(flow.id, 0), NOT_HTTP)

    tcp_error = tcp_end

    def tls_failed_client(self, data: TlsData) -> None:
        """Write down a client that does not trust our certificate: nothing went through, and nothing can be seen."""
        host = data.conn.sni or (data.context.server.address or ("",))[0]
        self.book.refusal(host, self.clock())

    def stop(self) -> None:
        """Write down what is still open; nothing comes after this."""
        for relay in self._relays.values():
            self._note(relay.host(), relay.bytes, LEFT_ALONE)
        self._relays.clear()

    def _note(self, host: str, size: int, reason: str) -> None:
        self.book.passthrough(self.clock(), host, size, reason)


class Relay(TCPLayer):
    """mitmproxy's relay for connections that nobody looks into, with a counter."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, ignore=True)
        self.bytes = 0

    def host(self) -> str:
        """Return the host that the client asked for."""
        address = self.context.server.address
        return self.context.client.sni or (address[0] if address else "")

    def relay_messages(self, event: events.Event) -> Generator[commands.Command, Any, None]:
        """Relay bytes as mitmproxy does, and count them."""
        if isinstance(event, DataReceived):
            self.bytes += len(event.data)
        yield from super().relay_messages(event)
