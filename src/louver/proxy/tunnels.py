"""Knows the connections that go through unopened, and counts them: what we did not inspect is never hidden."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from mitmproxy import ctx
from mitmproxy.connection import ConnectionState
from mitmproxy.net.tls import starts_like_tls_record
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers import TCPLayer
from mitmproxy.proxy.layers.tls import parse_client_hello

from louver.core.sites import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from mitmproxy.connection import Client
    from mitmproxy.proxy import commands, events, layer
    from mitmproxy.proxy.context import Context
    from mitmproxy.tcp import TCPFlow

    from louver.core.passthrough import Passthrough
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
        self.passthrough: Passthrough | None = None

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Leave a connection closed that is to be, and count where mitmproxy's own relay hides from everybody."""
        if nextlayer.layer is None and nextlayer.context.client.state is ConnectionState.CLOSED:
            # Who hung up in mid-sentence is not answered; mitmproxy's TLS layer would stumble over what was said.
            nextlayer.layer = Over(nextlayer.context)
            return
        if nextlayer.layer is None and starts_like_tls_record(nextlayer.data_client()):
            host = asked_host(nextlayer)
            if host is None:
                return  # the client has not said all of its first message; we are asked again
            why = self._why(host, nextlayer.context)
            if why is not None:
                self._leave_alone(nextlayer, why)
                return
        theirs = ctx.master.addons.get("nextlayer")
        if theirs is not None:
            # mitmproxy's own choice would come after us; it keeps to a choice that has been made.
            theirs.next_layer(nextlayer)
        chosen = nextlayer.layer
        if isinstance(chosen, TCPLayer) and not isinstance(chosen, Relay) and chosen.flow is None:
            nextlayer.context.layers.remove(chosen)
            self._leave_alone(nextlayer, LEFT_ALONE)

    def client_disconnected(self, client: Client) -> None:
        """Write down what went through a connection that is over."""
        relay = self._relays.pop(client.id, None)
        if relay is not None:
            self._note(relay.host(), relay.bytes, relay.why)

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

    def stop(self) -> None:
        """Write down what is still open; nothing comes after this."""
        for relay in self._relays.values():
            self._note(relay.host(), relay.bytes, relay.why)
        self._relays.clear()

    def _why(self, host: str, context: Context) -> str | None:
        """Return why a TLS connection is not opened. One that is within an opened one was decided before."""
        if self.passthrough is None or context.client.tls_established:
            return None
        return self.passthrough.why(host, context.client.peername[0], self.clock())

    def _leave_alone(self, nextlayer: layer.NextLayer, why: str) -> None:
        relay = nextlayer.layer = Relay(nextlayer.context, why)
        self._relays[nextlayer.context.client.id] = relay

    def _note(self, host: str, size: int, reason: str) -> None:
        self.book.passthrough(self.clock(), host, size, reason)


class Relay(TCPLayer):
    """mitmproxy's relay for connections that nobody looks into, with a counter and the reason."""

    def __init__(self, context: Context, why: str) -> None:
        super().__init__(context, ignore=True)
        self.bytes, self.why = 0, why

    def host(self) -> str:
        """Return the host that the client asked for."""
        address = self.context.server.address
        return self.context.client.sni or (address[0] if address else "")

    def relay_messages(self, event: events.Event) -> Generator[commands.Command, Any, None]:
        """Relay bytes as mitmproxy does, and count them."""
        if isinstance(event, DataReceived):
            self.bytes += len(event.data)
        yield from super().relay_messages(event)


class Over(Layer):
    """The layer of a connection whose client has gone."""

    def _handle_event(self, event: events.Event) -> Generator[commands.Command, Any, None]:
        del event
        yield from ()


def asked_host(nextlayer: layer.NextLayer) -> str | None:
    """Return the host that a TLS connection is for, "" where nobody said; None while the client is still saying it.

    A name that the proxy was asked for comes before the one in the handshake, which only counts for a bare address:
    what is written on a connection must not open another way than the one that was asked for.
    """
    address = nextlayer.context.server.address
    host = address[0] if address else ""
    if host and not is_address(host):
        return host
    try:
        hello = parse_client_hello(nextlayer.data_client())
    except ValueError:
        return host
    return None if hello is None else hello.sni or host
