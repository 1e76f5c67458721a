"""Knows how to be a small internet on one loopback port: TLS, names, HTTP/1.1, and a record of all that arrives.

It knows nothing of what its sites say (see `world`), nor of proxies and browsers.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import h11

from louver.demo.authority import Authority
from louver.demo.exchange import Answer, Arrival, Handler, page
from louver.demo.world import World

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from types import TracebackType

LOOPBACK: Final = "127.0.0.1"
CHUNK: Final = 65_536
BODYLESS: Final = frozenset({204, 304})


class Internet:
    """A small internet that runs in a thread of its own while the `with` block lasts.

    `routes` gives each host its handlers by path, where `""` stands for every other path; without it, the demo's own
    world is served. Every name resolves here: what the routes do not know answers 404, and is recorded as well.
    """

    def __init__(self, routes: Mapping[str, Mapping[str, Handler]] | None = None) -> None:
        served = World().routes() if routes is None else routes
        self._routes = {host: dict(handlers) for host, handlers in served.items()}
        self._arrivals: list[Arrival] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="little-internet", daemon=True)
        self._folder = tempfile.TemporaryDirectory(prefix="louver-internet-")
        self._authority = Authority(Path(self._folder.name))
        self._server: asyncio.Server | None = None
        self.port = 0

    def __enter__(self) -> Self:
        """Start listening on a free port of the loopback address."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up on everybody and remove the authority's folder."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._folder.cleanup()

    @property
    def address(self) -> tuple[str, int]:
        """Where every name of this internet lives."""
        return LOOPBACK, self.port

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that somebody answers for."""
        return tuple(self._routes)

    @property
    def ca_file(self) -> Path:
        """The certificate of this internet's authority (PEM)."""
        return self._authority.ca_file

    @property
    def spki(self) -> str:
        """The authority's key as Chromium's `--ignore-certificate-errors-spki-list` wants it."""
        return self._authority.spki

    def serve(self, host: str, path: str, answer: Answer | Handler) -> None:
        """Add a route, or put another answer in its place."""
        handler: Handler = (lambda _: answer) if isinstance(answer, Answer) else answer
        self._routes.setdefault(host, {})[path] = handler

    def received(self, host: str | None = None, path: str | None = None) -> list[Arrival]:
        """Return what has arrived so far, in order, for one host and one path if they are given."""
        return [
            arrival for arrival in list(self._arrivals) if host in (None, arrival.host) and path in (None, arrival.path)
        ]

    def forget(self) -> None:
        """Empty the record."""
        self._arrivals.clear()

    def answer(self, arrival: Arrival) -> Answer:
        """Record an arrival and return what its host says to it."""
        self._arrivals.append(arrival)
        routes = self._routes.get(arrival.host, {})
        handler = routes.get(arrival.path) or routes.get("", _nobody)
        return handler(arrival)

    async def _listen(self) -> None:
        context = self._authority.context("localhost")
        context.sni_callback = self._choose_certificate
        self._server = await asyncio.start_server(self._converse, LOOPBACK, 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _choose_certificate(self, tls: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        tls.context = self._authority.context(name or LOOPBACK)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that leaves in the middle is everyday life on the internet, and so is one that talks nonsense.
        with contextlib.suppress(OSError, h11.RemoteProtocolError, asyncio.CancelledError):
            await _Conversation(self, reader, writer).run()
        writer.close()


class _Conversation:
    """One client connection: HTTP/1.1 requests in, answers out, until either side has had enough."""

    def __init__(self, internet: Internet, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._internet = internet
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        while isinstance(event := await self._next(), h11.Request):
            arrival = await self._receive(event)
            self._reply(self._internet.answer(arrival), arrival.method)
            await self._writer.drain()
            if self._http.our_state is h11.MUST_CLOSE:
                return
            self._http.start_next_cycle()

    async def _next(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._http.receive_data(await self._reader.read(CHUNK))
        return event

    async def _receive(self, head: h11.Request) -> Arrival:
        body = bytearray()
        while isinstance(event := await self._next(), h11.Data):
            body += event.data
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        host = next((value for name, value in headers if name == "host"), "").partition(":")[0].lower()
        return Arrival(host, head.method.decode(), head.target.decode("latin-1"), headers, bytes(body), time.time())

    def _reply(self, answer: Answer, method: str) -> None:
        length = () if answer.status in BODYLESS else (("Content-Length", str(len(answer.body))),)
        self._send(h11.Response(status_code=answer.status, headers=[*answer.headers, *length]))
        if method != "HEAD" and answer.status not in BODYLESS:
            self._send(h11.Data(data=answer.body))
        self._send(h11.EndOfMessage())

    def _send(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")


def _nobody(arrival: Arrival) -> Answer:
    nothing = page(f"<!doctype html><title>Nothing here</title><p>{arrival.host} has nothing at this address.")
    return Answer(nothing.body, 404, nothing.headers)
