"""Knows what TLS handshakes teach: who does not take our certificate, and which sites cannot be looked into honestly.

What was learned takes effect with the client's next connection; the one that taught it fails as it would anyway.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from mitmproxy import ctx
from mitmproxy.connection import ConnectionState, Server

from louver.core.passthrough import Passthrough, Why, plain
from louver.core.sites import is_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from mitmproxy.connection import Client
    from mitmproxy.http import HTTPFlow
    from mitmproxy.proxy.context import Context
    from mitmproxy.proxy.server import ConnectionHandler
    from mitmproxy.proxy.server_hooks import ServerConnectionHookData
    from mitmproxy.tls import TlsData
    from OpenSSL import SSL

    from louver.passthrough import Shelf
    from louver.proxy.book import Book

log: Final = logging.getLogger(__name__)

DISTRUST: Final = "does not trust"
"""How mitmproxy words it where the client's alert named our certificate as the cause."""

INVALID: Final = "Certificate verify failed"
"""How mitmproxy words it where a server's certificate is not valid."""

WANTS: Final = ("certificate required", "handshake failure", "bad certificate")
"""Alerts of servers that got no certificate and insist on one (RFC 8446, section 6.2, and how older ones say it)."""

QUESTION: Final = b"SSLv3/TLS read server certificate request"
"""What OpenSSL calls the moment in which a server has asked for a certificate, in every version of TLS."""

UNAUTHENTICATED: Final = frozenset({400, 401, 403, 495, 496})
"""Statuses that servers answer with, having asked for a certificate and got none."""

GRACE: Final = 1.0
"""Seconds until a client's connection is closed after its site's certificate proved invalid; the answer goes first."""


class Lessons:
    """The addon: learns, and keeps what was learned on disk."""

    name = "louver_lessons"

    def __init__(self, book: Book, clock: Callable[[], float] = time.time) -> None:
        self.book, self.clock = book, clock
        self.passthrough: Passthrough | None = None
        self.shelf: Shelf | None = None
        self._asking: set[str] = set()
        self._questions: WeakSet[SSL.Connection] = WeakSet()
        self._waiting: set[asyncio.Task[None]] = set()
        self._saving: asyncio.Task[None] | None = None
        self._dirty = False

    def tls_established_client(self, data: TlsData) -> None:
        """Take note that a client goes on with our certificate."""
        if self.passthrough is not None and self.passthrough.accepted(*_who(data.context)):
            self._save()

    def tls_failed_client(self, data: TlsData) -> None:
        """Write down a client that does not go on with our certificate, and let it pass from the next time on."""
        (host, client), now = _who(data.context), self.clock()
        learned = None
        if self.passthrough is not None and data.ssl_conn is not None:  # else it left before it saw our certificate
            said_so = DISTRUST in (data.conn.error or "")
            learned = self.passthrough.refused(host, client, now, said_so=said_so)
        answer = "connection closed" if learned is None else f"closed; passes from now on: {learned.why}"
        self.book.refusal(host, now, "the client did not take our certificate", answer)
        if learned is not None:
            self._save()

    def tls_start_server(self, data: TlsData) -> None:
        """Have OpenSSL tell what a server asks for."""
        theirs = ctx.master.addons.get("tlsconfig")
        if theirs is None or self.passthrough is None or ctx.options.client_certs:
            return
        # mitmproxy's own turn would come after us; it keeps to a connection that has been made.
        theirs.tls_start_server(data)
        # Older versions of pyOpenSSL cannot tell this of one connection; such sites must be added by hand there.
        tell = getattr(data.ssl_conn, "set_info_callback", None)
        if tell is not None:
            tell(self._look_at)

    def tls_established_server(self, data: TlsData) -> None:
        """Take note of a server that asked for the person's certificate, which we do not have."""
        if data.ssl_conn in self._questions:
            self._asking.add(data.conn.id)
            assert isinstance(data.conn, Server)
            task = asyncio.get_running_loop().create_task(self._wait_for(data.conn, data.context.client))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    def tls_failed_server(self, data: TlsData) -> None:
        """Learn from a server whose certificate is not valid, or that insists on one of the person's."""
        error = data.conn.error or ""
        host, client = _who(data.context)
        if INVALID in error:
            self.book.refusal(host, self.clock(), error, "the site was not opened")
            self._learn(host, client, Why.INVALID)
            self._close_soon(data.context.client)
        elif any(words in error for words in WANTS):
            self._learn(host, client, Why.WANTS_CERTIFICATE)

    def responseheaders(self, flow: HTTPFlow) -> None:
        """Learn from a server that asked for a certificate and answers that there was none."""
        server = flow.server_conn
        if server.id in self._asking and flow.response is not None:
            self._asking.discard(server.id)
            if flow.response.status_code in UNAUTHENTICATED:
                self._learn(_host_of(server), flow.client_conn.peername[0], Why.WANTS_CERTIFICATE)

    def server_disconnected(self, data: ServerConnectionHookData) -> None:
        """Learn from a server that asked for a certificate and hung up without an answer."""
        self._hung_up(data.server, data.client)

    def use(self, passthrough: Passthrough | None, shelf: Shelf) -> None:
        """Learn into this from now on."""
        self.passthrough, self.shelf = passthrough, shelf

    async def _wait_for(self, server: Server, client: Client) -> None:
        # After an alert in place of an answer mitmproxy may wait for ever, and tells nobody that the server has gone.
        while server.id in self._asking:
            await asyncio.sleep(GRACE)
            if not server.state & ConnectionState.CAN_READ:
                self._hung_up(server, client)

    def _hung_up(self, server: Server, client: Client) -> None:
        if server.id in self._asking:
            self._asking.discard(server.id)
            self._learn(_host_of(server), client.peername[0], Why.WANTS_CERTIFICATE)
            self._close_soon(client)

    def _look_at(self, connection: SSL.Connection, _where: int, _result: int) -> None:
        if connection.get_state_string() == QUESTION:
            self._questions.add(connection)

    @property
    def is_saving(self) -> bool:
        """Whether something learned is not on disk yet."""
        return self._saving is not None and not self._saving.done()

    def _learn(self, host: str, client: str, why: Why) -> None:
        if self.passthrough is not None and self.passthrough.learn(host, client, why, self.clock()) is not None:
            self._save()

    def _close_soon(self, client: Client) -> None:
        """Close a connection over which the site cannot be had; a reload then comes anew, and passes."""
        proxyserver = ctx.master.addons.get("proxyserver")
        handler = proxyserver.connections.get(client.id) if proxyserver is not None else None
        if handler is not None:
            asyncio.get_running_loop().call_later(GRACE, _close, handler, client)

    def _save(self) -> None:
        """Write down what was learned, off the loop; one write at a time, the last one whole."""
        self._dirty = True
        if self._saving is None or self._saving.done():
            self._saving = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._dirty and self.passthrough is not None and self.shelf is not None:
            self._dirty = False
            rows = self.passthrough.learned(self.clock())
            try:
                await asyncio.to_thread(self.shelf.remember, rows)
            except OSError as error:
                self.book.fault(error, self.clock(), "learned for this run only", kind="passthrough")

    async def close(self) -> None:
        """Wait for the last write."""
        for task in self._waiting:
            task.cancel()
        if self._saving is not None:
            await self._saving


def _close(handler: ConnectionHandler, client: Client) -> None:
    if client in handler.transports:
        handler.close_connection(client)


def _host_of(server: Server) -> str:
    address = server.address
    return address[0] if address else ""


def _who(context: Context) -> tuple[str, str]:
    """Return the host that a connection is for, by the name that was asked for, and the client's address."""
    return plain(_name(_host_of(context.server), context.client.sni)), context.client.peername[0]


def _name(asked: str, said: str | None) -> str:
    """Return the name of a connection's host: the one asked for, or the one in the handshake of a bare address."""
    return said or asked if not asked or is_address(asked) else asked
